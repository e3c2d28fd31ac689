#pragma once
// From the rows of a delivery to employees, plus one issue per finding.

#include "core/ingest/bounce.hpp"
#include "core/ingest/column_map.hpp"
#include "core/ingest/completeness.hpp"
#include "core/model/known_people.hpp"
#include "core/model/people_bytes.hpp"
#include "core/model/snapshot.hpp"
#include "core/record/open_record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::ingest {

/// Counts how rows are read. Raise it whenever a reader, a step or a finding makes anything else of the same cells:
/// until then, rows that are unchanged keep what was made of them.
constexpr std::uint64_t reading_version = 1;

/// How rows are read by this program with these settings. Rows that became known by another reading are read again.
Fingerprint reading_of(const Fingerprint& settings, std::uint64_t version = reading_version);

/// What counts of the last good record while another one is read; nothing before the first.
struct RecordBefore {
    std::vector<std::string> columns;
    RecordEnding ending = RecordEnding::whole;
};

/// Who is in the record, as a difference to who was known. With nobody known it is everybody.
struct Ingested {
    record::Found found;
    PeopleBytes changed;              ///< sorted by key, keys unique: whose rows say something that was not known
    std::vector<KnownPerson> known;   ///< one per `changed`: what is known of them from now on
    std::size_t unchanged = 0;        ///< people whose rows are, cell for cell, what was known
    std::vector<EmployeeKey> gone;    ///< sorted: known, and now absent or frozen
    Fingerprint content;              ///< of `changed` and the unchanged together, as `content_fingerprint`
    std::vector<Frozen> frozen;       ///< sorted by key: their rows were there, but not usable
    std::vector<RecordIssue> issues;  ///< those about the record as a whole first, then in the order of the rows
    RecordFacts facts;

    std::size_t employee_count() const { return unchanged + changed.size(); }
};

/// Reads the rows of an opened record. Pure. Memory: about 60 bytes a person who is known, and `changed`; with a rule
/// for several rows per person, nobody counts as known while rows are read, and `changed` is held twice.
///
/// The header is found as `find_header` says. A `Bounce` means that nothing may be concluded from the record. A mapped
/// column that is not there leaves its field absent ("keep") and is a warning.
///
/// | what is wrong                       | code                             | its person | unreadable key              |
/// |-------------------------------------|----------------------------------|------------|-----------------------------|
/// | key empty, not plain text           | key_empty, key_unreadable        | unknown    | yes                         |
/// | key a date, true, -1, 0.5, #N/A, ## | key_unreadable                   | unknown    | yes                         |
/// | key rounded: 1,2E+11, 16 digits     | key_rounded                      | unknown    | yes                         |
/// | key by a formula never computed     | formula_error                    | unknown    | yes                         |
/// | more or fewer cells than the header | too_many_fields, too_few_fields  | frozen     | unless the key comes first  |
/// | broken quote after the key cell     | text_after_quote, quote_left_open | frozen    | no                          |
/// | broken quote in or before it        | the same                         | unknown    | yes                         |
/// | quoted cell as long as other rows   | quote_over_rows                  | frozen     | yes                         |
/// | last row without its line break     | row_may_be_cut                   | frozen     | yes                         |
/// | row that a broken quote may reach   | inside_open_quote                | frozen     | no                          |
/// | row over `row_bytes_max`            | row_too_long                     | frozen     | no                          |
/// | another encoding than the rest      | bad_encoding (mapped columns)    | frozen     | no                          |
/// | e-mail cell empty, or no address    | email_missing, bad_email         | frozen (*) | no                          |
/// | #N/A and its like, also as text     | formula_error                    | frozen     | no                          |
/// | a list where one value is meant     | several_values                   | frozen     | no                          |
/// | a value that does not fit           | those of `transform`             | frozen     | no                          |
/// | end date before start date          | end_before_start                 | frozen     | no                          |
/// | e-mail for two people               | duplicate_email                  | all frozen | no                          |
/// | key twice, same name and address    | duplicate_key                    | frozen     | no                          |
/// | key twice, another name or address  | duplicate_key                    | frozen     | all but one of them         |
/// | no main row among several           | no_main_row                      | frozen     | no                          |
/// | column new since the last record    | unknown_column                   | (warning)  |                             |
/// | name in the header twice            | doubled_column                   | (warning)  |                             |
/// | mapped column gone                  | column_missing                   | (warning)  |                             |
/// | ids are numbers, not text           | numeric_key                      | (warning)  |                             |
/// | windows-1252 without proof          | encoding_assumed                 | (warning)  |                             |
/// | another visible sheet with the key  | other_sheet                      | (warning)  |                             |
///
/// (*) An empty one is none where the tenant says `clear`.
///
/// Text formats count the cells of a row (too_many_fields, …). Sheets leave out empty cells at the end, so there a
/// short row is a row with empty cells. A row over several lines with the wrong number of cells counts as unreadable
/// wherever the key stands: its quote may hide others. So does a broken row whose key stands on another row too.
/// `evidence.ended_in_mid_row`: a quote is left open; or the last row has no line break and not enough cells, or none
/// though the last good record had one.
///
/// Besides what the header bounces: "no_rows" (a header and nothing else), "other_address_domains" (as
/// `address_domains` of the map says), and what reading the rows refuses.
std::variant<Ingested, Bounce> ingest(record::OpenRecord record, const ColumnMap& map,
                                      const record::RecordFormat& format, KnownPeople& known,
                                      const RecordBefore& before);

/// Who is in a record, by their rows alone: nobody is read. Enough for `ingest` to tell what another record says
/// differently, and nothing else: nobody's content or address is known. Rows that are broken and keys that stand there
/// twice are left out.
std::variant<KnownPeople, Bounce> know_rows(record::OpenRecord record, const ColumnMap& map,
                                            const record::RecordFormat& format);

/// `open_record`, then `ingest`; of a workbook whose sheet nobody named, the header of the other visible sheets too.
std::variant<Ingested, Bounce> ingest_bytes(std::string_view bytes, const ColumnMap& map,
                                            const record::RecordFormat& format, const record::RecordLimits& limits,
                                            KnownPeople& known, const RecordBefore& before,
                                            const record::Decrypt& decrypt = {});

}  // namespace usersync::ingest

#pragma once
// From the bytes of a delivery to employees, plus one issue per row that could not be used.

#include "core/base/result.hpp"
#include "core/ingest/completeness.hpp"
#include "core/ingest/field_map.hpp"
#include "core/model/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

struct Ingested {
    std::vector<Employee> employees;   ///< sorted by key, keys unique; nobody who is frozen
    std::vector<Frozen> frozen;        ///< sorted by key: their rows were there, but not usable
    std::vector<RowIssue> issues;      ///< in the order of the rows
    std::vector<std::string> columns;  ///< header cells as written, trimmed
    ReadEvidence evidence;
    bool operator==(const Ingested&) const = default;
};

/// Reads a CSV record with a header row. Pure; memory is a small multiple of the record.
///
/// A Failure (always `rejected`) means that the whole record is bounced and nothing may be concluded from it:
/// "empty_record" (zero bytes or only white space), "no_rows" (a header and nothing else), "key_column_missing",
/// "mapped_column_missing" is *not* a failure: an absent optional column leaves its field absent ("keep").
/// "duplicate_column" (a mapped column stands in the header twice), "bad_header" (a broken quote in it), "not_text"
/// (NUL bytes: a binary file).
///
/// A row that cannot be used freezes its person; a row whose person is unknown counts in
/// `evidence.unreadable_keys`. Two rows with one key, or one e-mail address for two people, freeze all concerned
/// and name the lines. Values are trimmed; e-mail addresses are lower-cased and checked; nothing else is guessed.
/// Blank rows are passed over.
///
/// | what is wrong                       | code                             | its person | unreadable key              |
/// |-------------------------------------|----------------------------------|------------|-----------------------------|
/// | key empty, not plain text           | key_empty, key_unreadable        | unknown    | yes                         |
/// | key 1,2E+11 (rounded)               | key_scientific                   | unknown    | yes                         |
/// | more or fewer cells than the header | too_many_fields, too_few_fields  | frozen     | unless the key comes first  |
/// | broken quote after the key cell     | text_after_quote, quote_left_open | frozen    | no                          |
/// | broken quote in or before it        | the same                         | unknown    | yes                         |
/// | row that a broken quote may reach   | inside_open_quote                | frozen     | no                          |
/// | row over `row_bytes_max`            | row_too_long                     | frozen     | no                          |
/// | bytes that are not UTF-8            | bad_utf8 (mapped columns only)   | frozen     | no                          |
/// | e-mail cell empty, or no address    | email_missing, bad_email         | frozen     | no                          |
/// | key twice, e-mail for two people    | duplicate_key, duplicate_email   | all frozen | no                          |
///
/// `evidence.ended_in_mid_row`: a quote is left open, or the last row has no line break and not enough cells.
Result<Ingested> ingest(std::string_view bytes, const FieldMap& fields, const RecordFormat& format);

}  // namespace usersync::ingest

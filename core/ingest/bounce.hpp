#pragma once
// A record that is refused as a whole, and the note about it that HR gets.

#include "core/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// A mapped column that the header does not have.
struct MissingColumn {
    std::string field;                   ///< "employee_id"
    std::string column;                  ///< as the tenant maps it
    std::optional<std::string> nearest;  ///< the column that was probably meant
    bool operator==(const MissingColumn&) const = default;
};

/// Why nothing may be concluded from a record. Holds names of columns and sheets, never a person's values.
struct Bounce {
    /// `rejected`: HR can do something about it. Any other kind is ours: a key that cannot be used, say.
    FailureKind kind = FailureKind::rejected;
    /// Of `open_record`, or: no_header, key_column_missing, duplicate_column, bad_header, no_rows,
    /// other_address_domains; file_too_large for a file that is not even fetched.
    std::string code;
    std::string sentence;  ///< in English, for the log and the operator
    std::string subject;   ///< what the sentence is about, where it names something: a column, a sheet
    std::string sheet;
    std::size_t line = 0;  ///< where in the record; 0: as a whole
    std::vector<MissingColumn> missing;
    std::vector<std::string> columns_found;     ///< cells of the header; empty when none was found
    std::vector<std::string> columns_expected;  ///< as mapped
    std::vector<std::string> columns_before;    ///< of the last good record
    bool operator==(const Bounce&) const = default;
};

/// The language of a note: HR's, not the operator's.
enum class Language { en, nl, de };
std::optional<Language> language_from(std::string_view text);

/// What a note is about, besides the bounce.
struct BounceContext {
    std::string tenant;
    std::string delivery;     ///< name of the file as delivered
    std::string received_at;  ///< as it is to be shown: "2026-11-22 06:00 (Europe/Amsterdam)"
};

/// A letter in plain text: what was delivered, what is wrong, what was expected, what to do, and that nobody was
/// changed or removed.
std::string note_text(const Bounce& bounce, const BounceContext& context, Language language);
/// The same as a JSON object; its keys are described in docs/formats.md.
std::string note_json(const Bounce& bounce, const BounceContext& context, Language language);

}  // namespace usersync::ingest

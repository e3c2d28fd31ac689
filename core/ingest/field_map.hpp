#pragma once
// Which column of the customer's record is which field: the tenant's `[columns]`.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync::ingest {

/// Column names as the customer writes them. They are found whatever their order, case and surrounding space.
/// An absent name means that the tenant does not map the field.
struct FieldMap {
    std::string employee_id;  ///< required; the record is bounced without this column
    std::optional<std::string> email;
    std::optional<std::string> first_name;
    std::optional<std::string> infix;
    std::optional<std::string> last_name;
    std::optional<std::string> job_title;
    std::optional<std::string> phone;
    std::optional<std::string> location;
    std::optional<std::string> department;
    std::map<std::string, std::string> extra;  ///< field name for rules → column
    bool operator==(const FieldMap&) const = default;
};

/// How the bytes of a record are written.
struct RecordFormat {
    std::optional<char> delimiter;        ///< nullopt: found out from the header line, among , ; tab |
    std::string list_separators = "|";    ///< any of these splits several locations or departments in one cell
    std::size_t row_bytes_max = 1 << 20;  ///< a longer row is damage, e.g. a quote that was left open
    bool operator==(const RecordFormat&) const = default;
};

}  // namespace usersync::ingest

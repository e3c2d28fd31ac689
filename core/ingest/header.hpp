#pragma once
// The header of a record: how the cells are separated, and in which column each mapped field stands.

#include "core/base/result.hpp"
#include "core/ingest/field_map.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::ingest {

/// Where the mapped fields stand; nullopt for a field that is not mapped or whose column is not there.
struct Columns {
    std::size_t employee_id = 0;
    std::optional<std::size_t> email;
    std::optional<std::size_t> first_name;
    std::optional<std::size_t> infix;
    std::optional<std::size_t> last_name;
    std::optional<std::size_t> job_title;
    std::optional<std::size_t> phone;
    std::optional<std::size_t> location;
    std::optional<std::size_t> department;
    std::vector<std::pair<std::string, std::size_t>> extra;  ///< field name → column

    /// All of the above, each once, ascending.
    std::vector<std::size_t> used() const;
};

struct Header {
    std::vector<std::string> names;  ///< as written, trimmed, always UTF-8
    Columns columns;
    char delimiter = ',';
    std::size_t body = 0;       ///< offset of the first byte after the header
    std::size_t body_line = 1;  ///< and its line number
};

/// The first line that is not blank, after a byte order mark and a `sep=;` line if they are there. The tenant's
/// delimiter wins over the `sep=` line, which wins over what the header looks like: the candidate that finds most
/// mapped names, then the one that makes most cells.
///
/// `rejected`: "empty_record", "bad_header" (a broken quote), "key_column_missing", "duplicate_column".
Result<Header> read_header(std::string_view bytes, const FieldMap& fields, const RecordFormat& format);

}  // namespace usersync::ingest

#pragma once
// A table of two columns in a file beside tenant.toml: what the record says, and what it means.

#include "core/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::config {

struct LookupRow {
    std::size_t line = 0;
    std::string from;
    std::string to;  ///< may be empty
    bool operator==(const LookupRow&) const = default;
};

/// The rows of a CSV file in UTF-8 with two columns and no header, trimmed, blank ones left out; divided by the first
/// of ; , tab | that gives its first row two cells. `name` is the file's. All failures are `blocked`, their detail a
/// sentence for people: "lookup_not_utf8", "lookup_bad_row".
Result<std::vector<LookupRow>> lookup_rows(std::string_view bytes, const std::string& name);

}  // namespace usersync::config

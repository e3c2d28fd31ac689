#pragma once
// Why something is wanted.

#include <cstddef>
#include <string>

namespace usersync {

/// Where something stands in a tenant's configuration. Lines and columns count from 1; 0: nowhere in particular. In a
/// sheet these are the row and the cell.
struct Origin {
    std::string file;  ///< "tenant.toml", "groups.csv"; empty: not from a file
    std::size_t line = 0;
    std::size_t column = 0;
    auto operator<=>(const Origin&) const = default;
};

/// "tenant.toml:41", "groups.xlsx:12"; empty without a file.
std::string describe(const Origin& origin);

/// The rule and the cell that it looked at. Never personal data: only fields that place people (location, department,
/// job title, the tenant's own) are quoted.
struct Reason {
    std::string rule;    ///< "group_mapping[2]", "exception[1]", "employee record", "left the employee record"
    Origin origin;       ///< of the rule
    std::string column;  ///< field that decided, e.g. "location"; several with a comma; empty when none did
    std::string value;   ///< its value; likewise
    auto operator<=>(const Reason&) const = default;
};

/// "group_mapping[2] (tenant.toml:41): location = "Store 12"", without the parts that there are not.
std::string describe(const Reason& reason);

}  // namespace usersync

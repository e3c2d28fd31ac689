#pragma once
// One entry of a directory, and the line of the record that it becomes.

#include "core/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ldap {

struct Attribute {
    std::string name;                 ///< as the server writes it, options included: "member;range=0-1499"
    std::vector<std::string> values;  ///< bytes, in the server's order
};

struct Entry {
    std::string dn;
    std::vector<Attribute> attributes;
};

/// A part of an attribute with many values: Active Directory gives them piece by piece.
struct Range {
    std::string name;                   ///< "member"
    std::uint64_t first = 0;            ///< the number of the first value that is there
    std::optional<std::uint64_t> next;  ///< of the first that is missing; nothing: these are the last ones
};

/// nullopt for an attribute that is there as a whole.
std::optional<Range> range_of(std::string_view name);

/// "member;range=1500-*": what to ask for next.
std::string range_from(std::string_view name, std::uint64_t first);

bool same_name(std::string_view a, std::string_view b);

/// One flat JSON object and its line end. The names are those of `wanted`, in that order, however the server writes
/// them; an attribute that the entry does not have is left out; several values are a list. objectGUID and
/// mS-DS-ConsistencyGuid are written as Active Directory's own tools do, objectSid as "S-1-5-…".
///
/// Behind userAccountControl stands "enabled" ("true" or "false"), behind accountExpires "account_expires": the last
/// day on which the account may be used, or null when there is none.
///
/// Blocked: value_not_text (neither UTF-8 nor one of the above), bad_value (of the two that more is made of).
Result<std::string> line_of(const Entry& entry, const std::vector<std::string>& wanted);

}  // namespace usersync::ldap

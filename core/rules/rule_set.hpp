#pragma once
// A tenant's rules: simple look-up tables from a field's value to a group or a role.

#include "core/base/fingerprint.hpp"
#include "core/model/network.hpp"

#include <string>
#include <vector>

namespace usersync::rules {

/// "location = Store 12 → business_unit Store 12". `value` "*" takes the field's own value as the group's name.
struct GroupRule {
    std::string field;  ///< "location", "department", "job_title", or an extra field's name
    std::string value;
    GroupRef group;
    std::string origin;  ///< where it stands, e.g. "group_mapping[2] (tenant.toml:41)"; part of every reason
    bool operator==(const GroupRule&) const = default;
};

/// "job_title = Store manager → admin". The first rule that matches wins.
struct RoleRule {
    std::string field;
    std::string value;
    RoleId role;
    std::string origin;
    bool operator==(const RoleRule&) const = default;
};

struct RuleSet {
    std::vector<GroupRule> groups;  ///< all that match apply
    std::vector<RoleRule> roles;    ///< in order
    bool operator==(const RuleSet&) const = default;
};

/// Over everything that decides, origins included: the same rules in the same places.
Fingerprint fingerprint_of(const RuleSet& rules);

}  // namespace usersync::rules

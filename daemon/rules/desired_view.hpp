#pragma once
// The network that should be, as text and as JSON, for review and for tests. Pure. A temporary password is never shown.

#include "core/base/day.hpp"
#include "core/base/fingerprint.hpp"
#include "core/model/network.hpp"

#include <string>

namespace usersync::rules_view {

/// What a desired network was made of.
struct DesiredFrom {
    TenantId tenant;
    Day today{};
    std::string record;  ///< "snapshot 3", or the name of a file
    Fingerprint rules;
};

/// A line a person with groups and role, and what is open. No names and addresses.
std::string desired_text(const DesiredFrom& from, const DesiredNetwork& desired);

/// | key              | is                                                                                        |
/// |------------------|-------------------------------------------------------------------------------------------|
/// | tenant, today, record, rules, completeness, completeness_reasons | what it was made of                       |
/// | users            | objects: employee, profile, user_name, temporary_password ({"set"}), groups (kind, by, text, |
/// |                  | mode, reasons), not_in_groups, role, doubted_roles (role, fields), group_roles, invitation, |
/// |                  | unmapped_fields, empty_fields, not_invited, never_removed                                 |
/// | not_wanted       | objects: employee, absence, reason, never_removed                                         |
/// | frozen           | objects: employee, reason                                                                 |
/// | never_removed    | objects: employee, reason, keep_in_groups, whole_account                                  |
/// | managed_groups, groups_to_make, unmapped | as the rules say                                                  |
///
/// A reason is an object: rule, file, line, column, field, value.
std::string desired_json(const DesiredFrom& from, const DesiredNetwork& desired);

}  // namespace usersync::rules_view

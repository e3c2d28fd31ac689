#pragma once
// What every person's comparison needs.

#include "core/diff/address_book.hpp"
#include "core/diff/group_directory.hpp"
#include "core/diff/policy.hpp"
#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace usersync::diff {

/// Refers to things that outlive it.
struct Comparison {
    const DesiredNetwork& desired;
    const GroupDirectory& groups;
    const AddressBook& addresses;
    const Policy& policy;
    const std::set<GroupRef>& awaited;  ///< groups that are made first
    ChangeSet& out;

    void change(const EmployeeKey& person, What what, Reason reason) const {
        out.changes.push_back({person, std::move(what), std::move(reason)});
    }
    void note(Note::Kind kind, const EmployeeKey& person, std::string text) const {
        out.notes.push_back({kind, person, std::move(text)});
    }
};

/// What we did to them last may not be in what the network shows: what is missing there says nothing.
inline bool is_settling(const Policy& policy, const OwnedUser& owned) {
    return policy.may_not_show_since && owned.changed_at && *owned.changed_at >= *policy.may_not_show_since;
}

/// A reason that is no rule of the tenant's.
inline Reason because(std::string what) { return {.rule = std::move(what), .origin = {}, .column = {}, .value = {}}; }

inline bool has(const std::vector<GroupEid>& sorted, const GroupEid& group) {
    return std::binary_search(sorted.begin(), sorted.end(), group);
}

inline bool has(const std::vector<GroupChange>& groups, const GroupEid& group) {
    return std::any_of(groups.begin(), groups.end(), [&](const GroupChange& g) { return g.eid == group; });
}

/// The role in effect: somebody who has not accepted yet counts as having the default one.
inline RoleId role_in_effect(const ActualUser& account, const Policy& policy) {
    return account.role == policy.invitee_role || account.role.value().empty() ? policy.default_role : account.role;
}

}  // namespace usersync::diff

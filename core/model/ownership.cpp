#include "core/model/ownership.hpp"

#include <algorithm>

namespace usersync {
namespace {

auto position_of(std::vector<OwnedUser>& users, const EmployeeKey& key) {
    return std::lower_bound(users.begin(), users.end(), key,
                            [](const OwnedUser& user, const EmployeeKey& wanted) { return user.key < wanted; });
}

void insert_sorted(std::vector<GroupEid>& groups, GroupEid group) {
    const auto at = std::lower_bound(groups.begin(), groups.end(), group);
    if (at == groups.end() || *at != group) groups.insert(at, std::move(group));
}

void gain(OwnedUser& owned, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user: owned.user = true; return;
        case OwnershipChange::What::group: insert_sorted(owned.groups, GroupEid(change.object)); return;
        case OwnershipChange::What::role: owned.role = RoleId(change.object); return;
        case OwnershipChange::What::link: owned.link = UserEid(change.object); return;
        case OwnershipChange::What::declined: insert_sorted(owned.declined, GroupEid(change.object)); return;
        case OwnershipChange::What::role_declined: owned.role_declined = true; return;
        case OwnershipChange::What::invited_again: ++owned.invited_again; return;
    }
}

void lose(OwnedUser& owned, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user: owned = OwnedUser{.key = owned.key}; return;
        case OwnershipChange::What::group: std::erase(owned.groups, GroupEid(change.object)); return;
        case OwnershipChange::What::role: owned.role.reset(); return;
        case OwnershipChange::What::link: owned.link.reset(); return;
        case OwnershipChange::What::declined: std::erase(owned.declined, GroupEid(change.object)); return;
        case OwnershipChange::What::role_declined: owned.role_declined = false; return;
        case OwnershipChange::What::invited_again: owned.invited_again = 0; return;
    }
}

}  // namespace

const OwnedUser* Ownership::find(const EmployeeKey& key) const {
    const auto at =
        std::lower_bound(users.begin(), users.end(), key,
                         [](const OwnedUser& user, const EmployeeKey& wanted) { return user.key < wanted; });
    return at != users.end() && at->key == key ? &*at : nullptr;
}

std::vector<Link> links_of(const Ownership& ownership) {
    std::vector<Link> links;
    for (const auto& user : ownership.users) {
        if (user.link) links.push_back({user.key, *user.link});
    }
    return links;
}

Ownership apply_changes(Ownership ownership, const std::vector<OwnershipChange>& changes) {
    for (const auto& change : changes) {
        auto at = position_of(ownership.users, change.key);
        if (at == ownership.users.end() || at->key != change.key) {
            if (change.way == OwnershipChange::Way::lose) continue;
            at = ownership.users.insert(at, OwnedUser{.key = change.key});
        }
        if (change.way == OwnershipChange::Way::gain) {
            gain(*at, change);
        } else {
            lose(*at, change);
        }
        if (*at == OwnedUser{.key = at->key}) ownership.users.erase(at);
    }
    return ownership;
}

}  // namespace usersync

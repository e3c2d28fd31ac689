#include "core/model/ownership.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

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

void set_role(std::vector<OwnedGroupRole>& roles, GroupEid group, RoleId role) {
    const auto at = std::lower_bound(roles.begin(), roles.end(), group,
                                     [](const OwnedGroupRole& one, const GroupEid& eid) { return one.group < eid; });
    if (at != roles.end() && at->group == group) {
        at->role = std::move(role);
    } else {
        roles.insert(at, OwnedGroupRole{.group = std::move(group), .role = std::move(role)});
    }
}

/// nullopt for what is no number: nobody waits for that.
std::optional<Time> time_in(const std::string& object) {
    std::int64_t ms = 0;
    const auto end = object.data() + object.size();
    const auto read = std::from_chars(object.data(), end, ms);
    return read.ec == std::errc() && read.ptr == end ? std::optional(Time(Duration(ms))) : std::nullopt;
}

void gain(OwnedUser& owned, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user: owned.user = true; return;
        case OwnershipChange::What::group: insert_sorted(owned.groups, GroupEid(change.object)); return;
        case OwnershipChange::What::role: owned.role = RoleId(change.object); return;
        case OwnershipChange::What::link: owned.link = UserEid(change.object); return;
        case OwnershipChange::What::declined: insert_sorted(owned.declined, GroupEid(change.object)); return;
        case OwnershipChange::What::role_declined: owned.role_declined = RoleId(change.object); return;
        case OwnershipChange::What::invited_again: ++owned.invited_again; return;
        case OwnershipChange::What::group_role:
            set_role(owned.group_roles, GroupEid(change.object), RoleId(change.role));
            return;
        case OwnershipChange::What::group_role_declined:
            insert_sorted(owned.group_roles_declined, GroupEid(change.object));
            return;
        case OwnershipChange::What::user_declined: owned.user_declined = true; return;
        case OwnershipChange::What::suspended: owned.suspended = true; return;
        case OwnershipChange::What::link_scim: owned.link_scim = ScimId(change.object); return;
        case OwnershipChange::What::invite_due: owned.invite_due = true; return;
        case OwnershipChange::What::changed: owned.changed_at = time_in(change.object); return;
        case OwnershipChange::What::formerly: return;  // of two people
    }
}

void lose(OwnedUser& owned, const OwnershipChange& change) {
    switch (change.what) {
        case OwnershipChange::What::user: owned = OwnedUser{.key = owned.key}; return;
        case OwnershipChange::What::group: std::erase(owned.groups, GroupEid(change.object)); return;
        case OwnershipChange::What::role: owned.role.reset(); return;
        case OwnershipChange::What::link: owned.link.reset(); return;
        case OwnershipChange::What::declined: std::erase(owned.declined, GroupEid(change.object)); return;
        case OwnershipChange::What::role_declined: owned.role_declined.reset(); return;
        case OwnershipChange::What::invited_again: owned.invited_again = 0; return;
        case OwnershipChange::What::group_role:
            std::erase_if(owned.group_roles,
                          [&](const OwnedGroupRole& one) { return one.group.value() == change.object; });
            return;
        case OwnershipChange::What::group_role_declined:
            std::erase(owned.group_roles_declined, GroupEid(change.object));
            return;
        case OwnershipChange::What::user_declined: owned.user_declined = false; return;
        case OwnershipChange::What::suspended: owned.suspended = false; return;
        case OwnershipChange::What::link_scim: owned.link_scim.reset(); return;
        case OwnershipChange::What::invite_due: owned.invite_due = false; return;
        case OwnershipChange::What::changed:
        case OwnershipChange::What::formerly: return;
    }
}

/// Whatever was known of `key` before is about an account that is not theirs any more.
void take_over(std::vector<OwnedUser>& users, const EmployeeKey& key, const EmployeeKey& formerly) {
    const auto from = position_of(users, formerly);
    if (from == users.end() || from->key != formerly) return;
    auto owned = std::move(*from);
    owned.key = key;
    users.erase(from);
    const auto at = position_of(users, key);
    if (at != users.end() && at->key == key) {
        *at = std::move(owned);
    } else {
        users.insert(at, std::move(owned));
    }
}

constexpr std::array<std::pair<OwnershipChange::What, std::string_view>, 15> words{{
    {OwnershipChange::What::user, "account"},
    {OwnershipChange::What::group, "membership"},
    {OwnershipChange::What::role, "role"},
    {OwnershipChange::What::link, "link"},
    {OwnershipChange::What::declined, "declined_membership"},
    {OwnershipChange::What::role_declined, "declined_role"},
    {OwnershipChange::What::invited_again, "invited_again"},
    {OwnershipChange::What::group_role, "group_role"},
    {OwnershipChange::What::group_role_declined, "declined_group_role"},
    {OwnershipChange::What::user_declined, "declined_account"},
    {OwnershipChange::What::suspended, "suspended"},
    {OwnershipChange::What::link_scim, "link_scim"},
    {OwnershipChange::What::invite_due, "invite_due"},
    {OwnershipChange::What::changed, "changed"},
    {OwnershipChange::What::formerly, "formerly"},
}};

}  // namespace

std::string_view to_string(OwnershipChange::What what) {
    for (const auto& [value, word] : words) {
        if (value == what) return word;
    }
    return "account";
}

std::optional<OwnershipChange::What> owned_thing_from(std::string_view text) {
    for (const auto& [value, word] : words) {
        if (word == text) return value;
    }
    return std::nullopt;
}

const OwnedUser* Ownership::find(const EmployeeKey& key) const {
    const auto at =
        std::lower_bound(users.begin(), users.end(), key,
                         [](const OwnedUser& user, const EmployeeKey& wanted) { return user.key < wanted; });
    return at != users.end() && at->key == key ? &*at : nullptr;
}

std::vector<Link> links_of(const Ownership& ownership) {
    std::vector<Link> links;
    for (const auto& user : ownership.users) {
        if (user.link) links.push_back({user.key, *user.link, user.link_scim});
    }
    return links;
}

Ownership apply_changes(Ownership ownership, const std::vector<OwnershipChange>& changes) {
    for (const auto& change : changes) {
        if (change.what == OwnershipChange::What::formerly) {
            if (change.way == OwnershipChange::Way::gain) {
                take_over(ownership.users, change.key, EmployeeKey(change.object));
            }
            continue;
        }
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

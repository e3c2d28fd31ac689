#include "core/rules/compare.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace usersync::rules {
namespace {

template <class Person>
const Person* find(const std::vector<Person>& people, const EmployeeKey& key) {
    const auto at =
        std::lower_bound(people.begin(), people.end(), key,
                         [](const Person& person, const EmployeeKey& wanted) { return person.key < wanted; });
    return at != people.end() && at->key == key ? &*at : nullptr;
}

template <class T>
std::vector<T> without(const std::vector<T>& all, const std::vector<T>& those) {
    std::vector<T> rest;
    std::set_difference(all.begin(), all.end(), those.begin(), those.end(), std::back_inserter(rest));
    return rest;
}

std::vector<GroupRef> kept_groups(const Placement& placement) {
    std::vector<GroupRef> groups;
    for (const auto& membership : placement.groups) {
        if (membership.mode == DesiredMembership::Mode::keep) groups.push_back(membership.group);
    }
    return groups;
}

using Roles = std::map<std::optional<GroupRef>, RoleId>;

Roles roles_of(const Placement& placement) {
    Roles roles;
    if (placement.role) roles.emplace(std::nullopt, placement.role->role);
    for (const auto& held : placement.group_roles) roles.emplace(held.group, held.role.role);
    return roles;
}

std::vector<RoleMove> role_moves(const Placement& before, const Placement& after) {
    std::map<std::optional<GroupRef>, RoleMove> moves;
    for (const auto& [group, role] : roles_of(before)) moves[group].before = role;
    for (const auto& [group, role] : roles_of(after)) moves[group].after = role;
    std::vector<RoleMove> list;
    for (auto& [group, move] : moves) {
        move.group = group;
        if (move.before != move.after) list.push_back(std::move(move));
    }
    return list;
}

bool same_password(const DesiredUser* a, const DesiredUser* b) {
    const auto* x = a != nullptr && a->temporary_password ? &*a->temporary_password : nullptr;
    const auto* y = b != nullptr && b->temporary_password ? &*b->temporary_password : nullptr;
    return x == nullptr || y == nullptr ? x == y : x->expose() == y->expose();
}

/// What a comparison needs of one person on one side.
struct Side {
    const DesiredUser* user = nullptr;
    const NotWanted* not_wanted = nullptr;
    const Placement& placement() const {
        static const Placement none;
        return user == nullptr ? none : *user->placement;
    }
    bool never_removed() const {
        return user != nullptr ? user->placement->never_removed.has_value()
                               : not_wanted != nullptr && not_wanted->never_removed.has_value();
    }
};

Side side_of(const DesiredNetwork& network, const EmployeeKey& key) {
    return {find(network.users, key), find(network.not_wanted, key)};
}

std::vector<std::string> other_differences(const Side& before, const Side& after) {
    const auto& a = before.placement();
    const auto& b = after.placement();
    const bool both = before.user != nullptr && after.user != nullptr;
    std::vector<std::string> others;
    const auto note = [&](bool differs, const char* what) {
        if (differs) others.emplace_back(what);
    };
    const auto& x = a.invitation;
    const auto& y = b.invitation;
    note(both && a.not_in_groups != b.not_in_groups, "forbidden groups");
    note(both && (x.channel != y.channel || x.language != y.language), "invitation");
    note(both && kept_groups(a) != kept_groups(b), "kept groups");
    note(before.never_removed() != after.never_removed(), "never removed");
    note(both && a.not_invited.has_value() != b.not_invited.has_value(), "not invited");
    note(both && !same_password(before.user, after.user), "temporary password");
    note(both && before.user->user_name != after.user->user_name, "user name");
    return others;
}

std::vector<EmployeeKey> everybody(const DesiredNetwork& a, const DesiredNetwork& b) {
    std::vector<EmployeeKey> keys;
    for (const auto* network : {&a, &b}) {
        for (const auto& user : network->users) keys.push_back(user.key);
        for (const auto& person : network->not_wanted) keys.push_back(person.key);
        for (const auto& person : network->frozen) keys.push_back(person.key);
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

bool is_still(const PersonMoves& moves) {
    return moves.standing_before == moves.standing_after && moves.joins.empty() && moves.leaves.empty() &&
           moves.roles.empty() && moves.others.empty();
}

}  // namespace

std::vector<GroupRef> memberships_of(const Placement& placement) {
    std::vector<GroupRef> groups;
    for (const auto& membership : placement.groups) {
        if (membership.mode == DesiredMembership::Mode::member) groups.push_back(membership.group);
    }
    for (const auto& held : placement.group_roles) groups.push_back(held.group);
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    return groups;
}

std::string standing_of(const DesiredNetwork& network, const EmployeeKey& key) {
    if (find(network.users, key) != nullptr) return "wanted";
    if (const auto* person = find(network.not_wanted, key)) return std::string(to_string(person->absence));
    return find(network.frozen, key) != nullptr ? "frozen" : "absent";
}

Moves compare(const DesiredNetwork& before, const DesiredNetwork& after) {
    Moves moves;
    moves.wanted_before = before.users.size();
    moves.wanted_after = after.users.size();
    std::map<GroupRef, GroupMoves> groups;
    for (const auto& key : everybody(before, after)) {
        const auto was = side_of(before, key);
        const auto will_be = side_of(after, key);
        const auto groups_before = memberships_of(was.placement());
        const auto groups_after = memberships_of(will_be.placement());
        for (const auto& group : groups_before) ++groups[group].members_before;
        for (const auto& group : groups_after) ++groups[group].members_after;
        PersonMoves person;
        person.key = key;
        person.standing_before = standing_of(before, key);
        person.standing_after = standing_of(after, key);
        person.joins = without(groups_after, groups_before);
        person.leaves = without(groups_before, groups_after);
        person.roles = role_moves(was.placement(), will_be.placement());
        person.others = other_differences(was, will_be);
        for (const auto& group : person.joins) groups[group].joins.push_back(key);
        for (const auto& group : person.leaves) groups[group].leaves.push_back(key);
        if (!is_still(person)) moves.people.push_back(std::move(person));
    }
    for (auto& [group, moved] : groups) {
        moved.group = group;
        if (!moved.joins.empty() || !moved.leaves.empty()) moves.groups.push_back(std::move(moved));
    }
    return moves;
}

}  // namespace usersync::rules

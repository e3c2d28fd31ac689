#include "daemon/network/reading.hpp"

#include <algorithm>
#include <set>

namespace usersync::network_view {

std::string_view to_string(Standing standing) {
    switch (standing) {
        case Standing::ours: return "ours";
        case Standing::linked: return "linked";
        case Standing::declined: return "declined";
        case Standing::by_hand: return "by_hand";
    }
    return "?";
}

std::string_view to_string(Hold hold) {
    switch (hold) {
        case Hold::ours: return "ours";
        case Hold::by_hand: return "by_hand";
    }
    return "?";
}

namespace {

bool is_anything_ours(const OwnedUser& owned) {
    return owned.user || !owned.groups.empty() || owned.role || !owned.group_roles.empty();
}

bool is_named(const std::vector<Drift>& drift, const EmployeeKey& person) {
    return std::any_of(drift.begin(), drift.end(), [&](const Drift& one) { return one.employee == person; });
}

}  // namespace

std::vector<EmployeeKey> not_judged_of(const DesiredNetwork& desired, const Reading& reading) {
    std::set<EmployeeKey> wanted;
    for (const auto& user : desired.users) wanted.insert(user.key);
    std::set<EmployeeKey> unseen;
    for (const auto& account : reading.network.users) {
        if (account.xid && account.state == UserState::suspended) unseen.insert(*account.xid);
    }
    std::vector<EmployeeKey> people;
    for (const auto& owned : reading.ownership.users) {
        const bool is_judged = wanted.contains(owned.key) && !unseen.contains(owned.key);
        if (!is_judged && is_anything_ours(owned) && !is_named(reading.drift, owned.key)) people.push_back(owned.key);
    }
    return people;
}

const OwnedUser* owned_of(const Reading& reading, const ActualUser& account) {
    return account.xid ? reading.ownership.find(*account.xid) : nullptr;
}

Standing standing_of(const Reading& reading, const ActualUser& account) {
    const auto* owned = owned_of(reading, account);
    if (owned == nullptr) return Standing::by_hand;
    if (owned->user && account.linked) return Standing::linked;
    return standing_of(*owned);
}

Standing standing_of(const OwnedUser& owned) {
    if (owned.user) return owned.link ? Standing::linked : Standing::ours;
    return owned.user_declined ? Standing::declined : Standing::by_hand;
}

Hold hold_of(const OwnedUser* owned, const GroupEid& group) {
    if (owned == nullptr) return Hold::by_hand;
    return std::binary_search(owned->groups.begin(), owned->groups.end(), group) ? Hold::ours : Hold::by_hand;
}

bool is_locked(const ActualUser& account, const GroupEid& group) {
    return std::binary_search(account.locked_groups.begin(), account.locked_groups.end(), group);
}

bool is_role_ours(const OwnedUser* owned, const ActualGroupRole& role) {
    if (owned == nullptr) return false;
    return std::any_of(owned->group_roles.begin(), owned->group_roles.end(),
                       [&](const OwnedGroupRole& one) { return one.group == role.group && one.role == role.role; });
}

const ActualGroupRole* role_in(const ActualUser& account, const GroupEid& group) {
    const auto at = std::find_if(account.group_roles.begin(), account.group_roles.end(),
                                 [&](const ActualGroupRole& role) { return role.group == group; });
    return at == account.group_roles.end() ? nullptr : &*at;
}

const ActualUser* find_account(const Reading& reading, const std::string& named) {
    const auto& users = reading.network.users;
    const auto by = [&](auto is) {
        const auto at = std::find_if(users.begin(), users.end(), is);
        return at == users.end() ? nullptr : &*at;
    };
    const auto* account = by([&](const ActualUser& user) { return user.xid && user.xid->value() == named; });
    if (account != nullptr) return account;
    return by([&](const ActualUser& user) { return user.eid && user.eid->value() == named; });
}

const OwnedUser* find_gone(const Reading& reading, const std::string& named) {
    if (find_account(reading, named) != nullptr) return nullptr;
    const auto& people = reading.ownership.users;
    const auto at = std::find_if(people.begin(), people.end(), [&](const OwnedUser& owned) {
        return owned.key.value() == named || (owned.link && owned.link->value() == named);
    });
    return at == people.end() ? nullptr : &*at;
}

std::vector<const ActualGroup*> find_groups(const Reading& reading, const std::string& named) {
    std::vector<const ActualGroup*> groups;
    for (const auto& group : reading.network.groups) {
        if (group.name == named || group.eid.value() == named || group.xid == named) groups.push_back(&group);
    }
    return groups;
}

const ActualGroup* find_group(const Reading& reading, const GroupEid& eid) {
    const auto& groups = reading.network.groups;
    const auto at =
        std::lower_bound(groups.begin(), groups.end(), eid,
                         [](const ActualGroup& group, const GroupEid& wanted) { return group.eid < wanted; });
    return at == groups.end() || at->eid != eid ? nullptr : &*at;
}

std::string title_of(const ActualGroup& group) { return std::string(to_string(group.kind)) + " \"" + group.name + '"'; }

std::string title_of(const Reading& reading, const GroupEid& eid) {
    const auto* group = find_group(reading, eid);
    return group == nullptr ? eid.value() : title_of(*group);
}

std::string name_of(const ActualUser& account) {
    if (account.xid) return account.xid->value();
    return '(' + (account.eid ? account.eid->value() : std::string("no id")) + ')';
}

std::vector<Drift> drift_of(const Reading& reading, const ActualUser& account) {
    return account.xid ? drift_of(reading, *account.xid) : std::vector<Drift>();
}

std::vector<Drift> drift_of(const Reading& reading, const EmployeeKey& person) {
    std::vector<Drift> found;
    for (const auto& drift : reading.drift) {
        if (drift.employee == person) found.push_back(drift);
    }
    return found;
}

std::vector<EmployeeKey> not_judged_of(const Reading& reading, const std::optional<EmployeeKey>& person) {
    const auto& all = reading.not_judged;
    if (!person || !std::binary_search(all.begin(), all.end(), *person)) return {};
    return {*person};
}

std::vector<EmployeeKey> not_judged_in(const Reading& reading, const std::vector<const ActualGroup*>& groups) {
    std::vector<EmployeeKey> people;
    for (const auto& person : reading.not_judged) {
        const auto* owned = reading.ownership.find(person);
        const bool is_in_one = std::any_of(groups.begin(), groups.end(), [&](const ActualGroup* group) {
            return hold_of(owned, group->eid) == Hold::ours;
        });
        if (is_in_one) people.push_back(person);
    }
    return people;
}

std::vector<Drift> drift_in(const Reading& reading, const std::vector<const ActualGroup*>& groups) {
    std::vector<Drift> found;
    for (const auto& drift : reading.drift) {
        const bool is_about = std::any_of(groups.begin(), groups.end(), [&](const ActualGroup* group) {
            const auto words = std::string(to_string(group->kind)) + ' ' + group->name;
            // A role in a group is named before the group: "role admin in department Sales".
            const auto at = drift.object.rfind(words);
            if (at == std::string::npos || at + words.size() != drift.object.size()) return false;
            return at == 0 || drift.object[at - 1] == ' ';
        });
        if (is_about) found.push_back(drift);
    }
    return found;
}

bool is_any_ignored(const std::vector<Drift>& drift) {
    return std::any_of(drift.begin(), drift.end(),
                       [](const Drift& one) { return one.answer == Drift::Answer::ignore; });
}

std::map<GroupEid, Members> members_of(const Reading& reading) {
    std::map<GroupEid, Members> members;
    for (const auto& account : reading.network.users) {
        const auto* owned = owned_of(reading, account);
        for (const auto& group : account.groups) {
            auto& of_group = members[group];
            of_group.accounts.push_back(&account);
            if (hold_of(owned, group) == Hold::ours) ++of_group.ours;
        }
    }
    return members;
}

Counts counts_of(const Reading& reading) {
    Counts counts;
    for (const auto standing : {Standing::ours, Standing::linked, Standing::declined, Standing::by_hand}) {
        counts.standing[standing] = 0;
    }
    counts.groups = reading.network.groups.size();
    for (const auto& account : reading.network.users) {
        ++counts.accounts;
        switch (account.state) {
            case UserState::invited: ++counts.invited; break;
            case UserState::active: ++counts.active; break;
            case UserState::suspended: ++counts.suspended; break;
        }
        if (account.xid) ++counts.with_key;
        if (account.locked) ++counts.locked;
        if (account.external) ++counts.external;
        ++counts.standing[standing_of(reading, account)];
        const auto* owned = owned_of(reading, account);
        for (const auto& group : account.groups) {
            if (hold_of(owned, group) == Hold::ours) ++counts.memberships_ours;
        }
        counts.memberships += account.groups.size();
        counts.memberships_locked += account.locked_groups.size();
        if (owned != nullptr) counts.memberships_declined += owned->declined.size();
    }
    return counts;
}

}  // namespace usersync::network_view

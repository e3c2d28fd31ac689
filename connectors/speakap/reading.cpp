#include "connectors/speakap/reading.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

const RoleId plain_member("member");

bool is_waiting(const RoleId& role) { return role == invitee || role == wannabee; }

// Look-up tables over one reading; they point into it.
class Tables {
public:
    explicit Tables(const Reading& reading) {
        for (const auto& user : reading.scim_users) {
            scim_by_id_.emplace(user.id, &user);
            prefer_active(scim_by_external_id_, user.external_id, user);
            prefer_active(scim_by_user_name_, user.user_name, user);
            if (user.external_id.empty()) prefer_active(scim_by_address_, lower_case(user.user_name), user);
        }
        for (const auto& membership : reading.memberships) {
            membership_by_user_.emplace(lower_case(membership.user.value()), &membership);
            if (membership.user_xid) membership_by_xid_.emplace(*membership.user_xid, &membership);
        }
        for (const auto& [group, members] : reading.members) {
            for (const auto& member : members) {
                if (is_member(member)) groups_by_user_[lower_case(member.user.value())].emplace(group, &member);
            }
        }
    }

    const ScimUser* scim_user(const EmployeeKey& xid) const {
        const auto* by_external_id = find(scim_by_external_id_, xid.value());
        return by_external_id != nullptr ? by_external_id : find(scim_by_user_name_, xid.value());
    }
    const ScimUser* scim_user(const ScimId& id) const { return find(scim_by_id_, id); }
    const ScimUser* scim_stranger(const std::optional<std::string>& email) const {
        return email ? find(scim_by_address_, *email) : nullptr;
    }
    const RestMembership* membership_of(const UserEid& user) const {
        return find(membership_by_user_, lower_case(user.value()));
    }
    const RestMembership* membership_of(const EmployeeKey& xid) const { return find(membership_by_xid_, xid); }
    const std::map<GroupEid, const RestMembership*>& groups_of(const UserEid& user) const {
        static const std::map<GroupEid, const RestMembership*> none;
        const auto at = groups_by_user_.find(lower_case(user.value()));
        return at == groups_by_user_.end() ? none : at->second;
    }

private:
    using ByText = std::map<std::string, const ScimUser*>;

    static void prefer_active(ByText& table, const std::string& text, const ScimUser& user) {
        if (text.empty()) return;
        const auto [at, is_new] = table.emplace(text, &user);
        if (!is_new && user.active && !at->second->active) at->second = &user;
    }
    template <class Key, class Value>
    static const Value* find(const std::map<Key, const Value*>& table, const Key& key) {
        const auto at = table.find(key);
        return at == table.end() ? nullptr : at->second;
    }

    std::map<ScimId, const ScimUser*> scim_by_id_;
    ByText scim_by_external_id_;
    ByText scim_by_user_name_;
    ByText scim_by_address_;  ///< by a userName that may be an address, in lower case; without externalId
    std::map<std::string, const RestMembership*> membership_by_user_;
    std::map<EmployeeKey, const RestMembership*> membership_by_xid_;
    std::map<std::string, std::map<GroupEid, const RestMembership*>> groups_by_user_;
};

// The accounts that are linked; without links to a key that somebody has in the network itself.
class Links {
public:
    Links(const std::vector<Link>& links, const Reading& reading) {
        std::set<EmployeeKey> taken;
        for (const auto& user : reading.users) {
            if (user.xid && !user.deleted) taken.insert(*user.xid);
        }
        for (const auto& link : links) {
            if (taken.contains(link.key)) continue;
            by_eid_.emplace(lower_case(link.eid.value()), &link);
            if (link.scim_id) by_scim_id_.emplace(*link.scim_id, &link);
        }
    }
    /// nullptr for somebody who is not linked, or has an XID of their own meanwhile.
    const Link* of(const RestUser& user) const {
        return user.xid ? nullptr : found(by_eid_, lower_case(user.eid.value()));
    }
    const Link* of(const ScimUser& user) const {
        return user.external_id.empty() ? found(by_scim_id_, user.id) : nullptr;
    }

private:
    template <class Key>
    static const Link* found(const std::map<Key, const Link*>& links, const Key& key) {
        const auto at = links.find(key);
        return at == links.end() ? nullptr : at->second;
    }

    std::map<std::string, const Link*> by_eid_;
    std::map<ScimId, const Link*> by_scim_id_;
};

struct Context {
    const Tables& tables;
    const std::string& own_lock;
};

bool is_locked(const RestMembership& membership, const std::string& own_lock) {
    return !membership.locked_by.empty() && lower_case(membership.locked_by) != lower_case(own_lock);
}

void set_membership(ActualUser& user, const RestMembership* membership, const Context& context) {
    if (membership == nullptr) return;
    user.membership = membership->eid;
    user.role = membership->role;
    user.locked = is_locked(*membership, context.own_lock);
}

void set_groups(ActualUser& user, const UserEid& eid, const Context& context) {
    for (const auto& [group, membership] : context.tables.groups_of(eid)) {
        user.groups.push_back(group);
        if (is_locked(*membership, context.own_lock)) user.locked_groups.push_back(group);
        const bool is_plain =
            membership->role == plain_member || membership->role == invitee || membership->role.value().empty();
        if (is_plain) continue;
        user.group_roles.push_back({.group = group, .role = membership->role, .membership = membership->eid});
    }
}

UserState state_of(const RoleId& role, const ScimUser* scim) {
    if (scim != nullptr && !scim->active) return UserState::suspended;
    return is_waiting(role) ? UserState::invited : UserState::active;
}

ActualUser listed_user(const RestUser& rest, const ScimUser* scim, const Context& context) {
    ActualUser user;
    user.eid = rest.eid;
    user.xid = rest.xid;
    user.profile = rest.profile;
    if (scim != nullptr) {
        user.scim_id = scim->id;
        user.profile = scim->profile;
        user.profile.name = rest.profile.name;
    }
    const auto* membership = context.tables.membership_of(rest.eid);
    set_membership(user, membership, context);
    user.state = state_of(user.role, scim);
    if (membership != nullptr && user.state == UserState::invited) user.invited_at = membership->invited_at;
    set_groups(user, rest.eid, context);
    user.external = rest.external;
    user.other_emails = rest.other_emails;
    user.birthday = rest.birthday;
    return user;
}

ActualUser unlisted_user(const ScimUser& scim, const RestMembership* membership, const Context& context) {
    ActualUser user;
    user.scim_id = scim.id;
    user.profile = scim.profile;
    user.state = scim.active ? UserState::invited : UserState::suspended;
    set_membership(user, membership, context);
    if (membership != nullptr) set_groups(user, membership->user, context);
    if (membership == nullptr && scim.active) user.role = invitee;
    return user;
}

// An account that nobody gave a key: it goes by its address alone. An address is never a key by mere inference.
bool goes_by_address(const ScimUser& user) {
    return user.external_id.empty() && user.user_name.find('@') != std::string::npos;
}

const ScimUser* scim_user_of(const RestUser& user, const Link* link, const Tables& tables) {
    if (user.xid) return tables.scim_user(*user.xid);
    const auto* linked = link != nullptr && link->scim_id ? tables.scim_user(*link->scim_id) : nullptr;
    return linked != nullptr ? linked : tables.scim_stranger(user.profile.email);
}

}  // namespace

bool is_member(const RestMembership& membership) { return membership.role != wannabee; }

ActualNetwork assemble(const Reading& reading, const std::vector<Link>& kept_links, const std::string& own_lock) {
    const Tables tables(reading);
    const Links links(kept_links, reading);
    const Context context{.tables = tables, .own_lock = own_lock};
    ActualNetwork network;
    network.eid = reading.eid;
    for (const auto& group : reading.groups) network.groups.push_back(group.group);
    std::set<EmployeeKey> shown;
    std::set<ScimId> joined_up;
    for (const auto& rest : reading.users) {
        if (rest.deleted) continue;
        const auto* link = links.of(rest);
        const auto* scim = scim_user_of(rest, link, tables);
        if (scim != nullptr) joined_up.insert(scim->id);
        auto user = listed_user(rest, scim, context);
        if (link != nullptr) user.xid = link->key;
        user.linked = link != nullptr;
        if (user.xid) shown.insert(*user.xid);
        network.users.push_back(std::move(user));
    }
    for (const auto& scim : reading.scim_users) {
        if (joined_up.contains(scim.id)) continue;
        if (const auto* link = links.of(scim)) {
            if (!shown.insert(link->key).second) continue;
            auto user = unlisted_user(scim, tables.membership_of(link->eid), context);
            user.xid = link->key;
            user.linked = true;
            network.users.push_back(std::move(user));
            continue;
        }
        if (goes_by_address(scim)) {
            network.users.push_back(unlisted_user(scim, nullptr, context));
            continue;
        }
        const auto key = key_of(scim);
        if (key.value().empty() || !shown.insert(key).second) continue;
        auto user = unlisted_user(*tables.scim_user(key), tables.membership_of(key), context);
        user.xid = key;
        network.users.push_back(std::move(user));
    }
    sort_network(network);
    return network;
}

bool people_agree(const Reading& reading) {
    std::set<std::string> with_membership;
    for (const auto& membership : reading.memberships) with_membership.insert(lower_case(membership.user.value()));
    std::set<std::string> listed;
    for (const auto& user : reading.users) {
        const auto eid = lower_case(user.eid.value());
        if (!user.deleted && !with_membership.contains(eid)) return false;
        listed.insert(eid);
    }
    std::set<std::string> suspended;
    for (const auto& user : reading.scim_users) {
        if (!user.active) suspended.insert(key_of(user).value());
    }
    const auto may_stand_alone = [&](const RestMembership& membership) {
        if (is_waiting(membership.role) || listed.contains(lower_case(membership.user.value()))) return true;
        // Whoever is not named may be any of those who are suspended.
        return membership.user_xid ? suspended.contains(membership.user_xid->value()) : !suspended.empty();
    };
    return std::all_of(reading.memberships.begin(), reading.memberships.end(), may_stand_alone);
}

bool are_one_network(const Reading& reading) {
    // Of one or two people nothing can be said: REST may be late to show them.
    constexpr std::size_t some = 3;
    std::set<std::string> listed;
    std::size_t people = 0;
    for (const auto& user : reading.users) {
        if (user.deleted) continue;
        ++people;
        if (user.xid) listed.insert(lower_case(user.xid->value()));
        if (user.profile.email) listed.insert(lower_case(*user.profile.email));
        for (const auto& address : user.other_emails) listed.insert(lower_case(address));
    }
    const auto is_active = [](const ScimUser& user) { return user.active; };
    const auto active = std::count_if(reading.scim_users.begin(), reading.scim_users.end(), is_active);
    if (people < some || active < static_cast<std::ptrdiff_t>(some)) return true;
    return std::any_of(reading.scim_users.begin(), reading.scim_users.end(), [&](const ScimUser& user) {
        return listed.contains(lower_case(key_of(user).value())) || listed.contains(lower_case(user.user_name)) ||
               listed.contains(lower_case(user.profile.email.value_or("")));
    });
}

bool members_agree(const RestGroup& group, const std::vector<RestMembership>& members) {
    if (!group.members) return true;
    const auto count = [&](auto counts) {
        return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), counts));
    };
    return group.members == members.size() || group.members == count(is_member) ||
           group.members == count([](const RestMembership& row) { return !is_waiting(row.role); });
}

}  // namespace usersync::speakap

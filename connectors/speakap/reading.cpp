#include "connectors/speakap/reading.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

const RoleId invitee("invitee");
const RoleId wannabee("wannabee");

// Look-up tables over one reading; they point into it.
class Tables {
public:
    explicit Tables(const Reading& reading) {
        for (const auto& user : reading.scim_users) {
            prefer_active(scim_by_external_id_, user.external_id, user);
            prefer_active(scim_by_user_name_, user.user_name, user);
            if (user.external_id.empty()) prefer_active(scim_by_address_, folded(user.user_name), user);
        }
        for (const auto& membership : reading.memberships) {
            membership_by_user_.emplace(folded(membership.user.value()), &membership);
            if (membership.user_xid) membership_by_xid_.emplace(*membership.user_xid, &membership);
        }
        for (const auto& [group, members] : reading.members) {
            for (const auto& member : members) {
                if (is_member(member)) groups_by_user_[folded(member.user.value())].insert(group);
            }
        }
    }

    const ScimUser* scim_user(const EmployeeKey& xid) const {
        const auto* by_external_id = find(scim_by_external_id_, xid.value());
        return by_external_id != nullptr ? by_external_id : find(scim_by_user_name_, xid.value());
    }
    const ScimUser* scim_stranger(const std::optional<std::string>& email) const {
        return email ? find(scim_by_address_, *email) : nullptr;
    }
    const RestMembership* membership_of(const UserEid& user) const {
        return find(membership_by_user_, folded(user.value()));
    }
    const RestMembership* membership_of(const EmployeeKey& xid) const { return find(membership_by_xid_, xid); }
    std::vector<GroupEid> groups_of(const UserEid& user) const {
        const auto at = groups_by_user_.find(folded(user.value()));
        if (at == groups_by_user_.end()) return {};
        return {at->second.begin(), at->second.end()};
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

    ByText scim_by_external_id_;
    ByText scim_by_user_name_;
    ByText scim_by_address_;  ///< by a userName that may be an address, in lower case; without externalId
    std::map<std::string, const RestMembership*> membership_by_user_;
    std::map<EmployeeKey, const RestMembership*> membership_by_xid_;
    std::map<std::string, std::set<GroupEid>> groups_by_user_;
};

void set_membership(ActualUser& user, const RestMembership* membership) {
    if (membership == nullptr) return;
    user.membership = membership->eid;
    user.role = membership->role;
}

UserState state_of(const RoleId& role, const ScimUser* scim) {
    if (scim != nullptr && !scim->active) return UserState::suspended;
    return role == invitee || role == wannabee ? UserState::invited : UserState::active;
}

ActualUser listed_user(const RestUser& rest, const ScimUser* scim, const Tables& tables) {
    ActualUser user;
    user.eid = rest.eid;
    user.xid = rest.xid;
    user.profile = rest.profile;
    if (scim != nullptr) {
        user.scim_id = scim->id;
        user.profile = scim->profile;
        user.profile.name = rest.profile.name;
    }
    set_membership(user, tables.membership_of(rest.eid));
    user.state = state_of(user.role, scim);
    user.groups = tables.groups_of(rest.eid);
    return user;
}

ActualUser unlisted_user(const EmployeeKey& key, const ScimUser& scim, const Tables& tables) {
    ActualUser user;
    user.xid = key;
    user.scim_id = scim.id;
    user.profile = scim.profile;
    user.state = scim.active ? UserState::invited : UserState::suspended;
    const auto* membership = tables.membership_of(key);
    set_membership(user, membership);
    if (membership != nullptr) user.groups = tables.groups_of(membership->user);
    if (membership == nullptr && scim.active) user.role = invitee;
    return user;
}

}  // namespace

bool is_member(const RestMembership& membership) { return membership.role != wannabee; }

ActualNetwork assemble(const Reading& reading) {
    const Tables tables(reading);
    ActualNetwork network;
    network.eid = reading.eid;
    network.groups = reading.groups;
    std::set<EmployeeKey> shown;
    std::set<ScimId> joined_up;
    for (const auto& rest : reading.users) {
        const auto* scim = rest.xid ? tables.scim_user(*rest.xid) : tables.scim_stranger(rest.profile.email);
        if (rest.xid) shown.insert(*rest.xid);
        if (scim != nullptr) joined_up.insert(scim->id);
        network.users.push_back(listed_user(rest, scim, tables));
    }
    for (const auto& scim : reading.scim_users) {
        const auto key = key_of(scim);
        if (key.value().empty() || joined_up.contains(scim.id) || !shown.insert(key).second) continue;
        network.users.push_back(unlisted_user(key, *tables.scim_user(key), tables));
    }
    sort_network(network);
    return network;
}

}  // namespace usersync::speakap

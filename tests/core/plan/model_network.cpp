#include "tests/core/plan/model_network.hpp"

#include "core/apply/meaning.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {
namespace {

bool is_in(const std::vector<GroupEid>& sorted, const GroupEid& group) {
    return std::binary_search(sorted.begin(), sorted.end(), group);
}

}  // namespace

ModelNetwork::ModelNetwork(ActualNetwork network, Ownership ownership)
    : network_(std::move(network)), ownership_(std::move(ownership)) {}

ActualNetwork ModelNetwork::shown() const {
    auto network = network_;
    sort_network(network);
    return network;
}

ActualUser* ModelNetwork::find(const EmployeeKey& key) {
    const auto at = std::find_if(network_.users.begin(), network_.users.end(),
                                 [&](const ActualUser& user) { return user.xid == key; });
    return at == network_.users.end() ? nullptr : &*at;
}

void ModelNetwork::complain(const Change& change, const std::string& why) {
    complaints_.push_back(std::string(kind_of(change.what)) + ' ' + change.employee.value() + ": " + why);
}

void ModelNetwork::claim(const Change& change, const ActualUser* but, const std::optional<std::string>& email) {
    if (!email || (but != nullptr && but->profile.email == email)) return;
    for (const auto& user : network_.users) {
        const auto& others = user.other_emails;
        const bool has_it =
            user.profile.email == email || std::find(others.begin(), others.end(), *email) != others.end();
        if (has_it && &user != but) complain(change, "the address is taken");
    }
}

void ModelNetwork::create(const Change& change, const CreateUser& what) {
    if (find(change.employee) != nullptr) return complain(change, "there is an account");
    claim(change, nullptr, what.profile.email);
    network_.users.push_back({.eid = UserEid("new:" + change.employee.value()),
                              .xid = change.employee,
                              .scim_id = ScimId("s" + change.employee.value()),
                              .state = UserState::invited,
                              .profile = what.profile,
                              .membership = MembershipEid("m" + change.employee.value()),
                              .role = RoleId("member"),
                              .groups = {}});
}

void ModelNetwork::perform(const Change& change) {
    ownership_ = apply_changes(std::move(ownership_), apply::ownership_after(change, Time()));
    const auto* adopt = std::get_if<Adopt>(&change.what);
    if (adopt != nullptr && adopt->link) link(change, *adopt->link);
    if (!needs_call(change.what)) return;
    if (const auto* make = std::get_if<MakeGroup>(&change.what)) {
        const auto has_name = [&](const ActualGroup& group) { return group.name == make->name; };
        if (std::any_of(network_.groups.begin(), network_.groups.end(), has_name)) complain(change, "there is one");
        network_.groups.push_back({GroupEid("made:" + make->name), make->kind, make->name, std::nullopt});
        return;
    }
    if (const auto* what = std::get_if<CreateUser>(&change.what)) return create(change, *what);
    auto* user = find(change.employee);
    if (user == nullptr) return complain(change, "there is no account");
    if (std::holds_alternative<EndMembership>(change.what)) {
        if (user->state != UserState::suspended) complain(change, "is not suspended");
        network_.users.erase(network_.users.begin() + (user - network_.users.data()));
        return;
    }
    perform(change, *user);
}

void ModelNetwork::perform(const Change& change, ActualUser& user) {
    const auto& what = change.what;
    const bool had_groups = user.external && !user.groups.empty();
    if (user.state == UserState::suspended && !std::holds_alternative<ReactivateUser>(what)) {
        complain(change, "is suspended");
    }
    if (const auto* back = std::get_if<ReactivateUser>(&what)) {
        claim(change, &user, back->profile.email);
        user.state = UserState::active;
        user.profile = back->profile;
    }
    if (std::holds_alternative<SuspendUser>(what)) user.state = UserState::suspended;
    if (const auto* update = std::get_if<UpdateProfile>(&what)) {
        if (update->before != user.profile) complain(change, "has another profile");
        claim(change, &user, update->after.email);
        user.profile = update->after;
    }
    if (const auto* invite = std::get_if<InviteAgain>(&what)) {
        if (user.profile.email != invite->email) complain(change, "has another address");
    }
    if (const auto* role = std::get_if<ChangeRole>(&what)) {
        if (user.role != role->before) complain(change, "has another role");
        user.role = role->after;
    }
    if (const auto* add = std::get_if<AddToGroups>(&what)) {
        for (const auto& group : add->groups) {
            if (is_in(user.groups, group.eid)) complain(change, "is in it");
            user.groups.insert(std::upper_bound(user.groups.begin(), user.groups.end(), group.eid), group.eid);
        }
    }
    if (const auto* remove = std::get_if<RemoveFromGroups>(&what)) {
        for (const auto& group : remove->groups) leave(change, user, group.eid);
    }
    if (const auto* role = std::get_if<ChangeGroupRole>(&what)) change_role(change, *role, user);
    if (had_groups && user.groups.empty()) complain(change, "is from outside, and in no group any more");
}

void ModelNetwork::change_role(const Change& change, const ChangeGroupRole& what, ActualUser& user) {
    const auto& group = what.group.eid;
    if (!is_in(user.groups, group)) return complain(change, "is not in that group");
    auto& roles = user.group_roles;
    const auto at =
        std::find_if(roles.begin(), roles.end(), [&](const ActualGroupRole& one) { return one.group == group; });
    const RoleId ordinary("member");
    if ((at == roles.end() ? ordinary : at->role) != what.before) complain(change, "has another role there");
    if (at != roles.end()) roles.erase(at);
    if (what.after == ordinary) return;
    roles.push_back({group, what.after, MembershipEid("x" + group.value())});
    std::sort(roles.begin(), roles.end());
}

void ModelNetwork::link(const Change& change, const UserEid& account) {
    const auto at = std::find_if(network_.users.begin(), network_.users.end(),
                                 [&](const ActualUser& user) { return user.eid == account; });
    if (at == network_.users.end() || at->xid) return complain(change, "there is nothing to link");
    at->xid = change.employee;
    at->linked = true;
}

void ModelNetwork::leave(const Change& change, ActualUser& user, const GroupEid& group) {
    if (!is_in(user.groups, group)) complain(change, "is not in it");
    std::erase(user.groups, group);
    std::erase_if(user.group_roles, [&](const ActualGroupRole& one) { return one.group == group; });
    for (const auto& below : network_.groups) {
        if (below.parent == group && is_in(user.groups, below.eid)) complain(change, "stays in a group below");
    }
}

}  // namespace usersync::test

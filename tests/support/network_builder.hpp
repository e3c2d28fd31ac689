#pragma once
// Small words for networks in tests: who should be there, who is there, what is ours.

#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

inline Profile profile_of(const std::string& key) {
    return {.email = "p" + key + "@shop.example",
            .name = PersonName{.first = "P" + key, .infix = {}, .last = "Person"},
            .job_title = "Cashier",
            .phone = "+3161000" + key};
}

inline GroupRef business_unit(std::string name) {
    return {.by = GroupRef::By::name, .kind = GroupKind::business_unit, .text = std::move(name)};
}

inline GroupRef department(std::string name) {
    return {.by = GroupRef::By::name, .kind = GroupKind::department, .text = std::move(name)};
}

inline Reason reason(std::string rule, std::string column = {}, std::string value = {}) {
    return {.rule = std::move(rule), .origin = {}, .column = std::move(column), .value = std::move(value)};
}

/// The same person, of whom the rules say something else too.
template <class Change>
DesiredUser placed(DesiredUser user, Change change) {
    auto placement = *user.placement;
    change(placement);
    user.placement = std::make_shared<const Placement>(std::move(placement));
    return user;
}

inline DesiredUser wanted(const std::string& key, const std::vector<std::string>& stores = {}) {
    DesiredUser user;
    user.key = EmployeeKey(key);
    user.profile = profile_of(key);
    return placed(std::move(user), [&](Placement& placement) {
        for (const auto& store : stores) {
            placement.groups.push_back({.group = business_unit(store),
                                        .mode = DesiredMembership::Mode::member,
                                        .reasons = {reason("rule", "location", store)}});
        }
        std::sort(placement.groups.begin(), placement.groups.end());
    });
}

inline DesiredUser with_role(DesiredUser user, const std::string& role) {
    return placed(std::move(user), [&](Placement& placement) {
        placement.role = DesiredRole{RoleId(role), reason("role rule", "job_title", "Store manager")};
    });
}

inline DesiredUser as_admin(DesiredUser user) { return with_role(std::move(user), "admin"); }

inline NotWanted not_wanted(const std::string& key, Absence absence) {
    return {.key = EmployeeKey(key), .absence = absence, .reason = reason("life cycle"), .never_removed = {}};
}

inline DesiredNetwork should_be(std::vector<DesiredUser> users) {
    DesiredNetwork desired;
    desired.users = std::move(users);
    return desired;
}

/// A network with the stores 12 and 14 (EIDs g12, g14).
inline ActualNetwork network_of(std::vector<ActualUser> users) {
    ActualNetwork network{.eid = NetworkEid("n1"), .users = std::move(users), .groups = {}};
    network.groups = {{GroupEid("g12"), GroupKind::business_unit, "Store 12", std::nullopt},
                      {GroupEid("g14"), GroupKind::business_unit, "Store 14", std::nullopt}};
    sort_network(network);
    return network;
}

inline ActualUser account(const std::string& key, const std::vector<std::string>& groups = {}) {
    ActualUser user{.eid = UserEid("u" + key),
                    .xid = EmployeeKey(key),
                    .scim_id = ScimId("s" + key),
                    .state = UserState::active,
                    .profile = profile_of(key),
                    .membership = MembershipEid("m" + key),
                    .role = RoleId("member"),
                    .groups = {}};
    for (const auto& group : groups) user.groups.emplace_back(group);
    return user;
}

inline ActualUser suspended(ActualUser user) {
    user.state = UserState::suspended;
    user.eid.reset();
    return user;
}

inline OwnedUser ours(const std::string& key, const std::vector<std::string>& groups = {}) {
    OwnedUser owned{.key = EmployeeKey(key), .user = true, .groups = {}, .role = std::nullopt};
    for (const auto& group : groups) owned.groups.emplace_back(group);
    return owned;
}

/// "create_user 1001", "add_to_groups 1001 g12,g14", "change_role 1001 member>admin", "make_group department Cafe":
/// one line a change.
inline std::string line_of(const Change& change) {
    std::string line = std::string(kind_of(change.what)) + ' ' + change.employee.value();
    const auto groups = [](const std::vector<GroupChange>& list) {
        std::string text;
        for (const auto& group : list) text += (text.empty() ? " " : ",") + group.eid.value();
        return text;
    };
    if (const auto* adopt = std::get_if<Adopt>(&change.what)) {
        line += (adopt->user ? " user" : "") + groups(adopt->groups) + (adopt->role ? " " + adopt->role->value() : "");
    }
    if (const auto* add = std::get_if<AddToGroups>(&change.what)) line += groups(add->groups);
    if (const auto* remove = std::get_if<RemoveFromGroups>(&change.what)) line += groups(remove->groups);
    if (const auto* make = std::get_if<MakeGroup>(&change.what)) {
        line += std::string(to_string(make->kind)) + ' ' + make->name;
        if (make->business_unit) line += " in " + make->business_unit->value();
        if (make->department) line += " and " + make->department->value();
    }
    if (const auto* role = std::get_if<ChangeRole>(&change.what)) {
        line += ' ' + role->before.value() + '>' + role->after.value();
    }
    if (const auto* release = std::get_if<Release>(&change.what)) {
        line += (release->user ? " user" : "") + groups(release->groups) +
                (release->role ? " " + release->role->value() : "");
        for (const auto& one : release->group_roles) line += " " + one.role.value() + "@" + one.group.eid.value();
        for (const auto& [what, object] : release->forgotten) {
            line += " -" + std::string(to_string(what)) + (object.empty() ? "" : ":" + object);
        }
    }
    if (const auto* adopt = std::get_if<Adopt>(&change.what)) {
        for (const auto& one : adopt->group_roles) line += " " + one.role.value() + "@" + one.group.eid.value();
        if (adopt->link) line += " link " + adopt->link->value();
    }
    if (const auto* back = std::get_if<ReactivateUser>(&change.what); back != nullptr && back->formerly) {
        line += " formerly " + back->formerly->value();
    }
    if (const auto* role = std::get_if<ChangeGroupRole>(&change.what)) {
        line += ' ' + role->group.eid.value() + ' ' + role->before.value() + '>' + role->after.value();
    }
    if (std::holds_alternative<UpdateProfile>(change.what)) line += ' ' + change.reason.column;
    return line;
}

inline std::vector<std::string> lines_of(const ChangeSet& changes) {
    std::vector<std::string> lines;
    for (const auto& change : changes.changes) lines.push_back(line_of(change));
    return lines;
}

inline std::vector<std::string> lines_of(const Plan& plan) {
    std::vector<std::string> lines;
    for (const auto& operation : plan.operations) lines.push_back(line_of(operation.change));
    return lines;
}

/// "membership_ended 1001 business_unit Store 12 repair": one line a drift.
inline std::vector<std::string> lines_of(const std::vector<Drift>& drift) {
    std::vector<std::string> lines;
    for (const auto& one : drift) {
        lines.push_back(std::string(to_string(one.kind)) + ' ' + one.employee.value() + ' ' + one.object + ' ' +
                        std::string(to_string(one.answer)));
    }
    return lines;
}

/// "frozen 1007", "conflict 1001": one line a note.
inline std::vector<std::string> notes_of(const std::vector<Note>& notes) {
    std::vector<std::string> lines;
    for (const auto& note : notes) {
        lines.push_back(std::string(to_string(note.kind)) +
                        (note.employee.value().empty() ? "" : " " + note.employee.value()));
    }
    return lines;
}

}  // namespace usersync::test

#include "core/diff/person.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace usersync::diff {
namespace {

const Reason in_the_record{.rule = "employee record", .column = {}, .value = {}};
const Reason left_the_record{.rule = "left the employee record", .column = {}, .value = {}};

/// Wanted memberships as the network's groups. `all_found` is false when a rule's group could not be found.
struct WantedGroups {
    std::vector<GroupChange> groups;  ///< sorted by EID, unique
    bool all_found = true;
};

WantedGroups resolve(const PersonComparison& compare, const DesiredUser& person) {
    WantedGroups wanted;
    for (const auto& membership : person.groups) {
        const auto found = compare.groups.find(membership.group);
        if (const auto* group = std::get_if<const ActualGroup*>(&found)) {
            wanted.groups.push_back({(*group)->eid, (*group)->name, membership.reason});
        } else {
            wanted.all_found = false;
            compare.out.notes.push_back({Note::Kind::unknown_group, person.key,
                                         "belongs in " + describe(membership.group) + ", which cannot be found"});
        }
    }
    std::sort(wanted.groups.begin(), wanted.groups.end());
    const auto same = [](const GroupChange& a, const GroupChange& b) { return a.eid == b.eid; };
    wanted.groups.erase(std::unique(wanted.groups.begin(), wanted.groups.end(), same), wanted.groups.end());
    return wanted;
}

void note_unmapped(const PersonComparison& compare, const DesiredUser& person) {
    for (const auto& field : person.unmapped_fields) {
        compare.out.notes.push_back({Note::Kind::unmapped, person.key, "has a " + field + " that no rule knows"});
    }
}

bool has(const std::vector<GroupEid>& sorted, const GroupEid& group) {
    return std::binary_search(sorted.begin(), sorted.end(), group);
}

bool has(const std::vector<GroupChange>& groups, const GroupEid& group) {
    return std::any_of(groups.begin(), groups.end(), [&](const GroupChange& g) { return g.eid == group; });
}

/// A new account begins without what the record leaves empty.
Profile to_begin_with(const Profile& wanted) {
    auto profile = merged(wanted, Profile{});
    for (auto* text : {&profile.email, &profile.job_title, &profile.phone}) {
        if (*text && (*text)->empty()) text->reset();
    }
    return profile;
}

/// The role in effect: somebody who has not accepted yet counts as having the default one.
RoleId role_in_effect(const ActualUser& account, const Policy& policy) {
    return account.role == policy.invitee_role || account.role.value().empty() ? policy.default_role : account.role;
}

bool may_have_address(const PersonComparison& compare, const EmployeeKey& person, const Profile& profile) {
    if (!profile.email || profile.email->empty()) return true;
    switch (compare.addresses.claim(*profile.email, person)) {
        case Claim::free:
        case Claim::handed_over: return true;
        case Claim::unlinked:
            compare.out.notes.push_back({Note::Kind::conflict, person,
                                         "an account that is linked to no employee has this person's e-mail address: "
                                         "link it by its XID, or change the address"});
            return false;
        case Claim::taken:
            compare.out.notes.push_back(
                {Note::Kind::conflict, person, "another person's account has this person's e-mail address"});
            return false;
    }
    return false;
}

void change_role(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account,
                 const OwnedUser& owned) {
    const auto now = role_in_effect(account, compare.policy);
    const bool ours = owned.role && *owned.role == now;
    if (wanted.role) {
        if (wanted.role->role == now) return;
        if (now != compare.policy.default_role && !ours) {
            compare.out.notes.push_back({Note::Kind::protected_, wanted.key, "has another role, given by hand"});
            return;
        }
        if (account.state == UserState::invited && !compare.policy.roles_before_activation) return;
        const bool granted = wanted.role->role != compare.policy.default_role;
        compare.out.changes.push_back({wanted.key,
                                       ChangeRole{.before = now, .after = wanted.role->role, .granted = granted},
                                       wanted.role->reason});
        return;
    }
    if (ours && now != compare.policy.default_role) {
        compare.out.changes.push_back(
            {wanted.key, ChangeRole{.before = now, .after = compare.policy.default_role, .granted = false},
             Reason{.rule = "no role rule matches any more", .column = {}, .value = {}}});
    }
}

void change_profile(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account) {
    auto target = merged(wanted.profile, account.profile);
    if (account.state == UserState::suspended) {
        if (!may_have_address(compare, wanted.key, target)) return;
        compare.out.changes.push_back({wanted.key, ReactivateUser{std::move(target)}, in_the_record});
        return;
    }
    const auto fields = fields_that_differ(account.profile, target);
    if (fields.empty() || !may_have_address(compare, wanted.key, target)) return;
    Reason reason = in_the_record;
    reason.column = fields;
    compare.out.changes.push_back(
        {wanted.key, UpdateProfile{.before = account.profile, .after = std::move(target)}, std::move(reason)});
}

void adopt(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account,
           const OwnedUser& owned, const WantedGroups& groups) {
    Adopt adopted{.user = !owned.user, .groups = {}, .role = std::nullopt};
    for (const auto& group : groups.groups) {
        if (has(account.groups, group.eid) && !has(owned.groups, group.eid)) adopted.groups.push_back(group);
    }
    const auto now = role_in_effect(account, compare.policy);
    if (wanted.role && wanted.role->role == now && now != compare.policy.default_role && owned.role != now) {
        adopted.role = now;
    }
    if (adopted != Adopt{}) {
        Reason reason = in_the_record;
        if (!adopted.user) {
            reason = adopted.groups.empty() ? wanted.role->reason : adopted.groups.front().reason;
        }
        compare.out.changes.push_back({wanted.key, std::move(adopted), std::move(reason)});
    }
}

bool leads_to(const FieldGroups& field, const GroupDirectory& directory, const GroupEid& group) {
    const auto is_it = [&](const GroupRef& reference) {
        const auto found = directory.find(reference);
        const auto* named = std::get_if<const ActualGroup*>(&found);
        return named != nullptr && (*named)->eid == group;
    };
    const auto kind = directory.kind_of(group);
    return std::any_of(field.groups.begin(), field.groups.end(), is_it) ||
           (kind && std::find(field.any_of.begin(), field.any_of.end(), *kind) != field.any_of.end());
}

/// The record says nothing certain about whether the person belongs in this group.
bool is_in_doubt(const PersonComparison& compare, const DesiredUser& wanted, const GroupEid& group) {
    const auto has_field = [](const std::vector<std::string>& fields, const std::string& field) {
        return std::find(fields.begin(), fields.end(), field) != fields.end();
    };
    for (const auto& field : compare.desired.field_groups) {
        const bool unknown = has_field(wanted.unmapped_fields, field.field);
        const bool kept = has_field(wanted.empty_fields, field.field);
        if ((unknown || kept) && leads_to(field, compare.groups, group)) return true;
    }
    return false;
}

void change_groups(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account,
                   const OwnedUser& owned, const WantedGroups& groups) {
    AddToGroups add;
    for (const auto& group : groups.groups) {
        if (!has(account.groups, group.eid)) add.groups.push_back(group);
    }
    RemoveFromGroups remove;
    for (const auto& group : account.groups) {
        if (!groups.all_found || !has(owned.groups, group) || has(groups.groups, group)) continue;
        if (is_in_doubt(compare, wanted, group)) continue;
        remove.groups.push_back({group, compare.groups.name_of(group),
                                 Reason{.rule = "no group rule matches any more", .column = {}, .value = {}}});
    }
    if (!add.groups.empty()) {
        auto reason = add.groups.front().reason;
        compare.out.changes.push_back({wanted.key, std::move(add), std::move(reason)});
    }
    if (!remove.groups.empty()) {
        auto reason = remove.groups.front().reason;
        compare.out.changes.push_back({wanted.key, std::move(remove), std::move(reason)});
    }
}

}  // namespace

Profile merged(const Profile& wanted, const Profile& there) {
    Profile result;
    // An account cannot be without an address.
    result.email = wanted.email && !wanted.email->empty() ? wanted.email : there.email;
    result.job_title = wanted.job_title ? wanted.job_title : there.job_title;
    result.phone = wanted.phone ? wanted.phone : there.phone;
    result.name = there.name;
    if (wanted.name && joined(*wanted.name) != PersonName{}) result.name = joined(*wanted.name);
    return result;
}

std::string fields_that_differ(const Profile& there, const Profile& wanted) {
    std::string fields;
    const auto compare = [&](const auto& seen, const auto& target, const char* field) {
        if (!seen || seen == target) return;
        if (!fields.empty()) fields += ',';
        fields += field;
    };
    compare(there.email, wanted.email, "email");
    compare(there.name, wanted.name, "name");
    compare(there.job_title, wanted.job_title, "job_title");
    compare(there.phone, wanted.phone, "phone");
    return fields;
}

void joins(const PersonComparison& compare, const DesiredUser& wanted) {
    if (!may_have_address(compare, wanted.key, wanted.profile)) return;
    note_unmapped(compare, wanted);
    const auto groups = resolve(compare, wanted);
    auto profile = to_begin_with(wanted.profile);
    compare.out.changes.push_back({wanted.key, CreateUser{std::move(profile)}, in_the_record});
    if (!groups.groups.empty()) {
        compare.out.changes.push_back({wanted.key, AddToGroups{groups.groups}, groups.groups.front().reason});
    }
    if (wanted.role && wanted.role->role != compare.policy.default_role && compare.policy.roles_before_activation) {
        compare.out.changes.push_back(
            {wanted.key, ChangeRole{.before = compare.policy.default_role, .after = wanted.role->role, .granted = true},
             wanted.role->reason});
    }
}

void stays(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account,
           const OwnedUser& owned) {
    note_unmapped(compare, wanted);
    const auto groups = resolve(compare, wanted);
    adopt(compare, wanted, account, owned, groups);
    change_profile(compare, wanted, account);
    change_groups(compare, wanted, account, owned, groups);
    change_role(compare, wanted, account, owned);
}

void leaves(const PersonComparison& compare, const ActualUser& account, const OwnedUser& owned,
            Completeness completeness) {
    const auto& key = owned.key;
    const auto role = role_in_effect(account, compare.policy);
    const bool role_is_ours = owned.role && *owned.role == role;
    const bool gone_already = account.state == UserState::suspended &&
                              (compare.policy.leavers == LeaverAction::suspend || !account.membership);
    if (gone_already) return;
    if (completeness == Completeness::partial) {
        compare.out.notes.push_back(
            {Note::Kind::no_removal, key, "is not in the record, but the record could not be read whole"});
        return;
    }
    if (role == compare.policy.protected_role && !role_is_ours) {
        compare.out.notes.push_back({Note::Kind::protected_, key, "left the record, but is an administrator by hand"});
        return;
    }
    if (account.state != UserState::suspended) {
        if (role_is_ours && role != compare.policy.default_role) {
            compare.out.changes.push_back(
                {key, ChangeRole{.before = role, .after = compare.policy.default_role, .granted = false},
                 left_the_record});
        }
        RemoveFromGroups remove;
        for (const auto& group : account.groups) {
            if (has(owned.groups, group)) {
                remove.groups.push_back({group, compare.groups.name_of(group), left_the_record});
            }
        }
        if (!remove.groups.empty()) compare.out.changes.push_back({key, std::move(remove), left_the_record});
        compare.out.changes.push_back({key, SuspendUser{account.profile}, left_the_record});
    }
    if (compare.policy.leavers == LeaverAction::remove) {
        compare.out.changes.push_back({key, EndMembership{}, left_the_record});
    }
}

}  // namespace usersync::diff

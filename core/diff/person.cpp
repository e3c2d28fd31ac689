#include "core/diff/person.hpp"

#include "core/diff/email_change.hpp"
#include "core/diff/profile.hpp"

#include <algorithm>
#include <utility>

namespace usersync::diff {
namespace {

Reason in_the_record() { return because("employee record"); }

bool may_have_address(const Comparison& compare, const EmployeeKey& person, const Profile& profile) {
    if (!profile.email || profile.email->empty()) return true;
    switch (compare.addresses.claim(*profile.email, person)) {
        case Claim::free:
        case Claim::handed_over: return true;
        case Claim::unlinked:
            compare.note(Note::Kind::conflict, person,
                         "an account that is linked to no employee has this person's e-mail address: "
                         "link it by its XID, by the command adopt, or change the address");
            return false;
        case Claim::taken:
            compare.note(Note::Kind::conflict, person, "another person's account has this person's e-mail address");
            return false;
    }
    return false;
}

/// Nothing that we can call prints a user name and a temporary password.
void note_way_in(const Comparison& compare, const DesiredUser& wanted, const Profile& profile) {
    const auto& channel = wanted.placement->invitation.channel;
    const bool cannot_be_reached =
        (!profile.email || profile.email->empty()) && (!profile.phone || profile.phone->empty());
    const bool on_paper = channel ? *channel == InviteChannel::printable : cannot_be_reached;
    if (!on_paper) return;
    compare.note(Note::Kind::by_hand, wanted.key,
                 "can only come in with a user name and a temporary password on paper: to be printed by hand");
}

/// The record does not say that the role which they have from us is not theirs any more.
bool may_be_theirs(const Placement& placement, const RoleId& now, Kept& kept) {
    for (const auto& doubted : placement.doubted_roles) {
        if (doubted.role != now) continue;
        for (const auto& field : doubted.fields) kept[field].push_back("the role " + now.value());
        return true;
    }
    return false;
}

void change_role(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                 const OwnedUser& owned, Kept& kept) {
    const auto now = role_in_effect(account, compare.policy);
    const bool ours = owned.role && *owned.role == now;
    const auto& role = wanted.placement->role;
    if (ours && now != compare.policy.default_role && may_be_theirs(*wanted.placement, now, kept)) return;
    if (role) {
        if (role->role == now) return;
        if (now != compare.policy.default_role && !ours) {
            compare.note(Note::Kind::protected_, wanted.key, "has another role, given by hand");
            return;
        }
        if (account.state == UserState::invited && !compare.policy.roles_before_activation) return;
        const bool granted = role->role != compare.policy.default_role;
        compare.change(wanted.key, ChangeRole{.before = now, .after = role->role, .granted = granted}, role->reason);
        return;
    }
    if (ours && now != compare.policy.default_role) {
        compare.change(wanted.key, ChangeRole{.before = now, .after = compare.policy.default_role, .granted = false},
                       because("no role rule matches any more"));
    }
}

void note_kept(const Comparison& compare, const DesiredUser& wanted, const Kept& kept) {
    const auto& unmapped = wanted.placement->unmapped_fields;
    for (const auto& [field, what] : kept) {
        std::string list;
        for (const auto& one : what) list += (list.empty() ? "" : ", ") + one;
        const bool is_unmapped = std::find(unmapped.begin(), unmapped.end(), field) != unmapped.end();
        compare.note(
            Note::Kind::kept, wanted.key,
            "keeps " + list + ": " + field + (is_unmapped ? " has a value that no rule knows" : " says nothing"));
    }
}

/// False when they are suspended, and stay so.
bool reactivate(const Comparison& compare, const DesiredUser& wanted, Profile target) {
    if (!compare.policy.can_suspend) {
        compare.note(Note::Kind::awaits_hand, wanted.key, "is suspended: somebody has to reactivate them");
        return false;
    }
    if (!may_have_address(compare, wanted.key, target)) return false;
    compare.change(wanted.key, ReactivateUser{std::move(target)}, in_the_record());
    return true;
}

/// False when nothing else can be done to them.
bool change_profile(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account) {
    auto target = merged(still_filled(wanted.profile, account.profile, compare.policy.fill), account.profile);
    keep_address_in_use(compare, wanted, account, target);
    if (account.state == UserState::suspended) return reactivate(compare, wanted, std::move(target));
    const auto fields = fields_that_differ(account.profile, target);
    if (!fields.empty() && !compare.policy.can_suspend) {
        compare.note(Note::Kind::by_hand, wanted.key,
                     "has another " + fields + " in the record: nothing that we can call changes a profile");
        return true;
    }
    if (fields.empty() || !may_have_address(compare, wanted.key, target)) return true;
    auto reason = in_the_record();
    reason.column = fields;
    compare.change(wanted.key, UpdateProfile{.before = account.profile, .after = std::move(target)}, std::move(reason));
    return true;
}

/// What is theirs already, as the rules want it, and not ours yet.
Adopt adoption_of(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned, const Places& places) {
    Adopt adopted{.user = !owned.user, .groups = {}, .role = std::nullopt};
    for (const auto& group : places.wanted) {
        if (has(account.groups, group.eid) && !has(owned.groups, group.eid)) adopted.groups.push_back(group);
    }
    const auto& role = wanted.placement->role;
    const auto now = role_in_effect(account, compare.policy);
    if (role && role->role == now && now != compare.policy.default_role && owned.role != now) adopted.role = now;
    return adopted;
}

void adopt(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account, const OwnedUser& owned,
           const Places& places) {
    auto adopted = adoption_of(compare, wanted, account, owned, places);
    if (adopted == Adopt{}) return;
    auto reason = in_the_record();
    if (!adopted.user) reason = adopted.groups.empty() ? wanted.placement->role->reason : adopted.groups.front().reason;
    compare.change(wanted.key, std::move(adopted), std::move(reason));
}

/// Groups and role of somebody of whose account nothing is known yet.
void begins(const Comparison& compare, const DesiredUser& wanted, const Places& places, const RoleId& now) {
    if (!places.wanted.empty()) {
        compare.change(wanted.key, AddToGroups{places.wanted}, places.wanted.front().reason);
    }
    const auto& role = wanted.placement->role;
    if (!role || role->role == compare.policy.default_role || role->role == now) return;
    if (!compare.policy.roles_before_activation || now != compare.policy.default_role) return;
    compare.change(wanted.key, ChangeRole{.before = now, .after = role->role, .granted = true}, role->reason);
}

}  // namespace

Places joins(const Comparison& compare, const DesiredUser& wanted) {
    const auto& placement = *wanted.placement;
    if (placement.not_invited) {
        compare.note(Note::Kind::left_alone, wanted.key, "is not invited: " + describe(*placement.not_invited));
        return {};
    }
    if (!may_have_address(compare, wanted.key, wanted.profile)) return {};
    auto places = places_of(compare, wanted);
    auto profile = to_begin_with(wanted.profile);
    note_way_in(compare, wanted, profile);
    compare.change(wanted.key,
                   CreateUser{.profile = std::move(profile),
                              .invitation = placement.invitation,
                              .user_name = wanted.user_name,
                              .temporary_password = wanted.temporary_password.has_value()},
                   in_the_record());
    begins(compare, wanted, places, compare.policy.default_role);
    return places;
}

Places stays(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account, const OwnedUser& owned) {
    auto places = places_of(compare, wanted);
    if (account.state == UserState::invited) note_way_in(compare, wanted, account.profile);
    adopt(compare, wanted, account, owned, places);
    if (!change_profile(compare, wanted, account)) return places;
    Kept kept;
    change_groups(compare, wanted, account, owned, places, kept);
    change_role(compare, wanted, account, owned, kept);
    note_kept(compare, wanted, kept);
    return places;
}

void adopt_account(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                   const OwnedUser& owned) {
    adopt(compare, wanted, account, owned, places_of(compare, wanted));
}

void link_account(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned) {
    Adopt adopted = adoption_of(compare, wanted, account, owned, places_of(compare, wanted));
    adopted.link = account.eid;
    adopted.link_scim = account.scim_id;
    compare.change(wanted.key, std::move(adopted), because("has the address of the employee record"));
}

Places comes_back(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account) {
    auto places = places_of(compare, wanted);
    auto profile = merged(still_filled(wanted.profile, account.profile, compare.policy.fill), account.profile);
    keep_address_in_use(compare, wanted, account, profile);
    compare.change(wanted.key, ReactivateUser{.profile = std::move(profile), .formerly = account.xid},
                   because("comes back under another employee ID, with the same address"));
    begins(compare, wanted, places, role_in_effect(account, compare.policy));
    return places;
}

}  // namespace usersync::diff

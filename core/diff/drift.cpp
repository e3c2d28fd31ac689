#include "core/diff/drift.hpp"

#include "core/diff/group_roles.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace usersync::diff {
namespace {

using Owned = OwnershipChange::What;

void show(const Comparison& compare, Drift::Kind kind, const EmployeeKey& person, std::string object,
          Drift::Answer answer) {
    compare.out.drift.push_back({kind, person, std::move(object), answer});
}

/// "department Sales", or the EID where the network does not know it any more.
std::string named(const Comparison& compare, const GroupEid& group) {
    const auto kind = compare.groups.kind_of(group);
    return (kind ? std::string(to_string(*kind)) + ' ' : std::string()) + compare.groups.name_of(group);
}

void do_not_add(Decided& decided, const GroupEid& group) {
    auto* change = decided.change<AddToGroups>();
    if (change == nullptr) return;
    auto& groups = std::get<AddToGroups>(change->what).groups;
    std::erase_if(groups, [&](const GroupChange& one) { return one.eid == group; });
    if (groups.empty()) {
        decided.withdraw<AddToGroups>();
    } else {
        change->reason = groups.front().reason;
    }
}

void leave_out_declined(const Comparison& compare, const EmployeeKey& person, const GroupChange& group,
                        Decided& decided) {
    do_not_add(decided, group.eid);
    compare.note(Note::Kind::left_alone, person,
                 "is not put back in \"" + group.name + "\": somebody ended the membership");
}

void leave_out_declined_role(const Comparison& compare, const EmployeeKey& person, const RoleId& role,
                             Decided& decided) {
    decided.withdraw<ChangeRole>();
    compare.note(Note::Kind::left_alone, person,
                 "is not given the role " + role.value() + " again: somebody took it away");
}

/// Somebody who comes back: what was declined before stays away.
void leave_out_all_declined(const Comparison& compare, const DesiredUser& wanted, const OwnedUser& owned,
                            const Places& places, Decided& decided) {
    for (const auto& group : places.wanted) {
        if (has(owned.declined, group.eid)) leave_out_declined(compare, wanted.key, group, decided);
    }
    const auto& rule = wanted.placement->role;
    if (owned.role_declined && rule && rule->role == *owned.role_declined) {
        leave_out_declined_role(compare, wanted.key, rule->role, decided);
    }
}

class Answers {
public:
    Answers(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account, const OwnedUser& owned,
            const Places& places, Decided& decided)
        : compare_(compare),
          wanted_(wanted),
          account_(account),
          owned_(owned),
          places_(places),
          certain_(is_certain(wanted, places)),
          settling_(is_settling(compare.policy, owned)),
          decided_(decided) {}

    void memberships() {
        for (const auto& group : places_.wanted) {
            if (!has(account_.groups, group.eid)) missing(group);
        }
        for (const auto& group : owned_.groups) {
            if (is_meaningless(group)) forget(Owned::group, group.value());
        }
        for (const auto& group : owned_.declined) {
            const bool is_wanted = has(places_.wanted, group);
            if (has(account_.groups, group) || (certain_ && !is_wanted)) forget(Owned::declined, group.value());
        }
    }

    void role() {
        const auto& shown = account_.role;
        if (shown == compare_.policy.invitee_role || shown.value().empty()) return;
        const auto& rule = wanted_.placement->role;
        const bool speaks = rule && rule->role != compare_.policy.default_role;
        const auto is_wanted = [&](const std::optional<RoleId>& role) { return role && speaks && rule->role == *role; };
        if (owned_.role && *owned_.role != shown) {
            if (is_wanted(owned_.role)) {
                role_changed(shown);
            } else if (!is_wanted(shown) && certain_) {
                forget(Owned::role, {});
            }
        }
        if (!owned_.role_declined) return;
        if (is_wanted(owned_.role_declined) && shown != *owned_.role_declined) {
            leave_out_declined_role(compare_, wanted_.key, *owned_.role_declined, decided_);
        } else if (certain_ || speaks) {
            forget(Owned::role_declined, {});
        }
    }

    /// Whoever comes in needs no more letters, and is not kept out any more, by us neither.
    void account() {
        if (owned_.user_declined) forget(Owned::user_declined, {});
        if (owned_.suspended) forget(Owned::suspended, {});
        if (account_.state != UserState::active) return;
        if (owned_.invited_again > 0) forget(Owned::invited_again, {});
        if (owned_.invite_due) forget(Owned::invite_due, {});
    }

    Release& release() { return release_; }

private:
    void forget(Owned what, std::string object) {
        if (!settling_) release_.forgotten.push_back({what, std::move(object)});
    }

    /// Ours, not there, and certainly not wanted. What the network does not know at all may only be hidden.
    bool is_meaningless(const GroupEid& group) const {
        return certain_ && !has(account_.groups, group) && !has(places_.wanted, group) && !has(places_.kept, group) &&
               compare_.groups.kind_of(group);
    }

    void missing(const GroupChange& group) {
        if (has(owned_.groups, group.eid) && settling_) {
            do_not_add(decided_, group.eid);
            compare_.note(Note::Kind::not_shown_yet, wanted_.key,
                          "was placed in \"" + group.name + "\" by us, and the network may not show it yet");
        } else if (has(owned_.groups, group.eid)) {
            const auto answer = compare_.policy.drift.memberships;
            show(compare_, Drift::Kind::membership_ended, wanted_.key, named(compare_, group.eid), answer);
            if (answer != Drift::Answer::repair) do_not_add(decided_, group.eid);
            if (answer == Drift::Answer::adopt) release_.groups.push_back(group);
        } else if (has(owned_.declined, group.eid)) {
            leave_out_declined(compare_, wanted_.key, group, decided_);
        }
    }

    void role_changed(const RoleId& shown) {
        if (settling_) {
            decided_.withdraw<ChangeRole>();
            return compare_.note(
                Note::Kind::not_shown_yet, wanted_.key,
                "has the role " + owned_.role->value() + " from us, and the network may not show it yet");
        }
        auto answer = compare_.policy.drift.roles;
        // Another role that somebody gave is theirs to take away.
        if (answer == Drift::Answer::repair && shown != compare_.policy.default_role) answer = Drift::Answer::ignore;
        show(compare_, Drift::Kind::role_changed, wanted_.key, "role " + owned_.role->value(), answer);
        if (answer != Drift::Answer::repair) decided_.withdraw<ChangeRole>();
        if (answer == Drift::Answer::adopt) release_.role = owned_.role;
    }

    const Comparison& compare_;
    const DesiredUser& wanted_;
    const ActualUser& account_;
    const OwnedUser& owned_;
    const Places& places_;
    const bool certain_;
    const bool settling_;
    Decided& decided_;
    Release release_;
};

Reason reason_of(const Release& release) {
    if (release.user || !release.groups.empty() || release.role || !release.group_roles.empty()) {
        return because("changed in the network");
    }
    return because("means nothing any more");
}

void give_up(const Comparison& compare, const EmployeeKey& person, Release release) {
    if (release == Release{}) return;
    std::sort(release.forgotten.begin(), release.forgotten.end());
    auto reason = reason_of(release);
    compare.change(person, std::move(release), std::move(reason));
}

}  // namespace

bool is_certain(const DesiredUser& wanted, const Places& places) {
    const auto& placement = *wanted.placement;
    return places.all_found && placement.unmapped_fields.empty() && placement.empty_fields.empty() &&
           placement.doubted_roles.empty();
}

bool leaves_account_as_it_is(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                             const OwnedUser& owned) {
    const bool is_gone = account == nullptr;
    if (!is_gone && account->state != UserState::suspended) return false;
    if (owned.user_declined) {
        compare.note(Note::Kind::left_alone, wanted.key,
                     is_gone ? "gets no account again: somebody removed the one they had"
                             : "stays suspended: somebody suspended the account");
        return true;
    }
    // What we suspended ourselves comes back as a matter of course, also when the network has forgotten it since.
    if (!owned.user || owned.suspended) return false;
    auto answer = compare.policy.drift.accounts;
    if (is_gone && wanted.placement->not_invited && answer == Drift::Answer::repair) answer = Drift::Answer::ignore;
    show(compare, is_gone ? Drift::Kind::account_gone : Drift::Kind::account_suspended, wanted.key, "account", answer);
    if (answer == Drift::Answer::adopt) give_up(compare, wanted.key, Release{.groups = {}, .role = {}, .user = true});
    return answer != Drift::Answer::repair;
}

bool waits_to_be_shown(const Comparison& compare, const EmployeeKey& person, const ActualUser* account,
                       const OwnedUser& owned) {
    if (!owned.user || !is_settling(compare.policy, owned)) return false;
    const bool is_hidden = account == nullptr;
    const bool was_reactivated = !is_hidden && account->state == UserState::suspended && !owned.suspended;
    if (is_hidden) {
        compare.note(Note::Kind::not_shown_yet, person,
                     "has an account by us, changed a short while ago, and the network does not show it yet");
    }
    if (was_reactivated) {
        compare.note(Note::Kind::not_shown_yet, person,
                     "was changed by us a short while ago, and the network still shows them suspended");
    }
    return is_hidden || was_reactivated;
}

bool leaves_reactivated(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                        const OwnedUser& owned) {
    if (!owned.suspended || account.state == UserState::suspended) return false;
    if (is_settling(compare.policy, owned)) {
        compare.note(Note::Kind::not_shown_yet, person,
                     "was suspended by us a short while ago, and the network does not show it yet");
        return true;
    }
    const auto answer = compare.policy.drift.accounts;
    show(compare, Drift::Kind::account_reactivated, person, "account", answer);
    if (answer == Drift::Answer::adopt) give_up(compare, person, Release{.groups = {}, .role = {}, .user = true});
    return answer != Drift::Answer::repair;
}

void forget_suspension(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                       const OwnedUser& owned) {
    if (!owned.suspended || account.state == UserState::suspended || is_settling(compare.policy, owned)) return;
    give_up(compare, person, Release{.groups = {}, .role = {}, .forgotten = {{Owned::suspended, {}}}});
}

void answer_drift(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                  const OwnedUser& owned, const Places& places, Decided& decided) {
    if (account == nullptr) {
        leave_out_all_declined(compare, wanted, owned, places, decided);
        Release nothing;
        change_group_roles(compare, wanted, account, owned, places, decided, nothing);
        return;
    }
    Answers answers(compare, wanted, *account, owned, places, decided);
    answers.memberships();
    answers.role();
    answers.account();
    change_group_roles(compare, wanted, account, owned, places, decided, answers.release());
    give_up(compare, wanted.key, std::move(answers.release()));
}

void forget_declined(const Comparison& compare, const EmployeeKey& person, const OwnedUser& owned) {
    Release release;
    const auto forget = [&](Owned what, std::string object) { release.forgotten.push_back({what, std::move(object)}); };
    for (const auto& group : owned.declined) forget(Owned::declined, group.value());
    for (const auto& group : owned.group_roles_declined) forget(Owned::group_role_declined, group.value());
    if (owned.role_declined) forget(Owned::role_declined, {});
    if (owned.user_declined) forget(Owned::user_declined, {});
    give_up(compare, person, std::move(release));
}

}  // namespace usersync::diff

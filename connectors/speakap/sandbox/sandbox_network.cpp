#include "connectors/speakap/sandbox/sandbox_network.hpp"

#include "connectors/speakap/sandbox/sandbox_changes.hpp"

#include <algorithm>
#include <utility>

namespace usersync::sandbox {
namespace {

constexpr std::size_t scim_id_length = 20;

void touch_group(SandboxState& state, std::string_view eid, Time now) {
    if (Group* group = find_group(state, eid)) group->modified = now;
}

Event event_of(EventKind kind, const User& user, Time now) {
    return {
        .number = 0, .at = now, .kind = kind, .user = user.eid, .xid = user.xid, .group = "", .role = "", .before = ""};
}

Event event_of(EventKind kind, const User& user, std::string_view group, Time now) {
    auto event = event_of(kind, user, now);
    event.group = std::string(group);
    return event;
}

void end_membership(SandboxState& state, User& user, std::string_view group, Time now) {
    const std::string left(group);  // `group` may point into the membership itself
    touch(state, user);
    const auto gone = std::erase_if(user.groups, [&](const Membership& one) { return same_eid(one.group, left); });
    if (gone == 0) return;
    touch_group(state, left, now);
    record_event(state, event_of(EventKind::member_removed, user, left, now));
}

void begin_membership(SandboxState& state, User& user, std::string_view group, Time now) {
    if (group.empty() || find_membership(user, group) != nullptr) return;
    touch(state, user);
    user.groups.push_back({.eid = next_eid(state),
                           .group = std::string(group),
                           .role = "member",
                           .since = now,
                           .invited_at = std::nullopt,
                           .locked_by = "",
                           .seen_from = seen_from(state, now)});
    touch_group(state, group, now);
    record_event(state, event_of(EventKind::member_added, user, group, now));
}

void send_invitation(SandboxState& state, User& user, std::string_view reason, Time now) {
    Invitation invitation{.user = user.eid,
                          .xid = user.xid,
                          .address = "",
                          .kind = "printable",
                          .reason = std::string(reason),
                          .withdrawn = false,
                          .at = now};
    if (!user.emails.empty()) {
        invitation.kind = "email";
        invitation.address = user.emails.front();
    } else if (!user.phones.empty()) {
        invitation.kind = "sms";
        invitation.address = user.phones.front();
    }
    touch(state, user);
    state.invitations.push_back(std::move(invitation));
    const auto kind = user.network.invited_at ? EventKind::invited_again : EventKind::invited;
    user.network.invited_at = now;
    record_event(state, event_of(kind, user, now));
}

void withdraw_invitations(SandboxState& state, const User& user) {
    for (auto& invitation : state.invitations) {
        if (invitation.user != user.eid || invitation.withdrawn) continue;
        touch(state, invitation);
        invitation.withdrawn = true;
    }
}

/// The membership may be gone by now; then nothing is left to do.
void carry_out(SandboxState& state, const Removal& removal, Time now) {
    for (auto& user : state.users) {
        if (!has_account(user)) continue;
        const auto leave = [&] {
            // What was accepted has taken its time already: no list shows them any longer.
            state.earlier_users.erase(user.eid);
            leave_network(state, user, now);
        };
        if (same_eid(user.network.eid, removal.membership)) return leave();
        for (const auto& membership : user.groups) {
            if (!same_eid(membership.eid, removal.membership)) continue;
            if (removal.whole) return leave();
            state.earlier_users.erase(user.eid);
            const auto* group = find_group(state, membership.group);
            if (group != nullptr) leave_group(state, user, *group, now);
            return;
        }
    }
}

bool was_invited(const SandboxState& state, const User& user) {
    return std::any_of(state.invitations.begin(), state.invitations.end(),
                       [&](const Invitation& one) { return one.user == user.eid; });
}

}  // namespace

User& create_user(SandboxState& state, User draft, std::string_view reason, Invite invite, Time now) {
    draft.eid = next_eid(state);
    draft.scim_id = next_letters(state, scim_id_length);
    draft.status = UserStatus::inactive;
    draft.created = now;
    draft.modified = now;
    draft.groups.clear();
    draft.seen_from = seen_from(state, now);
    draft.network = {.eid = next_eid(state),
                     .group = "",
                     .role = "invitee",
                     .since = now,
                     .invited_at = std::nullopt,
                     .locked_by = "",
                     .seen_from = draft.seen_from};
    User& user = state.users.emplace_back(std::move(draft));
    record_event(state, event_of(EventKind::user_created, user, now));
    if (invite == Invite::now) send_invitation(state, user, reason, now);
    return user;
}

void invite_again(SandboxState& state, User& user, Time now) {
    withdraw_invitations(state, user);
    send_invitation(state, user, "invited_again", now);
}

void join_group(SandboxState& state, User& user, const Group& group, Time now) {
    // assumption: the server adds the business unit and the department by itself; public pages only say that
    // members of a local department are members of both.
    begin_membership(state, user, group.business_unit, now);
    begin_membership(state, user, group.department, now);
    begin_membership(state, user, group.eid, now);
}

void leave_group(SandboxState& state, User& user, const Group& group, Time now) {
    const std::string left = group.eid;
    for (const auto& inner : state.groups) {
        if (inner.business_unit == left || inner.department == left) end_membership(state, user, inner.eid, now);
    }
    end_membership(state, user, left, now);
}

void leave_network(SandboxState& state, User& user, Time now) {
    touch(state, user);
    record_event(state, event_of(EventKind::user_removed, user, now));
    for (const auto& membership : user.groups) touch_group(state, membership.group, now);
    user.groups.clear();
    user.network = {};
    user.status = user.status == UserStatus::active ? UserStatus::deleted : UserStatus::canceled;
    user.suspended_at.reset();
    user.xid.clear();
    user.user_name.clear();
    user.external_id.clear();
    user.login.clear();
    user.job_title.clear();
    user.emails.clear();
    user.phones.clear();
    user.birthday.clear();
    user.other_emails.clear();
    user.modified = now;
}

void suspend(SandboxState& state, User& user, Time now) {
    if (user.suspended_at) return;
    touch(state, user);
    user.suspended_at = now;
    user.modified = now;
    record_event(state, event_of(EventKind::suspended, user, now));
}

void reactivate(SandboxState& state, User& user, Time now) {
    if (!user.suspended_at) return;
    touch(state, user);
    user.suspended_at.reset();
    user.modified = now;
    record_event(state, event_of(EventKind::reactivated, user, now));
    if (user.status == UserStatus::inactive && !was_invited(state, user)) send_invitation(state, user, "created", now);
}

void change_emails(SandboxState& state, User& user, std::vector<std::string> emails, Time now) {
    const std::string before(primary_email(user));
    touch(state, user);
    user.emails = std::move(emails);
    const bool moved = before != primary_email(user) && !user.emails.empty();
    if (!moved || user.status != UserStatus::inactive || user.suspended_at) return;
    withdraw_invitations(state, user);
    send_invitation(state, user, "address_changed", now);
}

void change_key(SandboxState& state, User& user, std::string xid, Time now) {
    if (user.xid == xid) return;
    touch(state, user);
    const std::string before = std::exchange(user.xid, std::move(xid));
    auto event = event_of(EventKind::key_changed, user, now);
    event.before = before;
    record_event(state, std::move(event));
}

void give_role(SandboxState& state, User& user, Membership& membership, std::string role, Time now) {
    if (membership.role == role) return;
    touch(state, user);
    if (membership.group.empty() && state.behaviour.role_change_modifies) user.modified = now;
    auto event = event_of(EventKind::role_changed, user, membership.group, now);
    event.role = role;
    event.before = std::exchange(membership.role, std::move(role));
    touch_group(state, membership.group, now);
    record_event(state, std::move(event));
}

std::size_t accept_invitations(SandboxState& state, std::optional<std::string_view> xid, Time now) {
    std::size_t accepted = 0;
    for (auto& user : state.users) {
        if (user.status != UserStatus::inactive || user.suspended_at) continue;
        if (xid && user.xid != *xid) continue;
        touch(state, user);
        user.status = UserStatus::active;
        if (user.network.role == "invitee") user.network.role = "member";
        user.modified = now;
        user.activated_at = now;
        record_event(state, event_of(EventKind::activated, user, now));
        ++accepted;
    }
    return accepted;
}

void end_membership_soon(SandboxState& state, std::string_view membership, bool whole, Time now) {
    // assumption: what a 202 promises takes as long as a change needs to show.
    touch_removals(state);
    state.removals.push_back(
        {.due = now + state.settling.delay, .membership = std::string(membership), .whole = whole});
    catch_up(state, now);
}

bool is_ending(const SandboxState& state, std::string_view membership) {
    return std::any_of(state.removals.begin(), state.removals.end(),
                       [&](const Removal& removal) { return same_eid(removal.membership, membership); });
}

void catch_up(SandboxState& state, Time now) {
    for (const auto& removal : state.removals) {
        if (removal.due <= now) carry_out(state, removal, now);
    }
    if (std::any_of(state.removals.begin(), state.removals.end(),
                    [&](const Removal& removal) { return removal.due <= now; })) {
        touch_removals(state);
        std::erase_if(state.removals, [&](const Removal& removal) { return removal.due <= now; });
    }
    for (const auto place : users_who_may_be_suspended(state)) {
        auto& user = state.users[place];
        if (user.suspended_at && now - *user.suspended_at > suspension_max) leave_network(state, user, now);
    }
}

}  // namespace usersync::sandbox

#include "connectors/speakap/sandbox/sandbox_network.hpp"

#include <algorithm>
#include <utility>

namespace usersync::sandbox {
namespace {

constexpr std::size_t scim_id_length = 20;

void touch_group(SandboxState& state, std::string_view eid, Time now) {
    if (Group* group = find_group(state, eid)) group->modified = now;
}

void end_membership(SandboxState& state, User& user, std::string_view group, Time now) {
    const auto gone = std::erase_if(user.groups, [&](const Membership& one) { return same_eid(one.group, group); });
    if (gone > 0) touch_group(state, group, now);
}

void begin_membership(SandboxState& state, User& user, std::string_view group, Time now) {
    if (group.empty() || find_membership(user, group) != nullptr) return;
    user.groups.push_back({.eid = next_eid(state),
                           .group = std::string(group),
                           .role = "member",
                           .since = now,
                           .invited_at = std::nullopt});
    touch_group(state, group, now);
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
    state.invitations.push_back(std::move(invitation));
    user.network.invited_at = now;
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
    draft.network = {.eid = next_eid(state), .group = "", .role = "invitee", .since = now, .invited_at = std::nullopt};
    User& user = state.users.emplace_back(std::move(draft));
    if (invite == Invite::now) send_invitation(state, user, reason, now);
    return user;
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
    user.modified = now;
}

void suspend(User& user, Time now) {
    if (user.suspended_at) return;
    user.suspended_at = now;
    user.modified = now;
}

void reactivate(SandboxState& state, User& user, Time now) {
    if (!user.suspended_at) return;
    user.suspended_at.reset();
    user.modified = now;
    if (user.status == UserStatus::inactive && !was_invited(state, user)) send_invitation(state, user, "created", now);
}

void change_emails(SandboxState& state, User& user, std::vector<std::string> emails, Time now) {
    const std::string before(primary_email(user));
    user.emails = std::move(emails);
    const bool moved = before != primary_email(user) && !user.emails.empty();
    if (!moved || user.status != UserStatus::inactive || user.suspended_at) return;
    for (auto& invitation : state.invitations) {
        if (invitation.user == user.eid) invitation.withdrawn = true;
    }
    send_invitation(state, user, "address_changed", now);
}

std::size_t accept_invitations(SandboxState& state, std::optional<std::string_view> xid, Time now) {
    std::size_t accepted = 0;
    for (auto& user : state.users) {
        if (user.status != UserStatus::inactive || user.suspended_at) continue;
        if (xid && user.xid != *xid) continue;
        user.status = UserStatus::active;
        if (user.network.role == "invitee") user.network.role = "member";
        user.modified = now;
        ++accepted;
    }
    return accepted;
}

void expire_suspensions(SandboxState& state, Time now) {
    for (auto& user : state.users) {
        if (user.suspended_at && now - *user.suspended_at > suspension_max) leave_network(state, user, now);
    }
}

}  // namespace usersync::sandbox

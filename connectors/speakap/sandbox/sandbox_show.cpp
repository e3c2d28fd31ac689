#include "connectors/speakap/sandbox/sandbox_show.hpp"

#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace usersync::sandbox {
namespace {

std::string_view title_of(GroupType type) {
    switch (type) {
        case GroupType::business_unit: return "business unit";
        case GroupType::department: return "department";
        case GroupType::local_department: return "local department";
        case GroupType::public_: return "public group";
        case GroupType::restricted: return "restricted group";
        case GroupType::private_: return "private group";
        case GroupType::secret: return "secret group";
    }
    return "group";
}

std::string role_name(const SandboxState& state, const std::string& role) {
    for (const auto& custom : state.roles) {
        if (custom.eid == role) return custom.name;
    }
    return role;
}

std::string_view state_of(const User& user) {
    if (user.suspended_at) return "suspended";
    return user.status == UserStatus::inactive ? "invited" : "active";
}

std::string key_of(const User& user) { return user.xid.empty() ? "-" : user.xid; }

void pad(std::string& line, std::size_t column) {
    if (line.size() < column) line.append(column - line.size(), ' ');
    line += ' ';
}

std::string person_line(const SandboxState& state, const User& user) {
    std::string line = "  " + key_of(user);
    pad(line, 12);
    line += full_name(user);
    pad(line, 36);
    line += state_of(user);
    pad(line, 46);
    line += role_name(state, user.network.role);
    pad(line, 60);
    line += user.job_title;
    if (user.external) line += " (external)";
    if (!user.network.locked_by.empty()) line += " (locked)";
    while (line.back() == ' ') line.pop_back();
    return line + "\n";
}

std::string group_lines(const SandboxState& state, const Group& group) {
    std::string text = std::string(title_of(group.type)) + " " + group.name;
    if (!group.xid.empty()) text += " (" + group.xid + ")";
    // Departments are hidden as a rule; what is worth saying is the exception.
    if (group.hidden != (group.type == GroupType::department)) text += group.hidden ? " (hidden)" : " (not hidden)";
    text += "\n";
    for (const auto& user : state.users) {
        const auto* membership = is_listed(user) ? find_membership(user, group.eid) : nullptr;
        if (membership == nullptr) continue;
        text += "  " + key_of(user) + " " + full_name(user);
        if (membership->role != "member") text += " (" + role_name(state, membership->role) + ")";
        if (!membership->locked_by.empty()) text += " (locked)";
        text += "\n";
    }
    return text;
}

std::string role_lines(const SandboxState& state) {
    if (state.roles.empty()) return "";
    std::string text = "\nroles\n";
    for (const auto& role : state.roles) {
        const auto holders = std::count_if(state.users.begin(), state.users.end(), [&](const User& user) {
            return has_account(user) && same_eid(user.network.role, role.eid);
        });
        text += "  " + role.name + " (" + role.eid + "): " + std::to_string(holders) + "\n";
    }
    return text;
}

}  // namespace

std::string show(const SandboxState& state) {
    std::string text = "network " + state.name + " (" + state.network + ")\n\n";
    auto groups = state.groups;
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& left, const Group& right) { return left.type < right.type; });
    for (const auto& group : groups) text += group_lines(state, group);
    text += "\npeople\n";
    for (const auto& user : state.users) {
        if (has_account(user)) text += person_line(state, user);
    }
    text += role_lines(state);
    text += "\ninvitations sent: " + std::to_string(state.invitations.size()) + "\n";
    for (const auto& one : state.invitations) {
        text += "  " + (one.xid.empty() ? std::string("-") : one.xid) + " by " + one.kind;
        if (!one.address.empty()) text += " to " + one.address;
        if (one.withdrawn) text += " (withdrawn)";
        text += "\n";
    }
    return text;
}

std::string show_events(const SandboxState& state) {
    std::string text = "events: " + std::to_string(state.events_seen) + "\n";
    for (const auto& event : state.events) {
        std::string line = "  " + std::to_string(event.number);
        pad(line, 8);
        line += to_iso(event.at) + " " + std::string(to_string(event.kind));
        if (!event.user.empty()) line += " " + (event.xid.empty() ? event.user : event.xid);
        const auto* group = find_group(state, event.group);
        if (group != nullptr) line += " in " + group->name;
        if (!event.role.empty()) line += " as " + role_name(state, event.role);
        if (!event.before.empty()) line += ", before " + role_name(state, event.before);
        text += line + "\n";
    }
    return text;
}

}  // namespace usersync::sandbox

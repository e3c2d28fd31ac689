#include "core/model/network.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace usersync {

std::string_view to_string(GroupKind kind) {
    switch (kind) {
        case GroupKind::business_unit: return "business_unit";
        case GroupKind::department: return "department";
        case GroupKind::local_department: return "local_department";
        case GroupKind::topic: return "topic";
    }
    return "topic";
}

std::optional<GroupKind> group_kind_from(std::string_view text) {
    for (const auto kind :
         std::array{GroupKind::business_unit, GroupKind::department, GroupKind::local_department, GroupKind::topic}) {
        if (to_string(kind) == text) return kind;
    }
    return std::nullopt;
}

std::string describe(const GroupRef& group) {
    switch (group.by) {
        case GroupRef::By::eid: return "group with EID " + group.text;
        case GroupRef::By::xid: return "group with XID " + group.text;
        case GroupRef::By::name: break;
    }
    return (group.kind ? std::string(to_string(*group.kind)) : std::string("group")) + " \"" + group.text + '"';
}

std::string_view to_string(InviteChannel channel) {
    switch (channel) {
        case InviteChannel::email: return "email";
        case InviteChannel::sms: return "sms";
        case InviteChannel::printable: return "printable";
        case InviteChannel::single_sign_on: return "single_sign_on";
        case InviteChannel::none: return "none";
    }
    return "none";
}

std::optional<InviteChannel> invite_channel_from(std::string_view text) {
    for (const auto channel : {InviteChannel::email, InviteChannel::sms, InviteChannel::printable,
                               InviteChannel::single_sign_on, InviteChannel::none}) {
        if (to_string(channel) == text) return channel;
    }
    return std::nullopt;
}

std::string_view to_string(Absence absence) {
    switch (absence) {
        case Absence::not_started: return "not_started";
        case Absence::ended: return "ended";
        case Absence::inactive: return "inactive";
        case Absence::on_leave: return "on_leave";
        case Absence::unclear: return "unclear";
        case Absence::excluded: return "excluded";
        case Absence::no_email: return "no_email";
        case Absence::no_business_unit: return "no_business_unit";
        case Absence::no_group: return "no_group";
    }
    return "excluded";
}

bool operator==(const DesiredUser& a, const DesiredUser& b) {
    const auto password = [](const DesiredUser& user) {
        return user.temporary_password ? std::optional(user.temporary_password->expose()) : std::nullopt;
    };
    return a.key == b.key && a.profile == b.profile && *a.placement == *b.placement && a.user_name == b.user_name &&
           password(a) == password(b);
}

std::string_view to_string(UserState state) {
    switch (state) {
        case UserState::invited: return "invited";
        case UserState::active: return "active";
        case UserState::suspended: return "suspended";
    }
    return "active";
}

void sort_network(ActualNetwork& network) {
    for (auto& user : network.users) std::sort(user.groups.begin(), user.groups.end());
    std::sort(network.users.begin(), network.users.end(), [](const ActualUser& a, const ActualUser& b) {
        return std::tie(a.xid, a.eid, a.scim_id) < std::tie(b.xid, b.eid, b.scim_id);
    });
    std::sort(network.groups.begin(), network.groups.end());
}

}  // namespace usersync

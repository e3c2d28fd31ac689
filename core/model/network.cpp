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

#pragma once
// What a tenant wants to happen to differences.

#include "core/model/ids.hpp"

namespace usersync::diff {

enum class LeaverAction {
    suspend,  ///< roles, groups, then the account is suspended; the platform keeps it for recovery
    remove,   ///< and then the membership of the network is ended
};

struct Policy {
    LeaverAction leavers = LeaverAction::suspend;
    RoleId default_role = RoleId("member");   ///< what a person has when no role rule speaks
    RoleId invitee_role = RoleId("invitee");  ///< what the network shows before an invitation is accepted
    RoleId protected_role = RoleId("admin");  ///< never taken from, or suspended with, people we did not give it to
    bool roles_before_activation = true;      ///< false: a role waits until the person has accepted
    bool operator==(const Policy&) const = default;
};

}  // namespace usersync::diff

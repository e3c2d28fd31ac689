#pragma once
// What a tenant wants to happen to differences.

#include "core/model/ids.hpp"

#include <cstdint>

namespace usersync::diff {

enum class LeaverAction {
    suspend,  ///< roles, groups, then the account is suspended; the platform keeps it for recovery
    remove,   ///< and then the membership of the network is ended
};

/// When a field of a profile is filled from the record.
enum class Fill : std::uint8_t {
    always,
    on_invite,  ///< when the account is made, and never again: people may change it themselves
    if_empty,   ///< when the account has nothing there
};

struct ProfileFill {
    Fill name = Fill::always;
    Fill email = Fill::always;
    Fill job_title = Fill::always;
    Fill phone = Fill::always;
    bool operator==(const ProfileFill&) const = default;
};

struct Policy {
    LeaverAction leavers = LeaverAction::suspend;
    RoleId default_role = RoleId("member");   ///< what a person has when no role rule speaks
    RoleId invitee_role = RoleId("invitee");  ///< what the network shows before an invitation is accepted
    RoleId protected_role = RoleId("admin");  ///< never taken from, or suspended with, people we did not give it to
    ProfileFill fill;
    bool roles_before_activation = true;  ///< false: a role waits until the person has accepted
    bool operator==(const Policy&) const = default;
};

}  // namespace usersync::diff

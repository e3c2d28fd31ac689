#pragma once
// What a tenant wants to happen to differences.

#include "core/base/day.hpp"
#include "core/base/time.hpp"
#include "core/model/ids.hpp"
#include "core/model/operation.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

/// What is done about things of ours that somebody changed in the network (demand T-2).
struct DriftPolicy {
    Drift::Answer memberships = Drift::Answer::repair;
    Drift::Answer roles = Drift::Answer::repair;
    Drift::Answer accounts = Drift::Answer::repair;
    bool operator==(const DriftPolicy&) const = default;
};

/// Whether the address of an account whose owner has accepted follows the record. Speakap's own sync leaves it where
/// people sign in with a password, and follows where they sign in with the company's account
/// (docs/speakap.md, "E-mail changes").
enum class ActiveEmail : std::uint8_t { follows, stays };

/// When people who have not accepted are asked in again: so long after they were asked last.
struct AskAgain {
    std::chrono::days after{0};  ///< 0: never
    std::size_t times = 3;
    bool operator==(const AskAgain&) const = default;
};

/// Whom to ask again. By whole days, so that a plan stays the same all day.
struct Reminders {
    std::optional<Time> before = {};  ///< whoever was asked last before then; nullopt: nobody
    std::size_t times = 0;            ///< at most so often
    bool operator==(const Reminders&) const = default;
};
Reminders reminders_on(const AskAgain& ask, Day today);

struct Policy {
    LeaverAction leavers = LeaverAction::suspend;
    RoleId default_role = RoleId("member");   ///< what a person has when no role rule speaks
    RoleId invitee_role = RoleId("invitee");  ///< what the network shows before an invitation is accepted
    /// Never taken from, or suspended with, people we did not give them to.
    std::vector<RoleId> protected_roles = {RoleId("admin"), RoleId("enterprise_admin")};
    ProfileFill fill;
    bool roles_before_activation = true;  ///< false: a role waits until the person has accepted
    DriftPolicy drift;
    ActiveEmail active_email = ActiveEmail::follows;
    bool adopt_by_email = false;              ///< false: an unlinked account with the address is a conflict
    bool xid_change_on_reactivation = false;  ///< a suspended account of ours with the same address is theirs
    bool can_suspend = true;  ///< false: no SCIM, so nobody is suspended, reactivated or given another profile by us
    /// What we changed then or later may not be shown yet: it is no drift, and not done again. nullopt: shown at once.
    std::optional<Time> may_not_show_since = {};
    bool group_roles_by_call = false;  ///< false: a role in a group is given by hand
    Reminders reminders = {};
    /// Where somebody's address goes while people hand theirs round in a circle: "parked+{key}@example.invalid", with
    /// {key} for the employee's. Empty: such a circle is a conflict.
    std::string swap_parking = {};
    bool operator==(const Policy&) const = default;
};

}  // namespace usersync::diff

#pragma once
// Taking back what a run did, as far as the network allows.

#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::plan {

/// Something of an operation that nobody can take back.
struct NotUndone {
    EmployeeKey employee;  ///< empty: of nobody in particular
    std::string kind;      ///< of the operation: "create_user"
    std::string why;       ///< one sentence, without personal data
    auto operator<=>(const NotUndone&) const = default;
};

/// What of this plan could not be undone once it is carried out: known before it is approved. In the plan's order.
std::vector<NotUndone> cannot_be_undone(const Plan& plan);

/// What a tenant allows, as in its policy.
struct UndoPolicy {
    bool can_suspend = true;                ///< there is an interface that suspends and reactivates
    std::vector<RoleId> protected_roles{};  ///< whoever has one, and not from us, is left alone
    bool group_roles_by_call = true;        ///< there is a call that gives a role in a group
    std::string swap_parking{};             ///< where addresses are while people swap theirs: nobody goes back there
};

/// The changes that bring the network back to where it was before. For each kind of operation:
///
/// | took effect                | undone by                                                     |
/// |----------------------------|---------------------------------------------------------------|
/// | account made, reactivated  | suspension                                                    |
/// | suspension                 | reactivation                                                  |
/// | added to groups            | removal from those in which the membership is still ours      |
/// | removed from groups        | adding to those that are still there, with the role of before |
/// | role, role in a group      | the role of before, where it is still the one that was given  |
/// | profile                    | field by field, where it is still what was written            |
/// | counted as ours            | not ours any more                                             |
///
/// What is not any more as the run left it is left alone; that and what nobody can take back is a note. Addresses may
/// go from one to another and round in circles: the comparison's `order_addresses_of_undo` says by which way.
/// `took_effect`: of one run, oldest first.
ChangeSet undo_of(RunId run, const std::vector<Operation>& took_effect, const ActualNetwork& actual,
                  const Ownership& ownership, const UndoPolicy& policy);

/// Which run a plan takes back; nothing of a plan that does not.
std::optional<RunId> undone_run(const Plan& plan);

/// An undo waits for a person, always. `brakes`: what they say about it besides.
Verdict undo_verdict(const Plan& undo, Verdict brakes);

/// Whether the verdict is one of an undo.
bool is_undo(const Verdict& verdict);

/// The code of the hold for what would be done again.
inline constexpr const char* undone_code = "undone";

/// What of `next` would bring about again what `undo` took back: how many operations.
std::size_t done_again(const Plan& next, const Plan& undo);
/// The hold for that; nothing when there is none.
std::optional<HoldReason> undone_hold(const Plan& next, const Plan& undo);

}  // namespace usersync::plan

#pragma once
// Why a plan waits for a person besides the brakes.

#include "core/plan/plan.hpp"

#include <optional>

namespace usersync::plan {

/// Accounts that would go on under another employee ID: somebody has to know that it is the same person.
std::optional<HoldReason> hold_for_new_keys(const Plan& plan);

/// Of a plan that somebody saved: it waits to be carried out by its name.
HoldReason hold_for_saved();
bool is_saved(const Verdict& verdict);
bool is_only_saved(const Verdict& verdict);

}  // namespace usersync::plan

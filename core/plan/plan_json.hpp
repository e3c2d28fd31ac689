#pragma once
// Plans and operations as JSON: the private form that the store keeps, and the public form that people see.

#include "core/base/result.hpp"
#include "core/plan/plan.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace usersync::plan {

/// The whole operation, personal data included: for the tenant's own store, never for a log or a status.
/// Canonical: equal operations give equal bytes.
std::string encode(const Operation& operation);
/// Fails as `broken`/"bad_stored_operation" on anything that `encode` did not write.
Result<Operation> decode_operation(std::string_view json);

/// The whole plan, personal data included. Canonical.
std::string encode(const Plan& plan);
/// Fails as `broken`/"bad_stored_plan".
Result<Plan> decode_plan(std::string_view json);
/// Whether a plan does nothing, by the beginning of what `encode` wrote; nullopt when the beginning is too short to
/// say.
std::optional<bool> is_empty_plan(std::string_view beginning);

std::string encode(const Verdict& verdict);
Result<Verdict> decode_verdict(std::string_view json);

}  // namespace usersync::plan

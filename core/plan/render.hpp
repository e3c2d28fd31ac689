#pragma once
// A plan for people and for programs: the public view, without names, addresses or phone numbers.

#include "core/plan/plan.hpp"

#include <string>

namespace usersync::plan {

/// One line an operation with a sign that can be scanned: + comes, - goes, ~ changes, = counts as ours from now
/// on, or not any more. What somebody changed in the network stands below, with what is done about it.
std::string render_text(const Plan& plan, const Verdict& verdict);

/// The same as JSON, two-space indented, keys in a fixed order.
std::string render_json(const Plan& plan, const Verdict& verdict);

}  // namespace usersync::plan

#pragma once
// A plan for people and for programs: the public view, without names, addresses or phone numbers.

#include "core/plan/estimate.hpp"
#include "core/plan/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::plan {

/// What is known of a plan besides what is in it.
struct Outlook {
    std::optional<Estimate> estimate = {};
    std::vector<std::string> cannot_be_undone = {};  ///< sentences without personal data
};

/// One line an operation with a sign that can be scanned: + comes, - goes, ~ changes, = counts as ours from now
/// on, or not any more. What somebody changed in the network stands below, with what is done about it.
/// Then counts by stage, how many calls beyond the fewest and why, how long it takes, what cannot be undone, and what
/// the guard says.
std::string render_text(const Plan& plan, const Verdict& verdict, const Outlook& outlook = {});

/// The same as JSON, two-space indented, keys in a fixed order.
std::string render_json(const Plan& plan, const Verdict& verdict, const Outlook& outlook = {});

}  // namespace usersync::plan

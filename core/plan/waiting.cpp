#include "core/plan/waiting.hpp"

#include <algorithm>
#include <string>

namespace usersync::plan {
namespace {

constexpr const char* saved_code = "saved";

bool says_saved(const HoldReason& reason) { return reason.code == saved_code; }

}  // namespace

std::optional<HoldReason> hold_for_new_keys(const Plan& plan) {
    const auto changes_key = [](const Operation& operation) {
        const auto* suspend = std::get_if<SuspendUser>(&operation.change.what);
        return suspend != nullptr && suspend->becomes;
    };
    const auto count = std::count_if(plan.operations.begin(), plan.operations.end(), changes_key);
    if (count == 0) return std::nullopt;
    return HoldReason{.code = "rekey",
                      .sentence = std::to_string(count) + (count == 1 ? " account" : " accounts") +
                                  " would go on under another employee ID"};
}

HoldReason hold_for_saved() {
    return {.code = saved_code, .sentence = "somebody saved this plan: it is carried out by its name, and not before"};
}

bool is_saved(const Verdict& verdict) { return std::any_of(verdict.hold.begin(), verdict.hold.end(), says_saved); }

bool is_only_saved(const Verdict& verdict) {
    return is_saved(verdict) && std::all_of(verdict.hold.begin(), verdict.hold.end(), says_saved);
}

}  // namespace usersync::plan

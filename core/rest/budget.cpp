#include "core/rest/budget.hpp"

#include <string>

namespace usersync::rest {

Result<void> take_call(DayCalls& calls, std::optional<std::size_t> per_day, Time now) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    if (calls.day != today) calls = {.day = today, .calls = 0};
    if (per_day && calls.calls >= *per_day) {
        return Failure{.kind = FailureKind::transient,
                       .code = "calls_spent",
                       .where = "rest",
                       .detail = "all " + std::to_string(*per_day) + " calls that this source allows a day are made",
                       .retry_after = today + std::chrono::days(1) - now};
    }
    ++calls.calls;
    return {};
}

}  // namespace usersync::rest

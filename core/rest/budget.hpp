#pragma once
// How many calls a day still has.

#include "core/base/day.hpp"
#include "core/base/result.hpp"

#include <cstddef>
#include <optional>

namespace usersync::rest {

/// Calls of one connector on one day (UTC), kept from run to run.
struct DayCalls {
    Day day{};
    std::size_t calls = 0;
    bool operator==(const DayCalls&) const = default;
};

/// Counts one more. `transient`/"calls_spent", with the time until midnight UTC, when there is none left.
Result<void> take_call(DayCalls& calls, std::optional<std::size_t> per_day, Time now);

}  // namespace usersync::rest

#pragma once
// How long to wait before trying something again.

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>

namespace usersync::pace {

struct BackoffLimits {
    Duration first = std::chrono::seconds(1);
    Duration longest = std::chrono::minutes(2);
    int attempts_max = 4;                                 ///< the first one included
    Duration server_wait_max = std::chrono::minutes(15);  ///< a longer Retry-After is capped to this, and reported
    bool operator==(const BackoffLimits&) const = default;
};

/// The wait after the `failed_attempts`-th failure (1, 2, …), or nullopt when it is enough. Doubles from `first` to
/// `longest` with full jitter: uniform in (0, wait]. A server's own word wins over the calculation: at least that
/// long, capped by `server_wait_max`, plus a little jitter upwards so that many clients do not come back at once.
/// `random` is uniform over all 64-bit values: the caller's, so that the same seed gives the same waits.
std::optional<Duration> wait_before_retry(int failed_attempts, std::optional<Duration> server_said,
                                          std::uint64_t random, const BackoffLimits& limits);

}  // namespace usersync::pace

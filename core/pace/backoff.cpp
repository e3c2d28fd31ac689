#include "core/pace/backoff.hpp"

#include <algorithm>

namespace usersync::pace {
namespace {

Duration doubled(int failed_attempts, const BackoffLimits& limits) {
    Duration wait = std::min(limits.first, limits.longest);
    for (int i = 1; i < failed_attempts && wait < limits.longest; ++i) wait = std::min(wait * 2, limits.longest);
    return std::max(wait, Duration(1));
}

// Uniform in [0, span].
Duration share_of(Duration span, std::uint64_t random) {
    return Duration(static_cast<Duration::rep>(random % (static_cast<std::uint64_t>(span.count()) + 1)));
}

}  // namespace

std::optional<Duration> wait_before_retry(int failed_attempts, std::optional<Duration> server_said,
                                          std::uint64_t random, const BackoffLimits& limits) {
    if (failed_attempts >= limits.attempts_max) return std::nullopt;
    if (!server_said) return Duration(1) + share_of(doubled(failed_attempts, limits) - Duration(1), random);
    const auto asked = std::clamp(*server_said, Duration(0), limits.server_wait_max);
    return asked + share_of(std::max(limits.first, asked / 10), random);
}

}  // namespace usersync::pace

#pragma once
// What a server says about its limit, in every dialect (demand X-1).

#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::pace {

/// A header's name and value.
using HeaderField = std::pair<std::string_view, std::string_view>;

struct WordSettings {
    /// Names are these and "Limit", "Remaining", "Reset"; told apart without regard to case.
    std::vector<std::string> prefixes = {"RateLimit-", "X-RateLimit-", "X-Rate-Limit-"};
    /// For a limit without a window of its own: so many calls in so long. nullopt: such a limit says nothing.
    std::optional<Duration> window = {};
    Duration wait_max = std::chrono::minutes(15);  ///< nobody is waited for longer than this, whatever they say
    bool operator==(const WordSettings&) const = default;
};

/// Everything that could be read. Nothing in it is ever negative, not a number, or longer than `wait_max`.
struct ServerWord {
    std::optional<Duration> retry_after;     ///< Retry-After: seconds, or a date; 0 for one that has passed
    std::optional<Duration> asked;           ///< what Retry-After said, when that was longer than `wait_max`
    bool is_unreadable = false;              ///< there is a Retry-After, and it cannot be read
    std::optional<Duration> spent_for;       ///< no calls are left, and there will be some after this
    std::optional<double> calls_per_second;  ///< the limit that it states
    bool operator==(const ServerWord&) const = default;
};

/// One parser for all of them; what cannot be read counts as not said:
///
/// | header                                                     | read as                                         |
/// |------------------------------------------------------------|-------------------------------------------------|
/// | `Retry-After: 120`, an HTTP date                           | retry_after                                     |
/// | `RateLimit: "default";r=0;t=30`                            | spent_for 30 s                                  |
/// | `RateLimit: limit=100, remaining=0, reset=30`              | likewise                                        |
/// | `RateLimit-Policy: "default";q=100;w=60`                   | 100 calls in 60 s                               |
/// | `RateLimit-Limit: 100, 100;w=60`                           | likewise                                        |
/// | `X-RateLimit-Remaining: 0`, `X-RateLimit-Reset: 30` or a moment in seconds since 1970 | spent_for            |
/// | `X-RateLimit-Limit: 100` with `window` set                 | 100 calls in `window`                           |
ServerWord server_word(const std::vector<HeaderField>& headers, Time now, const WordSettings& settings);

}  // namespace usersync::pace

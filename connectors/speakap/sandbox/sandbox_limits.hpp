#pragma once
// The sandbox's rate limit: how many calls a token may make. Speakap publishes none; this one makes a client show
// that it obeys one.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::sandbox {

/// "10/s", "0.5/s". `rejected`/"bad_rate" unless the number is above 0.
Result<double> parse_rate(std::string_view text);

/// A token bucket per bearer token: `rate` calls per second, and as many (at least one) at once after a pause.
class RateLimit {
public:
    /// A rate of 0 limits nothing.
    explicit RateLimit(double calls_per_second);

    /// nullopt: the call may go on. Otherwise it must not, and may come back after so many whole seconds, at least 1.
    std::optional<std::chrono::seconds> refuse(const std::string& token, SteadyTime now);

private:
    struct Bucket {
        double calls = 0;
        SteadyTime at{};
    };
    double rate_;
    double burst_;
    std::map<std::string, Bucket> buckets_;
};

}  // namespace usersync::sandbox

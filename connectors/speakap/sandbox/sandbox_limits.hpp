#pragma once
// The sandbox's rate limit: how many calls a token may make. Speakap publishes none; this one makes a client show
// that it obeys one.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// "10/s", "0.5/s". `rejected`/"bad_rate" unless the number is above 0.
Result<double> parse_rate(std::string_view text);

/// Another limit from a moment on. All that is given must hold.
struct RateChange {
    std::uint64_t from_call = 0;  ///< from this call to REST and SCIM on; 0: from the first
    Duration after{0};            ///< since the start
    std::optional<Duration> until;
    double calls_per_second = 0;  ///< 0: no limit
    bool operator==(const RateChange&) const = default;
};

/// Somebody else who calls with the same token.
struct SecondClient {
    std::string token = "rest";  ///< "rest" or "scim"
    double calls_per_second = 0;
    Duration after{0};  ///< since the start
    std::optional<Duration> until;
    bool operator==(const SecondClient&) const = default;
};

/// Whose calls one bucket counts.
enum class RateScope { token, network };

struct RatePlan {
    double calls_per_second = 0;  ///< 0: no limit
    double burst = 0;             ///< calls at once after a pause; 0: as many as in a second, at least one
    RateScope scope = RateScope::token;
    std::vector<RateChange> changes;  ///< the last that holds counts
    std::vector<SecondClient> second_clients;
    bool operator==(const RatePlan&) const = default;
};

/// A token bucket per bearer token, or one for all: so many calls per second, and a burst at once after a pause. What
/// second clients take is not there for us; a twentieth of the limit always is, as nobody loses every race.
class RateLimit {
public:
    /// `start` is the moment from which the plan counts.
    explicit RateLimit(RatePlan plan, SteadyTime start = SteadyTime{});

    /// nullopt: the call may go on. Otherwise it must not, and may come back after so many whole seconds, at least 1.
    std::optional<std::chrono::seconds> refuse(const std::string& token, SteadyTime now);

private:
    struct Bucket {
        double calls = 0;
        SteadyTime at{};
    };
    double limit_at(Duration since_start) const;
    double left_for_us(const std::string& token, double limit, Duration since_start) const;

    RatePlan plan_;
    SteadyTime start_;
    std::uint64_t calls_ = 0;
    std::map<std::string, Bucket> buckets_;
};

}  // namespace usersync::sandbox

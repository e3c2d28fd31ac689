#pragma once
// How long a plan will take, before anything is sent (demand P-6).

#include "core/base/time.hpp"
#include "core/plan/plan.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace usersync::plan {

/// By what it is known how long a call takes.
enum class LatencyFrom : std::uint8_t {
    assumed,  ///< by a setting: nothing was called yet
    reads,    ///< by the newest calls of this process, which are mostly reads
    ledger,   ///< by what the newest operations in the ledger took
};
std::string_view to_string(LatencyFrom from);

struct Latency {
    Duration of_call{200};
    LatencyFrom from = LatencyFrom::assumed;
    bool operator==(const Latency&) const = default;
};

/// An operation that took effect with its first call, from the intent to the outcome.
struct Took {
    What what;
    Duration span{0};
};

/// Pure. The median of what a request of `newest` took, where there are enough of them; else as the reads say; else as
/// is assumed. What waited for the rate limit took longer, but then it is the rate that an estimate goes by: as many
/// were under way as the rate lets pass in that time.
Latency latency_of(const std::vector<Took>& newest, std::optional<Duration> reads, Duration assumed);

/// How fast a network may be called, and how it answers.
struct Pace {
    double calls_per_second = 5.0;                ///< of the token bucket; REQUIRES: > 0
    std::optional<double> write_per_second = {};  ///< of calls of REST that change something, where they have their own
    std::optional<double> scim_per_second = {};   ///< likewise of calls of SCIM
    double burst = 5.0;                           ///< of each: calls that may go at once after a pause; REQUIRES: >= 1
    Duration latency{200};                        ///< of one call, typically
    Duration latency_alone{
        0};  ///< of one that does not wait for others; 0: the same. More than `latency` is not heeded
    LatencyFrom latency_from = LatencyFrom::assumed;
    std::size_t concurrency = 4;  ///< people under way at once; REQUIRES: > 0
    std::size_t invitations = 0;  ///< and so many who are asked in besides, in shared calls; 0: none
    std::size_t page = 0;    ///< people on a page of the lists in which newcomers are looked for; 0: nobody has to be
    std::size_t canary = 0;  ///< so many people go first, alone, and are read back; 0: nobody does
    std::size_t canary_above = 20;  ///< where no more people than this are changed, there is no need of it
    double failures = 0.0;          ///< share of calls that fail and are sent again; REQUIRES: < 1
    Duration retry_wait{500};       ///< before a call is sent again, typically
    bool operator==(const Pace&) const = default;
};

struct Estimate {
    std::size_t calls = 0;     ///< operations that are sent
    std::size_t requests = 0;  ///< with what is read for them, and what will be sent again
    std::size_t longest = 0;   ///< requests that have to wait for each other
    Duration ideal{0};         ///< nobody could be faster: docs/performance.md
    Duration expected{0};      ///< as the plan's graph is worked off
    Latency latency = {};      ///< what it goes by
    bool operator==(const Estimate&) const = default;
};

/// Pure. Works the plan off on paper: operations start in the plan's order as soon as what they need has ended, at most
/// `concurrency` at once, each request at its moment by the token bucket, each answered after `latency`. A suspension,
/// a removal, a role and a further invitation look first whether somebody changed what they are about: two requests.
/// Accounts are made and changed by SCIM, or by shared invitations of REST; everything else is REST.
///
/// Nobody can be asked for the id of an account that was just made: whoever needs one reads a list, page after page as
/// far as an empty one, and others who need one meanwhile wait for that. The list of users lets everybody go on whom a
/// page shows; the list of memberships, which roles need, when it has ended.
///
/// With a canary nobody else starts before the first people have ended and were read back, each membership for itself.
/// Lists, the first people and what is read back of them wait for no others, so that `latency_alone` is what they take.
///
/// `ideal` = max(max(0, (requests - burst) / calls_per_second) + latency_alone, longest * latency_alone), by the
/// slowest of what has a rate of its own.
Estimate estimate(const Plan& plan, const Pace& pace);

}  // namespace usersync::plan

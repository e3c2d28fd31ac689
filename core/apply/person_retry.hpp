#pragma once
// When somebody is tried again for whom the same thing failed in several runs (demands ).

#include "core/base/time.hpp"
#include "core/plan/plan.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace usersync::apply {

struct PersonRetryLimits {
    int free_failures = 1;                   ///< after so many runs in a row that failed, the next one tries at once
    Duration first = std::chrono::hours(1);  ///< the longest wait after one more; it doubles from there
    Duration longest = std::chrono::hours(24 * 7);  ///< … up to this
    bool operator==(const PersonRetryLimits&) const = default;
};

/// One row of the ledger, as far as it counts here.
struct Tried {
    enum class Ending : std::uint8_t {
        took_effect,
        refused,  ///< rejected, or answered without an effect: about this person
        other,    ///< not sent, or the network was away: says nothing about them
    };
    RunId run;
    What what;
    Ending ending = Ending::other;
    Time at{};
};

/// What the newest runs that did something for a person could not do.
struct FailedBefore {
    int runs = 0;            ///< in a row
    Time last{};             ///< when the newest of them failed
    std::vector<What> what;  ///< in the newest of them
};

/// From the person's rows of the ledger, the newest first. Rows from before `forgiven` do not count. A run that went
/// well ends the row of those that failed, unless it only took something from them: that does not wait.
FailedBefore failed_before(const std::vector<Tried>& newest_first, std::optional<Time> forgiven);

/// Full jitter: uniform in (0, wait], and the same each time it is asked for. nullopt: at once.
std::optional<Time> next_attempt(const TenantId& tenant, const EmployeeKey& employee, const FailedBefore& failed,
                                 const PersonRetryLimits& limits);

/// Of whom is to wait until when, and what for.
struct Waits {
    Time until{};
    int runs = 0;
    std::vector<What> what;
};

/// Takes out what failed and is wanted unchanged, and everything else of the same person, while it has to wait; a
/// `retry_later` note says until when. Memberships and roles that are to be taken from somebody who stays do not wait
/// for what was refused, unless it was that. Whoever's record was corrected does not wait: it is another change.
void leave_out_waiting(ChangeSet& changes, const std::map<EmployeeKey, Waits>& waits, Time now);

}  // namespace usersync::apply

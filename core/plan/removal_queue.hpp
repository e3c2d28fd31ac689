#pragma once
// The removal queue (demand G-5): nobody leaves the network but by evidence that is kept, after the time that the
// tenant gives, and not while somebody holds them. Whoever comes back in the record leaves the queue.

#include "core/base/time.hpp"
#include "core/model/missing.hpp"
#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::plan {

/// What says that somebody is to leave.
enum class Evidence : std::uint8_t {
    absent,         ///< no row of theirs in records that look like the whole company
    end_date,       ///< the record has a last day, and it has passed
    leaver_status,  ///< the record says that they are not active
    on_leave,       ///< the record says that they are on leave, and the tenant suspends for that: nothing is waited for
};
std::string_view to_string(Evidence evidence);
std::optional<Evidence> evidence_from(std::string_view text);

/// Somebody who is to leave, and what is known about that. Whatever the record said expressly counts until they come
/// back, also when their row is gone later.
struct QueuedRemoval {
    EmployeeKey key;
    Evidence evidence = Evidence::absent;
    SnapshotId first_snapshot;  ///< in which they were to leave for the first time
    Time first_seen{};          ///< when a run saw that
    std::size_t snapshots = 0;  ///< complete snapshots in a row that say so
    SnapshotId counted;         ///< the newest by which a run saw that they are to leave, whatever it counts
    std::optional<Time> suspended_at = {};  ///< since when the account is suspended, as far as we know
    bool operator==(const QueuedRemoval&) const = default;
};

/// A person's word that somebody stays until it is taken back, whatever the record says.
struct RemovalHold {
    EmployeeKey key;
    std::string by;
    std::string reason;  ///< as it was written: for people who may see the tenant's store
    Time since{};
    bool operator==(const RemovalHold&) const = default;
};

/// What is kept of a tenant.
struct Removals {
    std::vector<QueuedRemoval> queued;  ///< sorted by key, no key twice
    std::vector<RemovalHold> holds;     ///< likewise; of people in the queue and of others
    bool operator==(const Removals&) const = default;

    const RemovalHold* hold_of(const EmployeeKey& key) const;
    const QueuedRemoval* find(const EmployeeKey& key) const;
};

/// The defaults ask for what has always been asked: one complete snapshot, and no time.
struct QueueLimits {
    std::size_t snapshots = 1;  ///< absence counts from so many complete snapshots in a row
    Duration suspend_after{0};  ///< from the first evidence until roles, groups and access are taken
    Duration remove_after{0};   ///< from the suspension until the membership of the network ends; 0: in the same plan
    bool operator==(const QueueLimits&) const = default;
};

/// What a run knows when it looks at the queue.
struct QueueSight {
    SnapshotId snapshot;
    Time now{};
    bool can_suspend = true;  ///< false: no call suspends, so `remove_after` counts from when groups may be taken
    /// What the stored records say of people without a row, sorted by key. Of whom it says nothing, the records that
    /// runs have looked at count.
    std::vector<MissingSince> missing = {};
};

/// What the record says about somebody; nullopt when it says that they stay, or nothing that can be used.
std::optional<Evidence> evidence_of(const DesiredNetwork& desired, const EmployeeKey& person);

/// Takes out of `changes` what must wait, with a note (`queued`) that holds the evidence and the dates, and gives the
/// queue as it is after this look. By person:
///
/// | the record                                   | the queue                                                      |
/// |----------------------------------------------|----------------------------------------------------------------|
/// | has them, or has a row that cannot be used   | forgets them                                                   |
/// | is partial, and does not want them           | neither counts nor forgets                                     |
/// | is doubtful and has no row of theirs         | counts for this plan, which waits for a person, and is not kept as counted |
/// | is complete                                  | counts it once, however often it is looked at                  |
///
/// How many complete records in a row lack somebody is what the stored ones say, also those of runs that failed: one of
/// them with a row of theirs, whatever its kind, lets the count and the time begin anew. One delivery counts once, also
/// when it was read again by other rules.
///
/// Who is held waits with everything. Who has nothing left to lose is forgotten.
std::vector<QueuedRemoval> walk_queue(ChangeSet& changes, const DesiredNetwork& desired, const ActualNetwork& actual,
                                      const Ownership& ownership, const Removals& before, const QueueSight& sight,
                                      const QueueLimits& limits);

/// What is waited for. Times are absent where they are not known yet, or nothing is waited for.
struct Countdown {
    std::size_t snapshots_missing = 0;
    std::optional<Time> suspended_from = {};  ///< at the earliest
    std::optional<Time> ends_from = {};       ///< likewise, the membership of the network
    bool operator==(const Countdown&) const = default;
};
/// `ends_memberships`: the tenant removes leavers. `can_suspend`: as in QueueSight.
Countdown countdown_of(const QueuedRemoval& queued, const QueueLimits& limits, bool ends_memberships, bool can_suspend);

}  // namespace usersync::plan

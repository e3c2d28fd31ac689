#pragma once
// A new snapshot as the difference to the newest one that is stored: what a daily record comes down to.

#include "core/model/known_people.hpp"
#include "core/model/people_bytes.hpp"
#include "core/model/snapshot.hpp"

#include <vector>

namespace usersync {

struct SnapshotDelta {
    SnapshotId base;                  ///< the snapshot that it is the difference to; 0: the first
    SnapshotMeta meta;                ///< of the whole new snapshot; its id is not yet known
    std::vector<RecordIssue> issues;  ///< in the order of the delivery
    std::vector<Frozen> frozen;       ///< sorted by key
    PeopleBytes changed;              ///< sorted by key: new, or with a row that was not known; perhaps the same person
    std::vector<KnownPerson> known;   ///< one per `changed`: what will be known of them
    std::vector<EmployeeKey> gone;    ///< sorted: of those who were known, absent or frozen now
    Fingerprint reading;              ///< of how rows are read; with another one no row is known
};

/// What is stored of a snapshot besides its people.
struct SnapshotHead {
    SnapshotMeta meta;
    std::vector<RecordIssue> issues;
    std::vector<Frozen> frozen;
    bool operator==(const SnapshotHead&) const = default;
};

/// The delta that makes `snapshot` of whoever is known. Their rows are not known afterwards.
SnapshotDelta delta_to(const Snapshot& snapshot, KnownPeople& known);

/// What a snapshot's people are known by, when their rows are not.
KnownPeople known_of(const PeopleBytes& sorted);

}  // namespace usersync

#pragma once
// By how many records in a row somebody is missing.

#include "core/base/fingerprint.hpp"
#include "core/model/ids.hpp"

#include <cstddef>
#include <vector>

namespace usersync {

/// A snapshot, as far as it says something about who is missing.
struct SnapshotMark {
    SnapshotId id;
    Fingerprint delivery;
    bool is_good = true;  ///< complete, or confirmed by a person
};

/// What the newest snapshots say about somebody who is not in the newest one.
struct MissingSince {
    EmployeeKey key;
    SnapshotId last_row;        ///< the newest with a row of theirs, usable or not; 0: none of those looked at
    SnapshotId since;           ///< the oldest that counts; 0: none does
    std::size_t snapshots = 0;  ///< good ones after `last_row`; a delivery that was read several times counts once
    bool operator==(const MissingSince&) const = default;
};

MissingSince missing_since(EmployeeKey key, SnapshotId last_row, const std::vector<SnapshotMark>& newest_first);

}  // namespace usersync

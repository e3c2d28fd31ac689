#include "core/model/missing.hpp"

#include <algorithm>
#include <utility>

namespace usersync {

MissingSince missing_since(EmployeeKey key, SnapshotId last_row, const std::vector<SnapshotMark>& newest_first) {
    MissingSince absence{.key = std::move(key), .last_row = last_row, .since = {}};
    std::vector<Fingerprint> counted;
    for (const auto& mark : newest_first) {
        if (mark.id <= last_row) break;
        if (!mark.is_good) continue;
        absence.since = mark.id;
        if (std::find(counted.begin(), counted.end(), mark.delivery) == counted.end()) counted.push_back(mark.delivery);
    }
    absence.snapshots = counted.size();
    return absence;
}

}  // namespace usersync

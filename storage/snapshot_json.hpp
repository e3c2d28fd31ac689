#pragma once
// The lists that belong to a snapshot, as JSON texts for its row.

#include "core/base/result.hpp"
#include "core/model/snapshot_delta.hpp"

#include <string>
#include <vector>

namespace usersync::storage {

struct SnapshotTexts {
    std::string reasons;
    std::string columns;
    std::string issues;
    std::string frozen;
};

/// `broken`/"bad_snapshot" when one of the texts is not UTF-8: reading a record makes it UTF-8 or refuses it.
Result<SnapshotTexts> texts_of(const SnapshotHead& snapshot);

/// Puts the lists into the snapshot. `broken`/"store_damaged" when they are not what `texts_of` wrote.
Result<void> read_texts(const SnapshotTexts& texts, SnapshotHead& snapshot);

}  // namespace usersync::storage

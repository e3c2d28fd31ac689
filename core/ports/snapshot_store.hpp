#pragma once
// Where snapshots are kept: one store per tenant.

#include "core/base/result.hpp"
#include "core/model/snapshot.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace usersync {

/// Contract (tests/contract/snapshot_store_contract.hpp): `save` is one transaction; a saved snapshot never
/// changes; unchanged employees cost nothing. All failures are `broken` ("store_full", "store_damaged", …).
class SnapshotStore {
public:
    virtual ~SnapshotStore() = default;

    /// Keeps the snapshot together with the delivery's original bytes and gives it the next id. The id in
    /// `snapshot.meta` is ignored.
    virtual boost::asio::awaitable<Result<SnapshotMeta>> save(Snapshot snapshot, Delivery original) = 0;

    /// The newest snapshot, whatever its completeness; nullopt before the first.
    virtual boost::asio::awaitable<Result<std::optional<Snapshot>>> latest() = 0;

    /// The newest snapshot that was complete or that a person confirmed: the yardstick for the next one.
    virtual boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> last_good() = 0;

    /// The newest snapshot that was made from exactly these bytes.
    virtual boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> of_delivery(Fingerprint delivery) = 0;

    /// A person says that this doubtful snapshot is right. REQUIRES: it exists.
    virtual boost::asio::awaitable<Result<void>> confirm(SnapshotId snapshot) = 0;
};

}  // namespace usersync

#pragma once
// Where snapshots are kept: one store per tenant.

#include "core/base/result.hpp"
#include "core/model/missing.hpp"
#include "core/model/snapshot_delta.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace usersync {

/// Contract (tests/contract/snapshot_store_contract.hpp): `save` is one transaction; a saved snapshot never
/// changes; unchanged employees cost nothing. All failures are `broken` ("store_full", "store_damaged", …).
class SnapshotStore {
public:
    virtual ~SnapshotStore() = default;

    /// What is known of the newest snapshot's people. Their rows are known only when they were read in the same way.
    virtual boost::asio::awaitable<Result<KnownPeople>> known(Fingerprint reading) = 0;

    /// Keeps the snapshot together with the delivery's original bytes and gives it the next id. "bad_snapshot" when
    /// the delta is not to the newest snapshot, or does not give the people that its `meta` counts.
    virtual boost::asio::awaitable<Result<SnapshotMeta>> save(SnapshotDelta delta, Delivery original) = 0;

    /// The newest snapshot, whatever its completeness; nullopt before the first.
    virtual boost::asio::awaitable<Result<std::optional<Snapshot>>> latest() = 0;

    /// The same without its people.
    virtual boost::asio::awaitable<Result<std::optional<SnapshotHead>>> newest() = 0;

    /// The newest snapshot that was complete or that a person confirmed: the yardstick for the next one.
    virtual boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> last_good() = 0;

    /// The newest snapshot that was made from exactly these bytes.
    virtual boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> of_delivery(Fingerprint delivery) = 0;

    /// The newest row that is stored of each of these people, as far as they are not in the newest snapshot: what was
    /// known of them last. Sorted by key; nobody for a key of whom no row is stored. Goes back in time until all are
    /// found.
    virtual boost::asio::awaitable<Result<std::vector<Employee>>> last_rows(std::vector<EmployeeKey> people) = 0;

    /// How long these people have been missing, one for each, in their order: by so many of the newest good deliveries,
    /// and all snapshots from `back_to` on.
    virtual boost::asio::awaitable<Result<std::vector<MissingSince>>> missing(std::vector<EmployeeKey> people,
                                                                              std::size_t deliveries,
                                                                              SnapshotId back_to) = 0;

    /// A person says that this doubtful snapshot is right. REQUIRES: it exists.
    virtual boost::asio::awaitable<Result<void>> confirm(SnapshotId snapshot) = 0;
};

}  // namespace usersync

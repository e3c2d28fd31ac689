#pragma once
// Snapshots in SQLite: the newest one whole, the older ones as what was different.

#include "core/ports/snapshot_store.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <string>

namespace usersync::storage {

/// Besides the contract of the port: `save` refuses a snapshot that contradicts itself as `broken`/"bad_snapshot",
/// and a snapshot whose people do not have its fingerprint any more is "store_damaged", never handed out.
class SqliteSnapshotStore final : public SnapshotStore {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqliteSnapshotStore(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<KnownPeople>> known(Fingerprint reading) override;
    boost::asio::awaitable<Result<SnapshotMeta>> save(SnapshotDelta delta, Delivery original) override;
    boost::asio::awaitable<Result<std::optional<Snapshot>>> latest() override;
    boost::asio::awaitable<Result<std::optional<SnapshotHead>>> newest() override;
    boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> last_good() override;
    boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> of_delivery(Fingerprint delivery) override;
    boost::asio::awaitable<Result<std::vector<Employee>>> last_rows(std::vector<EmployeeKey> people) override;
    boost::asio::awaitable<Result<std::vector<MissingSince>>> missing(std::vector<EmployeeKey> people,
                                                                      std::size_t deliveries,
                                                                      SnapshotId back_to) override;
    boost::asio::awaitable<Result<void>> confirm(SnapshotId snapshot) override;

    /// Any snapshot, as it was saved. `broken`/"no_such_snapshot".
    boost::asio::awaitable<Result<Snapshot>> load(SnapshotId id);

    /// The bytes of a delivery, as they came. `broken`/"no_such_delivery".
    boost::asio::awaitable<Result<std::string>> original(Fingerprint delivery);

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage

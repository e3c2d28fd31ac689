#pragma once
// Snapshots in memory: what a tenant's file would hold, and a disk that can fail on demand.

#include "core/ports/snapshot_store.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace usersync::test {

/// Passes the contract of the port. It outlives a "restart" of whoever uses it, as a file would.
class FakeSnapshotStore final : public SnapshotStore {
public:
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

    std::map<std::string, KnownPerson> known_people;
    Fingerprint known_reading;
    std::vector<Snapshot> snapshots;   ///< in the order of their ids
    std::vector<Delivery> deliveries;  ///< the original of each snapshot, at the same place
    std::set<SnapshotId> confirmed;
    std::optional<Failure> write_failure;  ///< while it is set, nothing is written and this is the answer
};

}  // namespace usersync::test

#pragma once
// The ports of a tenant in the simulation: they can die, the disk can refuse, and a witness sees what happens.

#include "tests/scenario/mortal_ports.hpp"
#include "tests/simulation/fault_plan.hpp"
#include "tests/simulation/sim_time.hpp"
#include "tests/simulation/witness.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace usersync::simulation {

/// Counts a tenant's writes over all its processes.
class Disk {
public:
    explicit Disk(std::vector<DiskFault> faults) : faults_(std::move(faults)) {}

    enum class Answer { works, refuses, refuses_after_writing };
    Answer next_write();
    void mend() { faults_.clear(); }
    static Failure full() {
        return {
            .kind = FailureKind::broken, .code = "store_full", .where = "storage", .detail = "No space left on device"};
    }

private:
    std::vector<DiskFault> faults_;
    std::size_t writes_ = 0;
};

/// What is broken on purpose, so that it is seen whether the oracle notices.
enum class Planted {
    nothing,
    forgotten_intent,  ///< the ledger says that it has written and has not
    unlooked_outcome,  ///< an invitation that got no answer counts as not sent
    dropped_call,      ///< the network says that a person was put into a group, each time, and does not
    believed_record,   ///< a record that is not complete passes for one
    passed_guard,      ///< a plan that waits is carried out
    too_fast,          ///< calls come at ten times the rate that the tenant may use
};

struct PortParts {
    SimTime& time;
    test::Life& life;
    Witness& witness;
    Disk& disk;
    Planted planted = Planted::nothing;
};

class SimSnapshotStore final : public test::MortalSnapshotStore {
public:
    SimSnapshotStore(SnapshotStore& inner, PortParts parts)
        : MortalSnapshotStore(inner, parts.life), stored_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<SnapshotMeta>> save(SnapshotDelta delta, Delivery original) override;

private:
    SnapshotStore& stored_;
    PortParts parts_;
};

class SimRunStore final : public test::MortalRunStore {
public:
    SimRunStore(RunStore& inner, PortParts parts) : MortalRunStore(inner, parts.life), stored_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<void>> save_plan(StoredPlan plan) override;
    boost::asio::awaitable<Result<std::optional<StoredPlan>>> load_plan(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<std::optional<PlanHead>>> plan_head(std::optional<PlanId> id) override;
    boost::asio::awaitable<Result<void>> approve(PlanId id, std::string by, Time at) override;
    boost::asio::awaitable<Result<void>> mark_applied(PlanId id) override;
    boost::asio::awaitable<Result<void>> close_run(RunRecord run) override;

private:
    RunStore& stored_;
    PortParts parts_;
};

class SimLedger final : public test::MortalLedger {
public:
    SimLedger(Ledger& inner, SnapshotStore& snapshots, PortParts parts)
        : MortalLedger(inner, parts.life), stored_(inner), snapshots_(snapshots), parts_(parts) {}
    boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) override;
    boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) override;
    boost::asio::awaitable<Result<std::vector<Unsettled>>> unsettled() override;

private:
    boost::asio::awaitable<std::optional<Evidence>> evidence_of(Operation operation);
    boost::asio::awaitable<void> look_for(RunId run, Operation operation);

    Ledger& stored_;
    SnapshotStore& snapshots_;
    PortParts parts_;
};

class SimNetwork final : public test::MortalNetwork {
public:
    SimNetwork(Network& inner, PortParts parts) : MortalNetwork(inner, parts.life), network_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override;
    boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) override;
    std::optional<Time> waits_until() const override { return network_.waits_until(); }

private:
    Network& network_;
    PortParts parts_;
};

}  // namespace usersync::simulation

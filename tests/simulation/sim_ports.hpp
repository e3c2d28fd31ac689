#pragma once
// The ports of a tenant in the simulation: they can die, the disk can refuse, and a witness sees what happens.

#include "core/ports/pace_store.hpp"
#include "core/ports/pause.hpp"
#include "tests/scenario/mortal_ports.hpp"
#include "tests/simulation/fault_plan.hpp"
#include "tests/simulation/sim_time.hpp"
#include "tests/simulation/witness.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
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
    forgotten_hold,    ///< that a person holds somebody is kept nowhere
    forgotten_pause,   ///< a pause is answered and ends nothing
    needless_call,     ///< a plan has a call twice
    apart_paces,       ///< tenants that share a limit each use it all
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
    boost::asio::awaitable<Result<void>> reject(PlanId id, Rejection rejection) override;
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

class SimRemovalQueue final : public RemovalQueue {
public:
    SimRemovalQueue(RemovalQueue& inner, PortParts parts) : stored_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<plan::Removals>> load() override { return stored_.load(); }
    boost::asio::awaitable<Result<void>> save(std::vector<plan::QueuedRemoval> queued) override;
    boost::asio::awaitable<Result<void>> hold(plan::RemovalHold hold) override;
    boost::asio::awaitable<Result<bool>> release(EmployeeKey person) override;

private:
    RemovalQueue& stored_;
    PortParts parts_;
};

class SimPauseStore final : public PauseStore {
public:
    SimPauseStore(PauseStore& inner, PortParts parts) : stored_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<std::optional<Pause>>> load() override { return stored_.load(); }
    boost::asio::awaitable<Result<void>> save(std::optional<Pause> pause) override;

private:
    PauseStore& stored_;
    PortParts parts_;
};

class SimPaceStore final : public PaceStore {
public:
    SimPaceStore(PaceStore& inner, PortParts parts) : stored_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<std::map<std::string, double>>> rates() override { return stored_.rates(); }
    boost::asio::awaitable<Result<void>> keep_rates(std::map<std::string, double> rates, Time at) override;
    boost::asio::awaitable<Result<std::vector<Failing>>> failing() override { return stored_.failing(); }
    boost::asio::awaitable<Result<void>> note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) override;
    boost::asio::awaitable<Result<std::size_t>> forgive(std::optional<EmployeeKey> employee, Time at) override;

private:
    PaceStore& stored_;
    PortParts parts_;
};

class SimNetwork final : public test::MortalNetwork {
public:
    SimNetwork(Network& inner, PortParts parts) : MortalNetwork(inner, parts.life), network_(inner), parts_(parts) {}
    boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override;
    boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) override;
    void send_away() override { network_.send_away(); }
    void let_in() override { network_.let_in(); }
    std::optional<Time> waits_until() const override { return network_.waits_until(); }
    boost::asio::awaitable<Result<void>> probe(Deadline deadline) override { return network_.probe(deadline); }
    std::optional<Pacing> pacing() const override { return network_.pacing(); }
    LearntRates learnt_rates() const override { return network_.learnt_rates(); }
    void remember_rates(const LearntRates& rates) override { network_.remember_rates(rates); }

private:
    Network& network_;
    PortParts parts_;
};

}  // namespace usersync::simulation

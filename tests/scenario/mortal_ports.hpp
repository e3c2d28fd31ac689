#pragma once
// Ports through which a process can die: right after its k-th effect on the disk or on the world outside.

#include "core/ports/ledger.hpp"
#include "core/ports/network.hpp"
#include "core/ports/removal_queue.hpp"
#include "core/ports/rule_versions.hpp"
#include "core/ports/run_store.hpp"
#include "core/ports/snapshot_store.hpp"
#include "core/ports/source.hpp"

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace usersync::test {

/// Thrown at the point of death; nothing that the process would have done after it happens.
struct Died : std::runtime_error {
    Died() : std::runtime_error("the process died here") {}
};

/// Counts effects, and is the end at the chosen one.
class Life {
public:
    void die_after(std::size_t effect) { end_ = effect; }
    void effect() {
        ++effects_;
        if (effects_ == end_) {
            dead_ = true;
            throw Died();
        }
    }
    bool dead() const { return dead_; }
    std::size_t effects() const { return effects_; }

private:
    std::size_t effects_ = 0;
    std::size_t end_ = 0;
    bool dead_ = false;
};

class MortalSource : public Source {
public:
    MortalSource(Source& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<Fetched>> fetch(Deadline deadline) override { return inner_.fetch(deadline); }
    boost::asio::awaitable<Result<void>> acknowledge(Delivery delivery, Deadline deadline) override {
        auto result = co_await inner_.acknowledge(std::move(delivery), deadline);
        life_.effect();
        co_return result;
    }
    bool reads_one_person() const override { return inner_.reads_one_person(); }
    std::string person_column() const override { return inner_.person_column(); }
    boost::asio::awaitable<Result<FetchedPerson>> fetch_person(EmployeeKey person, Deadline deadline) override {
        return inner_.fetch_person(std::move(person), deadline);
    }

private:
    Source& inner_;
    Life& life_;
};

class MortalNetwork : public Network {
public:
    MortalNetwork(Network& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) override {
        return inner_.read_all(std::move(links), deadline);
    }
    boost::asio::awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) override {
        return inner_.read_again(std::move(links), deadline);
    }
    boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override {
        auto result = co_await inner_.apply(std::move(operation), deadline);
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) override {
        return inner_.find(std::move(operation), deadline);
    }

private:
    Network& inner_;
    Life& life_;
};

class MortalSnapshotStore : public SnapshotStore {
public:
    MortalSnapshotStore(SnapshotStore& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<SnapshotMeta>> save(SnapshotDelta delta, Delivery original) override {
        auto result = co_await inner_.save(std::move(delta), std::move(original));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<KnownPeople>> known(Fingerprint reading) override { return inner_.known(reading); }
    boost::asio::awaitable<Result<std::optional<Snapshot>>> latest() override { return inner_.latest(); }
    boost::asio::awaitable<Result<std::optional<SnapshotHead>>> newest() override { return inner_.newest(); }
    boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> last_good() override { return inner_.last_good(); }
    boost::asio::awaitable<Result<std::optional<SnapshotMeta>>> of_delivery(Fingerprint delivery) override {
        return inner_.of_delivery(delivery);
    }
    boost::asio::awaitable<Result<std::vector<Employee>>> last_rows(std::vector<EmployeeKey> people) override {
        return inner_.last_rows(std::move(people));
    }
    boost::asio::awaitable<Result<std::vector<MissingSince>>> missing(std::vector<EmployeeKey> people,
                                                                      std::size_t deliveries,
                                                                      SnapshotId back_to) override {
        return inner_.missing(std::move(people), deliveries, back_to);
    }
    boost::asio::awaitable<Result<void>> confirm(SnapshotId snapshot) override {
        auto result = co_await inner_.confirm(snapshot);
        life_.effect();
        co_return result;
    }

private:
    SnapshotStore& inner_;
    Life& life_;
};

class MortalRunStore : public RunStore {
public:
    MortalRunStore(RunStore& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<RunId>> open_run(std::string trigger, Time started_at) override {
        auto result = co_await inner_.open_run(std::move(trigger), started_at);
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<void>> save_plan(StoredPlan plan) override {
        auto result = co_await inner_.save_plan(std::move(plan));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<std::optional<StoredPlan>>> load_plan(std::optional<PlanId> id) override {
        return inner_.load_plan(std::move(id));
    }
    boost::asio::awaitable<Result<std::optional<PlanHead>>> plan_head(std::optional<PlanId> id) override {
        return inner_.plan_head(std::move(id));
    }
    boost::asio::awaitable<Result<void>> approve(PlanId id, std::string by, Time at) override {
        auto result = co_await inner_.approve(std::move(id), std::move(by), at);
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<void>> mark_applied(PlanId id) override {
        auto result = co_await inner_.mark_applied(std::move(id));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<void>> reject(PlanId id, Rejection rejection) override {
        auto result = co_await inner_.reject(std::move(id), std::move(rejection));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<bool>> has_applied() override { return inner_.has_applied(); }
    boost::asio::awaitable<Result<void>> close_run(RunRecord run) override {
        auto result = co_await inner_.close_run(std::move(run));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<std::vector<RunRecord>>> recent(std::size_t count) override {
        return inner_.recent(count);
    }

private:
    RunStore& inner_;
    Life& life_;
};

class MortalRemovalQueue final : public RemovalQueue {
public:
    MortalRemovalQueue(RemovalQueue& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<plan::Removals>> load() override { return inner_.load(); }
    boost::asio::awaitable<Result<void>> save(std::vector<plan::QueuedRemoval> queued) override {
        auto result = co_await inner_.save(std::move(queued));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<void>> hold(plan::RemovalHold hold) override { return inner_.hold(std::move(hold)); }
    boost::asio::awaitable<Result<bool>> release(EmployeeKey person) override {
        return inner_.release(std::move(person));
    }

private:
    RemovalQueue& inner_;
    Life& life_;
};

class MortalRuleVersions : public RuleVersions {
public:
    MortalRuleVersions(RuleVersions& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<void>> keep(RuleVersion version) override {
        auto result = co_await inner_.keep(std::move(version));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<std::vector<RuleVersion>>> list() override { return inner_.list(); }
    boost::asio::awaitable<Result<std::optional<RuleVersion>>> find(std::string prefix) override {
        return inner_.find(std::move(prefix));
    }

private:
    RuleVersions& inner_;
    Life& life_;
};

class MortalLedger : public Ledger {
public:
    MortalLedger(Ledger& inner, Life& life) : inner_(inner), life_(life) {}
    boost::asio::awaitable<Result<void>> intend(RunId run, Operation operation, Time at) override {
        auto result = co_await inner_.intend(run, std::move(operation), at);
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<void>> settle(RunId run, Operation operation, Settlement settlement) override {
        auto result = co_await inner_.settle(run, std::move(operation), std::move(settlement));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<std::vector<Unsettled>>> unsettled() override { return inner_.unsettled(); }
    boost::asio::awaitable<Result<Ownership>> ownership() override { return inner_.ownership(); }
    boost::asio::awaitable<Result<LedgerSummary>> summary(RunId run) override { return inner_.summary(run); }
    boost::asio::awaitable<Result<std::vector<LedgerRow>>> history(EmployeeKey employee,
                                                                   std::size_t rows_max) override {
        return inner_.history(std::move(employee), rows_max);
    }
    boost::asio::awaitable<Result<LedgerCounts>> counts_since(Time since) override {
        return inner_.counts_since(since);
    }
    boost::asio::awaitable<Result<std::vector<LedgerRow>>> calls(LedgerQuestion question) override {
        return inner_.calls(std::move(question));
    }
    boost::asio::awaitable<Result<LedgerTotals>> totals(LedgerQuestion question) override {
        return inner_.totals(std::move(question));
    }
    boost::asio::awaitable<Result<void>> record(LedgerEvent event) override {
        auto result = co_await inner_.record(std::move(event));
        life_.effect();
        co_return result;
    }
    boost::asio::awaitable<Result<std::vector<LedgerEntry>>> entries(LedgerQuestion question) override {
        return inner_.entries(std::move(question));
    }
    boost::asio::awaitable<Result<std::vector<LedgerEntry>>> events(std::size_t newest_max) override {
        return inner_.events(newest_max);
    }
    boost::asio::awaitable<Result<ChainReport>> verify() override { return inner_.verify(); }
    boost::asio::awaitable<Result<Continuity>> continuity() override { return inner_.continuity(); }

private:
    Ledger& inner_;
    Life& life_;
};

}  // namespace usersync::test

#pragma once
// Sees everything that a tenant's daemon does, over all its processes, and says which promise it breaks.

#include "core/base/time.hpp"
#include "core/ports/ledger.hpp"
#include "core/ports/run_store.hpp"
#include "daemon/log/log.hpp"
#include "tests/simulation/sim_time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::simulation {

/// Lines of everything outward: calls with their answers, and the log. Equal behaviour is equal lines.
class Trace {
public:
    void add(Duration at, const std::string& line);
    const std::vector<std::string>& lines() const { return lines_; }

private:
    std::vector<std::string> lines_;
};

class TraceLog final : public log::Log {
public:
    TraceLog(Trace& trace, const SimTime& time) : trace_(trace), time_(time) {}
    void write(log::Level level, std::string_view event, const std::vector<log::Field>& fields) override;

private:
    Trace& trace_;
    const SimTime& time_;
};

/// An operation that was intended, durably.
struct Intended {
    Duration at{};
    std::string kind;
    std::string key;
    auto operator<=>(const Intended&) const = default;
};

/// What the newest stored snapshot says about somebody who is to be suspended or removed.
struct Evidence {
    bool is_complete = false;  ///< complete, or confirmed by a person
    bool is_present = false;   ///< the person is in it, readable or not
};

/// What a limit allows: a bucket that is full at first.
class CallBucket {
public:
    CallBucket(double calls_per_second, double burst) : calls_per_second_(calls_per_second), burst_(burst) {}
    void fill() { free_at_ = Duration(0); }
    /// False when it was empty: whoever comes before it has room is too fast.
    bool take(Duration at);

private:
    double calls_per_second_;
    double burst_;
    Duration free_at_{0};
};

class Witness {
public:
    explicit Witness(std::string tenant) : tenant_(std::move(tenant)) {}

    Trace trace;

    // ---- told by the ports; durable facts only ----
    void process_started();
    void snapshot_saved(const std::string& record) { snapshot_of_ = record; }
    void plan_saved(const StoredPlan& stored);
    /// Before it is written.
    void wants_to_approve(const PlanId& plan) { wanted_.insert(plan); }
    void plan_approved(const PlanId& plan);
    void plan_rejected(const PlanId& plan);
    /// As the store has it: a process may die between an approval that is on disk and the word of it here.
    void plan_loaded(const StoredPlan& stored);
    /// Before it is written.
    void wants_to_intend(Duration at, RunId run, const Operation& operation, const std::optional<Evidence>& evidence);
    void intended(Duration at, RunId run, const Operation& operation);
    /// The ledger was asked for its open intents right after it said that this one is durable.
    void looked_for_intent(const Operation& operation, bool is_there);
    void settled(RunId run, const Operation& operation, Outcome outcome);
    /// All that the ledger has open. A process may die between an outcome that is on disk and the word of it here.
    void unsettled_are(const std::vector<Unsettled>& open);
    /// By one of before: nothing that it let pass counts any more. `snapshot_of`: the newest that it has.
    void store_put_back(const std::string& snapshot_of);
    void call_sent(Duration at);
    void call_effective(const std::string& method) { writes_ += method == "GET" ? 0 : 1; }
    /// A call for it is about to be sent.
    void sends(const Operation& operation);

    // ---- asked by the oracle ----
    const std::vector<std::string>& broken() const { return broken_; }
    void broke(const std::string& promise, const std::string& how);
    const std::map<std::string, std::vector<Intended>>& intents() const { return intents_; }  ///< by person
    std::size_t writes() const { return writes_; }
    std::size_t operations() const { return operations_; }
    /// The bytes that the newest snapshot was made of; empty: there is none.
    const std::string& snapshot_of() const { return snapshot_of_; }

    CallBucket own{10, 10};        ///< that the tenant may at most use
    CallBucket* shared = nullptr;  ///< that it may use together with others
    /// By the last two records that tell the truth: nobody has a reason to take them out of the network.
    std::set<std::string> employed;
    std::set<std::string> held;         ///< whom a person holds, by key: nobody takes them out
    std::optional<Duration> paused_at;  ///< since when nothing may begin

private:
    struct Known {
        std::set<OperationKey> operations;
        bool may_be_applied = false;  ///< the guard let it pass, or a person did
        bool is_rejected = false;     ///< by a person, and nobody has approved it since
        bool is_undo = false;         ///< takes back what a run did: a person's will, whatever the record says
    };

    void check_plan(const StoredPlan& stored);
    void allow(const Known& known);
    void check_order(RunId run, const Operation& operation);

    std::string tenant_;
    std::string snapshot_of_;
    std::vector<std::string> broken_;
    std::map<PlanId, Known> plans_;
    std::set<PlanId> wanted_;  ///< by a person
    std::set<OperationKey> allowed_;
    std::set<OperationKey> undoing_;  ///< of approved plans that take something back
    std::map<std::string, std::vector<Intended>> intents_;
    std::map<std::pair<RunId, OperationKey>, EmployeeKey> open_;
    std::set<std::pair<RunId, OperationKey>> effective_;
    std::size_t writes_ = 0;
    std::size_t operations_ = 0;
};

}  // namespace usersync::simulation

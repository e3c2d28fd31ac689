#pragma once
// Runs and their plans: what was decided, what a person approved, how it ended. One store per tenant.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/plan/plan.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

enum class PlanState {
    held,        ///< waits for a person
    allowed,     ///< the guard let it pass, or a person approved it: may be applied
    applied,     ///< every operation was tried and settled
    superseded,  ///< a newer plan took its place before it was applied
    rejected,    ///< a person does not want it: made again, it stays so
};
std::string_view to_string(PlanState state);
std::optional<PlanState> plan_state_from(std::string_view text);

/// A person's word against a plan.
struct Rejection {
    Time at{};
    std::string by;
    std::string reason;  ///< empty: not said
    bool operator==(const Rejection&) const = default;
};

struct StoredPlan {
    Plan plan;
    Verdict verdict;
    PlanState state = PlanState::held;
    RunId run;
    Time created_at{};
    std::optional<Time> approved_at;
    std::string approved_by;                  ///< who approved; empty when nobody had to
    std::optional<Rejection> rejection = {};  ///< of a rejected plan
    bool operator==(const StoredPlan&) const = default;
};

/// What is known of a plan without looking at what it would do, which may be a great deal.
struct PlanHead {
    PlanId id;
    bool is_empty = false;  ///< it does nothing
    Verdict verdict;
    PlanState state = PlanState::held;
    RunId run;
    Time created_at{};
    std::optional<Time> approved_at;
    std::string approved_by;
    std::optional<Rejection> rejection = {};
    bool operator==(const PlanHead&) const = default;
};
PlanHead head_of(const StoredPlan& stored);

enum class RunEnd {
    open,       ///< still going, or the process died in it
    done,       ///< the network is as desired, for everybody
    done_open,  ///< done, but some people are not in the desired state
    held,       ///< a plan waits for a person
    failed,     ///< it could not be carried through; nobody was touched by the part that failed
};
std::string_view to_string(RunEnd end);
std::optional<RunEnd> run_end_from(std::string_view text);

struct RunRecord {
    RunId id;
    std::string trigger;  ///< "schedule", "command", "approval", "recovery"
    Time started_at{};
    std::optional<Time> ended_at;
    RunEnd end = RunEnd::open;
    SnapshotId snapshot;
    PlanId plan;
    std::string failure_code;      ///< of the failure that ended it; empty otherwise
    std::string failure_sentence;  ///< for people; no personal data
    std::size_t people_open = 0;   ///< people who are not in the desired state
    bool operator==(const RunRecord&) const = default;
};

/// Contract (tests/contract/run_store_contract.hpp): every method is one transaction. All failures are `broken`
/// except where said.
class RunStore {
public:
    virtual ~RunStore() = default;

    virtual boost::asio::awaitable<Result<RunId>> open_run(std::string trigger, Time started_at) = 0;

    /// Keeps the plan under its id; the same id again moves it to this run, state, verdict and approval, and keeps
    /// when it was made. Any other plan that is still held or allowed becomes superseded.
    virtual boost::asio::awaitable<Result<void>> save_plan(StoredPlan plan) = 0;

    /// The plan with this id; without an id the newest one.
    virtual boost::asio::awaitable<Result<std::optional<StoredPlan>>> load_plan(std::optional<PlanId> id) = 0;

    /// The same of its head alone: it takes as long for a plan of a hundred thousand operations as for one.
    virtual boost::asio::awaitable<Result<std::optional<PlanHead>>> plan_head(std::optional<PlanId> id) = 0;

    /// Moves a plan to a state. Approval (held → allowed) records who and when. `rejected`/"no_such_plan",
    /// `rejected`/"plan_not_held" when an approval comes for a plan that is neither held nor rejected: whoever rejected
    /// one may think better of it.
    virtual boost::asio::awaitable<Result<void>> approve(PlanId id, std::string by, Time at) = 0;
    virtual boost::asio::awaitable<Result<void>> mark_applied(PlanId id) = 0;

    /// held → rejected. `rejected`/"no_such_plan", `rejected`/"plan_not_held".
    virtual boost::asio::awaitable<Result<void>> reject(PlanId id, Rejection rejection) = 0;

    /// True once any plan of this tenant was applied: before that, every plan is held (G-8).
    virtual boost::asio::awaitable<Result<bool>> has_applied() = 0;

    /// `run.id` says which; everything else is written as given.
    virtual boost::asio::awaitable<Result<void>> close_run(RunRecord run) = 0;

    /// Newest first.
    virtual boost::asio::awaitable<Result<std::vector<RunRecord>>> recent(std::size_t count) = 0;
};

}  // namespace usersync

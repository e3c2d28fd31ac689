#pragma once
// The carrying out of one plan, as a state machine: it says what to do next and is told what happened. It holds no
// socket, no timer and no store; whoever drives it does the waiting, the calls and the writing.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/backoff.hpp"
#include "core/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace usersync::apply {

struct ApplyLimits {
    std::size_t concurrency = 4;  ///< people under way at once
    std::size_t invitations = 0;  ///< and so many who are asked in besides, where one call takes many of them; 0: none
    pace::BackoffLimits backoff;
    double retry_share_max =
        0.10;  ///< retries of a run, as a share of its operations: an outage must not multiply traffic
    std::size_t retries_min = 10;   ///< but a small plan may retry this often
    int failures_in_a_row_max = 8;  ///< transient failures without any success between: the run stops by itself
};

/// How an operation ended, as the ledger will have it.
enum class Ending { done, already_so, rejected, gave_up, skipped };

// ---- what to do next ----------------------------------------------------------------------------------------

struct Call {  ///< write the intent (the first time), then perform the operation
    std::size_t operation;
    int attempt;
};
struct Look {  ///< its outcome is unknown: find out whether it took effect
    std::size_t operation;
};
struct Settle {  ///< write the outcome
    std::size_t operation;
    Ending ending;
    std::string code;
    int attempts;
};
struct WaitUntil {  ///< nothing may start before then, unless something under way ends first
    SteadyTime when;
};
struct WaitForAnswer {};  ///< something is under way and nothing else may start
struct Finished {};       ///< nothing is under way and nothing will start any more

using Step = std::variant<Call, Look, Settle, WaitUntil, WaitForAnswer, Finished>;

/// What became of the whole plan.
struct Summary {
    std::map<Ending, std::size_t> endings;
    std::size_t unknown = 0;      ///< sent, outcome still unknown: their intents stay open and are looked at next time
    std::size_t not_started = 0;  ///< left for the next run
    std::set<EmployeeKey> open;   ///< people for whom something did not take effect
    std::optional<Failure> stopped_by;  ///< why the run ended early, if it did
};

/// Rules: operations start in the order of the plan; one at a time for each person, the next only after the one
/// before has ended; nothing starts before what it needs has succeeded. A transient failure is tried again by the
/// back-off; a rejected operation is recorded and what needs it is skipped; a blocked or broken failure ends the
/// run. An outcome that is unknown is looked at before anything is sent again.
///
/// Invitations that may share a call (`ApplyLimits::invitations`) are under way besides the others, and what fails for
/// all of them within a second counts as one failure and one retry.
///
/// REQUIRES: the plan outlives the run; every Call, Look is answered once.
class ApplyRun {
public:
    ApplyRun(const Plan& plan, ApplyLimits limits, std::uint64_t seed);

    Step next(SteadyTime now);

    enum class Effected { now, before };
    void call_succeeded(std::size_t operation, Effected effected);
    void call_failed(std::size_t operation, const Failure& failure, SteadyTime now);
    enum class Seen { in_effect, not_in_effect };
    void looked(std::size_t operation, Seen seen, SteadyTime now);
    void look_failed(std::size_t operation, const Failure& failure, SteadyTime now);

    /// Start nothing more; what is under way may end.
    void stop(std::optional<Failure> why);
    bool stopped() const { return stopped_; }

    std::size_t settled() const { return settled_; }
    std::size_t under_way() const { return under_way_; }
    Summary summary() const;

private:
    enum class Phase { blocked, ready, waiting, under_way, ended, unknown };
    struct State {
        Phase phase = Phase::blocked;
        bool look_first = false;       ///< the next start is a Look
        int attempts = 0;              ///< calls sent
        int failures = 0;              ///< in a row, of calls and looks
        std::size_t unmet = 0;         ///< what must end or succeed first
        bool skipped_by_need = false;  ///< something it needs did not succeed
        bool shares_call = false;      ///< under way as one of the invitations of a call
        std::optional<Ending> ending;
    };

    bool may_share_call(std::size_t operation) const;
    void make_ready(std::size_t operation);
    std::optional<std::size_t> take_ready();
    bool has_room() const;
    void no_longer_under_way(std::size_t operation);
    bool failed_with_others(std::size_t operation, SteadyTime now);
    void start_if_free(std::size_t operation);
    void end(std::size_t operation, Ending ending, std::string code);
    void leave_unknown(std::size_t operation);
    void hold_back_after(std::size_t operation);
    void release(std::size_t operation, bool succeeded);
    void try_again(std::size_t operation, const Failure& failure, SteadyTime now);
    std::uint64_t random();

    const Plan& plan_;
    ApplyLimits limits_;
    std::uint64_t random_state_;
    std::vector<State> states_;
    std::vector<std::vector<std::size_t>> next_of_person_;  ///< wait for this one's end
    std::vector<std::vector<std::size_t>> needed_by_;       ///< wait for this one's success
    std::set<std::size_t> ready_;
    std::set<std::size_t> ready_to_share_;  ///< likewise, and may share a call
    std::multimap<SteadyTime, std::size_t> waiting_;
    std::deque<Settle> to_settle_;
    std::size_t under_way_ = 0;      ///< all
    std::size_t sharing_calls_ = 0;  ///< of these, invitations that may share a call
    std::optional<SteadyTime> shared_failure_;
    std::size_t settled_ = 0;
    std::size_t retries_left_ = 0;
    int failures_in_a_row_ = 0;
    bool stopped_ = false;
    std::optional<Failure> stopped_by_;
};

}  // namespace usersync::apply

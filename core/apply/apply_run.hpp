#pragma once
// The carrying out of one plan, as a state machine: it says what to do next and is told what happened. It holds no
// socket, no timer and no store; whoever drives it does the waiting, the calls and the writing.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/backoff.hpp"
#include "core/pace/breaker.hpp"
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
    std::size_t retries_min = 10;     ///< but a small plan may retry this often
    int failures_in_a_row_max = 8;    ///< transient failures without any success between: the network is away
    int throttles_in_a_row_max = 20;  ///< pauses that it asks for, without any success between: the run stops
    int put_off_max = 20;  ///< so often an operation keeps its attempts where the server says when to come back
    /// So long the run waits for a network that is away, and asks it by a harmless read now and then; 0: it stops.
    Duration outage_wait_max{0};
    Duration probe_first = std::chrono::seconds(2);  ///< before the first such read; then up to twice as long
    /// The first so many people go alone and are read back before the rest begins; 0: nobody does.
    std::size_t canary = 0;
    std::size_t canary_above = 20;  ///< where no more people than this are to be changed, there is no need of it
};

/// How many people have to be under way so that calls use up the rate: as many as are answered in a call's time, and
/// what chance adds to that; a few in any case, and never more than `most`.
std::size_t people_at_once(double calls_per_second, Duration call_time, std::size_t most);

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
struct Check {  ///< it was answered as done: find out whether the network shows it
    std::size_t operation;
};
struct Probe {};    ///< the network is away: find out by a harmless read whether it answers again
struct WaitUntil {  ///< nothing may start before then, unless something under way ends first
    SteadyTime when;
};
struct WaitForAnswer {};  ///< something is under way and nothing else may start
struct Finished {};       ///< nothing is under way and nothing will start any more

using Step = std::variant<Call, Look, Settle, Check, Probe, WaitUntil, WaitForAnswer, Finished>;

/// What became of the whole plan.
struct Summary {
    std::map<Ending, std::size_t> endings;
    std::size_t unknown = 0;      ///< sent, outcome still unknown: their intents stay open and are looked at next time
    std::size_t not_started = 0;  ///< left for the next run
    std::set<EmployeeKey> open;   ///< people for whom something did not take effect
    std::set<EmployeeKey> refused;      ///< of these, people for whom the network rejected something
    std::optional<Failure> stopped_by;  ///< why the run ended early, if it did
};

/// Rules: operations start in the order of the plan; one at a time for each person, the next only after the one
/// before has ended; nothing starts before what it needs has succeeded. A transient failure is tried again by the
/// back-off; a rejected operation is recorded and what needs it is skipped; a blocked or broken failure ends the
/// run. An outcome that is unknown is looked at before anything is sent again.
///
/// A refusal for the pace (429) and a call for which there was no turn are no failures: the operation waits for the
/// server's word and keeps its attempts. So it does where another failure comes with a word on when to come back, up
/// to a number. Where the network is away and the run may wait, nothing starts but a probe
/// now and then; when that is answered, one operation goes alone, and with its success all the others.
///
/// With a canary, the operations of the first people, and what these need, go before all others and are read back. One
/// that was answered as done and is not there ends the run: `blocked`/"canary". What was refused says nothing about the
/// rest, unless everything was. Nor does a look in vain that concerns one person, since lists may be late; where the
/// network answers no look at all, the run ends as `transient`/"canary_not_read".
///
/// Invitations that may share a call (`ApplyLimits::invitations`) are under way besides the others, and what fails for
/// all of them within a second counts as one failure and one retry.
///
/// REQUIRES: the plan outlives the run; every Call, Look, Check, Probe is answered once.
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

    void checked(std::size_t operation, Seen seen);
    void check_failed(std::size_t operation, const Failure& failure, SteadyTime now);
    /// nullopt: it answered.
    void probed(const std::optional<Failure>& failure, SteadyTime now);

    /// So many people may be under way at once from now on.
    void allow(std::size_t concurrency) { limits_.concurrency = concurrency; }
    /// While the network is away: since when, why, and when it is asked next.
    struct Outage {
        SteadyTime since;
        SteadyTime next_probe;
        Failure why;
    };
    std::optional<Outage> outage() const;
    /// The first people are under way, or looked at; the rest waits for them.
    bool canary_open() const { return canary_ != Canary::over; }

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
        bool in_canary = false;
        int tries_alone = 0;  ///< in vain, to find out whether the network is back
        int unjudged = 0;     ///< calls that were refused for their pace, put off, or had no turn: no attempts
        int put_off = 0;      ///< by the server's word on when to come back, other than for the pace
        int looks = 0;        ///< of the canary, in vain
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
    void choose_canary();
    void canary_ended();
    void judge_canary();
    void open_to_all();
    bool may_start() const;
    void wait_for_turn(std::size_t operation, const Failure& failure, SteadyTime now);
    void wait_throttled(std::size_t operation, const Failure& failure, SteadyTime now);
    bool is_put_off(std::size_t operation, const Failure& failure);
    bool wait_out_outage(std::size_t operation, const Failure& failure, SteadyTime now);
    void try_suspects();
    void went_well();
    void begin_outage(const Failure& failure, SteadyTime now);
    bool is_half_open() const { return outage_since_ && !in_outage_; }
    Duration server_wait(const Failure& failure, int times);
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
    std::size_t charged_in_a_row_ = 0;  ///< of `retries_left_`, without any success between
    int throttles_in_a_row_ = 0;
    std::optional<SteadyTime> throttled_until_;
    bool goes_alone_ = false;  ///< the quota is spent, and the server says when to come back
    pace::Breaker breaker_;
    bool in_outage_ = false;
    std::optional<SteadyTime> outage_since_;  ///< also while one operation tries whether it is over
    std::optional<Failure> outage_why_;
    std::vector<std::size_t> suspects_;  ///< failed where nothing went well: others are tried before them
    enum class Canary : std::uint8_t { under_way, looked_at, over };
    Canary canary_ = Canary::over;
    std::size_t canary_left_ = 0;          ///< its operations that have not ended, then its looks
    std::vector<std::size_t> canary_ops_;  ///< in the plan's order
    std::deque<std::size_t> to_check_;
    std::vector<std::size_t> held_;     ///< ready, but for the canary
    std::vector<std::size_t> missing_;  ///< answered as done, and not there
    bool any_look_answered_ = false;    ///< of the canary
    bool stopped_ = false;
    std::optional<Failure> stopped_by_;
};

}  // namespace usersync::apply

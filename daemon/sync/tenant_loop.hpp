#pragma once
// A tenant's life in the daemon: runs on schedule and on request, one at a time, until the stop switch is pressed.

#include "core/async/task_group.hpp"
#include "core/pace/schedule.hpp"
#include "daemon/sync/rules_watch.hpp"
#include "daemon/sync/sync_cycle.hpp"

#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::sync {

struct LoopSettings {
    pace::Schedule schedule;
    bool scheduled = true;  ///< false: runs on request only
    pace::BackoffLimits after_failure = {.first = std::chrono::minutes(1),
                                         .longest = std::chrono::hours(1),
                                         .attempts_max = 1 << 30,
                                         .server_wait_max = std::chrono::hours(1)};
    std::optional<Duration> expected_every;          ///< without a record for longer than this, the source is overdue
    Duration after_blocked = std::chrono::hours(1);  ///< when only somebody outside can mend it
    Duration after_not_ready = std::chrono::minutes(1);   ///< when a file was still growing
    Duration after_settling = std::chrono::minutes(3);    ///< when the network did not show yet what was done
    Duration between_retries = std::chrono::minutes(15);  ///< runs for people who are due are no closer together
    Duration wake_distance = std::chrono::seconds(30);    ///< an event begins no run sooner after the end of another
    /// While the network does not answer, it is asked by one harmless read, and no run begins: so long after the first
    /// such read, doubling, between the half and the whole of it.
    Duration probe_first = std::chrono::minutes(1);
    Duration probe_longest = std::chrono::minutes(5);
    std::uint64_t seed = 0;  ///< the tenant's own, for jitter
};

class TenantLoop {
public:
    /// `parts.settings` are those to begin with; before each run `watch` is asked for newer ones. It outlives this.
    TenantLoop(TenantParts parts, RulesWatch& watch, LoopSettings settings, boost::asio::any_io_executor executor);

    /// Until the stop switch is pressed and the run under way has ended. A run that is not applying is cancelled
    /// at once; one that is settles what it has sent.
    boost::asio::awaitable<void> run();

    /// The settings to begin with are kept ones, since the files as they are now have these errors. REQUIRES: `run` was
    /// not called yet; there is one.
    void begin_refused(std::vector<FileProblem> problems) { refuse(std::move(problems)); }

    /// Waits for its turn, runs, and gives the result. After a stop: a `blocked`/"stopping" failure in the result.
    boost::asio::awaitable<CycleResult> run_now(CycleOrder order);

    /// Somewhere else something has changed: for this person, or for nobody knows whom. Costs nothing and answers
    /// nothing: a run begins as soon as one may, and many events are one run. For one person it is a run for them,
    /// where the source can be asked for one; in every other case, and where that is refused or finds nobody, it is a
    /// run of all. While the tenant is paused, or the network away, the event waits. A run of all that begins for any
    /// other reason has seen what it was about. After a stop it is lost: the schedule makes up for it.
    void wake(std::optional<EmployeeKey> person);

    /// From now on nothing runs by itself, and nothing is sent: a run under way ends as on a stop, whatever sends
    /// something is refused (`rejected`/"paused"). A plan may still be looked at. Kept over restarts.
    boost::asio::awaitable<Result<void>> pause(Pause pause);
    /// What was missed meanwhile is caught up once, now. False when it was not paused.
    boost::asio::awaitable<Result<bool>> resume();

    /// Rejects a plan that waits. `transient`/"run_under_way" during a run, which may be deciding about it.
    boost::asio::awaitable<Result<void>> reject(PlanId plan, Rejection rejection);

    /// So that the status tells of holds that were made or released.
    boost::asio::awaitable<Result<void>> look_at_removals();

    TenantStatus status() const;
    /// Those in force: the next run uses them, or newer ones.
    std::shared_ptr<const TenantSettings> settings() const { return parts_.settings; }
    /// Once what earlier processes left behind has been read.
    bool knows_its_past() const { return knows_its_past_; }

private:
    struct Request {
        CycleOrder order;
        std::optional<CycleResult> result;  ///< absent at the end: the daemon stopped first
        bool ended = false;
    };

    /// What events were about; without a person: anybody.
    struct Wake {
        std::optional<EmployeeKey> person;
    };

    std::optional<Time> wake_due() const;
    bool is_woken() const;
    boost::asio::awaitable<void> serve_wake();
    std::optional<Time> next_alarm() const;
    boost::asio::awaitable<void> learn_what_was();
    boost::asio::awaitable<void> learn_since_when();
    boost::asio::awaitable<void> learn_what_people_said();
    boost::asio::awaitable<void> learn_who_waits();
    void show_plan(const StoredPlan& stored);
    bool is_refused(const CycleOrder& order) const;
    CycleResult paused_run() const;
    bool is_due() const;
    bool is_quiet(Time now) const;
    Time allowed_from(Time due) const;
    void keep_within_reach();
    /// Within the jitter, for what would else begin with everybody else's.
    Duration own_place() const { return pace::place_of(settings_.schedule, settings_.seed); }
    bool keeps_rhythm() const { return std::holds_alternative<pace::Interval>(settings_.schedule.when); }
    boost::asio::awaitable<void> serve(Request& request);
    boost::asio::awaitable<void> perform(CycleOrder order, std::optional<CycleResult>& result);
    boost::asio::awaitable<bool> answers_again();
    boost::asio::awaitable<void> ask_network(std::optional<Failure>& failure);
    void note_away(const Failure& failure);
    boost::asio::awaitable<void> look_at_rules();
    void take_over(std::shared_ptr<const TenantSettings> settings);
    void refuse(std::vector<FileProblem> problems);
    boost::asio::awaitable<void> wait_for_something();
    boost::asio::awaitable<void> ring(Time when);
    boost::asio::awaitable<void> look_again();
    boost::asio::awaitable<void> forward_stop();
    void report_death(const std::exception_ptr& error);
    void learn_from(const CycleResult& result);
    void plan_next(const CycleResult& result, Time started);
    void come_back_sooner(const CycleResult& result);
    void come_back_for_people(Time since);
    std::uint64_t next_seed() { return settings_.seed + ++runs_; }

    TenantParts parts_;
    RulesWatch& watch_;
    LoopSettings settings_;
    TaskGroup tasks_;                                ///< the run under way
    TaskGroup alarms_;                               ///< what wakes the loop
    std::deque<std::shared_ptr<Request>> requests_;  // shared with the coroutine that waits for the answer
    std::optional<Time> next_run_;
    std::optional<Time> alarm_;
    bool will_look_again_ = false;
    std::optional<Wake> wake_;
    std::optional<Time> last_end_;  ///< of a run in this process
    std::optional<Time> last_delivery_;
    std::string trigger_ = "schedule";  ///< of the next run that nobody asked for
    int failures_ = 0;
    int probes_ = 0;            ///< in vain, one after the other
    std::optional<Away> away_;  ///< between runs: the newest one ended because the network does not answer
    std::uint64_t runs_ = 0;
    bool ran_before_ = false;  ///< in this process or an earlier one
    bool running_ = false;
    bool sends_ = false;      ///< the run under way
    bool cut_short_ = false;  ///< a pause ended a run that was not through
    bool ended_ = false;
    bool knows_its_past_ = false;
    TenantStatus known_;
};

}  // namespace usersync::sync

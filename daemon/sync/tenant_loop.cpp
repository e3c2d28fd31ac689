#include "daemon/sync/tenant_loop.hpp"

#include "core/base/time_text.hpp"
#include "daemon/sync/take_in.hpp"
#include "daemon/sync/waiting_people.hpp"

#include <algorithm>
#include <utility>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

CycleResult failed_run(FailureKind kind, std::string code, std::string detail) {
    CycleResult result;
    result.run.end = RunEnd::failed;
    result.run.failure_code = code;
    result.failure = Failure{.kind = kind, .code = std::move(code), .where = "daemon", .detail = std::move(detail)};
    result.run.failure_sentence = describe(*result.failure);
    return result;
}

/// By the steady clock, which nobody sets: an alarm by the other one may be a year away when that is put right.
constexpr Duration looks_every = std::chrono::hours(1);

constexpr std::size_t problems_max = 20;  // of a sheet with a wrong column, thousands

void describe_rules(const TenantSettings& settings, RulesStatus& status) {
    status.fingerprint = settings.rules_fingerprint;
    status.state = settings.rules_state;
    status.author = settings.rules_author;
    status.comment = settings.rules_comment;
}

/// A later plan of a run does not see what an earlier one has put right.
std::size_t drift_of(const CycleResult& result) {
    const auto& first = result.plans_before.empty() ? *result.plan : result.plans_before.front();
    return first.plan.drift.size();
}

/// splitmix64: seeds that differ little give numbers that have nothing to do with each other.
std::uint64_t mixed(std::uint64_t seed) {
    seed += 0x9e3779b97f4a7c15ULL;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebULL;
    return seed ^ (seed >> 31);
}

/// Not before the network wants it. A network that says "at once" again and again is not believed: a whole run is more
/// than one call.
std::optional<Duration> wait_after(int failures, const Failure& failure, std::uint64_t random,
                                   const pace::BackoffLimits& limits) {
    const auto wait = pace::wait_before_retry(failures, std::nullopt, random, limits);
    if (!failure.retry_after) return wait;
    return std::max(wait, pace::wait_before_retry(failures, failure.retry_after, random, limits));
}

/// The network was in trouble for some of the calls, and the run ended all the same.
bool gave_up(const CycleResult& result) {
    if (!result.applied) return false;
    return result.applied->unknown > 0 || result.applied->endings.contains(apply::Ending::gave_up);
}

/// The network's own trouble: a source that cannot be reached is another matter.
bool is_away(const CycleResult& result) {
    if (!result.failure || result.failure->kind != FailureKind::transient) return false;
    const auto& where = result.failure->where;
    const bool is_pace = result.failure->code == "too_many_requests" || result.failure->code == "no_turn_in_time";
    return !is_pace && (where.starts_with("speakap") || where == "http");
}

bool is_settling(const CycleResult& result) {
    if (!result.plan) return false;
    const auto& notes = result.plan->plan.notes;
    return std::any_of(notes.begin(), notes.end(),
                       [](const Note& note) { return note.kind == Note::Kind::not_shown_yet; });
}

/// A plan alone, or a proposal, is read only.
bool sends_something(const CycleOrder& order) { return order.goal == Goal::apply || order.approve.has_value(); }

/// What happened anywhere before such a run began, it finds by itself.
bool sees_everybody(const CycleOrder& order) {
    const bool looks_at_source = !order.approve && !order.carry_out && order.goal != Goal::undo;
    return looks_at_source && !order.person && sends_something(order);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace

TenantLoop::TenantLoop(TenantParts parts, RulesWatch& watch, LoopSettings settings, asio::any_io_executor executor)
    : parts_(std::move(parts)),
      watch_(watch),
      settings_(std::move(settings)),
      tasks_(executor, [this](std::exception_ptr error) { report_death(error); }),
      alarms_(executor) {
    known_.tenant = parts_.settings->tenant;
    describe_rules(*parts_.settings, known_.rules);
}

asio::awaitable<void> TenantLoop::run() {
    co_await learn_what_was();
    alarms_.spawn(forward_stop());
    while (!parts_.stop.is_final()) {
        if (!requests_.empty()) {
            const auto request = requests_.front();
            requests_.pop_front();
            if (is_refused(request->order)) {
                request->result = paused_run();
                request->ended = true;
                tasks_.wake();
                continue;
            }
            co_await serve(*request);
            // What somebody asked for goes on by itself, too, unless it was refused.
            const auto& result = request->result;
            const bool was_refused = result && result->failure && result->failure->kind == FailureKind::rejected;
            if (result && next_run_ && !was_refused) come_back_sooner(*result);
            continue;
        }
        keep_within_reach();
        if (is_due()) {
            if (away_) {
                const bool is_back = co_await answers_again();
                // Somebody may have said so while the network was asked.
                if (!is_back || known_.paused) continue;
            }
            const auto started = parts_.clock.now();
            Request scheduled{.order = {.trigger = std::exchange(trigger_, "schedule"), .seed = next_seed()}};
            co_await serve(scheduled);
            if (scheduled.result) plan_next(*scheduled.result, started);
        } else if (is_woken()) {
            co_await serve_wake();
        } else {
            co_await wait_for_something();
        }
    }
    ended_ = true;
    for (const auto& request : requests_) request->ended = true;
    requests_.clear();
    alarms_.cancel();
    co_await alarms_.join();
    tasks_.wake();
}

asio::awaitable<CycleResult> TenantLoop::run_now(CycleOrder order) {
    auto request = std::make_shared<Request>();
    request->order = std::move(order);
    request->order.seed = next_seed();
    if (ended_ || parts_.stop.is_final()) {
        request->ended = true;
    } else {
        requests_.push_back(request);
        alarms_.wake();
    }
    // Not as soon as there is a result, but when the status tells of it too.
    while (!request->ended) {
        co_await tasks_.changed();
    }
    if (request->result) co_return std::move(*request->result);
    co_return failed_run(FailureKind::blocked, "stopping", "the daemon is stopping; ask again when it is back");
}

bool TenantLoop::is_refused(const CycleOrder& order) const { return known_.paused && sends_something(order); }

CycleResult TenantLoop::paused_run() const {
    if (!known_.paused) {
        return failed_run(FailureKind::rejected, "paused", "a pause that is over by now ended the run; ask again");
    }
    const auto& pause = *known_.paused;
    return failed_run(FailureKind::rejected, "paused",
                      "runs are paused since " + utc_text(pause.since) + " by " + pause.by +
                          (pause.reason.empty() ? "" : " (" + pause.reason + ')') + "; usersyncd resume " +
                          parts_.settings->tenant.value() + " lets them go on");
}

/// Where the clock was ahead when a run ended, and is right again: from now on no run is later than the schedule has
/// it, nor after a failure later than such a wait may be.
void TenantLoop::keep_within_reach() {
    if (!next_run_) return;
    const auto now = parts_.clock.now();
    const auto& waits = settings_.after_failure;
    const auto after_trouble = now + std::max({settings_.after_blocked, waits.longest, waits.server_wait_max});
    const auto due = pace::next_due(settings_.schedule, now, settings_.seed);
    auto latest = due.value_or(after_trouble);
    if (keeps_rhythm()) latest += own_place();
    if (failures_ > 0) latest = std::min(latest, after_trouble);
    // A network that is away is asked more seldom than a schedule of seconds would have it.
    if (away_) latest = after_trouble;
    next_run_ = std::min(*next_run_, latest);
}

void TenantLoop::wake(std::optional<EmployeeKey> person) {
    if (ended_ || parts_.stop.is_final()) return;
    if (!wake_) {
        wake_ = Wake{std::move(person)};
    } else if (wake_->person != person) {
        wake_->person.reset();
    }
    alarms_.wake();
}

/// A network that is away is asked for when it is due, and then everybody is seen to.
std::optional<Time> TenantLoop::wake_due() const {
    if (!wake_ || known_.paused || away_) return std::nullopt;
    const auto now = parts_.clock.now();
    // An end that is still to come was told by a clock that was ahead.
    return last_end_ && *last_end_ <= now ? *last_end_ + settings_.wake_distance : now;
}

bool TenantLoop::is_woken() const {
    const auto due = wake_due();
    const auto now = parts_.clock.now();
    return due && *due <= now && !is_quiet(now);
}

asio::awaitable<void> TenantLoop::serve_wake() {
    const auto started = parts_.clock.now();
    auto wake = std::exchange(wake_, std::nullopt);
    Request woken{.order = {.trigger = "event", .seed = next_seed()}};
    if (reads_one_person(parts_.source, *parts_.settings)) woken.order.person = std::move(wake->person);
    const bool is_for_one = woken.order.person.has_value();
    co_await serve(woken);
    if (!woken.result) co_return;
    const auto& result = *woken.result;
    // What is only for a while away has its next run soon, and that one is of all.
    const bool comes_back = next_run_ && result.failure && result.failure->kind == FailureKind::transient;
    const bool is_for_all = result.failure ? !comes_back : result.found == CycleResult::Found::nowhere;
    if (is_for_one && is_for_all) {
        this->wake(std::nullopt);
    } else if (next_run_ && is_for_one) {
        come_back_sooner(result);
    } else if (next_run_) {
        plan_next(result, started);
    }
}

bool TenantLoop::is_due() const {
    const auto now = parts_.clock.now();
    return !known_.paused && next_run_ && *next_run_ <= now && !is_quiet(now);
}

bool TenantLoop::is_quiet(Time now) const {
    return pace::out_of_quiet(settings_.schedule.quiet, settings_.schedule.time_zone, now) != now;
}

/// When something that is due then may begin by itself.
Time TenantLoop::allowed_from(Time due) const {
    return pace::allowed_from(settings_.schedule, std::max(due, parts_.clock.now()), settings_.seed);
}

asio::awaitable<Result<void>> TenantLoop::pause(Pause pause) {
    if (parts_.pauses != nullptr) {
        auto saved = co_await parts_.pauses->save(pause);
        if (!saved) co_return saved;
    }
    parts_.log.warn("paused", {{"tenant", parts_.settings->tenant.value()}, {"by", pause.by}});
    known_.paused = std::move(pause);
    if (running_ && sends_) {
        parts_.stop.hold_back();
        cut_short_ = true;
        tasks_.wake();
    }
    co_return Result<void>();
}

asio::awaitable<Result<bool>> TenantLoop::resume() {
    if (!known_.paused) co_return false;
    if (parts_.pauses != nullptr) {
        auto saved = co_await parts_.pauses->save(std::nullopt);
        if (!saved) co_return saved.error();
    }
    known_.paused.reset();
    parts_.log.info("resumed", {{"tenant", parts_.settings->tenant.value()}});
    if (std::exchange(cut_short_, false) && settings_.scheduled) {
        next_run_ = parts_.clock.now();
        trigger_ = "recovery";
    }
    alarms_.wake();
    co_return true;
}

asio::awaitable<Result<void>> TenantLoop::reject(PlanId plan, Rejection rejection) {
    if (running_) {
        co_return Failure{.kind = FailureKind::transient,
                          .code = "run_under_way",
                          .where = "reject",
                          .detail = "a run is under way and may be deciding about it; ask again when it is over"};
    }
    auto rejected = co_await parts_.runs.reject(plan, rejection);
    if (!rejected) co_return rejected;
    parts_.log.info("plan_rejected",
                    {{"tenant", parts_.settings->tenant.value()}, {"plan", plan.value()}, {"by", rejection.by}});
    auto stored = co_await parts_.runs.load_plan(std::nullopt);
    if (stored && *stored) show_plan(**stored);
    co_return Result<void>();
}

asio::awaitable<Result<void>> TenantLoop::look_at_removals() {
    if (parts_.removals == nullptr) co_return Result<void>();
    auto removals = co_await parts_.removals->load();
    if (!removals) co_return removals.error();
    known_.removals = {.waiting = removals->queued.size(), .held = removals->holds.size()};
    co_return Result<void>();
}

/// Whether it waits for somebody, or somebody has said no.
void TenantLoop::show_plan(const StoredPlan& stored) {
    known_.plan_held.reset();
    known_.hold_reasons.clear();
    known_.hold_people.clear();
    known_.plan_operations = 0;
    known_.plan_rejected.reset();
    if (stored.state == PlanState::rejected && stored.rejection) {
        known_.plan_rejected = RejectedPlan{.id = stored.plan.id, .rejection = *stored.rejection};
    }
    if (stored.state != PlanState::held) return;
    known_.plan_held = stored.plan.id;
    known_.hold_reasons = stored.verdict.hold;
    known_.hold_people = plan::held_counts(plan::held_people(stored.plan, stored.verdict));
    known_.plan_operations = stored.plan.operations.size();
}

TenantStatus TenantLoop::status() const {
    TenantStatus status = known_;
    status.running = running_;
    status.progress = parts_.progress;
    if (!known_.paused) status.next_run = next_run_;
    if (status.next_run) status.next_run = pace::allowed_from(settings_.schedule, *status.next_run, settings_.seed);
    if (running_) status.waits_until = parts_.network.waits_until();
    status.pacing = parts_.network.pacing();
    status.away = running_ ? (parts_.progress ? parts_.progress->away : std::nullopt) : away_;
    status.is_overdue =
        settings_.expected_every && last_delivery_ && parts_.clock.now() - *last_delivery_ > *settings_.expected_every;
    return status;
}

/// What earlier processes did: the last run, the last good snapshot, a plan that waits.
asio::awaitable<void> TenantLoop::learn_what_was() {
    auto runs = co_await parts_.runs.recent(1);
    auto plan = co_await parts_.runs.load_plan(std::nullopt);
    auto good = co_await parts_.snapshots.last_good();
    if (settings_.scheduled) next_run_ = parts_.clock.now();
    auto open_intents = co_await parts_.ledger.unsettled();
    if (runs && !runs->empty()) {
        const auto& last = runs->front();
        known_.last_run = last;
        ran_before_ = true;
        // A time that passed while nobody was there is caught up once: now, but not with all other tenants at once.
        // The clock may have been ahead then.
        const auto began = std::min(last.started_at, parts_.clock.now());
        const auto due = pace::next_due(settings_.schedule, began, settings_.seed);
        const auto soon = parts_.clock.now() + own_place();
        if (next_run_) next_run_ = due && *due > *next_run_ ? *due : soon;
        // So is what an earlier process left half done. A failure is tried again, but not at every restart.
        const bool half_done = last.end == RunEnd::open || (open_intents && !open_intents->empty()) ||
                               (plan && *plan && (*plan)->state == PlanState::allowed && !(*plan)->plan.empty());
        if (next_run_ && half_done) {
            next_run_ = parts_.clock.now();
            trigger_ = "recovery";
        } else if (next_run_ && last.end == RunEnd::failed) {
            next_run_ = std::min(*next_run_, std::max(soon, began + settings_.after_blocked));
        }
    }
    if (good && *good) {
        known_.last_good_snapshot = (*good)->taken_at;
        last_delivery_ = (*good)->taken_at;
        known_.employees = (*good)->employee_count;
    }
    if (plan && *plan && !plan::is_adoption((*plan)->verdict)) known_.drift = (*plan)->plan.drift.size();
    if (plan && *plan) show_plan(**plan);
    co_await learn_what_people_said();
    co_await learn_who_waits();
    if (parts_.pace != nullptr) {
        auto rates = co_await parts_.pace->rates();
        if (rates) parts_.network.remember_rates(*rates);
        if (rates) parts_.readings->kept_rates = std::move(*rates);
    }
    co_await learn_since_when();
    knows_its_past_ = true;
}

asio::awaitable<void> TenantLoop::learn_what_people_said() {
    auto looked = co_await look_at_removals();
    if (!looked) parts_.log.warn("removals_not_read", {{"tenant", parts_.settings->tenant.value()}});
    if (parts_.pauses == nullptr) co_return;
    auto paused = co_await parts_.pauses->load();
    if (paused) {
        known_.paused = std::move(*paused);
    } else {
        // Somebody may have said so.
        known_.paused = Pause{.since = parts_.clock.now(), .by = "usersyncd", .reason = describe(paused.error())};
    }
}

/// Who was tried in the last run of an earlier process, and is to be tried again.
asio::awaitable<void> TenantLoop::learn_who_waits() {
    if (parts_.pace == nullptr || !known_.last_run) co_return;
    auto failing = co_await parts_.pace->failing();
    if (!failing) co_return;
    auto waits = co_await waits_of(parts_, std::move(*failing));
    if (!waits) co_return;
    const auto since = known_.last_run->started_at;
    for (const auto& [person, wait] : *waits) {
        if (wait.until > since) known_.next_attempts.emplace(person, wait.until);
    }
    if (next_run_) come_back_for_people(since);
}

/// Since their first use, if no others were used after them; otherwise this process can speak for itself alone.
asio::awaitable<void> TenantLoop::learn_since_when() {
    auto& rules = known_.rules;
    rules.since = parts_.clock.now();
    auto versions = co_await parts_.rule_versions.list();
    if (!versions || versions->empty()) co_return;
    const auto& newest = versions->front();
    if (newest.fingerprint == rules.fingerprint) rules.since = newest.first_used;
}

asio::awaitable<void> TenantLoop::serve(Request& request) {
    running_ = true;
    if (sees_everybody(request.order)) wake_.reset();
    sends_ = sends_something(request.order);
    tasks_.spawn(perform(request.order, request.result));
    while (tasks_.size() > 0) {
        if (parts_.stop.requested() && !parts_.progress) tasks_.cancel();
        co_await tasks_.changed();
    }
    running_ = false;
    last_end_ = parts_.clock.now();
    const bool was_held_back = parts_.stop.requested() && !parts_.stop.is_final();
    parts_.stop.release();
    if (!request.result && was_held_back) {
        request.result = paused_run();
        request.ended = true;
        tasks_.wake();
        co_return;
    }
    if (!request.result && !parts_.stop.requested()) {
        // A bug in one run; the tenant lives on, without running into it again at once.
        request.result = failed_run(FailureKind::broken, "run_died", "the run ended by an unexpected exception");
    }
    const bool was_run = request.result && (request.result->run.id != RunId{} || !request.result->person);
    if (was_run) learn_from(*request.result);
    request.ended = true;
    tasks_.wake();
}

/// One harmless read instead of a whole run. Nothing else is done before it is answered.
asio::awaitable<bool> TenantLoop::answers_again() {
    std::optional<Failure> failure;
    tasks_.spawn(ask_network(failure));
    while (tasks_.size() > 0) {
        if (parts_.stop.requested()) tasks_.cancel();
        co_await tasks_.changed();
    }
    if (parts_.stop.requested()) co_return false;
    const bool is_away_still = failure && failure->kind == FailureKind::transient;
    parts_.log.info("network_probed", {{"tenant", parts_.settings->tenant.value()},
                                       {"answered", failure ? "no" : "yes"},
                                       {"code", failure ? failure->code : ""}});
    // What is no outage, a run tells better.
    if (!is_away_still) co_return true;
    Duration rest = std::min(settings_.probe_first, settings_.probe_longest);
    for (int i = 0; i < probes_ && rest < settings_.probe_longest; ++i) rest *= 2;
    ++probes_;
    rest = std::min(rest, settings_.probe_longest);
    const auto half = static_cast<std::uint64_t>(rest.count() / 2 + 1);
    rest = rest / 2 + Duration(static_cast<Duration::rep>(mixed(next_seed()) % half));
    next_run_ = parts_.clock.now() + std::max(rest, failure->retry_after.value_or(Duration(0)));
    note_away(*failure);
    co_return false;
}

asio::awaitable<void> TenantLoop::ask_network(std::optional<Failure>& failure) {
    const auto deadline = parts_.clock.steady_now() + parts_.settings->call_max;
    auto answered = co_await parts_.network.probe(deadline);
    if (!answered) failure = answered.error();
}

void TenantLoop::note_away(const Failure& failure) {
    if (!away_) away_ = Away{.since = parts_.clock.now(), .next_probe = {}, .code = {}};
    away_->code = failure.code;
    away_->next_probe = next_run_.value_or(parts_.clock.now());
}

asio::awaitable<void> TenantLoop::perform(CycleOrder order, std::optional<CycleResult>& result) {
    co_await look_at_rules();
    result = co_await sync_cycle(parts_, std::move(order));
}

/// The run that follows has a copy of the parts, and with it keeps the settings that it began with.
asio::awaitable<void> TenantLoop::look_at_rules() {
    auto look = co_await watch_.look();
    if (!look) co_return;
    if (look->is_unsettled) {
        parts_.log.info("rules_unsettled", {{"tenant", parts_.settings->tenant.value()},
                                            {"rules_in_force", known_.rules.fingerprint.hex()}});
        co_return;
    }
    if (look->settings) {
        take_over(std::move(look->settings));
    } else if (!look->problems.empty()) {
        refuse(std::move(look->problems));
    } else {
        known_.rules.refused.reset();
    }
    if (look->needs_restart == known_.rules.needs_restart) co_return;
    known_.rules.needs_restart = std::move(look->needs_restart);
    if (known_.rules.needs_restart.empty()) co_return;
    parts_.log.warn("restart_needed",
                    {{"tenant", parts_.settings->tenant.value()}, {"changed", joined(known_.rules.needs_restart)}});
}

void TenantLoop::take_over(std::shared_ptr<const TenantSettings> settings) {
    auto& rules = known_.rules;
    if (settings->rules_fingerprint != rules.fingerprint) rules.since = parts_.clock.now();
    parts_.settings = std::move(settings);
    describe_rules(*parts_.settings, rules);
    rules.refused.reset();
    parts_.log.info("rules_taken_over", {{"tenant", parts_.settings->tenant.value()},
                                         {"rules", rules.fingerprint.hex()},
                                         {"author", rules.author.empty() ? "not said" : rules.author}});
}

void TenantLoop::refuse(std::vector<FileProblem> problems) {
    auto& rules = known_.rules;
    const auto count = problems.size();
    problems.resize(std::min(count, problems_max));
    // Its sentence may quote what somebody wrote into a rule: the log is no place for that.
    parts_.log.warn("rules_refused", {{"tenant", parts_.settings->tenant.value()},
                                      {"rules_in_force", rules.fingerprint.hex()},
                                      {"author_in_force", rules.author.empty() ? "not said" : rules.author},
                                      {"problems", count},
                                      {"first", place_and_code(problems.front())}});
    rules.refused = RulesStatus::Refusal{.at = parts_.clock.now(), .problems = std::move(problems), .count = count};
}

void TenantLoop::report_death(const std::exception_ptr& error) {
    std::string why = "unknown";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        why = e.what();
    } catch (...) {  // NOLINT: whatever it was, it is told
    }
    parts_.log.error("run_died", {{"tenant", parts_.settings->tenant.value()}, {"why", why}});
}

std::optional<Time> TenantLoop::next_alarm() const {
    if (known_.paused) return std::nullopt;
    const auto woken = wake_due();
    if (!woken && !next_run_) return std::nullopt;
    const auto first = woken && next_run_ ? std::min(*woken, *next_run_) : woken.value_or(*next_run_);
    return allowed_from(first);
}

asio::awaitable<void> TenantLoop::wait_for_something() {
    const auto next = next_alarm();
    if (next && alarm_ != next) {
        alarm_ = next;
        alarms_.spawn(ring(*next));
    }
    if (next_run_ && !will_look_again_) {
        will_look_again_ = true;
        alarms_.spawn(look_again());
    }
    co_await alarms_.changed();
}

asio::awaitable<void> TenantLoop::ring(Time when) {
    co_await parts_.clock.sleep_until(when);
    if (alarm_ == when) alarm_.reset();
}

asio::awaitable<void> TenantLoop::look_again() {
    const auto then = parts_.clock.steady_now() + looks_every;
    co_await parts_.clock.sleep_until(then);
    will_look_again_ = false;
}

asio::awaitable<void> TenantLoop::forward_stop() {
    // It may have been pressed before this coroutine had its first turn.
    while (!parts_.stop.is_final()) {
        co_await parts_.stop.wait();
        tasks_.wake();
    }
}

void TenantLoop::learn_from(const CycleResult& result) {
    known_.last_run = result.run;
    // What is only proposed tries nobody.
    if (result.plan && !result.is_proposal()) known_.next_attempts = result.next_attempts;
    probes_ = 0;
    if (!is_away(result)) away_.reset();
    if (result.was_delivered && !result.failure) last_delivery_ = parts_.clock.now();
    // Where nothing was proposed, whatever waited goes on waiting.
    const bool says_something = result.plan && !(result.is_proposal() && result.plan->plan.empty());
    if (says_something) {
        show_plan(*result.plan);
        if (!result.is_proposal()) known_.drift = drift_of(result);
    }
    if (result.removals) {
        known_.removals = {.waiting = result.removals->queued.size(), .held = result.removals->holds.size()};
    }
    if (result.good_snapshot) {
        known_.last_good_snapshot = result.good_snapshot->taken_at;
        known_.employees = result.good_snapshot->employee_count;
    }
}

void TenantLoop::plan_next(const CycleResult& result, Time started) {
    next_run_ = pace::next_due(settings_.schedule, started, settings_.seed);
    // Who began together would go on together.
    if (!std::exchange(ran_before_, true) && next_run_ && keeps_rhythm()) *next_run_ += own_place();
    come_back_sooner(result);
}

void TenantLoop::come_back_sooner(const CycleResult& result) {
    failures_ = result.failure || gave_up(result) ? failures_ + 1 : 0;
    std::optional<Duration> sooner;
    if (result.failure && result.failure->kind == FailureKind::transient) {
        sooner = wait_after(failures_, *result.failure, mixed(next_seed()), settings_.after_failure);
    } else if (result.failure) {
        sooner = settings_.after_blocked;
    } else if (gave_up(result)) {
        sooner = wait_after(failures_, Failure{}, mixed(next_seed()), settings_.after_failure);
    } else if (!result.not_ready.empty()) {
        sooner = settings_.after_not_ready;
    } else if (is_settling(result)) {
        sooner = settings_.after_settling;
    }
    come_back_for_people(result.run.started_at);
    if (!sooner) return;
    const auto again = parts_.clock.now() + *sooner;
    next_run_ = next_run_ ? std::min(*next_run_, again) : again;
    if (is_away(result)) note_away(*result.failure);
}

/// Whom the network refused is tried again when they are due. By a run like any other: it knows the newest record and
/// network, and nobody is changed for whom nothing is to be done. Those who are due soon after one another share it.
/// Whoever was due before `since`, when the newest run began, was tried in it or needs nothing any more.
void TenantLoop::come_back_for_people(Time since) {
    std::optional<Time> first;
    for (const auto& [person, due] : known_.next_attempts) {
        if (due > since) first = std::min(first.value_or(due), due);
    }
    if (!first) return;
    const auto again = std::max(*first, parts_.clock.now() + settings_.between_retries);
    next_run_ = next_run_ ? std::min(*next_run_, again) : again;
}

}  // namespace usersync::sync

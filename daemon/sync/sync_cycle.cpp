#include "daemon/sync/sync_cycle.hpp"

#include "core/apply/person_retry.hpp"
#include "core/async/run_on.hpp"
#include "core/async/shield.hpp"
#include "core/base/time_text.hpp"
#include "core/diff/address_book.hpp"
#include "core/diff/adoption.hpp"
#include "core/diff/diff.hpp"
#include "core/pace/schedule.hpp"
#include "core/plan/ledger_facts.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/one_person.hpp"
#include "core/plan/undo.hpp"
#include "core/plan/waiting.hpp"
#include "core/rules/desired_network.hpp"
#include "core/rules/kept_people.hpp"
#include "daemon/sync/apply_loop.hpp"
#include "daemon/sync/recent_counts.hpp"
#include "daemon/sync/take_in.hpp"
#include "daemon/sync/waiting_people.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

/// Making groups, placing people in local departments that need these groups, and placing people.
constexpr std::size_t plans_max = 3;

/// People who are not in the desired state although the run did what it could.
std::size_t people_open(const Plan& plan, const Snapshot& snapshot, const std::optional<apply::Summary>& applied,
                        std::set<EmployeeKey> open) {
    for (const auto& note : plan.notes) {
        // Whoever waits for a group is placed by a plan that is still to come.
        const bool waits = note.kind == Note::Kind::awaits_group;
        if ((is_open(note.kind) || waits) && !note.employee.value().empty()) open.insert(note.employee);
    }
    if (applied) {
        open.insert(applied->open.begin(), applied->open.end());
    } else {
        for (const auto& operation : plan.operations) open.insert(operation.change.employee);
    }
    // A group that could not be made is nobody; it only counts when nobody else does.
    if (open.size() > 1) open.erase(EmployeeKey{});
    std::size_t nameless = 0;
    for (const auto& issue : snapshot.issues) {
        if (issue.severity == IssueSeverity::unknown) ++nameless;
    }
    return open.size() + nameless;
}

/// A plan that was let pass before and is not finished goes on without being judged again. One that was finished
/// allows nothing any more: the same operations a second time are a new plan.
bool is_rest_of(const Plan& plan, const StoredPlan& earlier) {
    return earlier.state == PlanState::allowed && plan::is_part_of(plan, earlier.plan);
}

/// It was no plan towards the desired network: whoever let it pass has not seen one.
bool was_proposal(const StoredPlan& earlier) {
    return plan::is_adoption(earlier.verdict) || plan::undone_run(earlier.plan);
}

/// Somebody lets this plan wait until they name it.
bool was_saved(const Plan& plan, const std::optional<PlanHead>& earlier) {
    return earlier && earlier->state == PlanState::held && earlier->id == plan.id && plan::is_saved(earlier->verdict);
}

/// Nothing is sent for people about whom an earlier call's outcome is not known.
void leave_alone(ChangeSet& changes, const std::set<EmployeeKey>& people) {
    std::erase_if(changes.changes, [&](const Change& change) { return people.contains(change.employee); });
    for (const auto& person : people) {
        changes.notes.push_back({Note::Kind::conflict, person,
                                 person.value().empty()
                                     ? "what became of an earlier call that makes a group is not known yet"
                                     : "what became of an earlier call for this person is not known yet"});
    }
}

/// An undo that would suspend somebody whom a person holds leaves them as they are.
void spare_held(ChangeSet& undo, const plan::Removals& removals) {
    std::map<EmployeeKey, std::string> spared;
    for (const auto& change : undo.changes) {
        const auto* hold = removals.hold_of(change.employee);
        const bool suspends = std::holds_alternative<SuspendUser>(change.what);
        if (suspends && hold != nullptr) spared.emplace(change.employee, hold->by);
    }
    std::erase_if(undo.changes, [&](const Change& change) { return spared.contains(change.employee); });
    for (const auto& [person, by] : spared) {
        undo.notes.push_back({Note::Kind::not_undone, person, "suspend_user: held by " + by + ": left as it is"});
    }
    std::sort(undo.notes.begin(), undo.notes.end());
}

/// The field of a record, besides those that everybody has, that makes an account likely to be somebody's.
const std::string birthday_field = "birthday";

diff::Birthdays birthdays_of(const Snapshot& snapshot) {
    diff::Birthdays birthdays;
    for (const auto& employee : snapshot.employees) {
        const auto at = employee.extra.find(birthday_field);
        if (at != employee.extra.end() && !at->second.empty()) birthdays.emplace(employee.key, at->second);
    }
    return birthdays;
}

/// The calls that took effect, the newest first.
std::vector<plan::Done> done_of(const std::vector<LedgerRow>& history) {
    std::vector<plan::Done> done;
    for (const auto& row : history) {
        const bool counts = row.outcome && row.settled_at && took_effect(*row.outcome);
        if (!counts || !needs_call(row.operation.change.what)) continue;
        done.push_back({.run = row.run, .what = row.operation.change.what, .at = *row.settled_at});
    }
    return done;
}

/// What took effect with its first call.
std::vector<plan::Took> took_in(const std::vector<LedgerRow>& rows) {
    std::vector<plan::Took> took;
    for (const auto& row : rows) {
        const bool counts = row.outcome == Outcome::done && row.attempts == 1 && row.intended_at && row.settled_at;
        if (!counts) continue;
        took.push_back({.what = row.operation.change.what, .span = *row.settled_at - *row.intended_at});
    }
    return took;
}

/// The account of somebody who has another key now: it is brought back at once.
bool changes_key(const Operation& operation) {
    const auto* suspend = std::get_if<SuspendUser>(&operation.change.what);
    return suspend != nullptr && suspend->becomes;
}

bool is_link(const Operation& operation) {
    const auto* adopt = std::get_if<Adopt>(&operation.change.what);
    return adopt != nullptr && adopt->link;
}

bool links_accounts(const Plan& plan) { return std::any_of(plan.operations.begin(), plan.operations.end(), is_link); }

/// What the plan before this one wanted, and of whom it said that something has no effect.
plan::DoneBefore pasts_in(const std::optional<StoredPlan>& earlier) {
    plan::DoneBefore past;
    if (!earlier) return past;
    for (const auto& operation : earlier->plan.operations) {
        past[operation.change.employee].wanted.push_back(operation.change.what);
    }
    for (const auto& note : earlier->plan.notes) {
        const bool counts = note.kind == Note::Kind::no_effect || note.kind == Note::Kind::not_shown_yet;
        if (counts) past[note.employee].is_noted = true;
    }
    return past;
}

/// What a run did, oldest first.
std::vector<Operation> effects_in(const std::vector<LedgerRow>& rows) {
    std::vector<Operation> effects;
    for (const auto& row : rows) {
        if (row.outcome && took_effect(*row.outcome)) effects.push_back(row.operation);
    }
    return effects;
}

/// Approvals, undoing, restores: so many of the newest say what still counts.
constexpr std::size_t events_looked_at_max = 1000;

/// More than any run has.
constexpr std::size_t operations_of_run_max = 100'000'000;

bool waits_for(const Verdict& verdict, const std::string& code) {
    return std::any_of(verdict.hold.begin(), verdict.hold.end(),
                       [&](const HoldReason& reason) { return reason.code == code; });
}

/// A plan that took something back, or began to.
struct CarriedOutUndo {
    PlanId plan;
    RunId undone;
    bool is_newest = true;  ///< of those that take back this run
};

/// Since somebody let such a thing be done again; not those whose own run was taken back later. The newest first.
std::vector<CarriedOutUndo> undos_that_count(const std::vector<LedgerEntry>& events) {
    std::vector<CarriedOutUndo> undos;
    std::set<RunId> undone;
    for (const auto& event : events) {
        const auto facts = plan::decode_facts(event.bytes);
        if (!facts) continue;
        const auto& hold = facts->hold;
        const bool lets_pass = std::find(hold.begin(), hold.end(), plan::undone_code) != hold.end();
        if (event.kind == EntryKind::approval && lets_pass) break;
        if (event.kind != EntryKind::undo) continue;
        const RunId run(facts->undone_run);
        const bool is_newest = undone.insert(run).second;
        const PlanId id(facts->plan);
        const bool is_known =
            std::any_of(undos.begin(), undos.end(), [&](const CarriedOutUndo& one) { return one.plan == id; });
        if (!is_known && !undone.contains(event.run)) undos.push_back({id, run, is_newest});
    }
    return undos;
}

Failure nothing_to_undo(RunId run) {
    return {.kind = FailureKind::rejected,
            .code = "nothing_to_undo",
            .where = "undo",
            .detail = "run " + std::to_string(run.value()) + " did nothing that took effect"};
}

Failure stopping() {
    return {.kind = FailureKind::transient,
            .code = "stopping",
            .where = "daemon",
            .detail = "the daemon was asked to stop before anything was decided"};
}

Failure no_such_plan() {
    return {.kind = FailureKind::rejected,
            .code = "no_such_plan",
            .where = "approve",
            .detail = "there is no plan with this id"};
}

/// An undo that was begun and did not come to its end, and what the run that it takes back had done.
struct BegunUndo {
    RunId undone;
    std::vector<Operation> effects;
};

/// A plan that is not stored yet, and the removal queue that goes with it.
struct Made {
    StoredPlan stored;
    std::vector<plan::QueuedRemoval> queue;
    std::optional<StoredPlan> part = {};  ///< what of it may pass; another plan follows with what waits for a person
};

/// One run. Each step says in its name what has happened when it is over.
class Cycle {
public:
    Cycle(TenantParts parts, CycleOrder order) : parts_(std::move(parts)), order_(std::move(order)) {}

    asio::awaitable<CycleResult> run() {
        result_.is_adoption = order_.goal == Goal::adopt;
        result_.person = order_.person;
        if (order_.person) {
            const bool is_free = co_await way_is_free();
            if (!is_free) co_return std::move(result_);
        }
        bool going = co_await opened();
        if (going) going = co_await past_known();
        const bool looks_at_source = !chosen_plan() && order_.goal != Goal::undo;
        if (going && looks_at_source) going = co_await taken_in();
        if (going && !looks_at_source) going = co_await snapshot_loaded();
        if (going) going = co_await completeness_known();
        if (going) going = co_await network_read();
        if (going) going = co_await open_intents_settled();
        if (going && result_.recovered > 0) going = co_await network_read();
        while (going) {
            going = co_await planned();
            if (going) going = co_await rules_kept();
            if (going) going = co_await queue_kept();
            if (going) going = co_await decided();
            if (going) co_await applied();
            if (going) going = brings_more();
            if (going) going = co_await network_read_again();
        }
        co_await closed();
        co_return std::move(result_);
    }

private:
    bool failed(Failure failure) {
        result_.failure = std::move(failure);
        return false;
    }

    /// A plan for one person takes the place of the newest plan, and must not be a way around somebody's decision.
    asio::awaitable<bool> way_is_free() {
        auto has_applied = co_await parts_.runs.has_applied();
        if (!has_applied) co_return failed(has_applied.error());
        if (!*has_applied) co_return refused_person("first_run", "no plan of this tenant was carried out yet");
        auto newest = co_await parts_.runs.plan_head(std::nullopt);
        if (!newest) co_return failed(newest.error());
        if (!*newest || (*newest)->is_empty) co_return true;
        const auto id = (*newest)->id.value();
        switch ((*newest)->state) {
            case PlanState::held:
                co_return refused_person("plan_waits", "plan " + id + " waits for somebody to approve or reject it");
            case PlanState::rejected:
                co_return refused_person("plan_rejected",
                                         "plan " + id + " was rejected, and nothing has changed since");
            case PlanState::allowed:
                co_return refused_person("plan_not_finished", "plan " + id + " is not carried out to its end yet");
            case PlanState::applied:
            case PlanState::superseded: break;
        }
        co_return true;
    }

    bool refused_person(std::string code, const std::string& why) {
        return failed({.kind = FailureKind::rejected,
                       .code = std::move(code),
                       .where = "person",
                       .detail = why + "; a run for one person comes after that"});
    }

    asio::awaitable<bool> opened() {
        result_.run.trigger = order_.trigger;
        result_.run.started_at = parts_.clock.now();
        auto before = co_await parts_.runs.recent(1);
        if (!before) co_return failed(before.error());
        if (!before->empty()) moment_ = before->front().ended_at.value_or(before->front().started_at);
        auto id = co_await parts_.runs.open_run(order_.trigger, result_.run.started_at);
        if (!id) co_return failed(id.error());
        result_.run.id = *id;
        parts_.log.info("run_started", {{"tenant", parts_.settings->tenant.value()},
                                        {"run", result_.run.id.value()},
                                        {"trigger", order_.trigger}});
        co_return true;
    }

    /// Whether the store is the one that was left, and what people let pass and took back since.
    asio::awaitable<bool> past_known() {
        auto continuity = co_await parts_.ledger.continuity();
        if (!continuity) co_return failed(continuity.error());
        if (was_put_back(*continuity)) {
            const bool noted = co_await restore_noted(std::move(*continuity));
            if (!noted) co_return false;
        }
        const bool looked = co_await clock_looked_at(result_.run.started_at);
        if (!looked) co_return false;
        auto events = co_await parts_.ledger.events(events_looked_at_max);
        if (!events) co_return failed(events.error());
        was_restored_ = plan::awaits_approval(*events);
        is_clock_doubted_ = plan::awaits_word_about_clock(*events);
        for (const auto& undo : undos_that_count(*events)) {
            auto stored = co_await parts_.runs.load_plan(undo.plan);
            if (!stored) co_return failed(stored.error());
            if (!*stored) continue;
            const bool is_open = undo.is_newest && (*stored)->state != PlanState::applied;
            taken_back_.push_back(std::move((*stored)->plan));
            if (!is_open) continue;
            auto effects = co_await effects_of(undo.undone);
            if (!effects) co_return failed(effects.error());
            begun_undos_.push_back({undo.undone, std::move(*effects)});
        }
        co_return true;
    }

    asio::awaitable<Result<std::vector<Operation>>> effects_of(RunId run) {
        LedgerQuestion question{.since = {}, .person = {}, .run = run, .newest_max = operations_of_run_max};
        auto rows = co_await parts_.ledger.calls(std::move(question));
        if (!rows) co_return rows.error();
        co_return effects_in(*rows);
    }

    asio::awaitable<bool> restore_noted(Continuity seen) {
        LedgerEvent event{.kind = EntryKind::restored, .at = parts_.clock.now(), .run = result_.run.id, .facts = {}};
        event.facts.why = seen.memory == Continuity::Memory::there
                              ? "the chain had " + std::to_string(seen.remembered.count) + " entries, the store has " +
                                    std::to_string(seen.now.count) + (seen.hash_there ? ", and others" : "")
                              : "nothing remembers the store's " + std::to_string(seen.now.count) + " entries";
        parts_.log.warn("store_restored",
                        {{"tenant", parts_.settings->tenant.value()}, {"why", std::string(event.facts.why)}});
        auto recorded = co_await parts_.ledger.record(std::move(event));
        if (!recorded) co_return failed(recorded.error());
        co_return true;
    }

    /// Somebody may have set it wrong. What waits for its time goes by it, and so do the brakes that look back. It is
    /// written down before anything else, since the next run finds nothing strange any more.
    asio::awaitable<bool> clock_looked_at(Time now) {
        const auto before = std::exchange(moment_, now);
        if (!before || now - *before <= parts_.settings->clock_ahead_max) co_return true;
        LedgerEvent event{.kind = EntryKind::clock_ahead, .at = now, .run = result_.run.id, .facts = {}};
        event.facts.why = "the clock was at " + utc_text(*before) + " before, and then at " + utc_text(now);
        parts_.log.warn("clock_ahead",
                        {{"tenant", parts_.settings->tenant.value()}, {"why", std::string(event.facts.why)}});
        auto recorded = co_await parts_.ledger.record(std::move(event));
        if (!recorded) co_return failed(recorded.error());
        is_clock_doubted_ = true;
        co_return true;
    }

    asio::awaitable<bool> taken_in() {
        auto asked = reads_one_person(parts_.source, *parts_.settings) ? order_.person : std::nullopt;
        auto taken = co_await take_in(parts_, std::move(asked));
        if (!taken) co_return failed(taken.error());
        if (taken->is_nobody) co_return false;
        result_.not_ready = taken->not_ready;
        result_.was_delivered = taken->was_delivered;
        result_.new_snapshot = taken->is_new;
        for (const auto& file : taken->not_ready) {
            parts_.log.info("file_not_ready", {{"tenant", parts_.settings->tenant.value()}, {"file", file}});
        }
        const bool is_there = remember(std::move(taken->snapshot));
        co_return is_there&& person_is_there();
    }

    /// Nothing is concluded from somebody's absence: that is for runs of all.
    bool person_is_there() {
        if (!order_.person) return true;
        const auto& frozen = snapshot_->frozen;
        const bool is_frozen =
            std::any_of(frozen.begin(), frozen.end(), [&](const Frozen& one) { return one.key == *order_.person; });
        if (is_frozen) result_.found = CycleResult::Found::frozen;
        if (snapshot_->employees.find(*order_.person)) result_.found = CycleResult::Found::in_record;
        return result_.found != CycleResult::Found::nowhere;
    }

    /// What a person has looked at.
    const std::optional<PlanId>& chosen_plan() const { return order_.approve ? order_.approve : order_.carry_out; }

    asio::awaitable<bool> snapshot_loaded() {
        if (chosen_plan()) {
            auto seen = co_await parts_.runs.load_plan(chosen_plan());
            if (!seen) co_return failed(seen.error());
            if (!*seen) co_return failed(no_such_plan());
            seen_ = std::move(*seen);
            result_.is_adoption = plan::is_adoption(seen_->verdict);
        }
        result_.undoes = chosen_plan() ? plan::undone_run(seen_->plan) : order_.undo;
        if (result_.undoes) {
            auto effects = co_await effects_of(*result_.undoes);
            if (!effects) co_return failed(effects.error());
            effects_to_undo_ = std::move(*effects);
            if (effects_to_undo_.empty()) co_return failed(nothing_to_undo(*result_.undoes));
        }
        auto latest = co_await parts_.snapshots.latest();
        if (!latest) co_return failed(latest.error());
        co_return remember(std::move(*latest));
    }

    bool remember(std::optional<Snapshot> snapshot) {
        snapshot_ = std::move(snapshot);
        if (snapshot_) result_.run.snapshot = snapshot_->meta.id;
        return snapshot_.has_value();  // before the first record there is nothing to do, and nothing wrong
    }

    /// A doubtful record that a person has confirmed is as good as a complete one.
    asio::awaitable<bool> completeness_known() {
        auto good = co_await parts_.snapshots.last_good();
        if (!good) co_return failed(good.error());
        const bool believed = *good && (*good)->id == snapshot_->meta.id;
        if (believed) snapshot_->meta.completeness = Completeness::complete;
        if (believed) snapshot_->meta.completeness_reasons.clear();
        co_return true;
    }

    asio::awaitable<bool> network_read() {
        auto ownership = co_await parts_.ledger.ownership();
        if (!ownership) co_return failed(ownership.error());
        auto links = links_of(*ownership);
        auto actual = co_await whole_or_changes(std::move(links));
        if (!actual) co_return failed(actual.error());
        actual_ = std::move(*actual);
        co_return true;
    }

    /// What changed since the last reading, as long as the whole was read not too long ago and nothing failed since.
    asio::awaitable<Result<ActualNetwork>> whole_or_changes(std::vector<Link> links) {
        const auto now = parts_.clock.steady_now();
        const auto deadline = now + parts_.settings->read_max;
        auto& whole_at = parts_.readings->whole_at;
        if (whole_at && now - *whole_at < parts_.settings->read_whole_every) {
            auto again = co_await parts_.network.read_again(std::move(links), deadline);
            if (!again) parts_.readings->whole_at.reset();
            co_return again;
        }
        auto whole = co_await parts_.network.read_all(std::move(links), deadline);
        parts_.readings->whole_at = whole ? std::optional(now) : std::nullopt;
        co_return whole;
    }

    /// Before anything new is decided, what was sent without an answer is found out. A call may have landed after the
    /// network was read; so when something was settled here, it is read once more.
    asio::awaitable<bool> open_intents_settled() {
        auto recovered = co_await settle_open_intents(parts_);
        if (!recovered) co_return failed(recovered.error());
        result_.recovered = recovered->settled;
        unknown_ = std::move(recovered->unknown);
        co_return true;
    }

    /// True when groups came into being, in which people can be placed at once, or accounts were linked to people about
    /// whom more is to be done, or something waits for a person that this plan left out.
    bool brings_more() const {
        if (result_.is_proposal()) return false;
        if (result_.failure || result_.plan->state != PlanState::applied || parts_.stop.requested()) return false;
        if (result_.plans_before.size() + 1 >= plans_max) return false;
        if (is_part_) return true;
        const auto& operations = result_.plan->plan.operations;
        return std::any_of(operations.begin(), operations.end(), [&](const Operation& operation) {
            const bool more = operation.stage == Stage::make_group || is_link(operation) || changes_key(operation);
            return more && !result_.applied->open.contains(operation.change.employee);
        });
    }

    /// What was done so far is history: the next plan is a new one, and nobody has approved it.
    asio::awaitable<bool> network_read_again() {
        bool going = co_await completeness_known();
        if (going) going = co_await network_read();
        if (!going) co_return false;
        result_.plans_before.push_back(std::move(*result_.plan));
        result_.plan.reset();
        // Nobody is tried twice in one run.
        tried_.insert(result_.applied->open.begin(), result_.applied->open.end());
        result_.applied.reset();
        seen_.reset();
        order_.approve.reset();
        order_.carry_out.reset();
        order_.save = false;
        co_return true;
    }

    asio::awaitable<bool> planned() {
        const auto began = parts_.clock.steady_now();
        auto ownership = co_await parts_.ledger.ownership();
        if (!ownership) co_return failed(ownership.error());
        auto has_applied = co_await parts_.runs.has_applied();
        if (!has_applied) co_return failed(has_applied.error());
        const bool first_run = !*has_applied;
        is_first_run_ = first_run;
        planned_at_ = parts_.clock.now();
        const bool looked_at_clock = co_await clock_looked_at(planned_at_);
        if (!looked_at_clock) co_return false;
        const Day today = pace::day_in(parts_.settings->time_zone, planned_at_);
        auto gone = those_gone(*ownership);
        auto missing = gone;
        const bool known = co_await leavers_known(std::move(gone), today);
        if (!known) co_return false;
        const bool counted = co_await brakes_known();
        if (!counted) co_return false;
        const bool told = co_await missing_known(std::move(missing));
        if (!told) co_return false;
        const bool waits_known = co_await retries_known();
        if (!waits_known) co_return false;
        done_before_.clear();
        auto job = [this, &owned = *ownership, first_run, today] {
            return parts_.stop.requested() ? Made{} : make(owned, first_run, today);
        };
        auto without_repeated = job;
        // This frame keeps everything that the lane looks at alive and unchanged until it has answered.
        auto made = co_await run_on(parts_.compute_lane, std::move(job));
        if (parts_.stop.requested()) co_return failed(stopping());
        const bool looked = co_await repeated_known(made.stored.plan, *ownership);
        if (!looked) co_return false;
        if (!done_before_.empty()) made = co_await run_on(parts_.compute_lane, std::move(without_repeated));
        if (parts_.stop.requested()) co_return failed(stopping());
        const bool chosen = co_await part_chosen(made);
        if (!chosen) co_return false;
        queue_ = std::move(made.queue);
        auto& stored = made.stored;
        for (const auto& note : stored.plan.notes) {
            if (note.kind != Note::Kind::retry_later) continue;
            result_.next_attempts.insert_or_assign(note.employee, waits_.at(note.employee).until);
        }
        auto pace = co_await pace_known();
        if (!pace) co_return failed(pace.error());
        auto reckon = [&known = *pace, &plan = stored.plan] { return plan::estimate(plan, known); };
        auto estimate = co_await run_on(parts_.compute_lane, std::move(reckon));
        result_.estimate = estimate;
        stored.run = result_.run.id;
        stored.created_at = parts_.clock.now();
        result_.run.plan = stored.plan.id;
        result_.plan = std::move(stored);
        planning_took_ = parts_.clock.steady_now() - began;
        co_return true;
    }

    /// What was learnt of the network, or what others with the same limit allow, may be slower than what is set.
    static void slow_down(plan::Pace& pace, const ClassRates& now) {
        const auto slowed = [&now](const char* name, double set) {
            const auto known = now.find(name);
            return known != now.end() && known->second > 0 ? std::min(set, known->second) : set;
        };
        pace.calls_per_second = slowed("rest", pace.calls_per_second);
        if (pace.write_per_second) pace.write_per_second = slowed("rest_write", *pace.write_per_second);
        if (pace.scim_per_second) pace.scim_per_second = slowed("scim", *pace.scim_per_second);
    }

    /// How long a call takes, by what was called before.
    asio::awaitable<Result<plan::Pace>> pace_known() {
        LedgerQuestion newest{.newest_max = rows_looked_at_max};
        auto rows = co_await parts_.ledger.calls(std::move(newest));
        if (!rows) co_return rows.error();
        auto pace = parts_.settings->pace;
        const auto pacing = parts_.network.pacing();
        const auto reads = pacing ? std::optional(pacing->call_time) : std::nullopt;
        const auto latency = plan::latency_of(took_in(*rows), reads, pace.latency);
        pace.latency = latency.of_call;
        pace.latency_from = latency.from;
        pace.latency_alone = reads.value_or(Duration(0));
        if (pacing) slow_down(pace, pacing->by_class);
        co_return pace;
    }

    /// What the brakes look back at: who is leaving already, and what took effect lately.
    asio::awaitable<bool> brakes_known() {
        if (result_.is_adoption) co_return true;
        if (parts_.removals != nullptr) {
            auto removals = co_await parts_.removals->load();
            if (!removals) co_return failed(removals.error());
            removals_ = std::move(*removals);
        }
        auto recent = co_await recent_counts(parts_.ledger, planned_at_);
        if (!recent) co_return failed(recent.error());
        recent_ = std::move(*recent);
        co_return true;
    }

    /// Who was refused in several runs in a row, and is not due yet. Mostly nobody.
    asio::awaitable<bool> retries_known() {
        waits_.clear();
        if (parts_.pace == nullptr || result_.is_adoption) co_return true;
        auto failing = co_await parts_.pace->failing();
        if (!failing) co_return failed(failing.error());
        failing_.clear();
        for (const auto& one : *failing) failing_.insert(one.employee);
        auto waits = co_await waits_of(parts_, std::move(*failing));
        if (!waits) co_return failed(waits.error());
        waits_ = std::move(*waits);
        const auto now = parts_.clock.now();
        std::erase_if(waits_, [now](const auto& one) { return one.second.until <= now; });
        co_return true;
    }

    /// For whom the network refused something, and for whom not any more.
    asio::awaitable<void> refusals_noted() {
        if (parts_.pace == nullptr || !result_.applied) co_return;
        auto refused = result_.applied->refused;
        refused.erase(EmployeeKey{});
        std::set<EmployeeKey> well;
        for (const auto& operation : result_.plan->plan.operations) {
            const auto& person = operation.change.employee;
            if (failing_.contains(person) && !result_.applied->open.contains(person)) well.insert(person);
        }
        // What was taken from them, however well, is not what they wait for.
        for (const auto& note : result_.plan->plan.notes) {
            if (note.kind == Note::Kind::retry_later) well.erase(note.employee);
        }
        if (refused.empty() && well.empty()) co_return;
        for (const auto& person : well) result_.next_attempts.erase(person);
        auto noted = co_await parts_.pace->note_run(refused, std::move(well));
        if (!noted) {
            failed(noted.error());
            co_return;
        }
        co_await next_attempts_known(std::move(refused));
    }

    /// Whoever was refused in this run is tried again when it is time, not when the schedule happens to say so.
    asio::awaitable<void> next_attempts_known(std::set<EmployeeKey> refused) {
        if (refused.empty()) co_return;
        auto failing = co_await parts_.pace->failing();
        if (!failing) {
            failed(failing.error());
            co_return;
        }
        std::erase_if(*failing, [&](const Failing& one) { return !refused.contains(one.employee); });
        auto waits = co_await waits_of(parts_, std::move(*failing));
        if (!waits) {
            failed(waits.error());
            co_return;
        }
        for (const auto& [person, wait] : *waits) result_.next_attempts.insert_or_assign(person, wait.until);
    }

    /// So that the next process need not find it out again.
    asio::awaitable<void> rates_kept() {
        if (parts_.pace == nullptr) co_return;
        auto rates = parts_.network.learnt_rates();
        auto& kept = parts_.readings->kept_rates;
        constexpr double worth_a_write = 0.01;
        const bool is_new = std::any_of(rates.begin(), rates.end(), [&](const auto& rate) {
            const auto before = kept.find(rate.first);
            return before == kept.end() || std::abs(rate.second - before->second) > before->second * worth_a_write;
        });
        if (!is_new) co_return;
        kept = rates;
        auto stored = co_await parts_.pace->keep_rates(std::move(rates), parts_.clock.now());
        if (!stored) parts_.log.warn("rates_not_kept", {{"tenant", parts_.settings->tenant.value()}});
    }

    /// What is older than the tenant keeps, as soon as a run has looked at a younger record. A clock that is ahead lets
    /// nothing go: it is not known how old anything is.
    asio::awaitable<void> history_purged() {
        const auto& keep = parts_.settings->keep;
        if (parts_.retention == nullptr || !keep || result_.failure || is_clock_doubted_) co_return;
        auto purged = co_await parts_.retention->purge(parts_.clock.now() - *keep);
        if (!purged) {
            parts_.log.warn("history_not_purged",
                            {{"tenant", parts_.settings->tenant.value()}, {"why", describe(purged.error())}});
            co_return;
        }
        if (*purged == Purged{}) co_return;
        parts_.log.info("history_purged", {{"tenant", parts_.settings->tenant.value()},
                                           {"deliveries", purged->deliveries},
                                           {"plans", purged->plans}});
    }

    /// Of everybody for whom the plan repeats something, what was done before. Mostly of nobody.
    asio::awaitable<bool> repeated_known(const Plan& plan, const Ownership& ownership) {
        const bool has_nothing = plan.empty() && plan.drift.empty();
        if (result_.is_proposal() || has_nothing) co_return true;
        auto earlier = co_await parts_.runs.load_plan(std::nullopt);
        if (!earlier) co_return failed(earlier.error());
        const auto limits = repeat_limits();
        auto past = pasts_in(*earlier);
        std::map<EmployeeKey, std::vector<const Change*>> by_person;
        for (const auto& operation : plan.operations) {
            by_person[operation.change.employee].push_back(&operation.change);
        }
        for (const auto& drift : plan.drift) by_person[drift.employee];
        for (const auto& [person, changes] : by_person) {
            const bool is_new = !person.value().empty() && ownership.find(person) == nullptr;
            if (is_new) continue;
            auto history = co_await parts_.ledger.history(person, rows_looked_at_max);
            if (!history) co_return failed(history.error());
            auto& known = past[person];
            known.done = done_of(*history);
            const auto now = parts_.clock.now();
            const bool matters = plan::is_settling(known, now, limits) ||
                                 std::any_of(changes.begin(), changes.end(), [&](const Change* change) {
                                     return plan::repeated(*change, known, now, limits) != plan::Repeated::no;
                                 });
            if (matters) done_before_.emplace(person, std::move(known));
        }
        co_return true;
    }

    /// People whose account is ours and could be taken from them, because the record has no row of theirs.
    std::vector<EmployeeKey> those_gone(const Ownership& ownership) const {
        std::vector<EmployeeKey> gone;
        for (const auto& user : actual_.users) {
            if (!user.xid || snapshot_->employees.find(*user.xid)) continue;
            const auto* owned = ownership.find(*user.xid);
            if (owned != nullptr && owned->user && !diff::is_gone(user, parts_.settings->policy)) {
                gone.push_back(*user.xid);
            }
        }
        return gone;
    }

    /// By how many records in a row they are missing, and those who waited in the queue before.
    asio::awaitable<bool> missing_known(std::vector<EmployeeKey> gone) {
        missing_.clear();
        const auto& queue = parts_.settings->queue;
        if (result_.is_proposal() || (queue.snapshots <= 1 && removals_.queued.empty())) co_return true;
        auto back_to = snapshot_->meta.id;
        for (const auto& queued : removals_.queued) {
            if (snapshot_->employees.find(queued.key)) continue;
            gone.push_back(queued.key);
            back_to = std::min(back_to, queued.first_snapshot);
        }
        std::sort(gone.begin(), gone.end());
        gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
        if (gone.empty()) co_return true;
        auto missing = co_await parts_.snapshots.missing(std::move(gone), queue.snapshots, back_to);
        if (!missing) co_return failed(missing.error());
        missing_ = std::move(*missing);
        co_return true;
    }

    /// Whom exceptions by expression keep although they are gone: by what their rows said last.
    asio::awaitable<bool> leavers_known(std::vector<EmployeeKey> gone, Day today) {
        kept_leavers_.clear();
        if (gone.empty() || !rules::keeps_by_expression(parts_.settings->rules, today)) co_return true;
        auto rows = co_await parts_.snapshots.last_rows(gone);
        if (!rows) co_return failed(rows.error());
        kept_leavers_ = rules::kept_after_leaving(gone, *rows, parts_.settings->rules, today);
        co_return true;
    }

    /// What was done a short while ago may not show yet, and certainly not what this run has done itself.
    diff::Policy policy_of(Day today) const {
        auto policy = policy_at(*parts_.settings, planned_at_, today);
        if (result_.plans_before.empty()) return policy;
        const auto began = result_.run.started_at;
        policy.may_not_show_since = std::min(policy.may_not_show_since.value_or(began), began);
        return policy;
    }

    plan::RepeatLimits repeat_limits() const {
        auto limits = parts_.settings->repeats;
        limits.settle_max = parts_.settings->drift_settle;
        return limits;
    }

    PlanBasis basis() const {
        return {.tenant = parts_.settings->tenant,
                .snapshot = snapshot_->meta.id,
                .snapshot_content = snapshot_->meta.content,
                .rules = parts_.settings->rules_fingerprint,
                .completeness = snapshot_->meta.completeness};
    }

    Made make_proposal(const Ownership& ownership, const DesiredNetwork& desired, Day today) const {
        auto changes = diff::propose_adoption(desired, actual_, ownership, birthdays_of(*snapshot_), policy_of(today));
        leave_alone(changes, unknown_);
        StoredPlan stored;
        stored.plan = plan::make_plan(std::move(changes), basis(), {});
        stored.verdict = plan::adoption_verdict(stored.plan);
        return {.stored = std::move(stored), .queue = {}};
    }

    ChangeSet undo_now(RunId run, const std::vector<Operation>& effects, const Ownership& ownership, Day today) const {
        const auto policy = policy_of(today);
        auto changes = plan::undo_of(run, effects, actual_, ownership,
                                     {.can_suspend = policy.can_suspend,
                                      .protected_roles = policy.protected_roles,
                                      .group_roles_by_call = policy.group_roles_by_call,
                                      .swap_parking = policy.swap_parking});
        leave_alone(changes, unknown_);
        spare_held(changes, removals_);
        diff::order_addresses_of_undo(changes, actual_, policy);
        return changes;
    }

    /// What a person approved and was not carried out is told until somebody has it done, or lets it be.
    void note_begun_undos(ChangeSet& changes, const Ownership& ownership, Day today) const {
        if (begun_undos_.empty()) return;
        for (const auto& [run, effects] : begun_undos_) {
            const auto number = std::to_string(run.value());
            for (const auto& change : undo_now(run, effects, ownership, today).changes) {
                changes.notes.push_back({Note::Kind::not_undone, change.employee,
                                         std::string(kind_of(change.what)) + ": the undo of run " + number +
                                             " ended before this; undo that run again for what is left"});
            }
        }
        std::sort(changes.notes.begin(), changes.notes.end());
        changes.notes.erase(std::unique(changes.notes.begin(), changes.notes.end()), changes.notes.end());
    }

    Made make_undo(const Ownership& ownership, bool first_run, Day today) const {
        auto changes = undo_now(*result_.undoes, effects_to_undo_, ownership, today);
        StoredPlan stored;
        stored.plan = plan::make_plan(std::move(changes), basis(), {});
        stored.verdict = plan::undo_verdict(stored.plan, brakes(stored.plan, ownership, first_run));
        return {.stored = std::move(stored), .queue = {}};
    }

    /// What the limits say, and what happened before.
    Verdict brakes(const Plan& plan, const Ownership& ownership, bool first_run) const {
        auto context = plan::context_of(ownership, actual_);
        context.first_run = first_run;
        context.mapping = parts_.settings->rules_state;
        context.recent = recent_;
        auto verdict = plan::guard(plan, context, parts_.settings->guard);
        if (plan.empty()) return verdict;
        if (was_restored_) verdict.hold.push_back(plan::restored_hold());
        const bool somebody_leaves = plan::impact_of(plan).of(plan::Budgeted::removals) > 0;
        if (is_clock_doubted_ && somebody_leaves) verdict.hold.push_back(plan::clock_hold());
        for (const auto& undo : taken_back_) {
            auto again = result_.undoes ? std::nullopt : plan::undone_hold(plan, undo);
            if (again) verdict.hold.push_back(std::move(*again));
        }
        auto new_keys = plan::hold_for_new_keys(plan);
        if (new_keys) verdict.hold.push_back(std::move(*new_keys));
        return verdict;
    }

    Made make(const Ownership& ownership, bool first_run, Day today) const {
        if (result_.undoes) return make_undo(ownership, first_run, today);
        auto desired = rules::desired_network(*snapshot_, parts_.settings->rules, today);
        if (result_.is_adoption) return make_proposal(ownership, desired, today);
        rules::add_kept(desired.never_removed, kept_leavers_);
        auto changes = diff::diff(desired, actual_, ownership, policy_of(today), birthdays_of(*snapshot_));
        const auto swaps = diff::swaps_of(changes);
        const plan::QueueSight sight{.snapshot = snapshot_->meta.id,
                                     .now = planned_at_,
                                     .can_suspend = parts_.settings->policy.can_suspend,
                                     .missing = missing_};
        auto queue = plan::walk_queue(changes, desired, actual_, ownership, removals_, sight, parts_.settings->queue);
        leave_alone(changes, unknown_);
        std::erase_if(changes.changes, [&](const Change& change) { return tried_.contains(change.employee); });
        apply::leave_out_waiting(changes, waits_, planned_at_);
        plan::leave_out_repeated(changes, done_before_, parts_.clock.now(), repeat_limits());
        diff::keep_swaps_whole(changes, swaps);
        note_begun_undos(changes, ownership, today);
        StoredPlan stored;
        stored.plan = plan::make_plan(std::move(changes), basis(), desired.unmapped);
        stored.verdict = brakes(stored.plan, ownership, first_run);
        Made made{.stored = std::move(stored), .queue = std::move(queue)};
        const bool may_split = parts_.settings->guard.scope == plan::HoldScope::kind && order_.goal == Goal::apply;
        if (may_split && !chosen_plan() && !order_.person) keep_what_may_pass(made, ownership, first_run);
        return made;
    }

    /// What has too much of nothing goes ahead; the plan after it holds what is left, and waits.
    void keep_what_may_pass(Made& made, const Ownership& ownership, bool first_run) const {
        const auto& whole = made.stored;
        if (whole.verdict.allowed()) return;
        auto rest = plan::without_held(whole.plan, whole.verdict);
        if (!rest) return;
        StoredPlan part;
        part.plan = plan::make_plan(std::move(*rest), whole.plan.basis, whole.plan.unmapped);
        part.verdict = brakes(part.plan, ownership, first_run);
        if (part.verdict.allowed()) made.part = std::move(part);
    }

    /// The part that may pass takes the place of the whole, unless somebody has decided about the whole.
    asio::awaitable<bool> part_chosen(Made& made) {
        is_part_ = false;
        if (!made.part) co_return true;
        auto same = co_await parts_.runs.plan_head(made.stored.plan.id);
        if (!same) co_return failed(same.error());
        auto newest = co_await parts_.runs.plan_head(std::nullopt);
        if (!newest) co_return failed(newest.error());
        auto goes_on = co_await goes_on_with(made.stored.plan, *newest);
        if (!goes_on) co_return failed(goes_on.error());
        const bool is_rejected = *same && (*same)->state == PlanState::rejected;
        const bool is_kept = was_saved(made.stored.plan, *newest);
        is_part_ = !is_rejected && !is_kept && !*goes_on;
        if (is_part_) made.stored = std::move(*made.part);
        co_return true;
    }

    /// No plan without its rules on disk.
    asio::awaitable<bool> rules_kept() {
        const auto& settings = *parts_.settings;
        RuleVersion version{.fingerprint = settings.rules_fingerprint,
                            .first_used = parts_.clock.now(),
                            .state = settings.rules_state,
                            .author = settings.rules_author,
                            .comment = settings.rules_comment,
                            .files = settings.rules_files};
        auto kept = co_await parts_.rule_versions.keep(std::move(version));
        if (!kept) co_return failed(kept.error());
        co_return true;
    }

    /// No removal without its evidence on disk.
    asio::awaitable<bool> queue_kept() {
        if (result_.is_proposal() || order_.person) co_return true;
        result_.removals = plan::Removals{.queued = queue_, .holds = removals_.holds};
        if (parts_.removals == nullptr || queue_ == removals_.queued) co_return true;
        auto kept = co_await parts_.removals->save(queue_);
        if (!kept) co_return failed(kept.error());
        co_return true;
    }

    /// What somebody did not want is not offered again, nor done, whatever the brakes say by now: until they approve it
    /// all the same.
    asio::awaitable<bool> rejection_known() {
        auto& stored = *result_.plan;
        if (stored.plan.empty()) co_return true;
        auto known = co_await parts_.runs.plan_head(stored.plan.id);
        if (!known) co_return failed(known.error());
        if (!*known || (*known)->state != PlanState::rejected) co_return true;
        stored.state = PlanState::rejected;
        stored.rejection = (*known)->rejection;
        co_return true;
    }

    /// As the rest of what was allowed before. Of an adoption only an empty plan is the rest, which says that all of it
    /// is done. Of an undo none is: nothing to do towards the desired network does not say that anything was taken
    /// back. What the earlier plan would do is looked at only where it matters: it may be the whole first load.
    asio::awaitable<Result<bool>> goes_on_with(const Plan& plan, std::optional<PlanHead> earlier) {
        // A proposal is no rest of what was allowed before: it says nothing about what else was in it.
        // And what a store of before has let pass counts for nothing.
        const bool may = !result_.is_proposal() && !was_restored_ && earlier && earlier->state == PlanState::allowed;
        if (!may || plan::is_undo(earlier->verdict)) co_return false;
        if (plan.empty()) co_return true;
        if (earlier->is_empty) co_return false;
        auto whole = co_await parts_.runs.load_plan(earlier->id);
        if (!whole) co_return whole.error();
        co_return *whole&& is_rest_of(plan, **whole) && !was_proposal(**whole);
    }

    /// Allowed by the guard, by an approval of exactly this plan, or as the rest of what was allowed before.
    asio::awaitable<bool> decided() {
        auto& stored = *result_.plan;
        auto earlier = co_await parts_.runs.plan_head(std::nullopt);
        if (!earlier) co_return failed(earlier.error());
        auto goes_on = co_await goes_on_with(stored.plan, *earlier);
        if (!goes_on) co_return failed(goes_on.error());
        if (is_saved(*earlier)) stored.verdict.hold.push_back(plan::hold_for_saved());
        stored.state = stored.verdict.allowed() ? PlanState::allowed : PlanState::held;
        if (*goes_on) {
            stored.state = PlanState::allowed;
            stored.approved_at = (*earlier)->approved_at;
            stored.approved_by = (*earlier)->approved_by;
            const bool finished = stored.plan.empty() && !(*earlier)->is_empty;
            if (finished) co_await earlier_was_applied((*earlier)->id);
        } else {
            const bool looked = co_await rejection_known();
            if (!looked) co_return false;
        }
        if (order_.person && stored.state == PlanState::allowed) keep_one_person();
        const bool is_another = seen_ && seen_->plan.id != stored.plan.id && !is_rest_of(stored.plan, *seen_);
        if (is_another || was_seen_before_restore()) co_return co_await refused();
        if (proposes_nothing()) co_return false;
        auto saved = co_await parts_.runs.save_plan(stored);
        if (!saved) co_return failed(saved.error());
        // Whoever names a plan that nothing but the saving of it holds says all that there is to say.
        const bool is_called_for = order_.carry_out && plan::is_only_saved(stored.verdict);
        // Whatever the brakes say by now: it is a person's word that ends a rejection.
        const bool is_awaited =
            stored.state == PlanState::held || (order_.approve && stored.state == PlanState::rejected);
        if ((order_.approve || is_called_for) && is_awaited) {
            const bool approved = co_await approved_by_a_person();
            if (!approved) co_return false;
        }
        const bool held_before = *earlier && (*earlier)->state == PlanState::held && (*earlier)->id == stored.plan.id;
        log_plan(stored, held_before ? Novelty::known : Novelty::fresh);
        if (stored.state == PlanState::held) result_.run.end = RunEnd::held;
        co_return stored.state == PlanState::allowed&& order_.goal == Goal::apply && !parts_.stop.requested();
    }

    /// Of a plan that may pass whole.
    void keep_one_person() {
        auto& stored = *result_.plan;
        auto one = plan::of_one_person(stored.plan, *order_.person);
        others_ = std::move(one.others);
        stored.plan = plan::make_plan(std::move(one.changes), basis(), stored.plan.unmapped);
        result_.run.plan = stored.plan.id;
        result_.estimate = plan::estimate(stored.plan, parts_.settings->pace);
    }

    /// Whoever looked at that plan did not know of it.
    bool was_seen_before_restore() const {
        const auto code = plan::restored_hold().code;
        return seen_ && waits_for(result_.plan->verdict, code) && !waits_for(seen_->verdict, code);
    }

    /// Now, or before and still the same.
    bool is_saved(const std::optional<PlanHead>& earlier) const {
        const auto& stored = *result_.plan;
        if (result_.is_proposal() || stored.plan.empty()) return false;
        return order_.save || was_saved(stored.plan, earlier);
    }

    /// A process may die between the last outcome and the word that the plan was applied.
    asio::awaitable<void> earlier_was_applied(PlanId id) {
        auto earlier = co_await parts_.runs.load_plan(id);
        if (!earlier) {
            failed(earlier.error());
            co_return;
        }
        if (*earlier && (was_proposal(**earlier) || (is_first_run_ && links_accounts((*earlier)->plan)))) {
            (*earlier)->state = PlanState::applied;
            auto saved = co_await parts_.runs.save_plan(std::move(**earlier));
            if (!saved) failed(saved.error());
            co_return;
        }
        auto marked = co_await parts_.runs.mark_applied(std::move(id));
        if (!marked) failed(marked.error());
    }

    asio::awaitable<bool> approved_by_a_person() {
        auto& stored = *result_.plan;
        const auto now = parts_.clock.now();
        // The record first: alone it lets nothing pass, while an approval without it would leave the record in doubt.
        // Whoever looked at a proposal did not look at who is missing from the record.
        if (stored.plan.basis.completeness == Completeness::doubtful && !result_.is_proposal()) {
            auto confirmed = co_await parts_.snapshots.confirm(stored.plan.basis.snapshot);
            if (!confirmed) co_return failed(confirmed.error());
        }
        auto approved = co_await parts_.runs.approve(stored.plan.id, order_.approved_by, now);
        if (!approved) co_return failed(approved.error());
        stored.state = PlanState::allowed;
        stored.rejection.reset();
        stored.approved_at = now;
        stored.approved_by = order_.approved_by;
        // Whatever stood in the way of this plan does so no more in the plans that follow from it.
        if (waits_for(stored.verdict, plan::restored_hold().code)) was_restored_ = false;
        if (waits_for(stored.verdict, plan::clock_hold().code)) is_clock_doubted_ = false;
        if (waits_for(stored.verdict, plan::undone_code)) {
            taken_back_.clear();
            begun_undos_.clear();
        }
        parts_.log.info("plan_approved", {{"tenant", parts_.settings->tenant.value()},
                                          {"plan", stored.plan.id.value()},
                                          {"by", order_.approved_by}});
        co_return true;
    }

    /// What was seen is not what would be sent now: the plan of now takes its place and waits.
    asio::awaitable<bool> refused() {
        auto& stored = *result_.plan;
        result_.changed_since = plan::differences(seen_->plan, stored.plan);
        if (was_seen_before_restore()) result_.changed_since.emplace_back("the store was put back from a backup");
        if (!proposes_nothing()) {
            auto saved = co_await parts_.runs.save_plan(stored);
            if (!saved) co_return failed(saved.error());
        }
        if (stored.state == PlanState::held) result_.run.end = RunEnd::held;
        co_return failed(Failure{.kind = FailureKind::rejected,
                                 .code = "stale_plan",
                                 .where = order_.approve ? "approve" : "apply",
                                 .detail = "the plan that was looked at is not what would be done now"});
    }

    /// A plan that waits is not to give way to nothing.
    bool proposes_nothing() const { return result_.is_proposal() && result_.plan->plan.empty(); }

    enum class Novelty { fresh, known };

    /// A plan that goes on waiting is not a new event.
    void log_plan(const StoredPlan& stored, Novelty novelty) {
        using std::chrono::milliseconds;
        parts_.log.info("plan_made", {{"tenant", parts_.settings->tenant.value()},
                                      {"run", result_.run.id.value()},
                                      {"plan", stored.plan.id.value()},
                                      {"rules", stored.plan.basis.rules.hex()},
                                      {"operations", stored.plan.operations.size()},
                                      {"calls", plan::calls_of(stored.plan)},
                                      {"notes", stored.plan.notes.size()},
                                      {"drift", stored.plan.drift.size()},
                                      {"state", to_string(stored.state)},
                                      {"plan_ms", milliseconds(planning_took_).count()}});
        for (const auto& hold : stored.verdict.hold) {
            if (stored.state != PlanState::held || novelty == Novelty::known) continue;
            parts_.log.warn("plan_held", {{"tenant", parts_.settings->tenant.value()},
                                          {"plan", stored.plan.id.value()},
                                          {"code", hold.code},
                                          {"why", hold.sentence}});
        }
    }

    /// Before the first call: whoever dies in between must know what is not to be done again.
    asio::awaitable<bool> undo_noted() {
        LedgerEvent event{.kind = EntryKind::undo, .at = parts_.clock.now(), .run = result_.run.id, .facts = {}};
        event.facts.plan = result_.plan->plan.id.value();
        event.facts.by = result_.plan->approved_by;
        event.facts.undone_run = result_.undoes->value();
        auto recorded = co_await parts_.ledger.record(std::move(event));
        if (!recorded) co_return failed(recorded.error());
        co_return true;
    }

    asio::awaitable<void> applied() {
        const auto& plan = result_.plan->plan;
        if (result_.undoes) {
            const bool noted = co_await undo_noted();
            if (!noted) co_return;
        }
        // Between an intent and its outcome nobody may be cancelled: a stop goes through the stop switch.
        const auto expected = result_.estimate ? result_.estimate->expected : Duration(0);
        auto applying = apply_plan(parts_, result_.run.id, plan, order_.seed, expected);
        auto summary = co_await shield(std::move(applying));
        if (!summary) {
            failed(summary.error());
            co_return;
        }
        result_.applied = std::move(*summary);
        co_await refusals_noted();
        if (result_.applied->stopped_by) failed(*result_.applied->stopped_by);
        const bool tried_everything = result_.applied->not_started == 0 && result_.applied->unknown == 0;
        if (!tried_everything || plan.empty()) co_return;
        // What is to be sent for people whose accounts were only linked so far, nobody has seen on a first run.
        if (result_.is_proposal() || (is_first_run_ && links_accounts(plan))) {
            co_await applied_unseen();
            co_return;
        }
        auto marked = co_await parts_.runs.mark_applied(plan.id);
        if (!marked) {
            failed(marked.error());
            co_return;
        }
        result_.plan->state = PlanState::applied;
    }

    /// Without a word that a plan of this tenant was applied: the first one that sends something still waits for a
    /// person.
    asio::awaitable<void> applied_unseen() {
        auto stored = *result_.plan;
        stored.state = PlanState::applied;
        auto saved = co_await parts_.runs.save_plan(std::move(stored));
        if (!saved) {
            failed(saved.error());
            co_return;
        }
        result_.plan->state = PlanState::applied;
    }

    asio::awaitable<void> closed() {
        auto& run = result_.run;
        run.ended_at = parts_.clock.now();
        if (result_.plan && snapshot_)
            run.people_open = people_open(result_.plan->plan, *snapshot_, result_.applied, those_not_done());
        if (result_.plan && order_.person) person_counted();
        if (result_.failure) {
            run.failure_code = result_.failure->code;
            run.failure_sentence = describe(*result_.failure);
        }
        if (run.end != RunEnd::held) {
            run.end = result_.failure ? RunEnd::failed : run.people_open > 0 ? RunEnd::done_open : RunEnd::done;
        }
        if (run.id != RunId{}) {
            co_await rates_kept();
            co_await history_purged();
            auto summary = co_await parts_.ledger.summary(run.id);
            if (summary) result_.ledger = std::move(*summary);
            auto good = co_await parts_.snapshots.last_good();
            if (good) result_.good_snapshot = std::move(*good);
            auto stored = co_await parts_.runs.close_run(run);
            if (!stored && !result_.failure) failed(stored.error());
        }
        log_end();
    }

    std::set<EmployeeKey> those_not_done() const {
        auto people = tried_;
        people.insert(others_.begin(), others_.end());
        return people;
    }

    void person_counted() {
        const auto& plan = result_.plan->plan;
        const auto& person = *order_.person;
        const bool is_noted = std::any_of(plan.notes.begin(), plan.notes.end(), [&](const Note& note) {
            return note.employee == person && (is_open(note.kind) || note.kind == Note::Kind::awaits_group);
        });
        const bool was_left = result_.applied ? result_.applied->open.contains(person) : !plan.empty();
        result_.is_person_open = is_noted || was_left || tried_.contains(person) || others_.contains(person);
        result_.people_left = others_.size() - others_.count(person) - others_.count(EmployeeKey{});
    }

    void log_end() {
        const auto& run = result_.run;
        const auto level = run.end == RunEnd::failed ? log::Level::error
                           : run.end == RunEnd::done ? log::Level::info
                                                     : log::Level::warn;
        std::vector<log::Field> fields{{"tenant", parts_.settings->tenant.value()},
                                       {"run", run.id.value()},
                                       {"end", to_string(run.end)},
                                       {"snapshot", run.snapshot.value()},
                                       {"people_open", run.people_open}};
        for (const auto& [kind, outcomes] : result_.ledger) {
            std::size_t effective = 0;
            for (const auto& [outcome, count] : outcomes) {
                if (took_effect(outcome)) effective += count;
            }
            fields.emplace_back(kind, effective);
        }
        if (result_.failure) {
            fields.emplace_back("failure", to_string(result_.failure->kind));
            fields.emplace_back("code", result_.failure->code);
            fields.emplace_back("why", run.failure_sentence);
        }
        parts_.log.write(level, "run_done", fields);
    }

    TenantParts parts_;
    CycleOrder order_;
    CycleResult result_;
    std::optional<Snapshot> snapshot_;
    std::optional<StoredPlan> seen_;  ///< the plan that a person approves
    std::set<EmployeeKey> unknown_;   ///< people with an intent that is still open
    std::set<EmployeeKey> others_;    ///< of a run for one person: for whom the whole plan would do something
    std::set<EmployeeKey> tried_;     ///< people for whom an earlier plan of this run could not do everything
    std::map<EmployeeKey, apply::Waits> waits_;  ///< who is not tried again yet
    std::set<EmployeeKey> failing_;              ///< for whom something was refused in the newest run that tried it
    Time planned_at_;
    Duration planning_took_{0};           ///< from the record and the network, as they are known, to the plan
    std::optional<Time> moment_;          ///< the last one at which this tenant was looked after
    bool is_clock_doubted_ = false;       ///< it was ahead, and nobody has approved since that people leave by it
    bool was_restored_ = false;           ///< the store was put back, and nobody has approved a plan since
    std::vector<Plan> taken_back_;        ///< the undos that were carried out, while they still count
    std::vector<BegunUndo> begun_undos_;  ///< of these, those with something left
    std::vector<Operation> effects_to_undo_;
    bool is_first_run_ = false;  ///< no plan of this tenant that sends everything was applied before this one
    ActualNetwork actual_;
    std::vector<NeverRemoved> kept_leavers_;  ///< by exceptions about their last rows
    plan::Removals removals_;                 ///< as they were before this plan
    std::vector<MissingSince> missing_;       ///< of who is missing from the record, sorted
    std::vector<plan::QueuedRemoval> queue_;  ///< as it is with this plan
    bool is_part_ = false;                    ///< of the plan in hand: it leaves out what waits for a person
    plan::RecentCounts recent_;               ///< what the ledger says took effect before this plan
    plan::DoneBefore done_before_;            ///< of people for whom the newest plan repeated something
};

}  // namespace

asio::awaitable<CycleResult> sync_cycle(TenantParts parts, CycleOrder order) {
    Cycle cycle(std::move(parts), std::move(order));
    auto result = co_await cycle.run();
    co_return result;
}

}  // namespace usersync::sync

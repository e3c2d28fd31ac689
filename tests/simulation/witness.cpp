#include "tests/simulation/witness.hpp"

#include "core/plan/fewest_calls.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/undo.hpp"

#include <algorithm>
#include <cmath>

namespace usersync::simulation {

namespace {

/// Whoever pauses ends a run under way, which has so long for what it has begun.
constexpr Duration drain_max = std::chrono::seconds(5);

}  // namespace

void Trace::add(Duration at, const std::string& line) { lines_.push_back(std::to_string(at.count()) + ' ' + line); }

void TraceLog::write(log::Level, std::string_view event, const std::vector<log::Field>& fields) {
    std::string line = "event=" + std::string(event);
    for (const auto& field : fields) line += ' ' + field.key + '=' + field.value;
    trace_.add(time_.elapsed(), line);
}

void Witness::broke(const std::string& promise, const std::string& how) {
    constexpr std::size_t told_max = 5;
    if (broken_.size() < told_max) broken_.push_back(promise + " " + tenant_ + ": " + how);
}

/// Its bucket is full again, as far as it knows.
void Witness::process_started() {
    own.fill();
    if (shared != nullptr) shared->fill();
}

void Witness::plan_saved(const StoredPlan& stored) {
    check_plan(stored);
    auto& known = plans_[stored.plan.id];
    for (const auto& operation : stored.plan.operations) known.operations.insert(operation.key);
    known.is_undo = plan::undone_run(stored.plan).has_value();
    // What its state says is not believed: only what the guard said, and whom a person has asked.
    known.may_be_applied = !known.is_rejected && (known.may_be_applied || stored.verdict.allowed());
    if (known.may_be_applied) allow(known);
}

void Witness::allow(const Known& known) {
    allowed_.insert(known.operations.begin(), known.operations.end());
    if (known.is_undo) undoing_.insert(known.operations.begin(), known.operations.end());
}

void Witness::check_plan(const StoredPlan& stored) {
    for (const auto& operation : stored.plan.operations) {
        const auto& change = operation.change;
        if (change.reason.rule.empty()) {
            broke("I11", std::string(kind_of(change.what)) + " of " + change.employee.value() + " has no reason");
        }
    }
    for (const auto& note : stored.plan.notes) {
        if (note.text.empty()) broke("I11", "a note about " + note.employee.value() + " says nothing");
    }
    const auto excess = plan::excess_of(stored.plan);
    const auto calls = plan::calls_of(stored.plan);
    const auto fewest = plan::fewest_calls(stored.plan);
    if (calls != fewest + excess.size()) {
        broke("I5", "a plan of " + std::to_string(calls) + " calls, of which " + std::to_string(fewest) +
                        " are needed and " + std::to_string(excess.size()) + " have a reason");
    }
    for (const auto& one : excess) {
        if (one.reason.empty()) broke("I5", "nobody knows what the call of " + one.operation.value() + " is for");
    }
}

void Witness::plan_approved(const PlanId& plan) {
    auto& known = plans_[plan];
    known.may_be_applied = true;
    known.is_rejected = false;
    allow(known);
}

/// What another plan may do it still may.
void Witness::plan_rejected(const PlanId& plan) {
    plans_[plan].is_rejected = true;
    plans_[plan].may_be_applied = false;
    allowed_.clear();
    undoing_.clear();
    for (const auto& [id, known] : plans_) {
        if (known.may_be_applied) allow(known);
    }
}

void Witness::plan_loaded(const StoredPlan& stored) {
    const bool is_approved = stored.state == PlanState::allowed || stored.state == PlanState::applied;
    if (!is_approved || !wanted_.contains(stored.plan.id)) return;
    for (const auto& operation : stored.plan.operations) plans_[stored.plan.id].operations.insert(operation.key);
    plan_approved(stored.plan.id);
}

void Witness::wants_to_intend(Duration at, RunId run, const Operation& operation,
                              const std::optional<Evidence>& evidence) {
    const auto who = std::string(kind_of(operation.change.what)) + " of " + operation.change.employee.value();
    if (!allowed_.contains(operation.key)) broke("I9", who + " is in no plan that was let pass or approved");
    if (paused_at && at > *paused_at + drain_max) broke("I9", who + " is begun although somebody has paused the runs");
    if (evidence && held.contains(operation.change.employee.value())) broke("I3", who + ", whom a person holds");
    // Whoever takes back what a run did has decided about people, not about the record.
    if (evidence && !undoing_.contains(operation.key)) {
        if (!evidence->is_complete) broke("I3", who + " although the newest record is not complete");
        if (evidence->is_present) broke("I3", who + " although the newest record has them");
        if (employed.contains(operation.change.employee.value())) broke("I3", who + ", who works there");
    }
    check_order(run, operation);
}

void Witness::check_order(RunId run, const Operation& operation) {
    const auto& person = operation.change.employee;
    const auto who = std::string(kind_of(operation.change.what)) + " of " + person.value();
    for (const auto& earlier : operation.after) {
        if (!effective_.contains({run, earlier})) broke("I4", who + " begins before what it needs was done");
    }
    if (person.value().empty()) return;
    for (const auto& [which, whose] : open_) {
        const bool is_itself = which == std::pair(run, operation.key);
        if (whose == person && !is_itself) broke("I4", who + " begins while another operation of theirs is open");
    }
}

void Witness::intended(Duration at, RunId run, const Operation& operation) {
    const auto& person = operation.change.employee.value();
    intents_[person].push_back({at, std::string(kind_of(operation.change.what)), operation.key.value()});
    open_[{run, operation.key}] = operation.change.employee;
    ++operations_;
}

void Witness::looked_for_intent(const Operation& operation, bool is_there) {
    if (is_there) return;
    broke("I6", "the ledger forgot the intent of " + std::string(kind_of(operation.change.what)) + " of " +
                    operation.change.employee.value());
}

void Witness::sends(const Operation& operation) {
    const auto is_its = [&](const auto& one) { return one.first.second == operation.key; };
    if (std::any_of(open_.begin(), open_.end(), is_its)) return;
    broke("I6", std::string(kind_of(operation.change.what)) + " of " + operation.change.employee.value() +
                    " is sent without an intent on disk");
}

void Witness::settled(RunId run, const Operation& operation, Outcome outcome) {
    open_.erase({run, operation.key});
    if (took_effect(outcome)) effective_.insert({run, operation.key});
}

void Witness::unsettled_are(const std::vector<Unsettled>& open) {
    const auto is_settled = [&](const auto& one) {
        return std::none_of(open.begin(), open.end(), [&](const Unsettled& other) {
            return one.first == std::pair(other.run, other.operation.key);
        });
    };
    for (auto one = open_.begin(); one != open_.end();) {
        if (!is_settled(*one)) {
            ++one;
            continue;
        }
        effective_.insert(one->first);
        one = open_.erase(one);
    }
}

void Witness::store_put_back(const std::string& snapshot_of) {
    snapshot_of_ = snapshot_of;
    plans_.clear();
    wanted_.clear();
    allowed_.clear();
    undoing_.clear();
    open_.clear();
    held.clear();
    paused_at.reset();
}

bool CallBucket::take(Duration at) {
    const auto gap = Duration(static_cast<Duration::rep>(std::floor(1000.0 / calls_per_second_)));
    free_at_ = std::max(free_at_, at) + gap;
    const auto room =
        Duration(static_cast<Duration::rep>(std::ceil(1000.0 * burst_ / calls_per_second_))) + Duration(1);
    return free_at_ - at <= room;
}

void Witness::call_sent(Duration at) {
    const auto when = ", at " + std::to_string(at.count()) + " ms";
    if (!own.take(at)) broke("I7", "more calls than the limit allows" + when);
    if (shared != nullptr && !shared->take(at)) broke("I7", "more calls than those who share a limit may make" + when);
}

}  // namespace usersync::simulation

#include "tests/simulation/sim_ports.hpp"

#include <algorithm>
#include <utility>

namespace usersync::simulation {

namespace asio = boost::asio;

Disk::Answer Disk::next_write() {
    ++writes_;
    for (const auto& fault : faults_) {
        if (writes_ < fault.from || writes_ > fault.to) continue;
        return fault.after_writing ? Answer::refuses_after_writing : Answer::refuses;
    }
    return Answer::works;
}

asio::awaitable<Result<SnapshotMeta>> SimSnapshotStore::save(SnapshotDelta delta, Delivery original) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    // Told before it is written: the process may die between the one and the other, and nothing dies before it is.
    const auto before = parts_.witness.snapshot_of();
    parts_.witness.snapshot_saved(original.bytes);
    auto saved = co_await stored_.save(std::move(delta), std::move(original));
    if (!saved) parts_.witness.snapshot_saved(before);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return saved;
}

asio::awaitable<Result<void>> SimRunStore::save_plan(StoredPlan plan) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto copy = plan;
    auto saved = co_await stored_.save_plan(std::move(copy));
    if (parts_.planted == Planted::needless_call && !plan.plan.empty()) {
        plan.plan.operations.push_back(plan.plan.operations.back());
    }
    if (saved) parts_.witness.plan_saved(plan);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return saved;
}

asio::awaitable<Result<std::optional<StoredPlan>>> SimRunStore::load_plan(std::optional<PlanId> id) {
    auto loaded = co_await stored_.load_plan(std::move(id));
    if (loaded && *loaded) parts_.witness.plan_loaded(**loaded);
    if (parts_.planted == Planted::passed_guard && loaded && *loaded) (*loaded)->state = PlanState::allowed;
    co_return loaded;
}

asio::awaitable<Result<std::optional<PlanHead>>> SimRunStore::plan_head(std::optional<PlanId> id) {
    auto head = co_await stored_.plan_head(std::move(id));
    if (parts_.planted == Planted::passed_guard && head && *head) (*head)->state = PlanState::allowed;
    co_return head;
}

asio::awaitable<Result<void>> SimRunStore::approve(PlanId id, std::string by, Time at) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    parts_.witness.wants_to_approve(id);
    auto approved = co_await stored_.approve(id, std::move(by), at);
    if (approved) parts_.witness.plan_approved(id);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return approved;
}

asio::awaitable<Result<void>> SimRunStore::reject(PlanId id, Rejection rejection) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto rejected = co_await stored_.reject(id, std::move(rejection));
    if (rejected) parts_.witness.plan_rejected(id);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return rejected;
}

asio::awaitable<Result<void>> SimRunStore::mark_applied(PlanId id) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto marked = co_await stored_.mark_applied(std::move(id));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return marked;
}

asio::awaitable<Result<void>> SimRunStore::close_run(RunRecord run) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto closed = co_await stored_.close_run(std::move(run));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return closed;
}

/// Only of what takes somebody out of the network.
asio::awaitable<std::optional<Evidence>> SimLedger::evidence_of(Operation operation) {
    const auto& what = operation.change.what;
    const bool takes_out = std::holds_alternative<SuspendUser>(what) || std::holds_alternative<EndMembership>(what);
    if (!takes_out) co_return std::nullopt;
    auto newest = co_await snapshots_.latest();
    auto good = co_await snapshots_.last_good();
    if (!newest || !*newest || !good) co_return Evidence{};
    const auto& snapshot = **newest;
    const auto& person = operation.change.employee;
    Evidence evidence;
    evidence.is_complete = *good && (*good)->id == snapshot.meta.id;
    evidence.is_present = snapshot.employees.find(person).has_value() ||
                          std::any_of(snapshot.frozen.begin(), snapshot.frozen.end(),
                                      [&](const Frozen& one) { return one.key == person; });
    co_return evidence;
}

asio::awaitable<void> SimLedger::look_for(RunId run, Operation operation) {
    auto open = co_await stored_.unsettled();
    const auto is_it = [&](const Unsettled& one) { return one.run == run && one.operation.key == operation.key; };
    const bool is_there = open && std::any_of(open->begin(), open->end(), is_it);
    parts_.witness.looked_for_intent(operation, is_there);
}

asio::awaitable<Result<void>> SimLedger::intend(RunId run, Operation operation, Time at) {
    auto copy = operation;
    auto evidence = co_await evidence_of(std::move(copy));
    parts_.witness.wants_to_intend(parts_.time.elapsed(), run, operation, evidence);
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    Result<void> written;
    if (parts_.planted != Planted::forgotten_intent) {
        auto to_write = operation;
        written = co_await stored_.intend(run, std::move(to_write), at);
    }
    if (written) {
        parts_.witness.intended(parts_.time.elapsed(), run, operation);
        auto to_find = operation;
        co_await look_for(run, std::move(to_find));
    }
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return written;
}

asio::awaitable<Result<void>> SimLedger::settle(RunId run, Operation operation, Settlement settlement) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    const auto outcome = settlement.outcome;
    auto copy = operation;
    auto written = co_await stored_.settle(run, std::move(copy), std::move(settlement));
    if (written) parts_.witness.settled(run, operation, outcome);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return written;
}

asio::awaitable<Result<std::vector<Unsettled>>> SimLedger::unsettled() {
    auto open = co_await stored_.unsettled();
    if (open) parts_.witness.unsettled_are(*open);
    co_return open;
}

asio::awaitable<Result<void>> SimRemovalQueue::save(std::vector<plan::QueuedRemoval> queued) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto saved = co_await stored_.save(std::move(queued));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return saved;
}

asio::awaitable<Result<void>> SimRemovalQueue::hold(plan::RemovalHold hold) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    const auto person = hold.key;
    Result<void> held;
    if (parts_.planted != Planted::forgotten_hold) held = co_await stored_.hold(std::move(hold));
    if (held) parts_.witness.held.insert(person.value());
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return held;
}

/// Told before it is written: the process may die between the one and the other.
asio::awaitable<Result<bool>> SimRemovalQueue::release(EmployeeKey person) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    parts_.witness.held.erase(person.value());
    auto released = co_await stored_.release(std::move(person));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return released;
}

asio::awaitable<Result<void>> SimPauseStore::save(std::optional<Pause> pause) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto saved = co_await stored_.save(std::move(pause));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return saved;
}

asio::awaitable<Result<void>> SimPaceStore::keep_rates(std::map<std::string, double> rates, Time at) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto kept = co_await stored_.keep_rates(std::move(rates), at);
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return kept;
}

asio::awaitable<Result<void>> SimPaceStore::note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) {
    const auto disk = parts_.disk.next_write();
    if (disk == Disk::Answer::refuses) co_return Disk::full();
    auto noted = co_await stored_.note_run(std::move(failed), std::move(well));
    parts_.life.effect();
    if (disk == Disk::Answer::refuses_after_writing) co_return Disk::full();
    co_return noted;
}

asio::awaitable<Result<std::size_t>> SimPaceStore::forgive(std::optional<EmployeeKey> employee, Time at) {
    auto forgiven = co_await stored_.forgive(std::move(employee), at);
    parts_.life.effect();
    co_return forgiven;
}

asio::awaitable<Result<Receipt>> SimNetwork::apply(Operation operation, Deadline deadline) {
    parts_.witness.sends(operation);
    auto receipt = co_await network_.apply(std::move(operation), deadline);
    parts_.life.effect();
    co_return receipt;
}

asio::awaitable<Result<Found>> SimNetwork::find(Operation operation, Deadline deadline) {
    const bool is_invitation = std::holds_alternative<CreateUser>(operation.change.what);
    if (parts_.planted == Planted::unlooked_outcome && is_invitation) co_return Found::not_in_effect;
    auto found = co_await network_.find(std::move(operation), deadline);
    co_return found;
}

}  // namespace usersync::simulation

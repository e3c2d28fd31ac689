#include "tests/replay/replay.hpp"

#include "core/diff/address_book.hpp"
#include "core/diff/diff.hpp"
#include "core/pace/schedule.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/undo.hpp"
#include "core/plan/waiting.hpp"
#include "core/rules/desired_network.hpp"

#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

ingest::Ingested read(const std::string& record, const sync::TenantSettings& settings,
                      const ingest::RecordBefore& before) {
    KnownPeople nobody;
    auto outcome =
        ingest::ingest_bytes(record, settings.columns, settings.format, settings.record_limits, nobody, before);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) throw std::runtime_error(bounce->sentence);
    return std::move(std::get<ingest::Ingested>(outcome));
}

SnapshotMeta meta_of(const ingest::Ingested& record) {
    SnapshotMeta meta;
    meta.content = record.content;
    meta.columns = record.facts.columns;
    meta.filled = record.facts.filled;
    meta.rows = record.facts.rows;
    meta.ending = record.facts.ending;
    meta.employee_count = record.employee_count();
    meta.frozen_count = record.frozen.size();
    return meta;
}

Snapshot snapshot_of(const RecordedRun& run, const sync::TenantSettings& settings) {
    std::optional<SnapshotMeta> last_good;
    ingest::RecordBefore measure;
    if (run.before) {
        last_good = meta_of(read(*run.before, settings, {}));
        measure = {.columns = last_good->columns, .ending = last_good->ending};
    }
    auto record = read(run.record, settings, measure);
    auto judgement = ingest::judge(record.facts, std::nullopt, last_good, settings.completeness);
    Snapshot snapshot{.meta = meta_of(record),
                      .employees = std::move(record.changed),
                      .issues = std::move(record.issues),
                      .frozen = std::move(record.frozen)};
    snapshot.meta.id = run.snapshot;
    snapshot.meta.completeness = judgement.completeness;
    snapshot.meta.completeness_reasons = std::move(judgement.reasons);
    return snapshot;
}

ChangeSet undo_changes(const RecordedRun& run, const sync::TenantSettings& settings) {
    const auto& policy = settings.policy;
    auto changes = plan::undo_of(*run.undoes, run.effects, run.network, run.ownership,
                                 {.can_suspend = policy.can_suspend,
                                  .protected_roles = policy.protected_roles,
                                  .group_roles_by_call = policy.group_roles_by_call,
                                  .swap_parking = policy.swap_parking});
    diff::order_addresses_of_undo(changes, run.network, policy);
    return changes;
}

}  // namespace

Replayed replay(const RecordedRun& run, const sync::TenantSettings& settings) {
    const auto snapshot = snapshot_of(run, settings);
    const auto today = pace::day_in(settings.time_zone, run.now);
    const auto policy = sync::policy_at(settings, run.now, today);
    const PlanBasis basis{.tenant = settings.tenant,
                          .snapshot = run.snapshot,
                          .snapshot_content = snapshot.meta.content,
                          .rules = run.rules,
                          .completeness = snapshot.meta.completeness};
    ChangeSet changes;
    std::vector<Unmapped> unmapped;
    if (run.undoes) {
        changes = undo_changes(run, settings);
    } else {
        const auto desired = rules::desired_network(snapshot, settings.rules, today);
        changes = diff::diff(desired, run.network, run.ownership, policy, {});
        const auto swaps = diff::swaps_of(changes);
        const plan::QueueSight sight{.snapshot = run.snapshot,
                                     .now = run.now,
                                     .can_suspend = settings.policy.can_suspend,
                                     .missing = run.missing};
        plan::walk_queue(changes, desired, run.network, run.ownership, run.removals, sight, settings.queue);
        diff::keep_swaps_whole(changes, swaps);
        unmapped = desired.unmapped;
    }
    Replayed made{.plan = plan::make_plan(std::move(changes), basis, std::move(unmapped)), .verdict = {}};
    auto context = plan::context_of(run.ownership, run.network);
    context.first_run = run.first_run;
    context.mapping = settings.rules_state;
    context.recent = run.recent;
    made.verdict = plan::guard(made.plan, context, settings.guard);
    if (auto new_keys = plan::hold_for_new_keys(made.plan)) made.verdict.hold.push_back(std::move(*new_keys));
    if (run.undoes) made.verdict = plan::undo_verdict(made.plan, std::move(made.verdict));
    return made;
}

}  // namespace usersync::test

#include "daemon/sync/take_in.hpp"

#include "core/async/run_on.hpp"

#include <utility>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

/// A record read and compared with what came before, not yet saved.
struct Read {
    Result<Snapshot> snapshot = Failure{.kind = FailureKind::transient, .code = "stopping", .where = "daemon"};
};

Snapshot to_snapshot(ingest::Ingested ingested, ingest::Judgement judgement, const Delivery& delivery, Time now) {
    Snapshot snapshot;
    snapshot.employees = std::move(ingested.employees);
    snapshot.issues = std::move(ingested.issues);
    snapshot.frozen = std::move(ingested.frozen);
    snapshot.meta.content = content_fingerprint(snapshot.employees);
    snapshot.meta.delivery = delivery.fingerprint;
    snapshot.meta.delivery_name = delivery.name;
    snapshot.meta.taken_at = now;
    snapshot.meta.completeness = judgement.completeness;
    snapshot.meta.completeness_reasons = std::move(judgement.reasons);
    snapshot.meta.columns = std::move(ingested.columns);
    snapshot.meta.employee_count = snapshot.employees.size();
    return snapshot;
}

Read read_record(const Delivery& delivery, const TenantSettings& settings, const std::optional<SnapshotMeta>& last_good,
                 Time now) {
    auto ingested = ingest::ingest(delivery.bytes, settings.fields, settings.format);
    if (!ingested) return {ingested.error()};
    const auto people = ingested->employees.size() + ingested->frozen.size();
    auto judgement = ingest::judge(ingested->evidence, people, ingested->columns, last_good, settings.completeness);
    return {to_snapshot(std::move(*ingested), std::move(judgement), delivery, now)};
}

void doubt_an_old_delivery(Snapshot& snapshot, const SnapshotMeta& earlier) {
    if (snapshot.meta.completeness == Completeness::complete) snapshot.meta.completeness = Completeness::doubtful;
    snapshot.meta.completeness_reasons.push_back("it is byte for byte the delivery that became snapshot " +
                                                 std::to_string(earlier.id.value()) + ", and newer ones came since");
}

void log_snapshot(const TenantParts& parts, const SnapshotMeta& meta, std::size_t issues, std::size_t frozen) {
    const auto level = meta.completeness == Completeness::complete && issues == 0 ? log::Level::info : log::Level::warn;
    parts.log.write(level, "snapshot_saved",
                    {{"tenant", parts.settings.tenant.value()},
                     {"snapshot", meta.id.value()},
                     {"completeness", to_string(meta.completeness)},
                     {"employees", meta.employee_count},
                     {"row_issues", issues},
                     {"frozen", frozen}});
}

bool says_the_same(const Snapshot& a, const Snapshot& b) {
    return a.meta.content == b.meta.content && a.frozen == b.frozen && a.issues == b.issues;
}

/// The snapshot of this delivery: the newest one again when its bytes, as the columns are mapped today, say the same.
asio::awaitable<Result<Snapshot>> make_snapshot(TenantParts parts, Delivery delivery,
                                                std::optional<SnapshotMeta> same_bytes,
                                                std::optional<Snapshot> latest) {
    auto last_good = co_await parts.snapshots.last_good();
    if (!last_good) co_return last_good.error();
    const auto now = parts.clock.now();
    auto job = [&delivery, &parts, yardstick = *last_good, now] {
        return parts.stop.requested() ? Read{} : read_record(delivery, parts.settings, yardstick, now);
    };
    // The frame keeps delivery and parts alive until the lane has answered.
    auto read = co_await run_on(parts.compute_lane, std::move(job));
    if (!read.snapshot) co_return read.snapshot.error();
    auto snapshot = std::move(*read.snapshot);
    const bool same_as_latest = same_bytes && latest && same_bytes->id == latest->meta.id;
    if (same_as_latest && says_the_same(snapshot, *latest)) co_return std::move(*latest);
    if (same_bytes && !same_as_latest) doubt_an_old_delivery(snapshot, *same_bytes);
    auto saved = co_await parts.snapshots.save(snapshot, delivery);
    if (!saved) co_return saved.error();
    snapshot.meta = *saved;
    log_snapshot(parts, snapshot.meta, snapshot.issues.size(), snapshot.frozen.size());
    co_return snapshot;
}

}  // namespace

asio::awaitable<Result<TakenIn>> take_in(TenantParts parts) {
    TakenIn taken;
    const auto deadline = parts.clock.steady_now() + parts.settings.fetch_max;
    auto fetched = co_await parts.source.fetch(deadline);
    if (!fetched) co_return fetched.error();
    taken.not_ready = fetched->not_ready;

    auto latest = co_await parts.snapshots.latest();
    if (!latest) co_return latest.error();
    if (!fetched->delivery) {
        taken.snapshot = std::move(*latest);
        co_return taken;
    }
    taken.was_delivered = true;
    auto delivery = std::move(*fetched->delivery);
    auto same_bytes = co_await parts.snapshots.of_delivery(delivery.fingerprint);
    if (!same_bytes) co_return same_bytes.error();
    const auto before = *latest ? (*latest)->meta.id : SnapshotId{};
    auto made = co_await make_snapshot(parts, delivery, *same_bytes, std::move(*latest));
    if (!made) co_return made.error();
    taken.is_new = made->meta.id != before;
    taken.snapshot = std::move(*made);
    // Only now is the record ours; a crash before this fetches it again and finds the same bytes.
    const auto acknowledge_by = parts.clock.steady_now() + parts.settings.fetch_max;
    auto acknowledged = co_await parts.source.acknowledge(std::move(delivery), acknowledge_by);
    if (!acknowledged) co_return acknowledged.error();
    co_return taken;
}

}  // namespace usersync::sync

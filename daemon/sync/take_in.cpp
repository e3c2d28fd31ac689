#include "daemon/sync/take_in.hpp"

#include "core/async/run_on.hpp"
#include "core/base/time_text.hpp"
#include "core/ingest/bounce.hpp"

#include <utility>
#include <variant>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

enum class Reach { everybody, one_person };

/// A record that was read, as the difference to the newest snapshot; or why it was not.
using Reading = std::variant<Failure, ingest::Bounce, SnapshotDelta>;

/// What a record is compared with.
struct Before {
    std::optional<SnapshotHead> newest;
    std::optional<SnapshotMeta> last_good;
    std::optional<SnapshotMeta> same_bytes;
};

/// Enough for the source to know which file it was; the bytes themselves go to the store.
Delivery receipt_for(const Delivery& delivery) {
    return Delivery{.name = delivery.name,
                    .bytes = {},
                    .fingerprint = delivery.fingerprint,
                    .size = delivery.size,
                    .modified = delivery.modified,
                    .superseded = delivery.superseded,
                    .is_live = delivery.is_live};
}

SnapshotDelta to_delta(ingest::Ingested ingested, ingest::Judgement judgement, const Delivery& delivery) {
    SnapshotDelta delta;
    auto& meta = delta.meta;
    meta.content = ingested.content;
    meta.delivery = delivery.fingerprint;
    meta.delivery_name = delivery.name;
    meta.completeness = judgement.completeness;
    meta.completeness_reasons = std::move(judgement.reasons);
    meta.columns = std::move(ingested.facts.columns);
    meta.filled = std::move(ingested.facts.filled);
    meta.rows = ingested.facts.rows;
    meta.ending = ingested.facts.ending;
    meta.employee_count = ingested.employee_count();
    meta.frozen_count = ingested.frozen.size();
    delta.issues = std::move(ingested.issues);
    delta.frozen = std::move(ingested.frozen);
    delta.changed = std::move(ingested.changed);
    delta.known = std::move(ingested.known);
    delta.gone = std::move(ingested.gone);
    return delta;
}

/// The last good record is the measure. But one record that ends otherwise is cut, and two that do so in a row come
/// from another tool: then the last row is read, the record is doubtful, and a person says which it is.
ingest::RecordBefore measure_of(const Delivery& delivery, const Before& before) {
    ingest::RecordBefore measure;
    if (!before.last_good) return measure;
    measure.columns = before.last_good->columns;
    measure.ending = before.last_good->ending;
    const bool is_other_delivery = before.newest && before.newest->meta.delivery != delivery.fingerprint;
    if (is_other_delivery) measure.ending = before.newest->meta.ending;
    return measure;
}

Reading read_record(const Delivery& delivery, const TenantSettings& settings, KnownPeople known, const Before& before,
                    Time now) {
    const auto& last_good = before.last_good;
    auto read = ingest::ingest_bytes(delivery.bytes, settings.columns, settings.format, settings.record_limits, known,
                                     measure_of(delivery, before), settings.decrypt);
    if (auto* bounce = std::get_if<ingest::Bounce>(&read)) return std::move(*bounce);
    auto& ingested = std::get<ingest::Ingested>(read);
    const auto age = delivery.modified == Time{} ? std::nullopt : std::optional(now - delivery.modified);
    auto judgement = ingest::judge(ingested.facts, age, last_good, settings.completeness);
    auto delta = to_delta(std::move(ingested), std::move(judgement), delivery);
    delta.base = known.base;
    delta.meta.taken_at = now;
    delta.reading = ingest::reading_of(settings.rules_fingerprint);
    return delta;
}

/// Whoever is not in it was not looked for.
void say_it_is_of_one_person(SnapshotMeta& meta) {
    if (meta.completeness != Completeness::complete) return;
    meta.completeness = Completeness::partial;
    meta.completeness_reasons.emplace_back("one person was read anew, everybody else is as in the record before");
}

void doubt_an_old_delivery(SnapshotMeta& meta, const SnapshotMeta& earlier) {
    if (meta.completeness == Completeness::complete) meta.completeness = Completeness::doubtful;
    meta.completeness_reasons.push_back("it is byte for byte the delivery that became snapshot " +
                                        std::to_string(earlier.id.value()) + ", and newer ones came since");
}

void log_snapshot(const TenantParts& parts, const SnapshotMeta& meta, const std::vector<RecordIssue>& issues) {
    const auto level =
        meta.completeness == Completeness::complete && issues.empty() ? log::Level::info : log::Level::warn;
    parts.log.write(level, "snapshot_saved",
                    {{"tenant", parts.settings->tenant.value()},
                     {"snapshot", meta.id.value()},
                     {"completeness", to_string(meta.completeness)},
                     {"employees", meta.employee_count},
                     {"issues", issues.size()},
                     {"frozen", meta.frozen_count}});
}

void log_passed_over(const TenantParts& parts, const Fetched& fetched) {
    for (const auto& file : fetched.passed_over) {
        parts.log.info("file_passed_over", {{"tenant", parts.settings->tenant.value()}, {"file", file}});
    }
}

bool says_the_same(const SnapshotDelta& delta, const SnapshotHead& newest) {
    // A whole record counts as one, although its rows are those that were read one by one.
    const bool says_more =
        delta.meta.completeness == Completeness::complete && newest.meta.completeness == Completeness::partial;
    return !says_more && delta.meta.content == newest.meta.content && delta.frozen == newest.frozen &&
           delta.issues == newest.issues;
}

Failure failure_of(const ingest::Bounce& bounce) {
    return {.kind = bounce.kind, .code = bounce.code, .where = "core.ingest", .detail = bounce.sentence};
}

ingest::Bounce bounce_of(const TooLarge& file) {
    ingest::Bounce bounce;
    bounce.code = "file_too_large";
    bounce.sentence =
        "the file has " + std::to_string(file.size) + " bytes, and a record may have " + std::to_string(file.size_max);
    return bounce;
}

/// What tells a refusal from every other: which delivery, and why. The same file refused at the next run is the same.
Fingerprint refusal_of(const Delivery& delivery, const ingest::Bounce& bounce) {
    FingerprintBuilder builder;
    builder.add(delivery.name).add(delivery.fingerprint).add(bounce.code);
    return builder.finish();
}

/// Its bytes were never seen; its time tells one upload from the next.
Fingerprint refusal_of(const TooLarge& file, const ingest::Bounce& bounce) {
    FingerprintBuilder builder;
    builder.add(file.name).add(file.size).add(static_cast<std::uint64_t>(file.modified.time_since_epoch().count()));
    builder.add(bounce.code);
    return builder.finish();
}

/// HR gets a note about a record that was refused, once, unless the reason is one of our own.
asio::awaitable<void> write_note(TenantParts parts, ingest::Bounce bounce, std::string delivery, Fingerprint refusal) {
    if (bounce.kind != FailureKind::rejected) co_return;
    const auto now = parts.clock.now();
    const ingest::BounceContext context{
        .tenant = parts.settings->tenant.value(), .delivery = delivery, .received_at = utc_text(now)};
    const BounceNote note{.name = note_name(now, refusal, delivery),
                          .text = ingest::note_text(bounce, context, parts.settings->note_language),
                          .json = ingest::note_json(bounce, context, parts.settings->note_language)};
    auto put = [&notes = parts.notes, &note] { return notes.put(note); };
    auto written = co_await run_on(parts.compute_lane, std::move(put));
    if (written && !*written) co_return;
    if (written) {
        parts.log.info("note_written", {{"tenant", context.tenant}, {"note", note.name}, {"code", bounce.code}});
    } else {
        parts.log.write(log::Level::warn, "note_not_written",
                        {{"tenant", context.tenant}, {"code", written.error().code}});
    }
}

asio::awaitable<Result<Before>> look_back(TenantParts parts, Fingerprint delivery) {
    Before before;
    auto newest = co_await parts.snapshots.newest();
    if (!newest) co_return newest.error();
    before.newest = std::move(*newest);
    auto last_good = co_await parts.snapshots.last_good();
    if (!last_good) co_return last_good.error();
    before.last_good = std::move(*last_good);
    auto same_bytes = co_await parts.snapshots.of_delivery(delivery);
    if (!same_bytes) co_return same_bytes.error();
    before.same_bytes = std::move(*same_bytes);
    co_return before;
}

asio::awaitable<Reading> read_delivery(TenantParts parts, const Delivery* delivery, const Before* before) {
    auto known = co_await parts.snapshots.known(ingest::reading_of(parts.settings->rules_fingerprint));
    if (!known) co_return known.error();
    const auto now = parts.clock.now();
    // The frame keeps everything alive until the lane has answered.
    auto job = [delivery, &parts, &known, before, now] {
        return parts.stop.requested()
                   ? Reading(Failure{.kind = FailureKind::transient, .code = "stopping", .where = "daemon"})
                   : read_record(*delivery, *parts.settings, std::move(*known), *before, now);
    };
    auto reading = co_await run_on(parts.compute_lane, std::move(job));
    co_return reading;
}

/// The snapshot of this delivery: the newest one again when its bytes, as the columns are mapped today, say the same.
/// True when it is a new one.
asio::awaitable<Result<bool>> keep(TenantParts parts, Delivery delivery, Reach reach) {
    auto before = co_await look_back(parts, delivery.fingerprint);
    if (!before) co_return before.error();
    auto reading = co_await read_delivery(parts, &delivery, &*before);
    if (auto* failure = std::get_if<Failure>(&reading)) co_return std::move(*failure);
    if (auto* bounce = std::get_if<ingest::Bounce>(&reading)) {
        const auto refusal = refusal_of(delivery, *bounce);
        co_await write_note(parts, *bounce, delivery.name, refusal);
        co_return failure_of(*bounce);
    }
    auto& delta = std::get<SnapshotDelta>(reading);
    const auto& newest = before->newest;
    const auto& same_bytes = before->same_bytes;
    const bool same_as_newest = newest && same_bytes && same_bytes->id == newest->meta.id;
    const bool of_one = reach == Reach::one_person;
    if (of_one) say_it_is_of_one_person(delta.meta);
    // That the others are as before is no news.
    if ((same_as_newest || (of_one && newest)) && says_the_same(delta, *newest)) co_return false;
    if (same_bytes && !same_as_newest && !delivery.is_live) doubt_an_old_delivery(delta.meta, *same_bytes);
    const auto issues = delta.issues;
    auto saved = co_await parts.snapshots.save(std::move(delta), std::move(delivery));
    if (!saved) co_return saved.error();
    log_snapshot(parts, *saved, issues);
    co_return true;
}

/// Safe with us, and only then acknowledged; a crash before this fetches it again and finds the same bytes.
asio::awaitable<Result<bool>> keep_and_acknowledge(TenantParts parts, Delivery delivery, Reach reach) {
    auto receipt = receipt_for(delivery);
    auto kept = co_await keep(parts, std::move(delivery), reach);
    if (!kept) co_return kept;
    const auto acknowledge_by = parts.clock.steady_now() + parts.settings->fetch_max;
    auto acknowledged = co_await parts.source.acknowledge(std::move(receipt), acknowledge_by);
    if (!acknowledged) co_return acknowledged.error();
    co_return kept;
}

asio::awaitable<Result<TakenIn>> take_in_everybody(TenantParts parts) {
    TakenIn taken;
    const auto deadline = parts.clock.steady_now() + parts.settings->fetch_max;
    auto fetched = co_await parts.source.fetch(deadline);
    if (!fetched) co_return fetched.error();
    taken.not_ready = fetched->not_ready;
    log_passed_over(parts, *fetched);
    if (fetched->too_large) {
        const auto bounce = bounce_of(*fetched->too_large);
        const auto refusal = refusal_of(*fetched->too_large, bounce);
        co_await write_note(parts, bounce, fetched->too_large->name, refusal);
        co_return failure_of(bounce);
    }
    if (fetched->delivery) {
        taken.was_delivered = true;
        auto delivery = std::move(*fetched->delivery);
        auto kept = co_await keep_and_acknowledge(parts, std::move(delivery), Reach::everybody);
        if (!kept) co_return kept.error();
        taken.is_new = *kept;
    }
    co_return taken;
}

asio::awaitable<Result<TakenIn>> take_in_person(TenantParts parts, EmployeeKey person) {
    TakenIn taken;
    const auto deadline = parts.clock.steady_now() + parts.settings->fetch_max;
    auto fetched = co_await parts.source.fetch_person(std::move(person), deadline);
    if (!fetched) co_return fetched.error();
    taken.is_nobody = !fetched->delivery;
    if (taken.is_nobody) co_return taken;
    auto delivery = std::move(*fetched->delivery);
    auto kept = co_await keep_and_acknowledge(parts, std::move(delivery), Reach::one_person);
    if (!kept) co_return kept.error();
    taken.is_new = *kept;
    co_return taken;
}

}  // namespace

bool reads_one_person(const Source& source, const TenantSettings& settings) {
    if (!source.reads_one_person()) return false;
    const auto column = source.person_column();
    if (column.empty()) return true;
    const auto id = settings.columns.fields.find(ingest::Field::employee_id);
    if (id == settings.columns.fields.end()) return false;
    return id->second.columns == std::vector<std::string>{column} && id->second.steps.empty();
}

asio::awaitable<Result<TakenIn>> take_in(TenantParts parts, std::optional<EmployeeKey> person) {
    Result<TakenIn> taken = TakenIn{};
    if (person) {
        taken = co_await take_in_person(parts, *person);
    }
    const bool is_for_all = !person || (!taken && taken.error().code == "reads_whole_only");
    if (is_for_all) {
        taken = co_await take_in_everybody(parts);
    }
    if (!taken) co_return taken;
    auto latest = co_await parts.snapshots.latest();
    if (!latest) co_return latest.error();
    taken->snapshot = std::move(*latest);
    co_return taken;
}

}  // namespace usersync::sync

// Ours, for P1, P2, P4 and P6: one record is taken in as the daemon does it, from the file to the stored snapshot.
//
//     bench_take_in DB FILE        the first record fills a new store
//
// What lies around that in a run (the source, rules, the network) is left out: the yardstick has none of it either.
#include "core/ingest/completeness.hpp"
#include "tests/bench/records.hpp"
#include "tests/storage/opened_store.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace {

using namespace usersync;

constexpr Time taken_at = Time(std::chrono::seconds(1'800'000'000));

template <class T>
T value_of(Result<T> result) {
    if (!result) bench::give_up(describe(result.error()));
    return std::move(*result);
}

/// Of how rows are read: it only has to be the same every day.
Fingerprint reading() { return fingerprint_of("the twelve columns"); }

Delivery deliver(const char* path) {
    Delivery delivery{.name = "employees.csv", .bytes = bench::file_content(path)};
    delivery.fingerprint = fingerprint_of(delivery.bytes);
    return delivery;
}

SnapshotMeta meta_of(const ingest::Ingested& read, const Delivery& delivery,
                     const std::optional<SnapshotMeta>& last_good) {
    auto judgement = ingest::judge(read.facts, std::nullopt, last_good, ingest::CompletenessLimits{});
    return {.content = read.content,
            .delivery = delivery.fingerprint,
            .delivery_name = delivery.name,
            .taken_at = taken_at,
            .completeness = judgement.completeness,
            .completeness_reasons = std::move(judgement.reasons),
            .columns = read.facts.columns,
            .filled = read.facts.filled,
            .rows = read.facts.rows,
            .employee_count = read.employee_count(),
            .frozen_count = read.frozen.size()};
}

struct Reading {
    SnapshotDelta delta;
    std::size_t joiners = 0;
};

/// `known` ends here, before anything is stored, as in the daemon.
Reading read_against(KnownPeople known, const Delivery& delivery, const std::optional<SnapshotMeta>& last_good) {
    const auto before = last_good ? ingest::RecordBefore{.columns = last_good->columns, .ending = last_good->ending}
                                  : ingest::RecordBefore{};
    auto read = bench::read_people(delivery.bytes, known, before);
    Reading result;
    result.joiners = bench::joiners(read, known);
    result.delta.meta = meta_of(read, delivery, last_good);
    result.delta.issues = std::move(read.issues);
    result.delta.frozen = std::move(read.frozen);
    result.delta.changed = std::move(read.changed);
    result.delta.known = std::move(read.known);
    result.delta.gone = std::move(read.gone);
    result.delta.base = known.base;
    result.delta.reading = reading();
    return result;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) bench::give_up("usage: bench_take_in DB FILE");
    test::OpenedStore store(arguments[1]);
    auto& snapshots = store.snapshots();
    auto delivery = deliver(arguments[2]);
    const auto last_good = value_of(store.wait(snapshots.last_good()));
    if (value_of(store.wait(snapshots.of_delivery(delivery.fingerprint)))) {
        bench::give_up("this file was taken in before");
    }
    auto known = value_of(store.wait(snapshots.known(reading())));
    auto read = read_against(std::move(known), delivery, last_good);
    const auto changed = read.delta.changed.size() - read.joiners;
    const auto removed = read.delta.gone.size();
    value_of(store.wait(snapshots.save(std::move(read.delta), std::move(delivery))));
    bench::print_difference(read.joiners, changed, removed);
    return 0;
}

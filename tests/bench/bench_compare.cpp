// Ours, for P3: who joined, left or changed between two records, without a store.
//
//     bench_compare DAY1 DAY2
//
// Day 1 is read with nobody known; what is then known of its people is all that is kept for day 2.
#include "tests/bench/records.hpp"

#include <cstddef>

namespace {

using namespace usersync;

KnownPeople known_from(const ingest::Ingested& read) {
    KnownPeople known;
    known.reserve(read.changed.size());
    for (std::size_t at = 0; at < read.changed.size(); ++at) known.add(read.changed.key(at), read.known[at]);
    return known;
}

struct DayOne {
    KnownPeople known;
    std::vector<std::string> columns;
};

/// What day 1 leaves behind; its bytes and its people are given back.
DayOne read_first(const char* path) {
    const std::string bytes = bench::file_content(path);
    KnownPeople nobody;
    const ingest::Ingested read = bench::read_people(bytes, nobody, {});
    return {known_from(read), read.facts.columns};
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) bench::give_up("usage: bench_compare DAY1 DAY2");
    DayOne before = read_first(arguments[1]);
    const std::string bytes = bench::file_content(arguments[2]);
    const ingest::Ingested now = bench::read_people(bytes, before.known, before.columns);
    const std::size_t added = bench::joiners(now, before.known);
    bench::print_difference(added, now.changed.size() - added, now.gone.size());
    return 0;
}

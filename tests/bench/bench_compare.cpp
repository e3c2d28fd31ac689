// Ours, for P3: who joined, left or changed between two records, without a store.
//
//     bench_compare DAY1 DAY2
//
// Of day 1 only keys and digests of rows are kept; day 2 is then read against them.
#include "tests/bench/records.hpp"

#include <cstddef>

namespace {

using namespace usersync;

/// What day 1 leaves behind; its bytes are let go.
KnownPeople know(const char* path) {
    const bench::MappedFile file(path);
    auto opened = record::open_record(file.bytes(), {}, {}, {});
    if (!opened) bench::give_up(describe(opened.error()));
    auto known = ingest::know_rows(std::move(*opened), bench::columns(), {});
    if (const auto* bounce = std::get_if<ingest::Bounce>(&known)) bench::give_up(bounce->sentence);
    return std::move(std::get<KnownPeople>(known));
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) bench::give_up("usage: bench_compare DAY1 DAY2");
    auto before = know(arguments[1]);
    const bench::MappedFile file(arguments[2]);
    const ingest::Ingested now = bench::read_people(file.bytes(), before, {});
    const std::size_t added = bench::joiners(now, before);
    bench::print_difference(added, now.changed.size() - added, now.gone.size());
    return 0;
}

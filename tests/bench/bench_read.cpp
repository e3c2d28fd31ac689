// Ours, for P7 to P9: reads an employee record of any format to employees, with nobody known.
//
//     bench_read FILE
#include "tests/bench/records.hpp"

#include <cstdio>

int main(int count, char** arguments) {
    using namespace usersync;
    if (count != 2) bench::give_up("usage: bench_read FILE");
    const bench::MappedFile file(arguments[1]);
    KnownPeople nobody;
    const ingest::Ingested read = bench::read_people(file.bytes(), nobody, {});
    std::printf("{\"employees\":%zu,\"issues\":%zu}\n", read.employee_count(), read.issues.size());
    return 0;
}

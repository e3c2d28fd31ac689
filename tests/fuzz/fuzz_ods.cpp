// Any bytes at all as an ods workbook: as the archive itself where they begin like one, otherwise as its content,
// which is then packed.

#include "tests/core/record/workbooks.hpp"
#include "tests/fuzz/check_rows.hpp"

#include <cstdint>
#include <string>

using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string input(bytes, bytes + size);
    if (input.compare(0, 2, "PK") != 0) input = zip_of({{"content.xml", input}});
    check_rows(open_ods(input, {}, fuzz_limits()), fuzz_limits());
    return 0;
}

// Any bytes at all as a SpreadsheetML 2003 workbook.

#include "tests/fuzz/check_rows.hpp"

#include <cstdint>
#include <string>

using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string input(bytes, bytes + size);
    check_rows(open_spreadsheetml(input, {}, fuzz_limits()), fuzz_limits());
    return 0;
}

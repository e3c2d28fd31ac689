// Any bytes at all as an old workbook: as a file, and as the stream within one, which chance alone would never reach.

#include "core/record/compound_file.hpp"
#include "core/record/write_compound_file.hpp"
#include "tests/fuzz/read_sheet.hpp"

#include <cstdint>
#include <string_view>

using namespace usersync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (record::is_compound_file(bytes)) {
        static_cast<void>(record::what_is_in(bytes));
        test::read_all(record::open_xls(bytes, std::nullopt, test::small_limits));
    } else {
        const auto file = record::write_compound_file("Workbook", std::string(bytes));
        test::read_all(record::open_xls(file, std::nullopt, test::small_limits));
    }
    return 0;
}

// Any bytes at all as an xlsx workbook: as the archive itself where they begin like one, otherwise as its parts, which
// are then packed: sheet, shared texts, styles, workbook, one after another with a byte 0x01 between them.

#include "tests/core/record/workbooks.hpp"
#include "tests/fuzz/check_rows.hpp"

#include <cstdint>
#include <string>

using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string input(bytes, bytes + size);
    if (input.compare(0, 2, "PK") != 0) {
        Parts parts;
        std::size_t begin = 0;
        for (const auto* path :
             {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"}) {
            const auto end = std::min(input.find('\x01', begin), input.size());
            if (end > begin) parts.emplace_back(path, input.substr(begin, end - begin));
            begin = std::min(end + 1, input.size());
        }
        input = xlsx_of("", parts);
    }
    check_rows(open_xlsx(input, {}, fuzz_limits()), fuzz_limits());
    return 0;
}

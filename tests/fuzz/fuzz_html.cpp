// Any bytes at all as a web page with a table.

#include "core/record/sheet.hpp"
#include "tests/fuzz/record_rows.hpp"

using namespace usersync;
using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto page = fuzz::view_of(data, size);
    const auto limits = fuzz::small_limits();
    const auto sheet = open_html(page, limits);
    if (sheet) fuzz::read_all(*sheet->rows, limits, is_utf8(page) ? fuzz::Bytes::utf8 : fuzz::Bytes::any);
    return 0;
}

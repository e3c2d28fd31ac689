// Any bytes at all as a web page saved as a message.

#include "core/record/sheet.hpp"
#include "tests/fuzz/record_rows.hpp"

using namespace usersync;
using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto limits = fuzz::small_limits();
    const auto sheet = open_mhtml(fuzz::view_of(data, size), limits);
    if (sheet) fuzz::read_all(*sheet->rows, limits, fuzz::Bytes::utf8);
    return 0;
}

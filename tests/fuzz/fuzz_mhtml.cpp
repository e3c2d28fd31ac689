// Any bytes at all as a web page saved as a message.

#include "tests/fuzz/read_sheet.hpp"

#include <cstdint>
#include <string_view>

using namespace usersync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    test::read_all(record::open_mhtml(bytes, test::small_limits));
    return 0;
}

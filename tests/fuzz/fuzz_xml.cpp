// Any bytes as XML.

#include "core/record/objects.hpp"
#include "tests/fuzz/record_rows.hpp"

using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::view_of(data, size);
    const auto limits = fuzz::small_limits();
    for (const auto* element : {"", "p"}) {
        if (const auto rows = open_xml(text, element, limits)) fuzz::read_all(**rows, limits, fuzz::Bytes::utf8);
    }
    return 0;
}

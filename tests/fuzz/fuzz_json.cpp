// Any bytes as JSON and as JSON lines.

#include "core/record/objects.hpp"
#include "tests/fuzz/record_rows.hpp"

using namespace usersync::record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::view_of(data, size);
    const auto limits = fuzz::small_limits();
    for (const auto* path : {"", "data", "data.rows"}) {
        if (const auto rows = open_json(text, path, limits)) fuzz::read_all(**rows, limits, fuzz::Bytes::utf8);
    }
    if (const auto rows = open_jsonl(text, limits)) fuzz::read_all(**rows, limits, fuzz::Bytes::utf8);
    return 0;
}

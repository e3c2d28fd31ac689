// Any bytes at all as an old workbook: as a file, and as the stream within one, which chance alone would never reach.

#include "core/record/compound_file.hpp"
#include "core/record/sheet.hpp"
#include "core/record/write_compound_file.hpp"
#include "tests/fuzz/record_rows.hpp"

using namespace usersync;
using namespace usersync::record;

namespace {

void read(std::string_view bytes) {
    const auto limits = fuzz::small_limits();
    const auto sheet = open_xls(bytes, std::nullopt, limits);
    if (sheet) return fuzz::read_all(*sheet->rows, limits, fuzz::Bytes::utf8);
    USERSYNC_INVARIANT(sheet.error().kind == FailureKind::rejected, "a damaged record is rejected");
    USERSYNC_INVARIANT(is_utf8(sheet.error().detail), "a sentence is UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::view_of(data, size);
    if (!is_compound_file(bytes)) {
        read(write_compound_file("Workbook", std::string(bytes)));
        return 0;
    }
    static_cast<void>(what_is_in(bytes));
    read(bytes);
    return 0;
}

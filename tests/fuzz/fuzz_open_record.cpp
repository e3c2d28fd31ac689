// Any bytes at all as a delivery: never a crash, and never a promise of open_record broken.

#include "core/record/open_record.hpp"
#include "tests/fuzz/record_rows.hpp"

#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::record;

namespace {

// Stands for a key: what is encrypted stands behind one line.
Result<std::string> take_first_line_off(std::string_view message) {
    const auto line = message.find('\n');
    return std::string(line == std::string_view::npos ? std::string_view() : message.substr(line + 1));
}

void check(const Failure& failure) {
    USERSYNC_INVARIANT(failure.kind == FailureKind::rejected, "what cannot be read is rejected");
    USERSYNC_INVARIANT(!failure.code.empty() && !failure.detail.empty(), "a refusal has a code and a sentence");
    USERSYNC_INVARIANT(is_utf8(failure.detail), "a sentence is UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<std::string> names = {"id", "mail"};
    const auto limits = fuzz::small_limits();
    RecordFormat format;
    format.row_bytes_max = 200;
    auto record = open_record(fuzz::view_of(data, size), format, limits, names, take_first_line_off);
    if (!record) {
        check(record.error());
        return 0;
    }
    const auto bytes = record->found.mixed_encodings ? fuzz::Bytes::any : fuzz::Bytes::utf8;
    fuzz::read_all(*record->rows, limits, bytes);
    return 0;
}

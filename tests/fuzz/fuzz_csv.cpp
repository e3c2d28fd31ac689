// Any bytes as CSV: every row is given once and in order, and what is well formed survives being written.

#include "core/record/csv_rows.hpp"
#include "core/record/write_csv.hpp"
#include "tests/fuzz/record_rows.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::record;

namespace {

using Table = std::vector<std::vector<std::string>>;

// The rows of a sound record; empty when anything about it is in doubt.
Table read_sound(std::string_view text, const CsvDialect& dialect) {
    CsvScanner scanner(text, dialect);
    Table table;
    for (Row row; scanner.next(row);) {
        if (row.flaw != RowFlaw::none) return {};
        table.emplace_back(row.cells.begin(), row.cells.end());
    }
    return table;
}

void check_order(std::string_view text, const CsvDialect& dialect) {
    CsvScanner scanner(text, dialect);
    std::size_t position = 0;
    std::size_t line = 0;
    for (Row row; scanner.next(row);) {
        USERSYNC_INVARIANT(scanner.position() > position, "every row moves on");
        USERSYNC_INVARIANT(row.line > line, "lines ascend");
        USERSYNC_INVARIANT(row.cells.size() <= dialect.columns_max, "no more cells than the limit");
        USERSYNC_INVARIANT(row.bytes.data() == text.data() + position, "rows lie behind one another");
        position = scanner.position();
        line = row.line;
    }
    USERSYNC_INVARIANT(position == text.size(), "no byte is left out");
}

void check_round_trip(std::string_view text, const CsvDialect& dialect) {
    const auto table = read_sound(text, dialect);
    std::string written;
    for (const auto& row : table) append_csv_row(written, {row.begin(), row.end()}, {.delimiter = dialect.delimiter});
    auto plain = dialect;
    plain.backslash_escapes = false;
    plain.row_bytes_max = written.size() + 1;
    USERSYNC_INVARIANT(read_sound(written, plain) == table, "what is written is read back the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = fuzz::view_of(data + 1, size - 1);
    const CsvDialect dialect{.delimiter = std::string_view(",;\t|")[data[0] % 4],
                             .backslash_escapes = (data[0] & 4) != 0,
                             .row_bytes_max = 64,
                             .columns_max = 20};
    check_order(text, dialect);
    check_round_trip(text, dialect);

    auto limits = fuzz::small_limits();
    RecordFormat format;
    format.row_bytes_max = 64;
    format.backslash_escapes = dialect.backslash_escapes;
    CsvRows rows(text, find_csv_shape(text, format, {"id", "mail"}), format, limits);
    fuzz::read_all(rows, limits, fuzz::Bytes::any);
    return 0;
}

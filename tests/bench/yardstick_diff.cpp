// Yardstick for a plan without a store: who joined, left or changed between two CSV files, and in which cells.
//
//     yardstick_diff DAY1.csv DAY2.csv OUT
//
// One thread, rows compared byte by byte, nothing checked, nothing kept. It shows what the machine allows; real work is
// measured as a multiple of it. Rows meet in one table by the hash of their first cell; a row waits a little before it
// is looked up, so that its slot is on its way from memory meanwhile.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tests/bench/yardstick_csv.hpp"

#include <string>

namespace {

using namespace usersync::bench;

/// A row, and the hash of its id; zero is an empty slot.
struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0;
    std::uint32_t size = 0;

    std::string_view row(std::string_view text) const { return text.substr(begin, size); }
};

constexpr std::uint32_t found = UINT32_MAX;  // as a size: the row has its counterpart on day 2

/// Open addressing over memory that comes zeroed, in huge pages where there are any.
class SlotTable {
public:
    explicit SlotTable(std::size_t rows_at_most) {
        while (count_ < rows_at_most) count_ *= 2;
        const std::size_t bytes = count_ * sizeof(Slot);
        void* const memory =
            ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) give_up("memory for the table");
        ::madvise(memory, bytes, MADV_HUGEPAGE);
        slots_ = static_cast<Slot*>(memory);
    }

    void expect(std::uint64_t hash) const { __builtin_prefetch(slots_ + home(hash)); }

    /// The slot with this hash, or the empty one where it belongs.
    Slot& slot(std::uint64_t hash) const {
        std::size_t at = home(hash);
        while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & (count_ - 1);
        return slots_[at];
    }

    template <class See>
    void for_each(See see) const {
        for (std::size_t at = 0; at < count_; ++at) {
            if (slots_[at].hash != 0) see(slots_[at]);
        }
    }

private:
    std::size_t home(std::uint64_t hash) const { return hash >> 7 & (count_ - 1); }

    std::size_t count_ = 1024;
    Slot* slots_ = nullptr;
};

/// `for_each_row`, each row with its hash, `waiting` rows later than it was read.
template <class See>
void for_each_hashed(std::string_view text, const SlotTable& table, See see) {
    constexpr std::size_t waiting = 16;
    std::array<Slot, waiting> queue;
    std::size_t read = 0;
    for_each_row(text, [&](const RowPlace& row) {
        Slot& place = queue[read % waiting];
        if (read >= waiting) see(static_cast<const Slot&>(place));
        const std::string_view id = row.first(text);
        place = {XXH3_64bits(id.data(), id.size()) | 1, row.begin, row.end() - row.begin};
        table.expect(place.hash);
        ++read;
    });
    for (std::size_t at = read < waiting ? 0 : read - waiting; at < read; ++at) {
        see(static_cast<const Slot&>(queue[at % waiting]));
    }
}

struct Counts {
    long added = 0;
    long changed = 0;
    long removed = 0;
    long cells = 0;
};

std::string_view next_cell(std::string_view& row) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < row.size() && (quoted || row[end] != ','); ++end) quoted ^= row[end] == '"';
    const std::string_view cell = row.substr(0, end);
    row.remove_prefix(std::min(end + 1, row.size()));
    return cell;
}

/// Numbers of the cells that differ, each with a space behind it.
std::string changed_cells(std::string_view before, std::string_view now, Counts& counts) {
    std::string numbers;
    for (int number = 0; !before.empty() || !now.empty(); ++number) {
        if (next_cell(before) == next_cell(now)) continue;
        numbers += std::to_string(number) + ' ';
        ++counts.cells;
    }
    return numbers;
}

void write(std::FILE* out, const char* what, std::string_view cells, std::string_view row) {
    std::fprintf(out, "%s,%.*s,%.*s\n", what, static_cast<int>(cells.size()), cells.data(),
                 static_cast<int>(row.size()), row.data());
}

Counts compare(std::string_view day1, std::string_view day2, std::FILE* out) {
    constexpr std::size_t shortest_row = 64;  // a guess that keeps the table half empty
    const SlotTable table(day1.size() / shortest_row);
    for_each_hashed(day1, table, [&](const Slot& row) { table.slot(row.hash) = row; });

    Counts counts;
    for_each_hashed(day2, table, [&](const Slot& now) {
        Slot& before = table.slot(now.hash);
        if (before.hash == 0) {
            ++counts.added;
            write(out, "added", "", now.row(day2));
            return;
        }
        if (before.row(day1) != now.row(day2)) {
            ++counts.changed;
            write(out, "changed", changed_cells(before.row(day1), now.row(day2), counts), now.row(day2));
        }
        before.size = found;
    });
    table.for_each([&](const Slot& row) {
        if (row.size == found) return;
        ++counts.removed;
        write(out, "removed", "", row.row(day1));
    });
    return counts;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::fputs("usage: yardstick_diff DAY1.csv DAY2.csv OUT\n", stderr);
        return 2;
    }
    std::FILE* const out = std::fopen(arguments[3], "w");
    if (out == nullptr) give_up(arguments[3]);
    const Counts counts = compare(mapped(arguments[1]), mapped(arguments[2]), out);
    std::fclose(out);
    std::printf("{\"added\":%ld,\"changed\":%ld,\"removed\":%ld,\"cells\":%ld}\n", counts.added, counts.changed,
                counts.removed, counts.cells);
    return 0;
}

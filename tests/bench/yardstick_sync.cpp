// Yardstick for a daily run of one tenant: a CSV file is read and checked, compared with what SQLite keeps of the day
// before, and the changes are stored.
//
//     yardstick_sync DB DAY.csv        the first file fills an empty database
//
// One thread; no rules, no network. For each row: UTF-8 is valid; cells are trimmed and unquoted; there is an id, an
// "@" in the address, days look like days; XXH3-128 over the cells. One scan over ids and digests, one look-up a row,
// and one transaction for all that changed. It shows what the machine allows; real work is measured as a multiple of
// it.
#define XXH_INLINE_ALL
#include <sqlite3.h>
#include <xxhash.h>

#include "tests/bench/yardstick_csv.hpp"

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace usersync::bench;

// ---- rows
// ------------------------------------------------------------------------------------------------------------

constexpr std::size_t columns = 12;
constexpr std::size_t id_column = 0, email_column = 1, start_column = 10, end_column = 11;

using Cells = std::array<std::string_view, columns>;

/// Length of the character at `at`, by Unicode's table of well-formed sequences; 0 when it is not one.
std::size_t character_size(const unsigned char* at, std::size_t left) {
    const auto follows = [&](std::size_t n, unsigned low = 0x80, unsigned high = 0xBF) {
        return n < left && at[n] >= low && at[n] <= high;
    };
    const unsigned lead = at[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead < 0xF0) {
        const bool second = follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
        return second && follows(2) ? 3 : 0;
    }
    if (lead > 0xF4) return 0;
    const bool second = follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    for (std::size_t at = 0; at < text.size();) {
        std::uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & 0x8080'8080'8080'8080) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const std::size_t size = character_size(bytes + at, text.size() - at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

/// Empty, or "2026-03-01".
bool is_day(std::string_view text) {
    if (text.empty()) return true;
    if (text.size() != 10) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool dash = at == 4 || at == 7;
        if (dash ? text[at] != '-' : text[at] < '0' || text[at] > '9') return false;
    }
    const auto two_digits = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    return two_digits(5) >= 1 && two_digits(5) <= 12 && two_digits(8) >= 1 && two_digits(8) <= 31;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return text;
}

/// Without its quotes; a doubled one within becomes one, in `scratch`.
std::string_view unquoted(std::string_view cell, std::string& scratch) {
    if (cell.size() < 2 || cell.front() != '"') return cell;
    cell = cell.substr(1, cell.size() - 2);
    if (cell.find('"') == cell.npos) return cell;
    scratch.clear();
    for (std::size_t at = 0; at < cell.size(); ++at) {
        scratch += cell[at];
        at += cell[at] == '"' ? 1 : 0;
    }
    return scratch;
}

/// Takes rows apart; what it gives is valid until the next row.
class RowReader {
public:
    explicit RowReader(std::string_view text) : text_(text) {}

    bool read(const RowPlace& row) {
        if (row.cells != columns || !is_utf8(row.whole(text_))) return false;
        joined_.clear();
        std::uint32_t begin = row.begin;
        for (std::size_t column = 0; column < columns; ++column) {
            const std::string_view cell = text_.substr(begin, row.ends[column] - begin);
            begin = row.ends[column] + 1;
            cells_[column] = unquoted(trimmed(cell), scratch_[column]);
            joined_.append(cells_[column]).push_back('\x1F');
        }
        return !cells_[id_column].empty() && cells_[email_column].find('@') != std::string_view::npos &&
               is_day(cells_[start_column]) && is_day(cells_[end_column]);
    }

    const Cells& cells() const { return cells_; }
    XXH128_hash_t digest() const { return XXH3_128bits(joined_.data(), joined_.size()); }

private:
    std::string_view text_;
    Cells cells_;
    std::string joined_;
    std::array<std::string, columns> scratch_;
};

// ---- who is known
// ----------------------------------------------------------------------------------------------------

struct Known {
    std::uint64_t hash = 0;  // of the id; zero is an empty slot
    XXH128_hash_t digest{};
    std::uint32_t number = 0;
    bool seen = false;
};

class KnownTable {
public:
    static std::uint64_t hash_of(std::string_view id) { return XXH3_64bits(id.data(), id.size()) | 1; }

    void add(std::string_view id, const XXH128_hash_t& digest) {
        if ((ids_.size() + 1) * 2 > slots_.size()) grow();
        const std::uint64_t hash = hash_of(id);
        slot(hash) = {hash, digest, static_cast<std::uint32_t>(ids_.size()), false};
        ids_.emplace_back(id);
    }

    Known& slot(std::uint64_t hash) {
        std::size_t at = hash >> 7 & (slots_.size() - 1);
        while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    std::vector<std::string_view> unseen() const {
        std::vector<std::string_view> ids;
        for (const Known& known : slots_) {
            if (known.hash != 0 && !known.seen) ids.push_back(ids_[known.number]);
        }
        return ids;
    }

private:
    void grow() {
        std::vector<Known> old(slots_.size() * 2);
        old.swap(slots_);
        for (const Known& known : old) {
            if (known.hash != 0) slot(known.hash) = known;
        }
    }

    std::vector<std::string> ids_;
    std::vector<Known> slots_ = std::vector<Known>(1 << 16);
};

// ---- the store
// -------------------------------------------------------------------------------------------------------

class Store {
public:
    explicit Store(const char* path) {
        check(sqlite3_open(path, &connection_));
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA "
            "mmap_size=1073741824");
        run("CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, email TEXT, first_name TEXT, infix TEXT,"
            " last_name TEXT, job_title TEXT, phone TEXT, location TEXT, departments TEXT, manager TEXT, start_date "
            "TEXT,"
            " end_date TEXT, digest BLOB) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS digest (id TEXT PRIMARY KEY, digest BLOB) WITHOUT ROWID");
    }
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store() {
        for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
        sqlite3_close(connection_);
    }

    KnownTable known() {
        KnownTable table;
        sqlite3_stmt* const all = prepare("SELECT id, digest FROM digest");
        while (sqlite3_step(all) == SQLITE_ROW) {
            const auto* const id = reinterpret_cast<const char*>(sqlite3_column_text(all, 0));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(all, 0));
            XXH128_hash_t digest;
            std::memcpy(&digest, sqlite3_column_blob(all, 1), sizeof digest);
            table.add({id, size}, digest);
        }
        sqlite3_reset(all);
        return table;
    }

    void begin() {
        run("BEGIN");
        put_person_ = prepare("INSERT OR REPLACE INTO person VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
        put_digest_ = prepare("INSERT OR REPLACE INTO digest VALUES (?,?)");
    }

    void put(const Cells& cells, const XXH128_hash_t& digest) {
        int place = 0;
        for (const std::string_view cell : cells) bind(put_person_, ++place, cell);
        sqlite3_bind_blob(put_person_, ++place, &digest, sizeof digest, SQLITE_STATIC);
        step(put_person_);
        bind(put_digest_, 1, cells[id_column]);
        sqlite3_bind_blob(put_digest_, 2, &digest, sizeof digest, SQLITE_STATIC);
        step(put_digest_);
    }

    void drop(const std::vector<std::string_view>& ids) {
        for (const char* const sql : {"DELETE FROM person WHERE id = ?", "DELETE FROM digest WHERE id = ?"}) {
            sqlite3_stmt* const statement = prepare(sql);
            for (const std::string_view id : ids) {
                bind(statement, 1, id);
                step(statement);
            }
        }
    }

    void commit() { run("COMMIT"); }

private:
    void check(int code) const {
        if (code == SQLITE_OK) return;
        std::fprintf(stderr, "%s\n", sqlite3_errmsg(connection_));
        std::exit(1);
    }
    void run(const char* sql) { check(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr)); }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
        statements_.push_back(statement);
        return statement;
    }
    static void bind(sqlite3_stmt* statement, int place, std::string_view text) {
        sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void step(sqlite3_stmt* statement) {
        sqlite3_step(statement);
        check(sqlite3_reset(statement));
    }

    sqlite3* connection_ = nullptr;
    std::vector<sqlite3_stmt*> statements_;
    sqlite3_stmt* put_person_ = nullptr;
    sqlite3_stmt* put_digest_ = nullptr;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::fputs("usage: yardstick_sync DB DAY.csv\n", stderr);
        return 2;
    }
    Store store(arguments[1]);
    KnownTable table = store.known();
    store.begin();
    const std::string_view text = mapped(arguments[2]);
    RowReader reader(text);
    long added = 0, changed = 0, unusable = 0;
    for_each_row(text, [&](const RowPlace& row) {
        if (!reader.read(row)) {
            ++unusable;
            return;
        }
        const XXH128_hash_t digest = reader.digest();
        Known& known = table.slot(KnownTable::hash_of(reader.cells()[id_column]));
        const bool is_known = known.hash != 0;
        known.seen = is_known;
        if (is_known && XXH128_isEqual(known.digest, digest) != 0) return;
        ++(is_known ? changed : added);
        store.put(reader.cells(), digest);
    });
    const std::vector<std::string_view> gone = table.unseen();
    store.drop(gone);
    store.commit();
    std::printf("{\"added\":%ld,\"changed\":%ld,\"removed\":%zu,\"unusable\":%ld}\n", added, changed, gone.size(),
                unusable);
    return 0;
}

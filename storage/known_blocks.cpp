#include "storage/known_blocks.hpp"

#include "storage/columns.hpp"
#include "storage/guarded.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cstring>

namespace usersync::storage {
namespace {

constexpr std::size_t people_per_block = 64;
constexpr std::size_t block_people_max = 2 * people_per_block;

// One person: the length of the key in a byte (`read_key` allows 255), the key, and 48 bytes.
struct Entry {
    std::string key;
    KnownPerson person;
};
using Block = std::vector<Entry>;

constexpr std::size_t fixed_bytes = sizeof(Digest) + sizeof(Fingerprint) + 2 * sizeof(std::uint64_t);
constexpr std::size_t email_at = sizeof(Digest) + sizeof(Fingerprint);
constexpr std::size_t name_at = email_at + sizeof(std::uint64_t);

void write_entry(const std::string& key, const KnownPerson& person, std::string& bytes) {
    bytes += static_cast<char>(key.size());
    bytes += key;
    std::array<char, fixed_bytes> fixed{};
    std::memcpy(fixed.data(), &person.row, sizeof(Digest));
    std::memcpy(fixed.data() + sizeof(Digest), person.content.bytes.data(), sizeof(Fingerprint));
    std::memcpy(fixed.data() + email_at, &person.email, sizeof(std::uint64_t));
    std::memcpy(fixed.data() + name_at, &person.name, sizeof(std::uint64_t));
    bytes.append(fixed.data(), fixed.size());
}

/// Calls `each(key, person)`; false when the bytes are not whole entries.
template <class Each>
bool read_entries(std::string_view bytes, Each each) {
    while (!bytes.empty()) {
        const std::size_t key_size = static_cast<unsigned char>(bytes.front());
        if (bytes.size() < 1 + key_size + fixed_bytes) return false;
        const auto key = bytes.substr(1, key_size);
        const char* fixed = bytes.data() + 1 + key_size;
        KnownPerson person;
        std::memcpy(&person.row, fixed, sizeof(Digest));
        std::memcpy(person.content.bytes.data(), fixed + sizeof(Digest), sizeof(Fingerprint));
        std::memcpy(&person.email, fixed + email_at, sizeof(std::uint64_t));
        std::memcpy(&person.name, fixed + name_at, sizeof(std::uint64_t));
        each(key, person);
        bytes.remove_prefix(1 + key_size + fixed_bytes);
    }
    return true;
}

Failure damaged_blocks() { return damaged("what is known of the people is not what this program writes"); }

/// Puts edits into a block; `met` receives what each of them met.
Block edited(const Block& block, const KnownEdit* edit, const KnownEdit* edits_end, std::vector<Met>& met) {
    Block result;
    auto there = block.begin();
    for (; edit != edits_end; ++edit) {
        for (; there != block.end() && there->key < edit->key; ++there) result.push_back(*there);
        const bool same_key = there != block.end() && there->key == edit->key;
        met.push_back({.was_there = same_key,
                       .same_content = same_key && edit->person && edit->person->content == there->person.content});
        if (same_key) ++there;
        if (edit->person) result.push_back({std::string(edit->key), *edit->person});
    }
    result.insert(result.end(), there, block.end());
    return result;
}

class Blocks {
public:
    explicit Blocks(SQLite::Database& connection)
        : select_(connection, "SELECT people FROM known_block WHERE first_key = ?"),
          erase_(connection, "DELETE FROM known_block WHERE first_key = ?"),
          insert_(connection, "INSERT INTO known_block (first_key, people) VALUES (?, ?)") {
        SQLite::Statement all(connection, "SELECT first_key FROM known_block ORDER BY first_key");
        while (all.executeStep()) first_keys_.push_back(text_at(all, 0));
    }

    /// The end of the edits that belong into the same block as `edit`.
    const KnownEdit* end_of_block(const KnownEdit* edit, const KnownEdit* edits_end) const {
        const auto next = std::upper_bound(first_keys_.begin(), first_keys_.end(), edit->key);
        // What comes before the first block belongs into it.
        const auto limit = next == first_keys_.begin() && next != first_keys_.end() ? next + 1 : next;
        if (limit == first_keys_.end()) return edits_end;
        return std::lower_bound(edit, edits_end, *limit,
                                [](const KnownEdit& a, const std::string& b) { return a.key < b; });
    }

    Result<void> edit(const KnownEdit* edits, const KnownEdit* edits_end, std::vector<Met>& met) {
        Block block;
        auto at = std::upper_bound(first_keys_.begin(), first_keys_.end(), edits->key);
        if (at != first_keys_.begin()) --at;
        if (at != first_keys_.end()) {
            select_.reset();
            select_.bind(1, *at);
            const bool whole = select_.executeStep() && read_entries(blob_at(select_, 0), [&](auto key, auto& person) {
                                   block.push_back({std::string(key), person});
                               });
            if (!whole) return damaged_blocks();
            erase_.reset();
            erase_.bind(1, *at);
            erase_.exec();
        }
        write(edited(block, edits, edits_end, met));
        return {};
    }

private:
    void write(const Block& block) {
        const std::size_t step = block.size() > block_people_max ? people_per_block : block_people_max;
        for (std::size_t first = 0; first < block.size(); first += step) {
            std::string bytes;
            const auto last = std::min(first + step, block.size());
            for (auto at = first; at < last; ++at) write_entry(block[at].key, block[at].person, bytes);
            insert_.reset();
            insert_.bind(1, block[first].key);
            bind_blob(insert_, 2, bytes);
            insert_.exec();
        }
    }

    std::vector<std::string> first_keys_;
    SQLite::Statement select_;
    SQLite::Statement erase_;
    SQLite::Statement insert_;
};

}  // namespace

Result<KnownPeople> load_known(SQLite::Database& connection) {
    KnownPeople known;
    SQLite::Statement all(connection, "SELECT people FROM known_block ORDER BY first_key");
    bool whole = true;
    std::string before;
    while (whole && all.executeStep()) {
        bool in_order = true;
        const auto add = [&](std::string_view key, const KnownPerson& person) {
            in_order = in_order && (known.size() == 0 || known.key(known.size() - 1) < key);
            if (in_order) known.add(key, person);
        };
        whole = read_entries(blob_at(all, 0), add) && in_order;
    }
    if (!whole) return damaged_blocks();
    return known;
}

Result<std::vector<Met>> edit_known(SQLite::Database& connection, const std::vector<KnownEdit>& edits) {
    std::vector<Met> met;
    met.reserve(edits.size());
    Blocks blocks(connection);
    const auto* const end = edits.data() + edits.size();
    for (const auto* edit = edits.data(); edit != end;) {
        const auto* const last = blocks.end_of_block(edit, end);
        if (auto done = blocks.edit(edit, last, met); !done) return done.error();
        edit = last;
    }
    return met;
}

}  // namespace usersync::storage

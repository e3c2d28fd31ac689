#pragma once
// The arrow table of docs/architecture.md, and what it says about an include.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::test {

/// One row of the table.
struct Room {
    std::set<std::string> may_include;  ///< rooms and single headers
    std::set<std::string> libraries;    ///< foreign libraries
    std::set<std::string> in_headers;   ///< those of them that headers may include too
    bool every_room = false;            ///< "everything": every room but the tests
    bool every_library = false;
};

/// Room → row. "daemon (root)" is the files that stand directly in `daemon`.
using ArrowTable = std::map<std::string, Room>;

/// Reads the table whose header row is `| room | may include | foreign libraries |`. Empty when there is none.
ArrowTable read_arrow_table(std::string_view page);

struct Include {
    int line = 0;
    std::string header;
    bool quoted = false;
};
std::vector<Include> includes_of(std::string_view source);

/// The room that a file of the repository stands in: the longest that its path begins with.
std::optional<std::string> room_of(const ArrowTable& table, std::string_view path);

/// The library that a foreign header belongs to; "" for the standard library, nullopt when nobody knows it.
std::optional<std::string> library_of(std::string_view header);
std::set<std::string> known_libraries();

/// One sentence per include of this file that the table does not allow: "core/diff/diff.cpp:7: …".
std::vector<std::string> forbidden_includes(const ArrowTable& table, const std::string& path, std::string_view source);

/// The rooms of a cycle, if the table has one.
std::vector<std::string> find_cycle(const ArrowTable& table);

}  // namespace usersync::test

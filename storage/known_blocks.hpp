#pragma once
// What is known of the people of the newest snapshot, sixty-four to a row. A row per person would take ten times as
// long to load, and loading is most of a day on which little changes.

#include "core/base/result.hpp"
#include "core/model/known_people.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace usersync::storage {

/// One person who is known otherwise from now on, or not at all.
struct KnownEdit {
    std::string_view key;
    std::optional<KnownPerson> person;  ///< nullopt: gone
};

/// What an edit met.
struct Met {
    bool was_there = false;
    bool same_content = false;  ///< was there, and is to be known with the same content
};

/// All of them, in the order of keys. `store_damaged` when the rows are not what `edit_known` wrote.
Result<KnownPeople> load_known(SQLite::Database& connection);

/// Carries the edits out and says, for each, what it met. REQUIRES: sorted by key, each key once; a transaction.
Result<std::vector<Met>> edit_known(SQLite::Database& connection, const std::vector<KnownEdit>& edits);

}  // namespace usersync::storage

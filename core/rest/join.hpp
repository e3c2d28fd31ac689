#pragma once
// Adds columns of a secondary list, or of a call for each record, to the lines of the first.

#include "core/base/result.hpp"
#include "core/rest/connector.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usersync::rest {

/// The columns to add, by key.
class Additions {
public:
    /// `key`: the column of the secondary lines that says what they belong to; it is not added itself.
    void add_lines(std::string_view lines, const std::string& key);
    /// What a child call for `key` gave.
    void add_child(const std::string& key, std::string_view lines);

    /// `lines` with the columns behind the others. A column that the line has already stays as it is. Several that
    /// match give a list of all their values; none gives null for `empty` and no other column. Where there is nothing
    /// to add to any line, it gives no column at all: that is a right that was taken away. The key is compared as text.
    std::string added_to(std::string_view lines, const std::string& column,
                         const std::vector<std::string>& empty = {}) const;
    std::size_t size() const { return by_key_.size(); }

private:
    std::unordered_map<std::string, std::vector<std::string>> by_key_;
};

/// The columns of a secondary list that are empty where nothing of it matches: all but its key, where the vendor leaves
/// out what is empty, and otherwise none.
std::vector<std::string> empty_columns(const RecordRule& records);

/// The different keys of the lines in their order: what child calls are to be made.
std::vector<std::string> keys_of(std::string_view lines, const std::string& column);

/// `blocked`/"odd_key": in the request {key} stands within quotes, as in a filter, and one of the keys has a character
/// that would make it say something else than what is meant.
Result<void> check_keys(const ChildCall& rule, const std::vector<std::string>& keys);

}  // namespace usersync::rest

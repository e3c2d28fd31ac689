#pragma once
// A TOML file as plain values with their positions, so that only one unit needs the TOML library.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::config {

struct Position {
    std::size_t line = 0;  ///< from 1, as is the column; 0: nowhere in particular
    std::size_t column = 0;
    auto operator<=>(const Position&) const = default;
};

struct Value;
struct Entry;
using Array = std::vector<Value>;
using Table = std::vector<Entry>;  ///< in the order of the file, no key twice

/// A date or time. No key takes one, so its content is not kept.
struct Moment {};

struct Value {
    Position at;
    std::variant<std::string, std::int64_t, double, bool, Moment, Array, Table> content;
};

struct Entry {
    std::string key;
    Position at;  ///< of the key
    Value value;
};

struct SyntaxError {
    Position at;
    std::string message;
};

struct Document {
    Table root;
    std::optional<SyntaxError> error;  ///< then `root` is empty
};

Document parse_document(std::string_view text);

/// nullptr when the table has no such key.
const Entry* find(const Table& table, std::string_view key);

/// A value as a message shows it: "\"shop\"", "5", "a table". Long texts are cut.
std::string describe(const Value& value);

}  // namespace usersync::config

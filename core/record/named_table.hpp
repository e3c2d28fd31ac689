#pragma once
// Records with named values as a table: a tree of names becomes columns, and a record becomes a row of them.

#include "core/base/result.hpp"
#include "core/record/record_format.hpp"
#include "core/record/row.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usersync::record {

/// Every record is told twice, by the same calls: first all of them for the names, then, after `settle`, one after
/// another for the rows. A call that returns false left its reason in `failure`.
///
/// A name that never has a value of its own, while names within it have, makes no column; when it is said to be
/// nothing, all columns within it are empty texts ("manager": null empties "manager.id").
class NamedTable {
public:
    using Node = std::uint32_t;
    static constexpr Node root = 0;
    static constexpr Node nowhere = UINT32_MAX;

    explicit NamedTable(const RecordLimits& limits);

    // -- telling a record
    bool begin_record();
    /// The name within `parent`; `nowhere` when it is not to be had.
    Node enter(Node parent, std::string_view name);
    /// The name that usually comes next within `parent`, for comparing it with what is written before it is looked
    /// up. Empty when there is none, or when it is written with escapes.
    std::string_view expected(Node parent) const;
    Node enter_expected(Node parent);
    /// Within one object each name may come once: false when it came before. `object` tells objects apart.
    bool comes_first(Node node, std::uint64_t object);
    /// A value; a second one of the same record stands below it, and makes the cell a list. REQUIRES: `text` is valid
    /// until the row was used.
    bool add(Node node, std::string_view text, CellKind kind);
    /// The same, with a copy of the text.
    bool add_copy(Node node, std::string_view text, CellKind kind);
    /// It is said that there is no value, and none within.
    bool add_nothing(Node node);
    /// It is said that there is no value; nothing is said about those within.
    bool add_empty(Node node);

    // -- from names to rows
    /// False when the records and their names make a table out of all proportion to the bytes.
    bool settle(std::size_t record_bytes);
    std::size_t records() const { return records_; }
    std::size_t columns() const { return names_.size(); }
    void give_names(Row& row) const;
    void give(Row& row) const;

    const std::string& name(Node node) const { return nodes_[node].path; }
    const Failure& failure() const { return failure_; }

private:
    struct Name {
        std::string name;  // as it is within its parent
        std::string path;
        std::vector<Node> children;
        std::unordered_map<std::string_view, std::uint32_t> by_name;  // → position in children
        std::uint32_t next = 0;                                       // of the children, the one that is expected
        std::uint64_t object = 0;                                     // the last one that had this name
        std::uint64_t emptied_in = 0;                                 // the last record in which it was nothing
        bool is_plain = true;                                         // no quote and no backslash: written as it is
        bool has_value = false;
        bool has_nothing = false;
        bool has_columns_within = false;
        std::uint32_t column = nowhere;
    };
    struct Cells {
        std::vector<std::string_view> texts;
        std::vector<CellKind> kinds;
        std::vector<std::string> own;  // texts that had to be copied or put together
    };

    Node add_name(Node parent, std::string_view name);
    bool fail(std::string code, std::string sentence);
    void set_empty(std::uint32_t column);
    bool append(std::uint32_t column, std::string_view text);
    bool fits(std::size_t bytes, Node node);
    void empty_within(Node node);
    bool find_columns(Node node);

    RecordLimits limits_;
    std::deque<Name> nodes_;  // a deque: `by_name` refers to the names in it
    std::vector<std::string_view> names_;
    Cells cells_;
    std::vector<std::uint32_t> filled_;  // columns with a text in this record
    std::size_t records_ = 0;
    std::uint64_t record_ = 0;
    bool settled_ = false;
    Failure failure_;
};

}  // namespace usersync::record

#include "core/record/named_table.hpp"

#include "core/record/refusal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace usersync::record {
namespace {

// A path of names repeats the names above it, so it needs a limit of its own.
constexpr std::size_t path_bytes_max = 1024;
// A table has a cell for every record and every name. Records that leave nearly all names out make a large table of a
// small text; real ones stay far below this.
constexpr std::size_t cells_per_byte_max = 16;
constexpr std::size_t cells_always_allowed = std::size_t{1} << 24;

}  // namespace

NamedTable::NamedTable(const RecordLimits& limits) : limits_(limits), nodes_(1) {}

bool NamedTable::fail(std::string code, std::string sentence) {
    failure_ = refused(std::move(code), std::move(sentence));
    return false;
}

bool NamedTable::begin_record() {
    ++record_;
    if (!settled_) {
        if (++records_ <= limits_.rows_max) return true;
        return fail("too_many_rows", "the record has more than " + std::to_string(limits_.rows_max) + " rows");
    }
    for (const auto column : filled_) {
        cells_.texts[column] = {};
        cells_.kinds[column] = CellKind::absent;
    }
    filled_.clear();
    return true;
}

std::string_view NamedTable::expected(Node parent) const {
    const auto& above = nodes_[parent];
    if (above.next >= above.children.size()) return {};
    const auto& next = nodes_[above.children[above.next]];
    return next.is_plain ? std::string_view(next.name) : std::string_view();
}

NamedTable::Node NamedTable::enter_expected(Node parent) {
    auto& above = nodes_[parent];
    const auto node = above.children[above.next];
    if (++above.next == above.children.size()) above.next = 0;
    return node;
}

NamedTable::Node NamedTable::enter(Node parent, std::string_view name) {
    auto& above = nodes_[parent];
    if (above.next < above.children.size() && nodes_[above.children[above.next]].name == name) {
        return enter_expected(parent);
    }
    const auto found = above.by_name.find(name);
    if (found == above.by_name.end()) return add_name(parent, name);
    above.next = found->second;
    return enter_expected(parent);
}

NamedTable::Node NamedTable::add_name(Node parent, std::string_view name) {
    USERSYNC_INVARIANT(!settled_, "all names are known once they are settled");
    auto& above = nodes_[parent];
    const auto path_bytes = above.path.size() + 1 + name.size();
    if (path_bytes > path_bytes_max) {
        fail("cell_too_long", "a name is longer than " + std::to_string(path_bytes_max) + " bytes");
        return nowhere;
    }
    if (nodes_.size() > limits_.columns_max) {
        fail("too_many_columns", "the records have more than " + std::to_string(limits_.columns_max) + " names");
        return nowhere;
    }
    const auto node = static_cast<Node>(nodes_.size());
    auto& added = nodes_.emplace_back();
    added.name = name;
    added.is_plain = name.find_first_of("\\\"") == std::string_view::npos;
    added.path = parent == root ? added.name : above.path + "." + added.name;
    above.by_name.emplace(added.name, static_cast<std::uint32_t>(above.children.size()));
    above.children.push_back(node);
    above.next = 0;
    return node;
}

bool NamedTable::comes_first(Node node, std::uint64_t object) {
    return std::exchange(nodes_[node].object, object) != object;
}

bool NamedTable::fits(std::size_t bytes, Node node) {
    if (bytes <= limits_.cell_bytes_max) return true;
    return fail("cell_too_long", "a value of \"" + nodes_[node].path + "\" is longer than " +
                                     std::to_string(limits_.cell_bytes_max) + " bytes");
}

bool NamedTable::add(Node node, std::string_view text, CellKind kind) {
    auto& name = nodes_[node];
    if (!fits(text.size(), node)) return false;
    if (!settled_) {
        name.has_value = true;
        return true;
    }
    const auto column = name.column;
    if (cells_.kinds[column] != CellKind::absent)
        return append(column, text) && fits(cells_.texts[column].size(), node);
    cells_.texts[column] = text;
    cells_.kinds[column] = kind;
    filled_.push_back(column);
    return true;
}

bool NamedTable::append(std::uint32_t column, std::string_view text) {
    auto& own = cells_.own[column];
    const auto present = cells_.texts[column];
    if (present.data() != own.data()) own.assign(present);
    const bool both = !own.empty() && !text.empty();
    if (both) own += '\n';
    own += text;
    cells_.texts[column] = own;
    if (both) cells_.kinds[column] = CellKind::list;
    if (cells_.kinds[column] != CellKind::list) cells_.kinds[column] = CellKind::text;
    return true;
}

bool NamedTable::add_copy(Node node, std::string_view text, CellKind kind) {
    const auto column = nodes_[node].column;
    if (!settled_ || cells_.kinds[column] != CellKind::absent) return add(node, text, kind);
    cells_.own[column].assign(text);
    return add(node, cells_.own[column], kind);
}

bool NamedTable::add_nothing(Node node) {
    auto& name = nodes_[node];
    if (!settled_) {
        name.has_nothing = true;
        return true;
    }
    if (std::exchange(name.emptied_in, record_) != record_) empty_within(node);
    return true;
}

bool NamedTable::add_empty(Node node) {
    auto& name = nodes_[node];
    if (!settled_) {
        name.has_nothing = true;
    } else {
        set_empty(name.column);
    }
    return true;
}

void NamedTable::set_empty(std::uint32_t column) {
    if (column == nowhere || cells_.kinds[column] != CellKind::absent) return;
    cells_.kinds[column] = CellKind::text;
    filled_.push_back(column);
}

void NamedTable::empty_within(Node node) {
    set_empty(nodes_[node].column);
    for (const auto child : nodes_[node].children) empty_within(child);
}

// The names within a name come after it, so going backwards every name is seen after those within it.
bool NamedTable::settle(std::size_t record_bytes) {
    settled_ = true;
    for (auto node = static_cast<Node>(nodes_.size()); node-- > 0;) {
        auto& name = nodes_[node];
        name.next = 0;
        name.has_columns_within = std::any_of(name.children.begin(), name.children.end(), [this](Node child) {
            const auto& within = nodes_[child];
            return within.has_value || within.has_nothing || within.has_columns_within;
        });
    }
    for (auto& name : nodes_) {
        if (!name.has_value && (!name.has_nothing || name.has_columns_within)) continue;
        name.column = static_cast<std::uint32_t>(names_.size());
        names_.push_back(name.path);
    }
    cells_.texts.assign(columns(), {});
    cells_.kinds.assign(columns(), CellKind::absent);
    cells_.own.resize(columns());
    const auto cells_max = std::max(cells_always_allowed, record_bytes * cells_per_byte_max);
    if (columns() == 0 || records_ <= cells_max / columns()) return true;
    return fail("too_many_columns", "the records have " + std::to_string(columns()) +
                                        " different names, of which hardly any record has one");
}

void NamedTable::give_names(Row& row) const {
    row = {};
    row.cells = names_;
}

void NamedTable::give(Row& row) const {
    row.cells.assign(cells_.texts.begin(), cells_.texts.end());
    row.kinds.assign(cells_.kinds.begin(), cells_.kinds.end());
    row.bytes = {};
    row.flaw = RowFlaw::none;
    row.terminated = true;
}

}  // namespace usersync::record

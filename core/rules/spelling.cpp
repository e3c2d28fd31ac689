#include "core/rules/spelling.hpp"

#include <algorithm>

namespace usersync::rules {

void Spelling::add(std::string_view text) {
    bytes_ += std::to_string(text.size());
    bytes_ += ':';
    bytes_ += text;
}

void Spelling::add(std::int64_t number) {
    bytes_ += std::to_string(number);
    bytes_ += ';';
}

void Spelling::add(const Origin& origin) {
    add(origin.file);
    add(static_cast<std::int64_t>(origin.line));
    add(static_cast<std::int64_t>(origin.column));
}

void Spelling::add(const Template& text) { add(text.text()); }

void Spelling::add(const Expression& expression) { add(expression.text()); }

void Spelling::add(const GroupTarget& target) {
    add(target.kind ? to_string(*target.kind) : std::string_view());
    add(static_cast<std::int64_t>(target.by));
    add(target.text);
}

void Spelling::add(const Condition& condition) {
    auto cells = condition.cells;
    std::sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
        return a.field != b.field ? a.field < b.field : a.values < b.values;
    });
    add(static_cast<std::int64_t>(cells.size()));
    for (const auto& cell : cells) {
        add(static_cast<std::int64_t>(cell.field));
        add_each(cell.values);
    }
    add_if(condition.expression);
}

}  // namespace usersync::rules

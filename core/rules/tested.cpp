#include "core/rules/tested.hpp"

#include "core/rules/matching.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rules {
namespace {

std::vector<std::string> texts_of(const FieldValue& value) { return {value.texts.begin(), value.texts.end()}; }

std::string wanted_by(const Cell& cell) {
    if (cell.values.empty()) return "is not empty";
    std::string text = cell.values.size() == 1 ? "is " : "is one of ";
    for (const auto& value : cell.values) text += (&value == &cell.values.front() ? "\"" : ", \"") + value + '"';
    return text;
}

/// All of an expression in a sheet stands in one cell.
void stand_at(const Origin& cell, TestedCondition& tested) {
    for (auto& test : tested.tests) test.origin = cell;
    for (auto& obstacle : tested.obstacles) obstacle.origin = cell;
}

class Flattener {
public:
    Flattener(const Expression& expression, const Origin& at, const FieldNames& names)
        : expression_(expression), at_(at), names_(names) {}

    void add(const Trace& trace, std::vector<Tested>& tests) const {
        if (trace.kind != Trace::Kind::test) {
            for (const auto& part : trace.parts) add(part, tests);
            return;
        }
        auto test = test_at(trace.place, trace.field, trace.values, trace.wanted);
        test.is_negated = trace.is_negated;
        test.holds = trace.holds;
        tests.push_back(std::move(test));
    }

    Tested test_at(Place place, std::optional<std::size_t> field, const std::vector<std::string>& values,
                   const std::string& wanted) const {
        Tested test;
        test.origin = within(at_, expression_.text(), place.offset);
        if (field) test.field = names_.field(*field).name;
        test.values = values;
        test.wanted = wanted;
        return test;
    }

private:
    const Expression& expression_;
    const Origin& at_;
    const FieldNames& names_;
};

}  // namespace

Origin within(const Origin& at, std::string_view text, std::size_t offset) {
    Origin origin = at;
    if (origin.column == 0) return origin;
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const auto last = before.substr(lines == 0 ? 0 : before.rfind('\n') + 1);
    // Columns count letters, not bytes.
    const auto letters = static_cast<std::size_t>(
        std::count_if(last.begin(), last.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    origin.line += lines;
    origin.column = (lines == 0 ? at.column : 1) + letters;
    return origin;
}

TestedCondition test_expression(const Expression& expression, const Origin& at, const Employee& employee,
                                const FieldNames& names, Day today) {
    const auto trace = expression.trace(employee, names, today);
    const Flattener flattener(expression, at, names);
    TestedCondition tested;
    tested.holds = trace.holds;
    flattener.add(trace, tested.tests);
    if (tested.holds) return tested;
    for (const auto& obstacle : obstacles(trace)) {
        tested.obstacles.push_back(flattener.test_at(obstacle.place, obstacle.field, obstacle.values, obstacle.wanted));
    }
    return tested;
}

TestedCondition test_condition(const Condition& condition, const Origin& rule, const Employee& employee,
                               const FieldNames& names, Day today) {
    TestedCondition tested;
    tested.holds = true;
    for (const auto& cell : condition.cells) {
        const auto value = value_of(employee, names, cell.field);
        Tested test;
        test.origin = rule;
        if (cell.column != 0) test.origin.column = cell.column;
        test.field = names.field(cell.field).name;
        test.values = texts_of(value);
        test.wanted = wanted_by(cell);
        test.holds = rules::holds(cell, Person{employee, names, today});
        if (!test.holds) tested.obstacles.push_back(test);
        tested.holds = tested.holds && test.holds;
        tested.tests.push_back(std::move(test));
    }
    if (!condition.expression) return tested;
    auto inner = test_expression(*condition.expression, condition.expression_at, employee, names, today);
    if (condition.expression_in_cell) stand_at(condition.expression_at, inner);
    tested.holds = tested.holds && inner.holds;
    tested.tests.insert(tested.tests.end(), inner.tests.begin(), inner.tests.end());
    tested.obstacles.insert(tested.obstacles.end(), inner.obstacles.begin(), inner.obstacles.end());
    return tested;
}

}  // namespace usersync::rules

#include "core/rules/combination.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

namespace usersync::rules {
namespace {

/// Goes through all that places people.
struct Survey {
    const FieldNames& names;
    std::set<std::size_t> by_value;
    std::set<std::size_t> by_test;
    std::vector<Expression> tests;
    std::map<std::size_t, std::set<std::string>> by_cells;

    void look_at(const Expression& expression) {
        bool own = false;
        for (const auto field : expression.fields()) {
            const bool told = is_told(names.field(field));
            (told ? by_value : by_test).insert(field);
            own = own || !told;
        }
        const bool known = std::find(tests.begin(), tests.end(), expression) != tests.end();
        if (own && !known) tests.push_back(expression);
    }
    void look_at(const Condition& condition) {
        for (const auto& cell : condition.cells) {
            if (cell.values.empty()) by_value.insert(cell.field);  // any value, and the first is told
            by_cells[cell.field].insert(cell.values.begin(), cell.values.end());
        }
        if (condition.expression) look_at(*condition.expression);
    }
    void look_at(const Template& text) {
        for (const auto field : text.fields()) by_value.insert(field);
    }
    void look_at(const std::vector<GroupTarget>& targets) {
        for (const auto& target : targets) look_at(target.text);
    }
    void look_at(const Exception& exception) {
        look_at(*exception.when);
        look_at(exception.add_groups);
        look_at(exception.keep_in_groups);
        look_at(exception.not_in_groups);
        if (exception.role_in) look_at(exception.role_in->text);
    }
};

Survey survey_of(const RuleSet& rules, const ExceptionIndex& exceptions) {
    Survey survey{.names = rules.names, .by_value = {}, .by_test = {}, .tests = {}, .by_cells = {}};
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) {
            survey.look_at(rule.when);
            survey.look_at(rule.group.text);
            survey.look_at(rule.parents);
        }
    }
    for (const auto& rule : rules.roles) {
        survey.look_at(rule.when);
        if (rule.target) survey.look_at(rule.target->text);
    }
    for (const auto& rule : rules.invites) {
        if (rule.when) survey.look_at(*rule.when);
        if (rule.language) survey.look_at(*rule.language);
    }
    for (const auto* exception : exceptions.by_expression()) survey.look_at(*exception);
    return survey;
}

void append_size(std::string& out, std::size_t size) {
    // Sizes below 255 in one byte, so that keys stay short; others in nine.
    if (size < 255) {
        out.push_back(static_cast<char>(size));
        return;
    }
    out.push_back(static_cast<char>(255));
    for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>((size >> shift) & 0xff));
}

}  // namespace

Combination::Combination(const RuleSet& rules, const ExceptionIndex& exceptions) {
    auto survey = survey_of(rules, exceptions);
    by_value_.assign(survey.by_value.begin(), survey.by_value.end());
    std::set_difference(survey.by_test.begin(), survey.by_test.end(), survey.by_value.begin(), survey.by_value.end(),
                        std::back_inserter(by_test_));
    for (const auto& [field, values] : survey.by_cells) {
        if (survey.by_value.count(field) == 0) by_cells_.push_back({field, {values.begin(), values.end()}});
    }
    tests_ = std::move(survey.tests);
}

void Combination::spell(const Person& person, std::string& out) const {
    out.clear();
    for (const auto field : by_value_) {
        const auto value = person.value(field);
        out.push_back(value.says_nothing ? '\1' : '\0');
        append_size(out, value.texts.size());
        for (const auto& text : value.texts) {
            append_size(out, text.size());
            out += text;
        }
    }
    for (const auto& by_cells : by_cells_) {
        const auto value = person.value(by_cells.field);
        out.push_back(value.says_nothing ? '\1' : '\0');
        bool has_other = false;
        for (const auto& text : value.texts) {
            if (by_cells.named.count(std::string_view(text)) == 0) {
                has_other = has_other || !text.empty();
                continue;
            }
            append_size(out, text.size());
            out += text;
        }
        append_size(out, 0);
        out.push_back(has_other ? '\1' : '\0');
    }
    for (const auto field : by_test_) out.push_back(person.value(field).says_nothing ? '\1' : '\0');
    for (const auto& test : tests_) {
        out.push_back(test.matches(person.employee, person.names, person.today) ? '\1' : '\0');
    }
}

}  // namespace usersync::rules

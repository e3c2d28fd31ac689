#include "core/rules/combination.hpp"

#include "core/rules/expression_program.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace usersync::rules {
namespace {

/// Goes through all that places people.
class Survey {
public:
    void look_at(const Condition& condition) {
        for (const auto& cell : condition.cells) {
            auto& looks = fields_[cell.field];
            if (cell.values.empty()) looks.at_whole = true;  // any value, and the first is told
            looks.named.insert(cell.values.begin(), cell.values.end());
        }
        if (condition.expression) look_at(*condition.expression);
    }
    void look_at(const Expression& expression) {
        const bool known = std::find(expressions_.begin(), expressions_.end(), expression) != expressions_.end();
        if (known) return;
        expressions_.push_back(expression);
        look_at(expression.program().root, expression.text());
    }
    void look_at(const Template& text) {
        for (const auto field : text.fields()) fields_[field].at_whole = true;
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

    std::map<std::size_t, FieldClasses::Looks>& fields() { return fields_; }
    const std::vector<Expression>& expressions() const { return expressions_; }

private:
    void look_at(const Node& node, std::string_view text) {
        for (const auto& part : node.parts) look_at(part, text);
        if (node.test) look_at(*node.test, text.substr(node.place.offset, node.place.length));
    }
    void look_at(const Test& test, std::string_view text) {
        std::vector<std::size_t> fields;
        const auto add = [&](const Operand& operand) {
            if (operand.kind == Operand::Kind::field) fields.push_back(operand.field);
        };
        add(test.subject);
        for (const auto& operand : test.wanted) add(operand);
        // Of two fields that are compared with one another, no value is like another.
        for (const auto field : fields) fields_[field].at_whole = fields_[field].at_whole || fields.size() > 1;
        // The same test stands in many rules: "start_date > …" in those of every store.
        const bool is_new = fields.size() == 1 && tests_.emplace(std::string(text), test.ignore_case).second;
        if (is_new) fields_[fields.front()].tests.push_back(&test);
    }

    std::map<std::size_t, FieldClasses::Looks> fields_;
    std::vector<Expression> expressions_;
    std::set<std::pair<std::string, bool>> tests_;  // as written, and whether case counts there
};

Survey survey_of(const RuleSet& rules, const ExceptionIndex& exceptions) {
    Survey survey;
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

template <class Integer>
void append_number(Integer number, std::string& out) {
    for (std::size_t byte = 0; byte < sizeof number; ++byte) {
        out.push_back(static_cast<char>(number >> (8 * byte) & 0xff));
    }
}

void append_text(std::string_view text, std::string& out) {
    append_number(static_cast<std::uint32_t>(text.size()), out);
    out += text;
}

void spell_value(const FieldValue& value, std::string& out) {
    out.clear();
    out.push_back(value.says_nothing ? '\1' : '\0');
    // Nearly every field has one text at most.
    const bool is_one = value.texts.size() == 1;
    out.push_back(is_one ? '\1' : '\0');
    if (is_one) {
        out += value.texts.front();
        return;
    }
    for (const auto& text : value.texts) append_text(text, out);
}

constexpr std::size_t people_to_judge_by = 20'000;
constexpr double different_max = 0.8;
constexpr std::size_t few_tests = 8;

}  // namespace

bool nearly_all_differ(std::size_t different, std::size_t looked_up) {
    return looked_up == people_to_judge_by &&
           static_cast<double>(different) > different_max * static_cast<double>(looked_up);
}

FieldClasses::FieldClasses(std::size_t field, Looks looks, bool is_told)
    : field_(field),
      looks_(std::move(looks)),
      remembers_(is_told || looks_.at_whole || !looks_.named.empty() || looks_.tests.size() > few_tests) {}

FieldClasses::Place FieldClasses::new_place(const Person& person, const FieldValue& value) {
    Place place{.of_class = values_, .of_value = values_};
    ++values_;
    if (looks_.at_whole) return place;
    class_text_.clear();
    class_text_.push_back(value.says_nothing ? '\1' : '\0');
    bool has_other = false;
    for (const auto& text : value.texts) {
        if (looks_.named.count(std::string_view(text)) != 0) {
            append_text(text, class_text_);
        } else {
            has_other = has_other || !text.empty();
        }
    }
    class_text_.push_back(has_other ? '\1' : '\0');
    for (const auto* test : looks_.tests) {
        class_text_.push_back(holds(*test, {person.employee, person.names, person.today}) ? '\1' : '\0');
    }
    place.of_class = class_of_.try_emplace(class_text_, static_cast<std::uint32_t>(class_of_.size())).first->second;
    return place;
}

FieldClasses::Place FieldClasses::place(const Person& person) {
    const auto value = person.value(field_);
    if (!remembers_) return new_place(person, value);
    spell_value(value, value_text_);
    const auto at = known_.find(value_text_);
    if (at != known_.end()) return ++looked_up_, at->second;
    if (nearly_all_differ(known_.size(), ++looked_up_)) {
        remembers_ = false;
        known_ = {};
        return new_place(person, value);
    }
    return known_.emplace(value_text_, new_place(person, value)).first->second;
}

Combination::Combination(const RuleSet& rules, const ExceptionIndex& exceptions) {
    auto survey = survey_of(rules, exceptions);
    std::map<std::size_t, std::size_t> places;
    for (auto& [field, looks] : survey.fields()) {
        places.emplace(field, fields_.size());
        fields_.emplace_back(field, std::move(looks), is_told(rules.names.field(field)));
    }
    for (const auto& expression : survey.expressions()) {
        Teller teller{.expression = expression, .told = {}};
        for (const auto field : expression.fields()) {
            const auto place = places.at(field);
            if (is_told(rules.names.field(field)) && !fields_[place].tells_whole()) teller.told.push_back(place);
        }
        if (!teller.told.empty()) tellers_.push_back(std::move(teller));
    }
}

void Combination::tell(const Person& person, std::vector<std::size_t>& told) const {
    told.clear();
    for (const auto& teller : tellers_) {
        if (!teller.expression.matches(person.employee, person.names, person.today)) continue;
        told.insert(told.end(), teller.told.begin(), teller.told.end());
    }
    std::sort(told.begin(), told.end());
    told.erase(std::unique(told.begin(), told.end()), told.end());
}

const std::vector<std::size_t>& Combination::told_of(const Person& person, const std::string& classes) {
    if (remembers_ && nearly_all_differ(told_.size(), ++looked_up_)) {
        remembers_ = false;
        told_ = {};
    }
    if (!remembers_) {
        tell(person, told_here_);
        return told_here_;
    }
    const auto [at, is_new] = told_.try_emplace(classes);
    if (is_new) tell(person, at->second);
    return at->second;
}

void Combination::spell(const Person& person, std::string& out) {
    out.clear();
    values_.clear();
    for (auto& field : fields_) {
        const auto place = field.place(person);
        append_number(place.of_class, out);
        values_.push_back(place.of_value);
    }
    if (tellers_.empty()) return;
    for (const auto place : told_of(person, out)) append_number(values_[place], out);
}

}  // namespace usersync::rules

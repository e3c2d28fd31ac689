#include "core/rules/matching.hpp"

#include "core/rules/template_text.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rules {
namespace {

/// All that the person has in a field: an expression may have looked at any of it.
std::string joined_values(const FieldValue& value) {
    std::string text;
    for (const auto& one : value.texts) {
        if (!text.empty()) text += "; ";
        text += one;
    }
    return text;
}

bool has_field(const std::vector<Decided>& decided, std::size_t field) {
    return std::any_of(decided.begin(), decided.end(), [&](const Decided& one) { return one.field == field; });
}

std::string first_admitted(const Cell& cell, const Person& person) {
    for (const auto& text : person.value(cell.field).texts) {
        if (admits(cell, text)) return text;
    }
    return {};
}

Choices choices_for(std::size_t field, const Condition& condition, const Person& person) {
    Choices choices{.field = field, .values = {}};
    for (const auto& text : person.value(field).texts) {
        const auto forbids = [&](const Cell& cell) { return cell.field == field && !admits(cell, text); };
        if (!text.empty() && std::none_of(condition.cells.begin(), condition.cells.end(), forbids)) {
            choices.values.emplace_back(text);
        }
    }
    return choices;
}

void note(std::vector<Decided>& decided, const Chosen& chosen, const FieldNames& names) {
    const std::string value = is_told(names.field(chosen.field)) ? std::string(chosen.value) : std::string();
    const auto at =
        std::find_if(decided.begin(), decided.end(), [&](const Decided& one) { return one.field == chosen.field; });
    if (at == decided.end()) {
        decided.push_back({chosen.field, value});
    } else {
        at->value = value;
    }
}

void append(std::string& list, std::string_view text) {
    if (!list.empty()) list += ", ";
    list += text;
}

}  // namespace

bool admits(const Cell& cell, const std::string& value) {
    if (cell.values.empty()) return !value.empty();
    return std::binary_search(cell.values.begin(), cell.values.end(), value);
}

bool holds(const Cell& cell, const Person& person) {
    const auto value = person.value(cell.field);
    return std::any_of(value.texts.begin(), value.texts.end(),
                       [&](const std::string& text) { return admits(cell, text); });
}

bool holds(const Condition& condition, const Person& person) {
    for (const auto& cell : condition.cells) {
        if (!holds(cell, person)) return false;
    }
    return !condition.expression || condition.expression->matches(person.employee, person.names, person.today);
}

Judgement judge(const Condition& condition, const Person& person, std::span<const std::size_t> in_doubt) {
    auto together = Judgement::yes;
    for (const auto& cell : condition.cells) {
        const bool doubted = std::find(in_doubt.begin(), in_doubt.end(), cell.field) != in_doubt.end();
        const auto otherwise = doubted || person.value(cell.field).says_nothing ? Judgement::unknown : Judgement::no;
        together = std::min(together, holds(cell, person) ? Judgement::yes : otherwise);
    }
    if (together == Judgement::no || !condition.expression) return together;
    return std::min(together, condition.expression->judge(person.employee, person.names, person.today, in_doubt));
}

std::vector<std::size_t> silent_fields(const Expression& expression, const Person& person) {
    std::vector<std::size_t> silent;
    for (const auto field : expression.fields()) {
        if (person.value(field).says_nothing) silent.push_back(field);
    }
    return silent;
}

Reason reason_of_silence(std::string rule, const Origin& origin, const std::vector<std::size_t>& fields,
                         const FieldNames& names) {
    std::vector<Decided> decided;
    for (const auto field : fields) decided.push_back({field, {}});
    return reason_with(std::move(rule), origin, decided, names);
}

std::vector<std::size_t> fields_of(const Condition& condition) {
    std::vector<std::size_t> fields;
    const auto add = [&](std::size_t field) {
        if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    };
    for (const auto& cell : condition.cells) add(cell.field);
    if (condition.expression) {
        for (const auto field : condition.expression->fields()) add(field);
    }
    return fields;
}

bool is_told(const RuleField& field) {
    return field.type != FieldType::date && field.name != "employee_id" && may_be_quoted(field.name);
}

std::vector<Decided> decided_by(const Condition& condition, const Person& person) {
    std::vector<Decided> decided;
    for (const auto& cell : condition.cells) {
        if (has_field(decided, cell.field)) continue;
        const bool told = is_told(person.names.field(cell.field));
        decided.push_back({cell.field, told ? first_admitted(cell, person) : std::string()});
    }
    if (!condition.expression) return decided;
    for (const auto field : condition.expression->fields()) {
        if (has_field(decided, field)) continue;
        const bool told = is_told(person.names.field(field));
        decided.push_back({field, told ? joined_values(person.value(field)) : std::string()});
    }
    return decided;
}

Reason reason_with(std::string rule, const Origin& origin, const std::vector<Decided>& decided,
                   const FieldNames& names) {
    Reason reason{.rule = std::move(rule), .origin = origin, .column = {}, .value = {}};
    for (const auto& one : decided) {
        if (one.value.empty()) continue;
        append(reason.column, names.field(one.field).name);
        append(reason.value, one.value);
    }
    for (const auto& one : decided) {
        if (one.value.empty()) append(reason.column, names.field(one.field).name);
    }
    return reason;
}

void name_groups(const GroupTarget& target, const Condition& condition, const Person& person, const std::string& rule,
                 const Origin& origin, std::vector<NamedGroup>& out) {
    const auto decided = decided_by(condition, person);
    if (target.text.is_constant()) {
        out.push_back({constant_group(target), reason_with(rule, origin, decided, person.names)});
        return;
    }
    std::vector<Choices> choices;
    for (const auto field : target.text.fields()) choices.push_back(choices_for(field, condition, person));
    for (auto& filled : fill_with(target.text, choices)) {
        auto decided_here = decided;
        for (const auto& chosen : filled.chosen) note(decided_here, chosen, person.names);
        out.push_back({GroupRef{.by = target.by, .kind = target.kind, .text = std::move(filled.text)},
                       reason_with(rule, origin, decided_here, person.names)});
    }
}

void name_above(const GroupTarget& local, const GroupTarget& parent, const Condition& condition, const Person& person,
                std::vector<Above>& out) {
    auto fields = local.text.fields();
    for (const auto field : parent.text.fields()) {
        if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    }
    std::vector<Choices> choices;
    for (const auto field : fields) choices.push_back(choices_for(field, condition, person));
    const auto filled = [](const GroupTarget& target, const std::vector<Chosen>& chosen) {
        return GroupRef{.by = target.by, .kind = target.kind, .text = text_with(target.text, chosen)};
    };
    for (const auto& chosen : combinations(choices)) out.push_back({filled(local, chosen), filled(parent, chosen)});
}

GroupRef constant_group(const GroupTarget& target) {
    return {.by = target.by, .kind = target.kind, .text = constant_text(target.text)};
}

ConditionIndex::Field& ConditionIndex::field(std::size_t index) {
    const auto at = std::find_if(fields_.begin(), fields_.end(), [&](const Field& one) { return one.field == index; });
    if (at != fields_.end()) return *at;
    fields_.push_back({.field = index, .by_value = {}});
    return fields_.back();
}

void ConditionIndex::add(const Condition& condition) {
    const auto place = count_++;
    const auto& cells = condition.cells;
    const auto exact = std::find_if(cells.begin(), cells.end(), [](const Cell& cell) { return !cell.values.empty(); });
    if (exact == cells.end()) {
        others_.push_back(place);
        return;
    }
    auto& by_value = field(exact->field).by_value;
    for (const auto& value : exact->values) by_value[value].push_back(place);
}

void ConditionIndex::find(const Person& person, std::vector<std::uint32_t>& out) const {
    out.assign(others_.begin(), others_.end());
    for (const auto& field : fields_) {
        for (const auto& text : person.value(field.field).texts) {
            const auto at = field.by_value.find(std::string_view(text));
            if (at != field.by_value.end()) out.insert(out.end(), at->second.begin(), at->second.end());
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace usersync::rules

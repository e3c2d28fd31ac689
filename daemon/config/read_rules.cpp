#include "daemon/config/readers.hpp"
#include "daemon/config/rule_readers.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

using ingest::Field;
using rules::RuleProblem;
using rules::Written;

rules::FieldType type_of(Field field) {
    switch (field) {
        case Field::location:
        case Field::department: return rules::FieldType::list;
        case Field::start_date:
        case Field::end_date: return rules::FieldType::date;
        case Field::employee_id:
        case Field::email:
        case Field::first_name:
        case Field::infix:
        case Field::last_name:
        case Field::name:
        case Field::job_title:
        case Field::phone:
        case Field::upn:
        case Field::language:
        case Field::status:
        case Field::manager: break;
    }
    return rules::FieldType::text;
}

rules::FieldType type_of(const ingest::Recipe& recipe) {
    const auto is_date = [](const ingest::Step& step) { return std::holds_alternative<ingest::step::Date>(step); };
    const bool ends_as_date = !recipe.steps.empty() && is_date(recipe.steps.back());
    return ends_as_date ? rules::FieldType::date : rules::FieldType::text;
}

/// The only column that fills the field; of several none is its name.
std::vector<std::string> headings_of(const ingest::Recipe& recipe) {
    return recipe.columns.size() == 1 ? recipe.columns : std::vector<std::string>{};
}

/// An expression and the rule that it belongs to.
struct Said {
    const Written* expression;
    std::string rule;
};

std::vector<Said> expressions_of(const rules::WrittenRules& written) {
    std::vector<Said> found;
    const auto add = [&](const std::optional<Written>& one, std::string rule) {
        if (one) found.push_back({&*one, std::move(rule)});
    };
    for (const auto& table : written.groups) {
        for (const auto& rule : table.rules) add(rule.when.expression, rule.id);
    }
    for (const auto& rule : written.roles) add(rule.when.expression, rule.id);
    add(written.life_cycle.active, "life_cycle.active");
    add(written.life_cycle.leave, "life_cycle.leave");
    for (const auto& invite : written.invites) add(invite.when, invite.id);
    for (const auto& exception : written.exceptions) add(exception.when, exception.id);
    return found;
}

/// The test that looks at this field.
std::optional<rules::Place> place_of(const rules::Trace& trace, std::size_t field) {
    if (trace.field == field) return trace.place;
    for (const auto& part : trace.parts) {
        if (const auto place = place_of(part, field)) return place;
    }
    return std::nullopt;
}

std::size_t characters_in(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

/// Where these bytes of an expression stand in their file, as `check_rules` reckons.
Origin reckoned(const Written& expression, std::size_t offset) {
    auto origin = expression.origin;
    if (origin.column != 0 && !expression.in_cell)
        origin.column += characters_in(std::string_view(expression.text).substr(0, offset));
    return origin;
}

/// The same for an expression of several lines.
Origin found_in_lines(const Written& expression, std::size_t offset) {
    const auto before = std::string_view(expression.text).substr(0, offset);
    const auto breaks = std::count(before.begin(), before.end(), '\n');
    auto origin = reckoned(expression, offset);
    if (breaks == 0 || origin.column == 0 || expression.in_cell) return origin;
    origin.line += static_cast<std::size_t>(breaks);
    origin.column = characters_in(before.substr(before.rfind('\n') + 1)) + 1;
    return origin;
}

/// Turns what is wrong with rules into what is wrong with files.
class Telling {
public:
    Telling(const Reading& reading, const rules::WrittenRules& written, const rules::FieldNames& names)
        : reading_(reading), expressions_(expressions_of(written)), names_(names) {}

    ConfigProblem told(const RuleProblem& problem) const;
    /// Expressions that look at a field that no column fills: what they say would hold for nobody, or for everybody.
    std::vector<ConfigProblem> about_unfilled(const ingest::ColumnMap& columns) const;

private:
    ConfigProblem in_file(const RuleProblem& problem) const;
    void show_place(const RuleProblem& problem, ConfigProblem& told) const;
    static void show(const Written& expression, rules::Place place, ConfigProblem& told);

    const Reading& reading_;
    std::vector<Said> expressions_;
    const rules::FieldNames& names_;
};

void Telling::show(const Written& expression, rules::Place place, ConfigProblem& told) {
    const auto at = found_in_lines(expression, place.offset);
    told.line = at.line;
    told.column = at.column;
    told.excerpt = rules::underlined(expression.text, place);
}

/// Where the problem is one of an expression: the expression with the place underlined.
void Telling::show_place(const RuleProblem& problem, ConfigProblem& told) const {
    for (const auto& [expression, rule] : expressions_) {
        const auto& at = expression->origin;
        if (at.file != problem.origin.file || at.line != problem.origin.line) continue;
        for (const auto& found : rules::parse_expression(expression->text, names_).problems) {
            const bool is_it = reckoned(*expression, found.place.offset) == problem.origin &&
                               found.code == problem.code && found.sentence == problem.sentence;
            if (is_it) return show(*expression, found.place, told);
        }
    }
}

ConfigProblem Telling::in_file(const RuleProblem& problem) const {
    const bool is_error = problem.severity == RuleProblem::Severity::error;
    const auto folder = std::filesystem::path(reading_.file).parent_path();
    return {.file = problem.origin.file.empty() ? reading_.file : (folder / problem.origin.file).string(),
            .line = problem.origin.line,
            .column = problem.origin.column,
            .path = problem.rule,
            .message = problem.sentence,
            .severity = is_error ? Severity::error : Severity::warning,
            .excerpt = {},
            .code = problem.code};
}

ConfigProblem Telling::told(const RuleProblem& problem) const {
    auto told = in_file(problem);
    show_place(problem, told);
    return told;
}

std::vector<ConfigProblem> Telling::about_unfilled(const ingest::ColumnMap& columns) const {
    std::vector<ConfigProblem> problems;
    for (const auto& [written, rule] : expressions_) {
        const auto expression = rules::parse_expression(written->text, names_).expression;
        if (!expression) continue;
        for (const auto field : expression->fields()) {
            const auto& name = names_.field(field).name;
            if (is_filled(name, columns)) continue;
            const RuleProblem problem{.severity = RuleProblem::Severity::error,
                                      .origin = written->origin,
                                      .rule = rule,
                                      .code = "unfilled_field",
                                      .sentence = "no column is mapped to " + name + ": add columns." + name};
            problems.push_back(in_file(problem));
            const auto place = place_of(expression->trace({}, names_, Day()), field);
            show(*written, place.value_or(rules::Place{}), problems.back());
        }
    }
    return problems;
}

}  // namespace

namespace {

/// Locations and departments are split at '|' without being asked: who says no more about it than that has single ones.
rules::FieldType type_in(const ingest::ColumnMap& columns, Field field, const ingest::Recipe& recipe) {
    const std::vector<ingest::Step> as_nobody_asked{ingest::step::Split{"|"}};
    const bool nothing_said = recipe.steps.empty() || recipe.steps == as_nobody_asked;
    const bool is_single = recipe.columns.size() == 1 && nothing_said &&
                           columns.rows_per_person.main == ingest::RowsPerPerson::Choice::none;
    const auto type = type_of(field);
    return type == rules::FieldType::list && is_single ? rules::FieldType::text : type;
}

}  // namespace

rules::FieldNames field_names(const ingest::ColumnMap& columns) {
    std::vector<rules::RuleField> fields;
    for (const auto& [field, recipe] : columns.fields) {
        // A whole name is no field of an employee: it is split when the record is read.
        if (field == Field::name) continue;
        fields.push_back({.name = std::string(to_string(field)),
                          .type = type_in(columns, field, recipe),
                          .headings = headings_of(recipe)});
    }
    for (const auto& [name, recipe] : columns.extra) {
        fields.push_back({.name = name, .type = type_of(recipe), .headings = headings_of(recipe)});
    }
    return rules::FieldNames(fields);
}

bool is_filled(std::string_view field, const ingest::ColumnMap& columns) {
    const auto known = ingest::field_from(field);
    if (!known) return columns.extra.find(std::string(field)) != columns.extra.end();
    const bool is_part_of_name = *known == Field::first_name || *known == Field::infix || *known == Field::last_name;
    return columns.fields.count(*known) != 0 || (is_part_of_name && columns.fields.count(Field::name) != 0);
}

void read_rules(TableReader& root, Day today, std::vector<std::string> role_order, TenantConfig& config) {
    rules::WrittenRules written;
    RuleProblems problems;
    const Fields fields{.columns = config.columns, .names = field_names(config.columns)};
    read_mappings(root, fields, written, problems);
    read_life_cycle(root, written.life_cycle);
    read_invites(root, written);
    read_accounts(root, written, config);
    read_exceptions(root, written);
    written.role_order = std::move(role_order);

    auto checked = rules::check_rules(written, fields.names, today);
    problems.insert(problems.end(), checked.problems.begin(), checked.problems.end());
    if (checked.rules) config.rules = std::move(*checked.rules);
    const Telling telling(root.reading(), written, fields.names);
    for (const auto& problem : problems) root.note(telling.told(problem));
    for (auto& problem : telling.about_unfilled(config.columns)) root.note(std::move(problem));
}

}  // namespace usersync::config

#include "core/rules/expression.hpp"

#include "core/record/text.hpp"
#include "core/rules/expression_check.hpp"
#include "core/rules/expression_program.hpp"
#include "core/rules/expression_syntax.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rules {
namespace {

using Severity = ExpressionProblem::Severity;

void note(const Operand& operand, Expression::Program& program) {
    if (operand.kind == Operand::Kind::field) program.fields.push_back(operand.field);
    if (operand.kind == Operand::Kind::today) program.looks_at_today = true;
}

void note_operands(const Node& node, Expression::Program& program) {
    for (const auto& part : node.parts) note_operands(part, program);
    if (!node.test) return;
    note(node.test->subject, program);
    for (const auto& operand : node.test->wanted) note(operand, program);
}

std::shared_ptr<const Expression::Program> program_of(std::string_view text, Node root) {
    auto program = std::make_shared<Expression::Program>();
    program->text = text;
    program->root = std::move(root);
    note_operands(program->root, *program);
    auto& fields = program->fields;
    std::sort(fields.begin(), fields.end());
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    return program;
}

/// What makes it hopeless to read on.
std::optional<ExpressionProblem> refusal_of(std::string_view text) {
    if (text.size() > expression_bytes_max) {
        return ExpressionProblem{.place = {expression_bytes_max, text.size() - expression_bytes_max},
                                 .code = "too_long",
                                 .sentence = "an expression has at most " + std::to_string(expression_bytes_max) +
                                             " bytes, and this one has " + std::to_string(text.size())};
    }
    if (const auto good = record::utf8_at_front(text); good < text.size()) {
        return ExpressionProblem{.place = {good, 1}, .code = "syntax", .sentence = "this is not UTF-8"};
    }
    return std::nullopt;
}

bool is_error(const ExpressionProblem& problem) { return problem.severity == Severity::error; }

/// In the order of the text. Of too many, errors before warnings: an expression with an error must show one.
void keep_the_first(std::vector<ExpressionProblem>& problems) {
    const auto earlier = [](const ExpressionProblem& a, const ExpressionProblem& b) {
        return a.place.offset < b.place.offset;
    };
    std::stable_sort(problems.begin(), problems.end(), earlier);
    if (problems.size() <= expression_problems_max) return;
    std::stable_partition(problems.begin(), problems.end(), is_error);
    problems.resize(expression_problems_max);
    std::stable_sort(problems.begin(), problems.end(), earlier);
}

}  // namespace

const std::string& Expression::text() const { return program_->text; }
const std::vector<std::size_t>& Expression::fields() const { return program_->fields; }
bool Expression::looks_at_today() const { return program_->looks_at_today; }

bool Expression::matches(const Employee& employee, const FieldNames& names, Day today) const {
    return holds(program_->root, {employee, names, today});
}

Judgement Expression::judge(const Employee& employee, const FieldNames& names, Day today,
                            std::span<const std::size_t> in_doubt) const {
    return rules::judge(program_->root, {employee, names, today, in_doubt});
}

ParsedExpression parse_expression(std::string_view text, const FieldNames& names) {
    ParsedExpression parsed;
    auto& problems = parsed.problems;
    if (auto refusal = refusal_of(text)) {
        problems.push_back(std::move(*refusal));
        return parsed;
    }
    auto root = check_syntax(read_syntax(text, problems), names, problems);
    if (root) warn_of_constants(*root, problems);
    const bool wrong = std::any_of(problems.begin(), problems.end(), is_error);
    keep_the_first(problems);
    if (!wrong && root) parsed.expression.emplace(program_of(text, std::move(*root)));
    return parsed;
}

}  // namespace usersync::rules

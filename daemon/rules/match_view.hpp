#pragma once
// Whom an expression matches, as text and as JSON. Pure.

#include "core/base/day.hpp"
#include "core/model/ids.hpp"
#include "core/rules/expression.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace usersync::rules_view {

struct Matched {
    std::string expression;
    Day today{};
    std::vector<EmployeeKey> employees;  ///< sorted: whom it matches
    std::size_t total = 0;               ///< whom the record tells of
    std::vector<rules::ExpressionProblem> problems;
};

std::string match_text(const Matched& matched);

/// Keys: expression, today, matched, total, employees, problems (severity, code, sentence, offset, length: bytes of the
/// expression).
std::string match_json(const Matched& matched);

/// What is wrong with an expression, each with its place underlined: for a terminal.
std::string problems_text(const std::string& expression, const std::vector<rules::ExpressionProblem>& problems);

/// The same for a program: keys expression, matched (null), problems.
std::string problems_json(const std::string& expression, const std::vector<rules::ExpressionProblem>& problems);

}  // namespace usersync::rules_view

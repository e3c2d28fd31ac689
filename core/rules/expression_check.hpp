#pragma once
// Whether the fields of an expression exist and its types fit.

#include "core/rules/expression_program.hpp"
#include "core/rules/expression_syntax.hpp"

#include <optional>
#include <vector>

namespace usersync::rules {

/// The checked form; nullopt when a part of it is wrong. All problems of all parts are reported.
std::optional<Node> check_syntax(const WrittenTest& written, const FieldNames& names,
                                 std::vector<ExpressionProblem>& problems);

/// Warns of parts that hold for everybody or for nobody.
void warn_of_constants(const Node& node, std::vector<ExpressionProblem>& problems);

/// A text as an expression writes it, with its quotes.
std::string quoted(std::string_view text);

}  // namespace usersync::rules

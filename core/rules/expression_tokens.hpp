#pragma once
// The words of an expression, each with its place.

#include "core/rules/expression.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

enum class Comparison : std::uint8_t { equal, unequal, less, greater, at_most, at_least };

struct Token {
    enum class Kind : std::uint8_t {
        name,         ///< Department, internal.status; also the names of functions, `in` and `today`
        quoted_name,  ///< 'any heading'
        text,         ///< "…"
        number,       ///< digits [. digits]
        comparison,
        plus,
        minus,
        comma,
        open,
        close,
        open_list,
        close_list,
        all,       ///< and
        any,       ///< or
        negation,  ///< not
        wrong,     ///< no word at all: its problem is reported already
        end,
    };
    Kind kind = Kind::end;
    Place place;
    std::string text;                           ///< of names, texts and numbers: without quotes and their backslashes
    Comparison comparison = Comparison::equal;  ///< of a comparison
    std::optional<Place> odd_backslash;  ///< of a text: a backslash before something that needs none; kept in `text`
};

/// Ends with one token `end`. What is not well-formed is reported, and taken for what was most likely meant.
std::vector<Token> tokens_of(std::string_view text, std::vector<ExpressionProblem>& problems);

}  // namespace usersync::rules

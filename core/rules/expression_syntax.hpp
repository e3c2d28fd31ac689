#pragma once
// The shape of an expression, before anybody asks whether its fields exist and its types fit.

#include "core/rules/expression.hpp"
#include "core/rules/expression_tokens.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

struct WrittenValue {
    enum class Kind : std::uint8_t { field, any_field, text, number, today, date };
    Kind kind = Kind::field;
    Place place;
    std::string text;                    ///< the name, the text, the number, the day
    bool single_quotes = false;          ///< of a field's name
    std::optional<Place> odd_backslash;  ///< of a text
    std::int64_t days = 0;               ///< that are added
    std::optional<Place> days_place;     ///< present when some are: from the sign on
};

struct WrittenTest {
    enum class Kind : std::uint8_t {
        broken,  ///< its problem is reported already
        all,
        any,
        negation,
        ignore_case,
        comparison,
        one_of,
        includes,
        starts_with,
        ends_with,
        matches,
        is_empty,
    };
    Kind kind = Kind::broken;
    Place place;
    std::vector<WrittenTest> parts;    ///< of all, any, negation, ignore_case
    std::vector<WrittenValue> values;  ///< of a test, in the order of the text
    Comparison comparison = Comparison::equal;
    bool is_negated = false;  ///< not in
};

constexpr std::int64_t days_max = 100'000;

/// Reports every part that does not follow the grammar, and goes on behind it.
WrittenTest read_syntax(std::string_view text, std::vector<ExpressionProblem>& problems);

/// From the beginning of the first to the end of the last.
Place covering(Place first, Place last);

}  // namespace usersync::rules

#pragma once
// The expression language of rules: parsed once into a checked form, total, without side effects.
//
// It is the one that Speakap publishes, so that rules can be pasted
// (https://support.speakap.com/hc/en-us/articles/27720497281052), and what customers could not express there.
//
//     expression := and-part { "or" and-part }            "or" binds least, then "and", then "not"
//     and-part   := not-part { "and" not-part }
//     not-part   := "not" not-part | test
//     test       := "(" expression ")" | value compare value | value ["not"] "in" "[" literal { "," literal } "]"
//                 | includes(value, text) | startsWith(value, text) | endsWith(value, text) | matches(value, "RE2")
//                 | empty(field) | ignoreCase(expression)
//     compare    := "==" | "!=" | "<" | ">" | "<=" | ">="
//     value      := field | any(field) | text | number | date
//     date       := ("today" | date field | date("2026-03-01")) [ ("+" | "-") days ]
//     field      := name | name.name | 'any heading'
//     text       := "…"   with \" and \\ ;  number := [-] digits [. digits]
//
// Words (and, or, not, in, any, true names of functions) are case-sensitive, as published. A bare name is of letters of
// any script, digits and "_", and begins with a letter; "-" is always the sign, so a heading with one is quoted. A
// quoted name has \' and \\. In the pattern of `matches` a backslash before anything else stands for itself, so that
// "^\d+$" need not be doubled; elsewhere that is an error.
//
// What compares with what, never an error while people are mapped:
// - A text with "…": character by character, case counts (unless in ignoreCase). "0004" is not "4".
// - With a number: the field's text as a number, "0004" is 4 and "0,8" is 0.8, digits of any length exactly. What is no
//   number is unequal to every number, and neither less nor greater.
// - A date field with a text: the text must be a date ("2026-03-01", checked when parsed). Without a date in the cell:
//   unequal, and neither earlier nor later.
// - A list (location, department): its main value, the first; any(field) is true when one of its values makes the test
//   true, so any(field) != "a" when one value is not "a", and of a field without values never. A tenant who has lists
//   and does not write any() is warned.
// - An empty cell and an absent column are the empty text; `judge` tells them apart from an answer.
// - In ignoreCase, texts and patterns by Unicode's simple case folding.

#include "core/base/day.hpp"
#include "core/rules/rule_field.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

constexpr std::size_t expression_bytes_max = 10'000;
constexpr std::size_t expression_depth_max = 100;
constexpr std::size_t expression_problems_max = 100;

/// A piece of the expression's text, in bytes.
struct Place {
    std::size_t offset = 0;
    std::size_t length = 0;
    auto operator<=>(const Place&) const = default;
};

/// Something that is wrong with an expression, or most likely not meant.
struct ExpressionProblem {
    enum class Severity : std::uint8_t { error, warning };
    Severity severity = Severity::error;
    Place place;
    /// Errors: "syntax", "unknown_function", "unknown_field", "ambiguous_field", "type_clash", "bad_regex", "too_deep",
    /// "too_long". Warnings: "always_true", "always_false", "duplicate", "list_without_any".
    std::string code;
    std::string sentence;  ///< "there is no field \"Departmnt\"; did you mean Department?"
    bool operator==(const ExpressionProblem&) const = default;
};

/// Which part of an expression held for a person, and by which values.
struct Trace {
    Place place;
    bool holds = false;
    std::optional<std::size_t> field;  ///< of a test that looks at one
    std::vector<std::string> values;   ///< what the person has there
    std::string wanted;                ///< of a test: what would make it true, as a sentence: "is \"Store 12\""
    bool is_negated = false;           ///< under an odd number of not: here "wanted" is what must not be
    std::vector<Trace> parts;          ///< of and, or, not
    enum class Kind : std::uint8_t { test, all, any, negation } kind = Kind::test;
};

/// A test that would have to turn out otherwise.
struct Obstacle {
    Place place;
    std::optional<std::size_t> field;
    std::vector<std::string> values;
    std::string wanted;
};

/// The least that would have to change for the whole to hold: of "and" all parts that do not, of "or" the part that
/// wants fewest changes. Empty when it holds.
std::vector<Obstacle> obstacles(const Trace& trace);

/// What an expression says of somebody when nothing in the record is no answer. In this order, so that the lesser of
/// two is their "and", the greater their "or".
enum class Judgement : std::uint8_t { no, unknown, yes };

/// A checked expression. Cheap to copy, immutable, may be used from several threads at once.
class Expression {
public:
    const std::string& text() const;
    const std::vector<std::size_t>& fields() const;  ///< sorted, unique: all that it looks at
    bool looks_at_today() const;

    /// Never fails, allocates little, takes time linear in the expression and the values (RE2 for `matches`).
    bool matches(const Employee& employee, const FieldNames& names, Day today) const;
    /// The same with three values (Kleene's): a test that looks at a field about which the record says nothing, or at
    /// one that is `in_doubt`, is unknown. Not so empty(field): that asks for just this. Whatever a column that is
    /// missing might have said, yes and no are certain.
    Judgement judge(const Employee& employee, const FieldNames& names, Day today,
                    std::span<const std::size_t> in_doubt = {}) const;
    Trace trace(const Employee& employee, const FieldNames& names, Day today) const;

    /// The same text: it was checked against the same names.
    bool operator==(const Expression& other) const { return text() == other.text(); }

    struct Program;  ///< its checked form
    const Program& program() const { return *program_; }
    explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

private:
    std::shared_ptr<const Program> program_;
};

struct ParsedExpression {
    std::optional<Expression> expression;     ///< present exactly when no problem is an error
    std::vector<ExpressionProblem> problems;  ///< in the order of the text; not only the first, up to 100
};

/// Pure, linear in the text. Names are looked up in `names`; the indices in the result are places in it.
ParsedExpression parse_expression(std::string_view text, const FieldNames& names);

/// The expression with the place underlined, for a terminal: two lines, without a line break at the end. Of a text of
/// several lines the one where the place begins; of a long one what is around it.
std::string underlined(std::string_view text, Place place);

}  // namespace usersync::rules

#pragma once
// The checked form of an expression: what is left to do when a person is looked at.

#include "core/rules/exact_number.hpp"
#include "core/rules/expression.hpp"
#include "core/rules/expression_tokens.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace usersync::rules {

/// A number of an expression's own, with the digits that `ExactNumber` only views.
struct OwnNumber {
    bool negative = false;
    std::string whole;
    std::string fraction;
    ExactNumber view() const { return {negative, whole, fraction}; }
};

struct Operand {
    enum class Kind : std::uint8_t { text, number, day, today, field };
    Kind kind = Kind::text;
    std::size_t field = 0;
    FieldType type = FieldType::text;
    bool any = false;     ///< each of the field's values, instead of its main one
    std::string text;     ///< as it is compared
    std::string written;  ///< as it is shown; the name of a field
    OwnNumber number = {};
    Day day = {};
    std::int64_t days = 0;  ///< that are added to a day, to today or to a date field
    bool is_literal() const { return kind == Kind::text || kind == Kind::number || kind == Kind::day; }
    bool is_date() const { return kind == Kind::day || kind == Kind::today || type == FieldType::date; }
};

/// One side is what is looked at, a field wherever there is one; the other what it is compared with.
struct Test {
    enum class Kind : std::uint8_t { comparison, one_of, includes, starts_with, ends_with, matches, is_empty };
    Kind kind = Kind::comparison;
    Comparison comparison = Comparison::equal;
    bool is_negated = false;  ///< not in
    bool ignore_case = false;
    Operand subject;
    std::vector<Operand> wanted;  ///< of a comparison and of texts one, of one_of at least one, of is_empty none
    std::shared_ptr<const re2::RE2> pattern;  ///< of matches; shared by copies of the test
};

struct Node {
    Trace::Kind kind = Trace::Kind::test;
    Place place;
    std::vector<Node> parts;   ///< of all, any, negation
    std::optional<Test> test;  ///< of a test
};

struct Expression::Program {
    std::string text;
    std::vector<std::size_t> fields;
    bool looks_at_today = false;
    Node root;
};

/// Whom and when a test is about.
struct Circumstances {
    const Employee& employee;
    const FieldNames& names;
    Day today;
    std::span<const std::size_t> in_doubt = {};  ///< fields whose value may not mean what it says; for `judge`
};

bool holds(const Test& test, const Circumstances& circumstances);
bool holds(const Node& node, const Circumstances& circumstances);
Judgement judge(const Node& node, const Circumstances& circumstances);

}  // namespace usersync::rules

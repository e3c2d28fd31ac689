#include "core/rules/expression_check.hpp"

#include "core/rules/letter_case.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <utility>

namespace usersync::rules {
namespace {

using TestKind = WrittenTest::Kind;
using ValueKind = WrittenValue::Kind;
using Severity = ExpressionProblem::Severity;

constexpr std::int64_t pattern_memory_max = 1 << 20;

OwnNumber own_number(std::string_view text) {
    const auto number = exact_number(text).value_or(ExactNumber{});
    return {number.negative, std::string(number.whole), std::string(number.fraction)};
}

Comparison mirrored(Comparison comparison) {
    switch (comparison) {
        case Comparison::equal: return Comparison::equal;
        case Comparison::unequal: return Comparison::unequal;
        case Comparison::less: return Comparison::greater;
        case Comparison::greater: return Comparison::less;
        case Comparison::at_most: return Comparison::at_least;
        case Comparison::at_least: return Comparison::at_most;
    }
    return comparison;
}

Test::Kind kind_of(TestKind kind) {
    switch (kind) {
        case TestKind::one_of: return Test::Kind::one_of;
        case TestKind::includes: return Test::Kind::includes;
        case TestKind::starts_with: return Test::Kind::starts_with;
        case TestKind::ends_with: return Test::Kind::ends_with;
        case TestKind::matches: return Test::Kind::matches;
        case TestKind::is_empty: return Test::Kind::is_empty;
        case TestKind::comparison:
        case TestKind::broken:
        case TestKind::all:
        case TestKind::any:
        case TestKind::negation:
        case TestKind::ignore_case: break;
    }
    return Test::Kind::comparison;
}

std::string_view function_name(Test::Kind kind) {
    switch (kind) {
        case Test::Kind::includes: return "includes";
        case Test::Kind::starts_with: return "startsWith";
        case Test::Kind::ends_with: return "endsWith";
        case Test::Kind::matches: return "matches";
        case Test::Kind::is_empty: return "empty";
        case Test::Kind::one_of: return "in";
        case Test::Kind::comparison: break;
    }
    return "a comparison";
}

/// A name as an expression writes it: in single quotes when it is no plain word.
std::string as_written(const std::string& name) {
    std::vector<ExpressionProblem> problems;
    const auto tokens = tokens_of(name, problems);
    const bool plain = tokens.size() == 2 && tokens.front().kind == Token::Kind::name && problems.empty();
    return plain ? name : "'" + name + "'";
}

class Checker {
public:
    Checker(const FieldNames& names, std::vector<ExpressionProblem>& problems) : names_(names), problems_(problems) {}

    std::optional<Node> check(const WrittenTest& written) {
        if (errors_ >= expression_problems_max) return std::nullopt;
        switch (written.kind) {
            case TestKind::broken: return std::nullopt;
            case TestKind::all: return group(Trace::Kind::all, written);
            case TestKind::any: return group(Trace::Kind::any, written);
            case TestKind::negation: return group(Trace::Kind::negation, written);
            case TestKind::ignore_case: return without_case(written);
            case TestKind::comparison:
            case TestKind::one_of:
            case TestKind::includes:
            case TestKind::starts_with:
            case TestKind::ends_with:
            case TestKind::matches:
            case TestKind::is_empty: return test(written);
        }
        return std::nullopt;
    }

private:
    void report(Place place, std::string code, std::string sentence, Severity severity = Severity::error) {
        problems_.push_back({severity, place, std::move(code), std::move(sentence)});
        if (severity == Severity::error) ++errors_;
    }
    bool clash(Place place, std::string sentence) {
        report(place, "type_clash", std::move(sentence));
        return false;
    }

    std::optional<Node> group(Trace::Kind kind, const WrittenTest& written) {
        Node node{.kind = kind, .place = written.place};
        for (const auto& part : written.parts) {
            if (auto checked = check(part)) node.parts.push_back(std::move(*checked));
        }
        if (node.parts.size() != written.parts.size()) return std::nullopt;
        return node;
    }

    std::optional<Node> without_case(const WrittenTest& written) {
        const bool before = std::exchange(ignore_case_, true);
        auto inside = check(written.parts.front());
        ignore_case_ = before;
        return inside;
    }

    // ---- values

    std::optional<std::size_t> field(const WrittenValue& value) {
        const auto looked = names_.find(value.text);
        if (looked.index) return looked.index;
        if (looked.ambiguous) {
            report(value.place, "ambiguous_field",
                   "several columns are headed " + quoted(value.text) + "; write the name of the field");
            return std::nullopt;
        }
        auto sentence = "there is no field " + quoted(value.text);
        if (looked.nearest) sentence += "; did you mean " + as_written(*looked.nearest) + "?";
        if (!looked.nearest && value.single_quotes) {
            sentence += "; a text is written in double quotes: " + quoted(value.text);
        }
        report(value.place, "unknown_field", std::move(sentence));
        return std::nullopt;
    }

    bool make_text(const WrittenValue& value, bool is_pattern, Operand& operand) {
        operand.kind = Operand::Kind::text;
        operand.text = ignore_case_ && !is_pattern ? fold_case(value.text) : value.text;
        // In a pattern a backslash means something to RE2, and doubling it is not asked for.
        if (!value.odd_backslash || is_pattern) return true;
        report(*value.odd_backslash, "syntax", "a backslash in a text is written \\\\");
        return false;
    }

    bool make_day(const WrittenValue& value, Operand& operand) {
        const auto day = day_from(value.text);
        if (!day) return clash(value.place, quoted(value.text) + " is no date; a date is written \"2026-03-01\"");
        operand.kind = Operand::Kind::day;
        operand.day = *day;
        return true;
    }

    bool make_field(const WrittenValue& value, Operand& operand) {
        const auto index = field(value);
        if (!index) return false;
        operand.kind = Operand::Kind::field;
        operand.field = *index;
        operand.type = names_.field(*index).type;
        operand.any = value.kind == ValueKind::any_field;
        operand.written = as_written(value.text);
        return true;
    }

    bool make(const WrittenValue& value, bool is_pattern, Operand& operand) {
        switch (value.kind) {
            case ValueKind::field:
            case ValueKind::any_field: return make_field(value, operand);
            case ValueKind::text: return make_text(value, is_pattern, operand);
            case ValueKind::date: return make_day(value, operand);
            case ValueKind::today: operand.kind = Operand::Kind::today; return true;
            case ValueKind::number:
                operand.kind = Operand::Kind::number;
                operand.number = own_number(value.text);
                return true;
        }
        return false;
    }

    std::optional<Operand> operand(const WrittenValue& value, bool is_pattern = false) {
        Operand made{.written = value.text, .days = value.days};
        if (!make(value, is_pattern, made)) return std::nullopt;
        if (value.days_place && !made.is_date()) {
            clash(*value.days_place, "days are counted from dates only, and this is " + kind_in_words(made));
            return std::nullopt;
        }
        return made;
    }

    static std::string kind_in_words(const Operand& operand) {
        if (operand.is_date()) return "a date";
        if (operand.kind == Operand::Kind::number) return "a number";
        return operand.kind == Operand::Kind::field ? "the text of a field" : "a text";
    }

    void warn_of_list(const Operand& operand, Place place) {
        if (operand.kind != Operand::Kind::field || operand.type != FieldType::list || operand.any) return;
        report(
            place, "list_without_any",
            operand.written + " may hold several values: this looks at the first; write any(" + operand.written + ")",
            Severity::warning);
    }

    // ---- tests

    std::optional<Node> test(const WrittenTest& written) {
        Test made{.kind = kind_of(written.kind),
                  .comparison = written.comparison,
                  .is_negated = written.is_negated,
                  .ignore_case = ignore_case_};
        if (!operands(written, made)) return std::nullopt;
        if (!types_fit(written, made) || !has_pattern(written, made)) return std::nullopt;
        warn_of_duplicates(written, made);
        set_field_first(made);
        return Node{.place = written.place, .test = std::move(made)};
    }

    /// All of them, so that two unknown fields of one comparison are two problems.
    bool operands(const WrittenTest& written, Test& made) {
        bool whole = true;
        for (std::size_t at = 0; at < written.values.size(); ++at) {
            auto one = operand(written.values[at], made.kind == Test::Kind::matches && at > 0);
            if (!one) {
                whole = false;
                continue;
            }
            if (made.kind != Test::Kind::is_empty) warn_of_list(*one, written.values[at].place);
            if (at == 0) {
                made.subject = std::move(*one);
            } else {
                made.wanted.push_back(std::move(*one));
            }
        }
        return whole;
    }

    bool types_fit(const WrittenTest& written, Test& made) {
        if (made.kind == Test::Kind::is_empty) return not_counted(written);
        if (made.kind != Test::Kind::comparison && made.kind != Test::Kind::one_of) return is_text(written, made);
        bool fit = true;
        for (std::size_t at = 0; at < made.wanted.size(); ++at) {
            fit = both_fit(made.subject, made.wanted[at], written, written.values[at + 1]) && fit;
        }
        return fit;
    }

    bool not_counted(const WrittenTest& written) {
        const auto& value = written.values.front();
        return !value.days_place || clash(*value.days_place, "empty asks for a field, without days");
    }

    bool is_text(const WrittenTest& written, const Test& made) {
        const auto& subject = made.subject;
        if (!subject.is_date() && subject.kind != Operand::Kind::number) return true;
        return clash(written.values.front().place, std::string(function_name(made.kind)) +
                                                       " looks into texts, and this is " + kind_in_words(subject));
    }

    bool both_fit(Operand& left, Operand& right, const WrittenTest& written, const WrittenValue& right_value) {
        if (!left.is_date() && !right.is_date()) return true;
        if (left.is_date() && right.is_date()) return true;
        auto& other = left.is_date() ? right : left;
        const auto& value = left.is_date() ? right_value : written.values.front();
        if (other.kind == Operand::Kind::text && other.text.empty()) {
            return clash(value.place, "\"\" is no date; empty(…) asks whether there is one");
        }
        if (other.kind == Operand::Kind::text) return make_day(value, other);
        const auto place = written.kind == TestKind::one_of ? right_value.place : written.place;
        return clash(place,
                     "a date can be compared with a date only, and " + words_of(value) + " is " + kind_in_words(other));
    }

    static std::string words_of(const WrittenValue& value) {
        return value.kind == ValueKind::any_field ? "any(" + as_written(value.text) + ")"
               : value.kind == ValueKind::field   ? as_written(value.text)
                                                  : value.text;
    }

    bool has_pattern(const WrittenTest& written, Test& made) {
        if (made.kind != Test::Kind::matches) return true;
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(pattern_memory_max);
        options.set_case_sensitive(!made.ignore_case);
        auto pattern = std::make_shared<re2::RE2>(made.wanted.front().text, options);
        if (!pattern->ok()) {
            report(written.values.back().place, "bad_regex", "this is no pattern of RE2: " + pattern->error());
            return false;
        }
        made.pattern = std::move(pattern);
        return true;
    }

    /// The same for literals that are equal.
    static std::string key_of(const Operand& literal) {
        const auto& number = literal.number;
        if (literal.kind == Operand::Kind::number) {
            return (number.negative ? "-" : "+") + number.whole + '.' + number.fraction;
        }
        return literal.kind == Operand::Kind::day ? to_string(literal.day + std::chrono::days(literal.days))
                                                  : quoted(literal.text);
    }

    void warn_of_duplicates(const WrittenTest& written, const Test& made) {
        if (made.kind != Test::Kind::one_of) return;
        std::set<std::string> before;
        for (std::size_t at = 0; at < made.wanted.size(); ++at) {
            if (before.insert(key_of(made.wanted[at])).second) continue;
            report(written.values[at + 1].place, "duplicate", "this value stands in the list twice", Severity::warning);
        }
    }

    /// "WW" == Department is Department == "WW", and start_date + 3 > today is start_date > today - 3: then a test says
    /// which field it looks at, and what that must be.
    static void set_field_first(Test& made) {
        if (made.kind != Test::Kind::comparison) return;
        const auto rank = [](const Operand& operand) {
            return operand.kind == Operand::Kind::field ? 0 : operand.kind == Operand::Kind::today ? 1 : 2;
        };
        auto& other = made.wanted.front();
        if (rank(other) < rank(made.subject)) {
            std::swap(made.subject, other);
            made.comparison = mirrored(made.comparison);
        }
        other.days -= std::exchange(made.subject.days, 0);
    }

    const FieldNames& names_;
    std::vector<ExpressionProblem>& problems_;
    std::size_t errors_ = 0;
    bool ignore_case_ = false;
};

}  // namespace

std::optional<Node> check_syntax(const WrittenTest& written, const FieldNames& names,
                                 std::vector<ExpressionProblem>& problems) {
    return Checker(names, problems).check(written);
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

}  // namespace usersync::rules

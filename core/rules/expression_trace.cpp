#include "core/rules/expression_check.hpp"
#include "core/rules/expression_program.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace usersync::rules {
namespace {

// ---- a test as a sentence

std::string_view words_of(Comparison comparison, bool of_dates) {
    switch (comparison) {
        case Comparison::equal: return "is ";
        case Comparison::unequal: return "is not ";
        case Comparison::less: return of_dates ? "is before " : "is less than ";
        case Comparison::greater: return of_dates ? "is after " : "is more than ";
        case Comparison::at_most: return of_dates ? "is on or before " : "is at most ";
        case Comparison::at_least: return of_dates ? "is on or after " : "is at least ";
    }
    return "";
}

bool asks_for_equality(Comparison comparison) {
    return comparison == Comparison::equal || comparison == Comparison::unequal;
}

/// Within the years that a date can be written in.
std::string shown(Day day) {
    constexpr Day first{std::chrono::year(1) / 1 / 1};
    constexpr Day last{std::chrono::year(9999) / 12 / 31};
    return to_string(std::clamp(day, first, last));
}

std::string with_days(std::string words, std::int64_t days) {
    if (days == 0) return words;
    return words + (days < 0 ? " - " : " + ") + std::to_string(std::abs(days));
}

std::string words_of_field(const Operand& field) {
    if (field.is_date()) return with_days(field.any ? "one of " + field.written : field.written, field.days);
    return (field.any ? "one of what " : "what ") + field.written + " says";
}

std::string words_of(const Operand& operand, Day today) {
    switch (operand.kind) {
        case Operand::Kind::text: return quoted(operand.written);
        case Operand::Kind::number: return operand.written;
        case Operand::Kind::day: return shown(operand.day + std::chrono::days(operand.days));
        case Operand::Kind::today:
            return shown(today + std::chrono::days(operand.days)) + " (" + with_days("today", operand.days) + ")";
        case Operand::Kind::field: return words_of_field(operand);
    }
    return "";
}

std::string words_of_comparison(const Test& test, Day today) {
    const auto& other = test.wanted.front();
    const bool of_dates = test.subject.is_date() || other.is_date();
    std::string words(words_of(test.comparison, of_dates));
    // "is 4" could as well mean the text.
    if (other.kind == Operand::Kind::number && asks_for_equality(test.comparison)) words += "the number ";
    return words + words_of(other, today);
}

std::string words_of_list(const Test& test, Day today) {
    std::string words = test.is_negated ? "is not one of " : "is one of ";
    for (std::size_t at = 0; at < test.wanted.size(); ++at) {
        words += (at == 0 ? "" : ", ") + words_of(test.wanted[at], today);
    }
    return words;
}

std::string words_of_test(const Test& test, Day today) {
    switch (test.kind) {
        case Test::Kind::comparison: return words_of_comparison(test, today);
        case Test::Kind::one_of: return words_of_list(test, today);
        case Test::Kind::includes: return "includes " + quoted(test.wanted.front().written);
        case Test::Kind::starts_with: return "begins with " + quoted(test.wanted.front().written);
        case Test::Kind::ends_with: return "ends with " + quoted(test.wanted.front().written);
        case Test::Kind::matches: return "matches " + quoted(test.wanted.front().written);
        case Test::Kind::is_empty: return "is empty";
    }
    return "";
}

constexpr std::string_view one_value = "has a value that ";
constexpr std::string_view no_value = "has no value that ";

bool compares_texts(const Test& test) {
    return test.kind != Test::Kind::is_empty && !test.subject.is_date() &&
           std::any_of(test.wanted.begin(), test.wanted.end(), [](const Operand& operand) {
               return operand.kind == Operand::Kind::text || operand.kind == Operand::Kind::field;
           });
}

std::string wanted_by(const Test& test, Day today) {
    std::string words;
    if (test.subject.kind != Operand::Kind::field) {
        words = (test.subject.kind == Operand::Kind::today ? "today" : words_of(test.subject, today)) + ' ';
    } else if (test.subject.any) {
        words = one_value;
    }
    words += words_of_test(test, today);
    if (test.ignore_case && compares_texts(test)) words += ", in upper or lower case";
    return words;
}

// ---- traces

std::vector<std::string> values_of(const Operand& operand, const Circumstances& circumstances) {
    if (operand.kind != Operand::Kind::field) return {};
    const auto value = value_of(circumstances.employee, circumstances.names, operand.field);
    if (operand.any) return {value.texts.begin(), value.texts.end()};
    if (value.main().empty()) return {};
    return {std::string(value.main())};
}

Trace trace_of(const Test& test, const Circumstances& circumstances) {
    Trace trace{.holds = holds(test, circumstances), .kind = Trace::Kind::test};
    if (test.subject.kind == Operand::Kind::field) trace.field = test.subject.field;
    trace.values = values_of(test.subject, circumstances);
    trace.wanted = wanted_by(test, circumstances.today);
    return trace;
}

bool outcome(Trace::Kind kind, const std::vector<Trace>& parts) {
    const auto part_holds = [](const Trace& part) { return part.holds; };
    switch (kind) {
        case Trace::Kind::test: break;
        case Trace::Kind::all: return std::all_of(parts.begin(), parts.end(), part_holds);
        case Trace::Kind::any: return std::any_of(parts.begin(), parts.end(), part_holds);
        case Trace::Kind::negation: return !parts.front().holds;
    }
    return false;
}

Trace trace_of(const Node& node, const Circumstances& circumstances, bool is_negated) {
    Trace trace;
    if (node.test) {
        trace = trace_of(*node.test, circumstances);
    } else {
        const bool parts_negated = is_negated != (node.kind == Trace::Kind::negation);
        for (const auto& part : node.parts) trace.parts.push_back(trace_of(part, circumstances, parts_negated));
        trace.kind = node.kind;
        trace.holds = outcome(node.kind, trace.parts);
    }
    trace.place = node.place;
    trace.is_negated = is_negated;
    return trace;
}

// ---- obstacles

struct Opposite {
    std::string_view words;
    std::string_view opposite;
};
// The first that fits counts.
constexpr std::array opposites = {
    Opposite{"is not ", "is "},
    Opposite{"is ", "is not "},
    Opposite{one_value, no_value},
    Opposite{"begins with ", "does not begin with "},
    Opposite{"ends with ", "does not end with "},
    Opposite{"includes ", "does not include "},
    Opposite{"matches ", "does not match "},
    Opposite{"today is not ", "today is "},
    Opposite{"today is ", "today is not "},
};

/// What a sentence of `wanted_by` becomes under "not".
std::string opposite_of(const std::string& wanted) {
    for (const auto& each : opposites) {
        if (wanted.starts_with(each.words)) return std::string(each.opposite) + wanted.substr(each.words.size());
    }
    return "it is not so that " + wanted;
}

std::vector<Obstacle> against(const Trace& trace, bool wanted_to_hold);

std::vector<Obstacle> all_against(const Trace& trace, bool wanted_to_hold) {
    std::vector<Obstacle> together;
    for (const auto& part : trace.parts) {
        auto obstacles_of_part = against(part, wanted_to_hold);
        std::move(obstacles_of_part.begin(), obstacles_of_part.end(), std::back_inserter(together));
    }
    return together;
}

std::vector<Obstacle> fewest_against(const Trace& trace, bool wanted_to_hold) {
    std::vector<Obstacle> fewest;
    for (const auto& part : trace.parts) {
        auto obstacles_of_part = against(part, wanted_to_hold);
        const bool fewer = obstacles_of_part.size() < fewest.size();
        if (&part == &trace.parts.front() || fewer) fewest = std::move(obstacles_of_part);
    }
    return fewest;
}

/// What keeps the trace from holding, or from not holding.
std::vector<Obstacle> against(const Trace& trace, bool wanted_to_hold) {
    if (trace.holds == wanted_to_hold) return {};
    switch (trace.kind) {
        case Trace::Kind::test:
            return {
                {trace.place, trace.field, trace.values, wanted_to_hold ? trace.wanted : opposite_of(trace.wanted)}};
        case Trace::Kind::all:
            return wanted_to_hold ? all_against(trace, wanted_to_hold) : fewest_against(trace, wanted_to_hold);
        case Trace::Kind::any:
            return wanted_to_hold ? fewest_against(trace, wanted_to_hold) : all_against(trace, wanted_to_hold);
        case Trace::Kind::negation: return against(trace.parts.front(), !wanted_to_hold);
    }
    return {};
}

}  // namespace

Trace Expression::trace(const Employee& employee, const FieldNames& names, Day today) const {
    return trace_of(program_->root, {employee, names, today}, false);
}

std::vector<Obstacle> obstacles(const Trace& trace) { return against(trace, true); }

}  // namespace usersync::rules

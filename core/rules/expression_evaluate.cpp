#include "core/rules/expression_program.hpp"
#include "core/rules/letter_case.hpp"

#include <re2/re2.h>
#include <algorithm>

namespace usersync::rules {
namespace {

using Order = std::partial_ordering;

/// One value of an operand. Of a literal only the operand counts.
struct Seen {
    const Operand& operand;
    std::string_view text;
};

bool agrees(Order order, Comparison wanted) {
    switch (wanted) {
        case Comparison::equal: return order == Order::equivalent;
        case Comparison::unequal: return order != Order::equivalent;
        case Comparison::less: return order == Order::less;
        case Comparison::greater: return order == Order::greater;
        case Comparison::at_most: return order == Order::less || order == Order::equivalent;
        case Comparison::at_least: return order == Order::greater || order == Order::equivalent;
    }
    return false;
}

std::optional<Day> day_of(const Seen& seen, Day today) {
    const std::chrono::days added(seen.operand.days);
    switch (seen.operand.kind) {
        case Operand::Kind::day: return seen.operand.day + added;
        case Operand::Kind::today: return today + added;
        case Operand::Kind::field:
        case Operand::Kind::text:
        case Operand::Kind::number: break;
    }
    const auto day = day_from(seen.text);
    return day ? std::optional(*day + added) : std::nullopt;
}

std::optional<ExactNumber> number_of(const Seen& seen) {
    return seen.operand.kind == Operand::Kind::number ? seen.operand.number.view() : exact_number(seen.text);
}

template <class Value, class Compare>
Order order_if_both(const std::optional<Value>& left, const std::optional<Value>& right, Compare compare_both) {
    return left && right ? Order(compare_both(*left, *right)) : Order::unordered;
}

Order text_order(const Seen& left, const Seen& right, bool ignore_case) {
    if (!ignore_case) return left.text <=> right.text;
    // Literals were folded when they were checked.
    const auto folded = [](const Seen& seen) {
        return seen.operand.kind == Operand::Kind::field ? fold_case(seen.text) : std::string(seen.text);
    };
    return folded(left) <=> folded(right);
}

Order order_of(const Seen& left, const Seen& right, bool ignore_case, Day today) {
    if (left.operand.is_date() || right.operand.is_date()) {
        return order_if_both(day_of(left, today), day_of(right, today), [](Day a, Day b) { return a <=> b; });
    }
    if (left.operand.kind == Operand::Kind::number || right.operand.kind == Operand::Kind::number) {
        return order_if_both(number_of(left), number_of(right),
                             [](const ExactNumber& a, const ExactNumber& b) { return compare(a, b); });
    }
    return text_order(left, right, ignore_case);
}

/// With each value that the operand stands for, until one satisfies. Of any(field) without a value: none does.
template <class Predicate>
bool any_value(const Operand& operand, const Circumstances& circumstances, Predicate satisfies) {
    if (operand.kind != Operand::Kind::field) return satisfies(Seen{operand, operand.text});
    const auto value = value_of(circumstances.employee, circumstances.names, operand.field);
    if (!operand.any) return satisfies(Seen{operand, value.main()});
    return std::any_of(value.texts.begin(), value.texts.end(), [&](const std::string& text) {
        return satisfies(Seen{operand, text});
    });
}

bool is_one_of(const Test& test, const Seen& seen, Day today) {
    return std::any_of(test.wanted.begin(), test.wanted.end(), [&](const Operand& literal) {
        return agrees(order_of(seen, {literal, literal.text}, test.ignore_case, today), Comparison::equal);
    });
}

bool looks_like(Test::Kind kind, std::string_view text, std::string_view part) {
    switch (kind) {
        case Test::Kind::includes: return text.find(part) != std::string_view::npos;
        case Test::Kind::starts_with: return text.starts_with(part);
        case Test::Kind::ends_with: return text.ends_with(part);
        case Test::Kind::is_empty: return text.empty();
        case Test::Kind::comparison:
        case Test::Kind::one_of:
        case Test::Kind::matches: break;
    }
    return false;
}

bool text_test(const Test& test, std::string_view text) {
    if (test.kind == Test::Kind::matches) {
        return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *test.pattern);
    }
    const std::string_view part = test.wanted.empty() ? std::string_view() : test.wanted.front().text;
    return test.ignore_case ? looks_like(test.kind, fold_case(text), part) : looks_like(test.kind, text, part);
}

bool comparison_holds(const Test& test, const Circumstances& circumstances) {
    return any_value(test.subject, circumstances, [&](const Seen& left) {
        return any_value(test.wanted.front(), circumstances, [&](const Seen& right) {
            return agrees(order_of(left, right, test.ignore_case, circumstances.today), test.comparison);
        });
    });
}

/// What the record says there is no answer to a test.
bool is_silent(const Operand& operand, const Circumstances& circumstances) {
    if (operand.kind != Operand::Kind::field) return false;
    const auto& doubted = circumstances.in_doubt;
    return std::find(doubted.begin(), doubted.end(), operand.field) != doubted.end() ||
           value_of(circumstances.employee, circumstances.names, operand.field).says_nothing;
}

Judgement judge(const Test& test, const Circumstances& circumstances) {
    const auto is_silent_here = [&](const Operand& operand) { return is_silent(operand, circumstances); };
    const bool has_answer =
        test.kind == Test::Kind::is_empty ||
        (!is_silent_here(test.subject) && std::none_of(test.wanted.begin(), test.wanted.end(), is_silent_here));
    if (!has_answer) return Judgement::unknown;
    return holds(test, circumstances) ? Judgement::yes : Judgement::no;
}

Judgement opposite_of(Judgement judgement) {
    switch (judgement) {
        case Judgement::no: return Judgement::yes;
        case Judgement::unknown: return Judgement::unknown;
        case Judgement::yes: return Judgement::no;
    }
    return Judgement::unknown;
}

}  // namespace

bool holds(const Test& test, const Circumstances& circumstances) {
    if (test.kind == Test::Kind::comparison) return comparison_holds(test, circumstances);
    return any_value(test.subject, circumstances, [&](const Seen& seen) {
        if (test.kind != Test::Kind::one_of) return text_test(test, seen.text);
        return is_one_of(test, seen, circumstances.today) != test.is_negated;
    });
}

bool holds(const Node& node, const Circumstances& circumstances) {
    const auto part_holds = [&](const Node& part) { return holds(part, circumstances); };
    switch (node.kind) {
        case Trace::Kind::test: return holds(*node.test, circumstances);
        case Trace::Kind::all: return std::all_of(node.parts.begin(), node.parts.end(), part_holds);
        case Trace::Kind::any: return std::any_of(node.parts.begin(), node.parts.end(), part_holds);
        case Trace::Kind::negation: return !part_holds(node.parts.front());
    }
    return false;
}

Judgement judge(const Node& node, const Circumstances& circumstances) {
    if (node.kind == Trace::Kind::test) return judge(*node.test, circumstances);
    if (node.kind == Trace::Kind::negation) return opposite_of(judge(node.parts.front(), circumstances));
    const bool wants_all = node.kind == Trace::Kind::all;
    auto together = wants_all ? Judgement::yes : Judgement::no;
    for (const auto& part : node.parts) {
        const auto one = judge(part, circumstances);
        together = wants_all ? std::min(together, one) : std::max(together, one);
        if (together == (wants_all ? Judgement::no : Judgement::yes)) break;
    }
    return together;
}

}  // namespace usersync::rules

// Parts of an expression that hold for everybody, or for nobody.

#include "core/rules/expression_check.hpp"

#include <algorithm>

namespace usersync::rules {
namespace {

using Severity = ExpressionProblem::Severity;

/// One test of a single-valued field against something fixed: "x == a", "x < 3", under "not" turned round.
struct Claim {
    const Operand* subject;
    Comparison comparison;
    const Operand* fixed;
    bool ignore_case;
    Place place;
};

enum class Sort : std::uint8_t { text, number, day, today };

Sort sort_of(const Operand& fixed) {
    switch (fixed.kind) {
        case Operand::Kind::number: return Sort::number;
        case Operand::Kind::day: return Sort::day;
        case Operand::Kind::today: return Sort::today;
        case Operand::Kind::text:
        case Operand::Kind::field: break;
    }
    return Sort::text;
}

bool about_the_same(const Claim& left, const Claim& right) {
    return left.subject->field == right.subject->field && left.ignore_case == right.ignore_case &&
           sort_of(*left.fixed) == sort_of(*right.fixed);
}

std::strong_ordering order_of(const Claim& left, const Claim& right) {
    const std::chrono::days days(left.fixed->days);
    const std::chrono::days other_days(right.fixed->days);
    switch (sort_of(*left.fixed)) {
        case Sort::text: return left.fixed->text <=> right.fixed->text;
        case Sort::number: return compare(left.fixed->number.view(), right.fixed->number.view());
        case Sort::day: return left.fixed->day + days <=> right.fixed->day + other_days;
        case Sort::today: return days <=> other_days;
    }
    return std::strong_ordering::equal;
}

bool allows_equal(Comparison comparison) {
    return comparison == Comparison::equal || comparison == Comparison::at_most || comparison == Comparison::at_least;
}
bool allows_less(Comparison comparison) {
    return comparison == Comparison::unequal || comparison == Comparison::less || comparison == Comparison::at_most;
}
bool allows_more(Comparison comparison) {
    return comparison == Comparison::unequal || comparison == Comparison::greater || comparison == Comparison::at_least;
}

/// Whether no value can satisfy both. Between two values there may be no further one (days), which is not looked for.
bool exclude_each_other(const Claim& left, const Claim& right) {
    if (!about_the_same(left, right)) return false;
    const auto order = order_of(left, right);
    const auto low = order < 0 ? left.comparison : right.comparison;
    const auto high = order < 0 ? right.comparison : left.comparison;
    if (order != 0) {
        const bool below = allows_less(low) && allows_less(high);
        const bool at_low = allows_equal(low) && allows_less(high);
        const bool between = allows_more(low) && allows_less(high);
        const bool at_high = allows_more(low) && allows_equal(high);
        const bool above = allows_more(low) && allows_more(high);
        return !below && !at_low && !between && !at_high && !above;
    }
    return !(allows_less(low) && allows_less(high)) && !(allows_equal(low) && allows_equal(high)) &&
           !(allows_more(low) && allows_more(high));
}

/// Whether every value satisfies one of the two. Only what excludes nothing but one value can do that: what is no
/// number or no date is neither less nor greater.
bool leave_nothing_out(const Claim& left, const Claim& right) {
    if (!about_the_same(left, right)) return false;
    const bool left_excludes = left.comparison == Comparison::unequal;
    const bool right_excludes = right.comparison == Comparison::unequal;
    if (left_excludes && right_excludes) return order_of(left, right) != 0;
    const auto& other = left_excludes ? right : left;
    return (left_excludes || right_excludes) && allows_equal(other.comparison) && order_of(left, right) == 0;
}

void collect_claim(const Node& node, bool turned, std::vector<Claim>& claims) {
    if (!node.test || node.test->kind != Test::Kind::comparison) return;
    const auto& test = *node.test;
    const auto& fixed = test.wanted.front();
    auto comparison = test.comparison;
    if (test.subject.kind != Operand::Kind::field || test.subject.any || fixed.kind == Operand::Kind::field) return;
    if (turned) {
        // Not less is no claim about the order: the value may be no number.
        if (comparison != Comparison::equal && comparison != Comparison::unequal) return;
        comparison = comparison == Comparison::equal ? Comparison::unequal : Comparison::equal;
    }
    claims.push_back({&test.subject, comparison, &fixed, test.ignore_case, node.place});
}

/// Of a chain of "and", or of "or", with the chains of the same kind in parentheses within it.
void collect_claims(const Node& node, Trace::Kind kind, std::vector<Claim>& claims) {
    if (node.kind == Trace::Kind::negation) return collect_claim(node.parts.front(), true, claims);
    if (node.kind == Trace::Kind::test) return collect_claim(node, false, claims);
    if (node.kind != kind) return;
    for (const auto& part : node.parts) collect_claims(part, kind, claims);
}

class Constants {
public:
    explicit Constants(std::vector<ExpressionProblem>& problems) : problems_(problems) {}

    void look_at(const Node& node, Trace::Kind above) {
        if (node.test) return look_at_test(node);
        if (node.kind != Trace::Kind::negation && node.kind != above) look_at_chain(node);
        for (const auto& part : node.parts) look_at(part, node.kind);
    }

private:
    void warn(Place place, bool always, const std::string& why) {
        problems_.push_back({Severity::warning, place, always ? "always_true" : "always_false",
                             why + ": this is " + (always ? "true" : "false") + " for everybody"});
    }

    void look_at_test(const Node& node) {
        const auto& test = *node.test;
        const bool fixed =
            test.subject.is_literal() && std::all_of(test.wanted.begin(), test.wanted.end(),
                                                     [](const Operand& operand) { return operand.is_literal(); });
        if (fixed) return warn(node.place, holds_for_nobody_in_particular(test), "no field is looked at");
        if (test.subject.any || test.kind == Test::Kind::comparison || test.kind == Test::Kind::one_of) return;
        const bool empty = !test.wanted.empty() && test.wanted.front().text.empty();
        if (empty) warn(node.place, true, "the empty text is in every text");
    }

    static bool holds_for_nobody_in_particular(const Test& test) {
        const Employee nobody;
        const FieldNames names;
        return holds(test, {nobody, names, Day{}});
    }

    /// The first pair of each chain: one mistake, one warning.
    void look_at_chain(const Node& node) {
        std::vector<Claim> claims;
        collect_claims(node, node.kind, claims);
        const bool of_and = node.kind == Trace::Kind::all;
        constexpr std::size_t claims_max = 300;  // pairs are looked at; a longer chain was written by a program
        claims.erase(claims.begin() + static_cast<std::ptrdiff_t>(std::min(claims.size(), claims_max)), claims.end());
        for (auto second = claims.begin(); second != claims.end(); ++second) {
            const auto clashes = [&](const Claim& first) {
                return of_and ? exclude_each_other(first, *second) : leave_nothing_out(first, *second);
            };
            const auto first = std::find_if(claims.begin(), second, clashes);
            if (first == second) continue;
            const auto name = second->subject->written;
            return warn(covering(first->place, second->place), !of_and,
                        of_and ? name + " cannot be both" : name + " is always one or the other");
        }
    }

    std::vector<ExpressionProblem>& problems_;
};

}  // namespace

void warn_of_constants(const Node& node, std::vector<ExpressionProblem>& problems) {
    Constants(problems).look_at(node, Trace::Kind::test);
}

}  // namespace usersync::rules

#pragma once
// Conditions of rules taken apart into single tests: what each looks at, what it found, what it wants.

#include "core/rules/rule_set.hpp"

#include <string>
#include <vector>

namespace usersync::rules {

/// One test of a condition on one person: a cell, or a comparison within an expression.
struct Tested {
    Origin origin;                    ///< of the word in its file; of the rule, or its cell in a sheet
    std::string field;                ///< by name; empty: it looks at none
    std::vector<std::string> values;  ///< what the record says there
    std::string wanted;               ///< what would make it true: "is \"Store 12\""
    bool is_negated = false;          ///< "wanted" is what must not be
    bool holds = false;               ///< the test by itself, whatever stands around it
    bool operator==(const Tested&) const = default;

    bool is_in_favour() const { return holds != is_negated; }
};

struct TestedCondition {
    bool holds = false;
    std::vector<Tested> tests;      ///< all of them, cells first
    std::vector<Tested> obstacles;  ///< the least that would have to turn out otherwise; empty when it holds
};

TestedCondition test_expression(const Expression& expression, const Origin& at, const Employee& employee,
                                const FieldNames& names, Day today);
TestedCondition test_condition(const Condition& condition, const Origin& rule, const Employee& employee,
                               const FieldNames& names, Day today);

/// Where this byte of a text stands whose first one stands at `at`.
Origin within(const Origin& at, std::string_view text, std::size_t offset);

}  // namespace usersync::rules

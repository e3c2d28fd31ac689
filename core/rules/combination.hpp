#pragma once
// What two people must have in common for all rules to say the same about them.

#include "core/rules/exceptions.hpp"
#include "core/rules/matching.hpp"

#include <string>
#include <vector>

namespace usersync::rules {

/// Spells what rules see of a person. Two people with the same spelling, about neither of whom an exception speaks by
/// name, have the same placement.
///
/// The values of a field are part of it, but
/// - where it is one that hardly two people share (`is_told` says no: address, names, days) and only expressions look
/// at
///   it, whether these hold is part of it, for nothing else of the value reaches a placement;
/// - where only cells with values look at it, values that no cell names count as one: nothing of them reaches a
///   placement but that they are there.
class Combination {
public:
    /// Refers to the rules.
    Combination(const RuleSet& rules, const ExceptionIndex& exceptions);

    /// Replaces what `out` holds.
    void spell(const Person& person, std::string& out) const;

private:
    std::vector<std::size_t> by_value_;  ///< fields
    struct ByCells {
        std::size_t field = 0;
        TextSet named;
    };
    std::vector<ByCells> by_cells_;     ///< fields that cells with values look at, and nothing else
    std::vector<std::size_t> by_test_;  ///< fields: only whether the record says anything
    std::vector<Expression> tests_;
};

}  // namespace usersync::rules

#pragma once
// Exceptions: who they are about on a day.

#include "core/rules/matching.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace usersync::rules {

/// "exception[3]" and where it stands. Nothing that somebody wrote about the person.
Reason reason_of(const Exception& exception);

/// True when without it somebody could lose something: never remove, keep in, exclude.
bool protects(const Exception& exception);

/// An exception that protects somebody, and why: it is about them, or the record says nothing in the fields that would
/// tell (these are the reason's).
struct Protection {
    const Exception* exception = nullptr;
    Reason reason;
};

/// The exceptions of a rule set that hold on a day. Refers to the rules.
class ExceptionIndex {
public:
    ExceptionIndex(const RuleSet& rules, Day today);

    /// Those that name this person, in the order of the rules; nullptr when there are none.
    const std::vector<const Exception*>* naming(const EmployeeKey& key) const;
    /// Those by expression, in the order of the rules.
    const std::vector<const Exception*>& by_expression() const { return by_expression_; }
    /// All that are about this person.
    std::vector<const Exception*> of(const Person& person) const;

    /// All that protect this person; those by expression also when they cannot be judged.
    std::vector<Protection> protecting(const Person& person) const;

    struct Named {
        EmployeeKey key;
        std::vector<const Exception*> exceptions;
    };
    const std::vector<Named>& named() const { return named_; }  ///< sorted by key

private:
    std::vector<Named> named_;
    std::unordered_map<EmployeeKey, std::size_t> places_;  ///< in `named_`
    std::vector<const Exception*> by_expression_;
};

}  // namespace usersync::rules

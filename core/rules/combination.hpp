#pragma once
// What two people must have in common for all rules to say the same about them.

#include "core/rules/exceptions.hpp"
#include "core/rules/matching.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace usersync::rules {

struct Test;

/// What is kept for those who come after is kept in vain when nearly everybody differs: then it would only fill memory.
/// Judged once, when `looked_up` has reached 20,000: four of five may be `different`.
bool nearly_all_differ(std::size_t different, std::size_t looked_up);

/// The values of one field, put into classes: within one, no rule tells values apart.
///
/// Each value is looked at once, whatever the number of rules; whoever has it later costs a look-up. Takes about 100
/// bytes for each different value. None is kept where nearly everybody has a value of their own, or where asking a few
/// tests costs less than looking up.
class FieldClasses {
public:
    struct Looks {
        bool at_whole = false;           ///< a template or a cell of any value: each value is a class
        TextSet named;                   ///< by cells
        std::vector<const Test*> tests;  ///< of expressions, that look at this field alone
    };
    /// `is_told`: values may become part of reasons.
    FieldClasses(std::size_t field, Looks looks, bool is_told);

    struct Place {
        std::uint32_t of_class = 0;
        std::uint32_t of_value = 0;
    };
    Place place(const Person& person);
    std::size_t field() const { return field_; }
    bool tells_whole() const { return looks_.at_whole; }

private:
    Place new_place(const Person& person, const FieldValue& value);

    std::size_t field_;
    Looks looks_;
    std::unordered_map<std::string, Place> known_;             // by value
    std::unordered_map<std::string, std::uint32_t> class_of_;  // by what rules see of it
    std::uint32_t values_ = 0;
    std::size_t looked_up_ = 0;
    bool remembers_ = true;
    std::string value_text_;  // kept for its memory
    std::string class_text_;
};

/// Spells what rules see of a person. Two people with the same spelling, about neither of whom an exception speaks by
/// name, have the same placement.
///
/// Of each field that rules look at it is the class. Where an expression holds, reasons tell the values that it looked
/// at (`is_told`): they are part of it too, there alone.
class Combination {
public:
    /// Refers to the rules.
    Combination(const RuleSet& rules, const ExceptionIndex& exceptions);

    /// Replaces what `out` holds. Spellings of one Combination may be compared, and no others.
    void spell(const Person& person, std::string& out);

private:
    struct Teller {
        Expression expression;
        std::vector<std::size_t> told;  ///< places in fields_
    };
    void tell(const Person& person, std::vector<std::size_t>& told) const;
    const std::vector<std::size_t>& told_of(const Person& person, const std::string& classes);

    std::vector<FieldClasses> fields_;
    std::vector<Teller> tellers_;
    std::unordered_map<std::string, std::vector<std::size_t>> told_;  // by the classes of all fields
    std::size_t looked_up_ = 0;
    bool remembers_ = true;
    std::vector<std::size_t> told_here_;  // where it is not remembered
    std::vector<std::uint32_t> values_;   // of the person who is spelled
};

}  // namespace usersync::rules

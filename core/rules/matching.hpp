#pragma once
// Whether a rule applies to a person, and what is told about why.

#include "core/rules/rule_set.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace usersync::rules {

/// Who is looked at, by which names, on which day. Refers to all of it.
struct Person {
    const Employee& employee;
    const FieldNames& names;
    Day today;
    FieldValue value(std::size_t field) const { return value_of(employee, names, field); }
};

/// One of the person's values is among the cell's; without any, they have one that is not empty.
bool holds(const Cell& cell, const Person& person);
/// Whether this one of the person's values makes the cell hold.
bool admits(const Cell& cell, const std::string& value);
bool holds(const Condition& condition, const Person& person);

/// The same without taking nothing for an answer: unknown where the record says nothing in a field that counts, or
/// where its value is `in_doubt`.
Judgement judge(const Condition& condition, const Person& person, std::span<const std::size_t> in_doubt = {});
/// Of the fields that an expression looks at, those about which the record says nothing.
std::vector<std::size_t> silent_fields(const Expression& expression, const Person& person);
/// A reason that tells these fields, and nothing of what is there.
Reason reason_of_silence(std::string rule, const Origin& origin, const std::vector<std::size_t>& fields,
                         const FieldNames& names);

/// Every field that the condition looks at: cells in their order, then the expression's. Unique.
std::vector<std::size_t> fields_of(const Condition& condition);

/// A field that decided, and what the person has there.
struct Decided {
    std::size_t field = 0;
    std::string value;  ///< empty: only the field is told
};

/// True when a reason may tell what somebody has in this field: it does not tell who they are, and it is no day (which
/// would give nearly everybody reasons of their own).
bool is_told(const RuleField& field);

/// By what the condition holds. A cell: by the first of the person's values that it admits. An expression: by
/// everything that it looks at. REQUIRES: it holds.
std::vector<Decided> decided_by(const Condition& condition, const Person& person);

/// Those with values first, so that the n-th value is that of the n-th column.
Reason reason_with(std::string rule, const Origin& origin, const std::vector<Decided>& decided,
                   const FieldNames& names);

/// A group that a rule names for a person.
struct NamedGroup {
    GroupRef group;
    Reason reason;
};

/// The groups that `target` means for a person for whom `condition` holds: one for each value of the lists in its
/// template. Where a cell looks at the same field, only for the values that made it hold: 'A' → 'Group {location}' says
/// nothing about somebody's other locations.
void name_groups(const GroupTarget& target, const Condition& condition, const Person& person, const std::string& rule,
                 const Origin& origin, std::vector<NamedGroup>& out);

/// A local department, and a group above it.
struct Above {
    GroupRef local;
    GroupRef parent;
};

/// Which of the groups that `local` means for a person is below which of those that `parent` means: they are filled
/// with the same values. As `name_groups`.
void name_above(const GroupTarget& local, const GroupTarget& parent, const Condition& condition, const Person& person,
                std::vector<Above>& out);

/// The group of a constant target. REQUIRES: its text is constant.
GroupRef constant_group(const GroupTarget& target);

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Texts that are looked up without making a string of them.
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

/// Which of many conditions may hold for somebody, found by their values instead of asking each: 200 rows by store cost
/// one look-up.
class ConditionIndex {
public:
    void add(const Condition& condition);
    /// Places in the order of `add`, ascending, unique. A superset of those that hold.
    void find(const Person& person, std::vector<std::uint32_t>& out) const;

private:
    struct Field {
        std::size_t field = 0;
        std::unordered_map<std::string, std::vector<std::uint32_t>, TextHash, std::equal_to<>> by_value;
    };
    Field& field(std::size_t index);

    std::uint32_t count_ = 0;
    std::vector<Field> fields_;
    std::vector<std::uint32_t> others_;  ///< without a cell of exact values
};

}  // namespace usersync::rules

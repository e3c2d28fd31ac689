#pragma once
// A tenant's rules, checked: what `desired_network` works with. Immutable; a run uses one from beginning to end.

#include "core/base/fingerprint.hpp"
#include "core/model/network.hpp"
#include "core/rules/expression.hpp"
#include "core/rules/written_rules.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::rules {

/// "{last_name}{employee_id}", checked: every field in it exists.
class Template {
public:
    Template() = default;
    Template(std::string text, std::vector<std::variant<std::string, std::size_t>> parts)
        : text_(std::move(text)), parts_(std::move(parts)) {}

    const std::string& text() const { return text_; }
    /// Literals and indices of fields, in order.
    const std::vector<std::variant<std::string, std::size_t>>& parts() const { return parts_; }
    bool is_constant() const;
    std::vector<std::size_t> fields() const;  ///< in order, unique
    /// Main values. nullopt when a field in it is empty for this person.
    std::optional<std::string> fill(const Employee& employee, const FieldNames& names) const;
    /// The same with every value of its lists: one text each, in the order of the record. A template with two lists
    /// gives all pairs.
    std::vector<std::string> fill_each(const Employee& employee, const FieldNames& names) const;
    bool operator==(const Template& other) const { return text_ == other.text_; }

private:
    std::string text_;
    std::vector<std::variant<std::string, std::size_t>> parts_;  ///< literal, or index of a field
};

struct Cell {
    std::size_t field = 0;
    std::vector<std::string> values;  ///< sorted; empty: any value
    std::size_t column = 0;           ///< of the sheet that it stands in; 0: not in one
    bool operator==(const Cell&) const = default;
};

/// All cells hold (a cell holds when one of the person's values is among its own), and the expression.
struct Condition {
    std::vector<Cell> cells;
    std::optional<Expression> expression;
    Origin expression_at;
    bool expression_in_cell = false;  ///< of a sheet: then its column is that of all that stands in it
    bool operator==(const Condition&) const = default;
    bool is_always() const { return cells.empty() && !expression; }
};

struct GroupTarget {
    std::optional<GroupKind> kind;
    GroupRef::By by = GroupRef::By::name;
    Template text;
    bool operator==(const GroupTarget&) const = default;
};

struct GroupRule {
    std::string id;
    Origin origin;
    Condition when;
    GroupTarget group;
    std::vector<GroupTarget> parents;  ///< of a local department: its business unit, its department
    bool operator==(const GroupRule&) const = default;
};

struct GroupTable {
    std::string id;
    Origin origin;
    bool first_match = false;
    bool create_missing = false;
    std::vector<GroupRule> rules;
    bool operator==(const GroupTable&) const = default;
};

struct RoleRule {
    std::string id;
    Origin origin;
    Condition when;
    std::optional<GroupTarget> target;  ///< nullopt: the network
    RoleId role;
    bool operator==(const RoleRule&) const = default;
};

struct LifeCycle {
    std::optional<Expression> active;
    Origin active_at;
    std::optional<Expression> leave;
    Origin leave_at;
    bool leave_suspends = false;
    std::int64_t start_lead_days = 0;
    std::int64_t end_delay_days = 0;
    bool uses_start_date = true;
    bool uses_end_date = true;
    bool operator==(const LifeCycle&) const = default;
};

struct InviteRule {
    std::string id;
    Origin origin;
    std::optional<Expression> when;
    std::optional<InviteChannel> channel;
    std::optional<Template> language;
    bool operator==(const InviteRule&) const = default;
};

struct Exception {
    std::string id;
    Origin origin;
    std::optional<EmployeeKey> person;
    std::optional<Expression> when;  ///< exactly one of the two
    std::vector<GroupTarget> add_groups;
    std::vector<GroupTarget> keep_in_groups;
    std::vector<GroupTarget> not_in_groups;
    std::optional<RoleId> role;
    std::optional<GroupTarget> role_in;
    bool do_not_invite = false;
    bool never_remove = false;
    bool exclude = false;
    std::string reason;
    std::string owner;
    std::optional<Day> until;  ///< the last day on which it holds
    bool operator==(const Exception&) const = default;
    bool holds_on(Day today) const { return !until || today <= *until; }
};

struct RuleSet {
    FieldNames names;  ///< the indices above are places in it
    std::vector<GroupTable> groups;
    std::vector<RoleRule> roles;
    std::vector<RoleId> role_order;  ///< highest first, complete: every role that a rule gives, admin and member
    LifeCycle life_cycle;
    std::vector<InviteRule> invites;
    std::optional<Template> user_name;
    std::optional<Template> temporary_password;
    Admit without_email = Admit::report;
    Admit without_business_unit = Admit::yes;
    Admit without_group = Admit::yes;
    std::vector<Exception> exceptions;
    bool operator==(const RuleSet&) const = default;
};

/// Over everything that decides, origins included: the same rules in the same places.
Fingerprint fingerprint_of(const RuleSet& rules);

/// True when the same record gives another desired network on another day: dates, leads, today, exceptions that end.
bool looks_at_today(const RuleSet& rules);

/// Something that is wrong with rules, or most likely not meant.
struct RuleProblem {
    enum class Severity : std::uint8_t { error, warning };
    Severity severity = Severity::error;
    Origin origin;     ///< within an expression: of the word
    std::string rule;  ///< "group_mapping[2]"
    std::string code;
    std::string sentence;
    auto operator<=>(const RuleProblem&) const = default;
};

struct CheckedRules {
    std::optional<RuleSet> rules;       ///< present exactly when no problem is an error
    std::vector<RuleProblem> problems;  ///< sorted by origin; all of them
};

/// Pure. Errors: what an expression's parser says; fields, kinds, roles, channels and days that do not exist; a local
/// department by name without its business unit and department; "role_twice" in the order of roles; a group named
/// by what tells who somebody is; an exception without effect, without reason, with both person and expression.
/// Warnings: the same rule twice, a rule that an earlier one of a first-match table always shadows, an exception that
/// has ended or has no owner.
CheckedRules check_rules(const WrittenRules& written, FieldNames names, Day today);

}  // namespace usersync::rules

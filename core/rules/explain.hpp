#pragma once
// Why one person should be where they should be, and why not elsewhere: every rule with what it looked at.

#include "core/model/network.hpp"
#include "core/rules/rule_set.hpp"
#include "core/rules/tested.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

enum class RuleKind : std::uint8_t { exception, active, leave, start_date, end_date, role, group, invite };
std::string_view to_string(RuleKind kind);

/// What a rule comes to for one person.
enum class Says : std::uint8_t {
    applies,    ///< it matches, and takes effect
    overruled,  ///< it matches, and something stronger decides
    no_match,
    unclear,  ///< the record says nothing in a field on which it depends
    expired,  ///< an exception that would match, and has ended
};
std::string_view to_string(Says says);

struct ExplainedRule {
    RuleKind kind = RuleKind::group;
    Says says = Says::no_match;
    std::string rule;  ///< "group_mapping[2]"
    Origin origin;
    std::string effect;            ///< in words: "member of business_unit \"Store 12\""
    std::vector<GroupRef> groups;  ///< that it is about, with the person's values; as written where those are missing
    std::optional<RoleId> role;
    std::string because;            ///< why it is overruled
    std::vector<Tested> tests;      ///< all that it looks at; empty: it is for everybody
    std::vector<Tested> obstacles;  ///< what would have to change for it to match
    bool operator==(const ExplainedRule&) const = default;
};

/// A field as the record has it. Values of this person are shown whole, names and addresses too.
struct ExplainedField {
    std::string name;
    std::vector<std::string> headings;
    std::vector<std::string> values;
    bool says_nothing = false;  ///< the column is absent, or an empty cell that is to be kept
    bool operator==(const ExplainedField&) const = default;
};

struct Explanation {
    EmployeeKey key;
    Day today{};
    std::vector<ExplainedField> record;  ///< fields that have a column or a value, in the order of the names
    std::vector<ExplainedRule> rules;    ///< every rule there is, the strongest kind first, then as they are written
    std::optional<DesiredUser> wanted;   ///< exactly one of the two
    std::optional<NotWanted> not_wanted;
    /// Of fields that say nothing, or whose value no row of a table knows: where their rules can place people. What is
    /// ours of that is kept.
    std::vector<FieldGroups> in_doubt;
};

/// "contract says nothing", "location has a value that no row knows".
std::string why_in_doubt(const Explanation& person, const std::string& field);

/// Pure. Every reason of `wanted` and `not_wanted` that is a rule's stands among `rules`, as one that applies; every
/// other rule stands there with what keeps it from applying (I11). REQUIRES: the rules outlive the call only.
Explanation explain(const Employee& employee, const RuleSet& rules, Day today);

/// A rule that could give somebody a group, and what is in the way.
struct WayIn {
    RuleKind kind = RuleKind::group;
    std::string rule;
    Origin origin;
    std::vector<Tested> obstacles;        ///< cells that would have to change
    std::vector<std::string> hindrances;  ///< what no cell of this rule changes: "exceptions[1] forbids it"
    bool operator==(const WayIn&) const = default;
};

struct WhyNot {
    bool is_wanted = false;               ///< they should be in it
    std::vector<Reason> reasons;          ///< why they should be
    std::vector<std::string> hindrances;  ///< what is in the way whatever rule is looked at
    std::vector<WayIn> ways;              ///< the shortest first; empty: no rule places people there
    std::optional<std::string> nearest;   ///< without ways: the name of a group of the rules that may have been meant
    bool operator==(const WhyNot&) const = default;
};

/// Pure. `names` are the ways in which rules may mean the group: its name, its EID, its XID.
WhyNot why_not(const Employee& employee, const RuleSet& rules, Day today, const std::vector<GroupRef>& names);

}  // namespace usersync::rules

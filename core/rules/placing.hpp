#pragma once
// Where one person belongs: groups, roles, invitation.

#include "core/rules/exceptions.hpp"
#include "core/rules/matching.hpp"
#include "core/rules/scope.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace usersync::rules {

/// The same group of the network: a kind only tells groups with one name apart.
bool same_group(const GroupRef& a, const GroupRef& b);
bool group_before(const GroupRef& a, const GroupRef& b);

/// A value that no row of a table knows. The text lives as long as the person.
struct UnknownValue {
    std::size_t field = 0;
    std::string_view value;
    auto operator<=>(const UnknownValue&) const = default;
};

/// What a template made of somebody's values.
struct TemplateGroup {
    GroupRef group;
    std::optional<Making> make;  ///< when its table lets groups be made
};

struct Placed {
    Placement placement;
    std::vector<TemplateGroup> from_templates;
    bool has_business_unit = false;  ///< or a group of which no kind is known
    bool has_group = false;
};

/// Runs all rules for a person. Refers to the rules.
class Placer {
public:
    Placer(const RuleSet& rules, const ExceptionIndex& exceptions);

    /// REQUIRES: the person's names are the rules'.
    Placed place(const Person& person) const;
    /// What no row knows of the person's values: sorted, unique. Replaces what `out` holds. One look-up a value.
    void unknown_values(const Person& person, std::vector<UnknownValue>& out) const;

private:
    struct Watched;
    struct Table;
    struct Work;

    void place_by_table(const Table& table, const Person& person, Work& work) const;
    void place_by_roles(const Person& person, Work& work) const;
    void doubt_roles(const Person& person, Work& work) const;
    void place_by_exceptions(const Person& person, Work& work) const;
    Invitation invitation_of(const Person& person) const;
    void finish(const Person& person, Work& work, Placed& placed) const;

    const RuleSet& rules_;
    const ExceptionIndex& exceptions_;
    /// A field for whose every value some row of the table is meant, so that a value that none of them names is
    /// unknown: either every row looks at it, or a row with this field alone leads to a business unit or a department.
    /// (That a job title leads to a group of managers says nothing about other titles; that a store leads to a business
    /// unit says that every store should.) Not when a row takes any value. Rows that only have an expression take no
    /// part.
    struct Watched {
        std::size_t field = 0;
        TextSet known;
    };
    struct Table {
        const GroupTable* rules = nullptr;
        ConditionIndex index;
        std::vector<Watched> watched;
    };
    static std::vector<Watched> watched_in(const GroupTable& table);

    /// Whoever is forbidden a business unit or a department is forbidden the local departments below it.
    void forbid_what_is_below(Work& work) const;

    std::vector<Table> tables_;
    std::vector<Above> above_;  ///< as rules name them without a template
    ConditionIndex roles_;
    std::map<RoleId, std::size_t> ranks_;      ///< 0 is the highest
    std::vector<std::size_t> role_fields_;     ///< that rules look at which give a role in the network; sorted
    std::vector<std::size_t> placing_fields_;  ///< sorted by name: those that rules which place people look at
};

/// Fields that rules which place people look at, sorted: groups, roles, and exceptions by expression.
std::vector<std::size_t> placing_fields(const RuleSet& rules, const ExceptionIndex& exceptions);

}  // namespace usersync::rules

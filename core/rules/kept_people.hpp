#pragma once
// Whom exceptions keep when they leave: by employee id, or by what their row says, or last said.

#include "core/rules/exceptions.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace usersync::rules {

/// What exceptions keep of people: the whole account (never remove, exclude), or memberships (keep in).
class KeptPeople {
public:
    /// Of whoever is named, whether they are in the record or not.
    explicit KeptPeople(const ExceptionIndex& exceptions);

    /// Of somebody of whom a row is known, templates can be filled.
    void look_at(const Person& person, const std::vector<Protection>& protections);

    std::vector<NeverRemoved> all() const;  ///< sorted by key, no key twice

private:
    struct Kept {
        std::optional<Reason> whole_account;
        std::optional<Reason> only_groups;
        std::set<GroupRef> groups;
    };
    void keep(const EmployeeKey& key, const Protection& protection, const std::vector<GroupRef>& groups);

    std::map<EmployeeKey, Kept> kept_;
};

/// True when somebody may be kept by an expression: then it matters what the rows of people said who are gone.
bool keeps_by_expression(const RuleSet& rules, Day today);

/// What exceptions keep of these people, none of whom is in the record any more. `last_rows` are the newest that are
/// known of them; of somebody without one nothing is known but the employee id, and an exception that cannot be judged
/// keeps them. Pure; sorted by key.
std::vector<NeverRemoved> kept_after_leaving(const std::vector<EmployeeKey>& people,
                                             const std::vector<Employee>& last_rows, const RuleSet& rules, Day today);

/// Puts what is known of people who are gone in the place of what was known without their rows. Stays sorted by key.
void add_kept(std::vector<NeverRemoved>& all, std::vector<NeverRemoved> of_gone);

}  // namespace usersync::rules

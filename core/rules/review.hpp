#pragma once
// What a tenant's mapping leaves open over a record: for whoever keeps the mapping.

#include "core/model/network.hpp"
#include "core/rules/rule_set.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

struct Finding {
    enum class Kind : std::uint8_t {
        unmapped_value,         ///< a value in the record that no row of a table knows
        matches_nobody,         ///< a rule
        shadowed,               ///< a rule that matches people, and never takes effect: others come first
        overlapping_roles,      ///< several role rules of one target for the same people
        group_without_members,  ///< a group that rules name
        person_without_group,   ///< people who should be in the network and in no group of it
        not_admitted,           ///< people whom the tenant does not admit as they are, or who cannot be judged
        expired_exception,
        unused_exception,  ///< nothing is different by it
        exception_without_owner,
    };
    Kind kind = Kind::unmapped_value;
    std::string rule;  ///< empty where no single one is meant
    Origin origin;
    std::string field;  ///< of an unmapped value
    std::string value;
    std::optional<GroupRef> group;
    std::size_t people = 0;
    std::vector<EmployeeKey> employees;  ///< sorted; `findings_keys_max` at most, where people are the finding
    std::string sentence;                ///< never holds a personal value
    bool operator==(const Finding&) const = default;
};
std::string_view to_string(Finding::Kind kind);
const std::vector<Finding::Kind>& all_finding_kinds();

constexpr std::size_t findings_keys_max = 100;

struct Review {
    std::size_t employees = 0;      ///< in the record
    std::size_t wanted = 0;         ///< who should be in the network
    std::vector<Finding> findings;  ///< sorted by kind, then place
    bool operator==(const Review&) const = default;
};

/// Pure. `desired` is what the rules make of this snapshot on this day. Rules are looked at over the people who should
/// be in the network, once for each combination of values that they look at.
Review review(const Snapshot& snapshot, const RuleSet& rules, const DesiredNetwork& desired, Day today);

}  // namespace usersync::rules

#pragma once
// What a plan, or what took effect over a time, gives and takes away: counted once, in one place.

#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::plan {

/// What has a budget of its own (demand G-2).
enum class Budgeted : std::uint8_t {
    removals,            ///< people who lose their account, on leave or for good
    suspensions,         ///< of them, those who are suspended
    endings,             ///< of them, those whose membership of the network ends
    accounts_made,       ///< accounts that come into being, or come back
    profiles_changed,    ///< people whose profile is written
    addresses_changed,   ///< of them, those whose address changes
    memberships_gained,  ///< group memberships
    memberships_lost,    ///< group memberships that people who stay lose
    role_grants,         ///< people who stay and get another role, higher or lower
    groups_made,         ///< groups that come into being
    invitations,         ///< letters to people who did not accept
};
constexpr std::size_t budgeted_kinds = 11;
/// "removals", "role_grants", …: the word in settings, reasons and answers.
std::string_view to_string(Budgeted kind);
std::array<Budgeted, budgeted_kinds> all_budgeted();
/// Of a hold reason's code: "removals_7_days" is about removals.
std::optional<Budgeted> budgeted_of(std::string_view code);

/// How much of each.
class Impact {
public:
    std::size_t of(Budgeted kind) const { return counts_[static_cast<std::size_t>(kind)]; }
    void add(Budgeted kind, std::size_t count) { counts_[static_cast<std::size_t>(kind)] += count; }
    bool operator==(const Impact&) const = default;

private:
    std::array<std::size_t, budgeted_kinds> counts_{};
};

/// What an operation counts as, each with how many. Whatever somebody loses by leaving is a removal each: whoever
/// adds them up counts a person once.
std::vector<std::pair<Budgeted, std::size_t>> counted_as(const Operation& operation);

/// Of a whole plan: a person who is suspended and removed is one removal.
Impact impact_of(const Plan& plan);

/// A field of people's profiles.
enum class ProfileField : std::uint8_t { email, name, job_title, phone };
std::string_view to_string(ProfileField field);

/// Of which people a field that holds something is emptied, sorted.
std::map<ProfileField, std::vector<EmployeeKey>> cleared_by(const Plan& plan);

/// What a group loses of its members that are ours.
struct GroupLoss {
    std::string name;                 ///< for people
    std::vector<EmployeeKey> people;  ///< sorted
};
std::map<GroupEid, GroupLoss> group_losses_of(const Plan& plan);

}  // namespace usersync::plan

#pragma once
// Whom a held plan is held for: people by key, never by name, each with why and by what evidence (demand G-4).

#include "core/plan/plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace usersync::plan {

struct HeldPerson {
    EmployeeKey employee;
    std::string code;      ///< of the hold reason
    std::string evidence;  ///< the reason of what would be done to them: the rule, and the cell that it looked at
    auto operator<=>(const HeldPerson&) const = default;
};

/// In the order of the verdict's reasons, each sorted by key; nobody twice for one reason. Reasons that are about the
/// plan as a whole (its first, a doubtful record) name nobody.
std::vector<HeldPerson> held_people(const Plan& plan, const Verdict& verdict);

/// The operations that a reason is about, by their place in the plan; none for a reason about the plan as a whole.
std::vector<std::size_t> operations_held(const Plan& plan, const HoldReason& reason);

/// The plan's changes without what is held, where every reason is about the amount of something (demand G-7): so that
/// one kind of operation waits, and not everything. With what is held goes what needs it, everything else that is taken
/// from a leaver, and every update of a swap of addresses. nullopt when there is nothing to tell apart: the plan as a
/// whole is held, or nothing else is in it.
std::optional<ChangeSet> without_held(const Plan& plan, const Verdict& verdict);

/// How many people a reason is about, and who the first of them are.
struct HeldCount {
    std::string code;
    std::size_t people = 0;
    std::vector<EmployeeKey> first = {};  ///< `held_named_max` at most
    auto operator<=>(const HeldCount&) const = default;
};
/// Whoever looks at a status need not scroll for everybody: the plan names all.
constexpr std::size_t held_named_max = 100;
std::vector<HeldCount> held_counts(const std::vector<HeldPerson>& people);

/// For a terminal, one line a person: "    removals 1007: left the employee record".
std::string held_text(const std::vector<HeldPerson>& people);

}  // namespace usersync::plan

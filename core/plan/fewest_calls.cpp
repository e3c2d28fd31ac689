#include "core/plan/fewest_calls.hpp"

#include <map>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

/// What somebody's operations come to, all in all.
struct Effect {
    bool is_made = false;  // an account that was not there, or could not get in
    std::optional<Profile> from;
    std::optional<Profile> to;
    std::map<GroupEid, int> groups;  // +1 joined, -1 left, 0 both
    std::optional<RoleId> role_from;
    std::optional<RoleId> role_to;
    std::map<GroupEid, std::pair<RoleId, RoleId>> group_roles;
    bool is_asked_again = false;
    bool is_suspended = false;
    bool is_ended = false;

    void operator()(const Adopt&) {}
    void operator()(const Release&) {}
    void operator()(const MakeGroup&) {}
    void operator()(const CreateUser& create) { made(create.profile); }
    void operator()(const ReactivateUser& reactivate) { made(reactivate.profile); }
    void operator()(const UpdateProfile& update) {
        if (!from) from = update.before;
        to = update.after;
    }
    void operator()(const AddToGroups& add) {
        for (const auto& group : add.groups) ++groups[group.eid];
    }
    void operator()(const RemoveFromGroups& remove) {
        for (const auto& group : remove.groups) --groups[group.eid];
    }
    void operator()(const ChangeRole& change) {
        if (!role_from) role_from = change.before;
        role_to = change.after;
    }
    void operator()(const ChangeGroupRole& change) {
        const auto [at, is_first] = group_roles.try_emplace(change.group.eid, change.before, change.after);
        if (!is_first) at->second.second = change.after;
    }
    void operator()(const InviteAgain&) { is_asked_again = true; }
    void operator()(const SuspendUser&) { is_suspended = true; }
    void operator()(const EndMembership&) { is_ended = true; }

    void made(const Profile& profile) {
        is_made = true;
        from = profile;
        to = profile;
    }

    std::size_t calls() const {
        bool joins = false;
        bool leaves = false;
        for (const auto& [group, balance] : groups) {
            joins = joins || balance > 0;
            leaves = leaves || balance < 0;
        }
        std::size_t roles = 0;
        for (const auto& [group, change] : group_roles) roles += change.first != change.second ? 1 : 0;
        const auto one = [](bool is_needed) { return static_cast<std::size_t>(is_needed ? 1 : 0); };
        return one(is_made) + one(from != to) + one(joins) + one(leaves) + one(role_from != role_to) + roles +
               one(is_asked_again) + one(is_suspended) + one(is_ended);
    }
};

using Who = EmployeeKey;

bool is_parking(const Operation& operation, const Plan& plan) {
    const auto* update = std::get_if<UpdateProfile>(&operation.change.what);
    if (update == nullptr) return false;
    for (const auto& other : plan.operations) {
        const auto* later = std::get_if<UpdateProfile>(&other.change.what);
        if (later != nullptr && &other != &operation && other.change.employee == operation.change.employee &&
            later->before == update->after) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::size_t fewest_calls(const Plan& plan) {
    std::map<Who, Effect> people;
    std::set<std::tuple<GroupKind, std::string, std::optional<GroupEid>, std::optional<GroupEid>>> groups_made;
    for (const auto& operation : plan.operations) {
        if (const auto* make = std::get_if<MakeGroup>(&operation.change.what)) {
            groups_made.emplace(make->kind, make->name, make->business_unit, make->department);
        } else {
            std::visit(people[operation.change.employee], operation.change.what);
        }
    }
    auto calls = groups_made.size();
    for (const auto& [who, effect] : people) calls += effect.calls();
    return calls;
}

std::vector<Excess> excess_of(const Plan& plan) {
    // Taken away one after the other, a call that the rest does without is one too many.
    std::vector<Excess> found;
    std::map<std::pair<Who, std::string>, std::size_t> calls_of_kind;
    for (const auto& operation : plan.operations) {
        if (!needs_call(operation.change.what)) continue;
        if (is_parking(operation, plan)) {
            found.push_back({operation.key, "gives an address free that people hand round in a circle"});
            continue;
        }
        const auto kind = std::string(kind_of(operation.change.what));
        // One call makes each group, and each role in a group.
        if (std::holds_alternative<MakeGroup>(operation.change.what) ||
            std::holds_alternative<ChangeGroupRole>(operation.change.what)) {
            continue;
        }
        if (calls_of_kind[{operation.change.employee, kind}]++ > 0) found.push_back({operation.key, {}});
    }
    return found;
}

}  // namespace usersync::plan

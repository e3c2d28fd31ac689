#include "core/plan/fewest_calls.hpp"

#include "core/plan/addresses.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace usersync::plan {
namespace {

/// What a call is for: its kind, and of a role in a group the group.
using Purpose = std::pair<std::string_view, std::string>;

/// What somebody's operations come to, all in all.
struct Effect {
    bool is_made = false;  // an account that was not there, or could not get in
    std::optional<Profile> from;
    std::optional<Profile> to;
    std::map<GroupEid, int> groups;  // how much more often joined than left
    std::optional<RoleId> role_from;
    std::optional<RoleId> role_to;
    std::map<GroupEid, std::pair<RoleId, RoleId>> group_roles;
    bool is_asked_again = false;
    bool is_suspended = false;
    bool is_ended = false;

    void operator()(const Adopt&) {}
    void operator()(const Release&) {}
    void operator()(const MakeGroup&) {}
    void operator()(const CreateUser&) { is_made = true; }
    void operator()(const ReactivateUser&) { is_made = true; }
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

    /// Whether a call for this cannot be done without. No purpose needs two: one call does all of it.
    bool needs(const Purpose& purpose) const {
        const auto& [kind, group] = purpose;
        if (kind == "create_user" || kind == "reactivate_user") return is_made;
        if (kind == "update_profile") return !is_made && from != to;  // an account is made with its profile
        if (kind == "add_to_groups") return any_group([](int balance) { return balance > 0; });
        if (kind == "remove_from_groups") return any_group([](int balance) { return balance < 0; });
        if (kind == "change_role") return role_from != role_to;
        if (kind == "invite_again") return is_asked_again;
        if (kind == "suspend_user") return is_suspended;
        if (kind == "end_membership") return is_ended;
        const auto at = group_roles.find(GroupEid(group));
        return at != group_roles.end() && at->second.first != at->second.second;
    }

    template <class Test>
    bool any_group(Test test) const {
        return std::any_of(groups.begin(), groups.end(), [&](const auto& one) { return test(one.second); });
    }
};

using MadeGroup = std::tuple<GroupKind, std::string, std::optional<GroupEid>, std::optional<GroupEid>>;

MadeGroup made_group(const MakeGroup& make) { return {make.kind, make.name, make.business_unit, make.department}; }

/// Making and bringing back are one purpose: somebody has one account.
Purpose purpose_of(const What& what) {
    if (std::holds_alternative<ReactivateUser>(what)) return {"create_user", {}};
    if (const auto* role = std::get_if<ChangeGroupRole>(&what)) return {kind_of(what), role->group.eid.value()};
    return {kind_of(what), {}};
}

/// The calls, sorted into those that are needed and those that are more.
class Sorted {
public:
    explicit Sorted(const Plan& plan) {
        for (const auto& operation : plan.operations) {
            std::visit(people_[operation.change.employee], operation.change.what);
            if (const auto* update = std::get_if<UpdateProfile>(&operation.change.what)) learn_address(*update);
        }
        // The last call for something is the one that leaves it as it is to be.
        for (auto at = plan.operations.rbegin(); at != plan.operations.rend(); ++at) sort(*at);
        std::reverse(excess_.begin(), excess_.end());
    }

    std::size_t needed() const { return needed_; }
    std::vector<Excess> excess() && { return std::move(excess_); }

private:
    void learn_address(const UpdateProfile& update) {
        if (update.after.email && !update.parks) claimed_.insert(folded_address(*update.after.email));
    }

    void sort(const Operation& operation) {
        const auto& what = operation.change.what;
        if (!needs_call(what)) return;
        const auto& who = operation.change.employee;
        bool is_needed = false;
        if (const auto* make = std::get_if<MakeGroup>(&what)) {
            is_needed = groups_.insert(made_group(*make)).second;
        } else {
            auto purpose = purpose_of(what);
            is_needed = people_[who].needs(purpose) && done_.emplace(who, std::move(purpose)).second;
        }
        if (is_needed) {
            ++needed_;
        } else {
            excess_.push_back({operation.key, reason_for(what)});
        }
    }

    std::string reason_for(const What& what) const {
        const auto* update = std::get_if<UpdateProfile>(&what);
        const bool gives_up =
            update != nullptr && update->parks && update->before.email && update->before.email != update->after.email;
        if (!gives_up || !claimed_.contains(folded_address(*update->before.email))) return {};
        return "frees an address that people hand round in a circle";
    }

    std::map<EmployeeKey, Effect> people_;
    std::set<std::string> claimed_;
    std::set<std::pair<EmployeeKey, Purpose>> done_;
    std::set<MadeGroup> groups_;
    std::size_t needed_ = 0;
    std::vector<Excess> excess_;
};

}  // namespace

std::size_t fewest_calls(const Plan& plan) { return Sorted(plan).needed(); }

std::vector<Excess> excess_of(const Plan& plan) { return Sorted(plan).excess(); }

}  // namespace usersync::plan

#include "core/plan/impact.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace usersync::plan {
namespace {

using Counted = std::vector<std::pair<Budgeted, std::size_t>>;

/// What an operation counts as, by its kind and by whether its person stays.
struct CountOf {
    Stage stage;

    Counted operator()(const Adopt&) const { return {}; }
    Counted operator()(const Release&) const { return {}; }
    Counted operator()(const CreateUser&) const { return {{Budgeted::accounts_made, 1}}; }
    Counted operator()(const ReactivateUser&) const { return {{Budgeted::accounts_made, 1}}; }
    Counted operator()(const UpdateProfile& update) const {
        Counted counted{{Budgeted::profiles_changed, 1}};
        const bool moves = update.after.email && update.before.email != update.after.email;
        if (moves) counted.emplace_back(Budgeted::addresses_changed, 1);
        return counted;
    }
    Counted operator()(const AddToGroups& add) const { return {{Budgeted::memberships_gained, add.groups.size()}}; }
    Counted operator()(const RemoveFromGroups& remove) const {
        if (stage != Stage::group_remove) return {{Budgeted::removals, 1}};
        return {{Budgeted::memberships_lost, remove.groups.size()}};
    }
    Counted operator()(const ChangeRole&) const { return role(); }
    Counted operator()(const ChangeGroupRole&) const { return role(); }
    Counted operator()(const SuspendUser& suspend) const {
        // Whose account goes on under another key leaves nothing.
        if (suspend.becomes) return {{Budgeted::suspensions, 1}};
        return {{Budgeted::suspensions, 1}, {Budgeted::removals, 1}};
    }
    Counted operator()(const EndMembership&) const { return {{Budgeted::endings, 1}, {Budgeted::removals, 1}}; }
    Counted operator()(const MakeGroup&) const { return {{Budgeted::groups_made, 1}}; }
    Counted operator()(const InviteAgain&) const { return {{Budgeted::invitations, 1}}; }

    /// Whoever leaves is one removal, however many operations it takes.
    Counted role() const { return {{stage == Stage::role ? Budgeted::role_grants : Budgeted::removals, 1}}; }
};

bool is_emptied(const std::optional<std::string>& before, const std::optional<std::string>& after) {
    return before && !before->empty() && after && after->empty();
}

bool is_emptied(const std::optional<PersonName>& before, const std::optional<PersonName>& after) {
    return before && *before != PersonName{} && after && *after == PersonName{};
}

}  // namespace

std::string_view to_string(Budgeted kind) {
    switch (kind) {
        case Budgeted::removals: return "removals";
        case Budgeted::suspensions: return "suspensions";
        case Budgeted::endings: return "endings";
        case Budgeted::accounts_made: return "accounts_made";
        case Budgeted::profiles_changed: return "profiles_changed";
        case Budgeted::addresses_changed: return "addresses_changed";
        case Budgeted::memberships_gained: return "memberships_gained";
        case Budgeted::memberships_lost: return "memberships_lost";
        case Budgeted::role_grants: return "role_grants";
        case Budgeted::groups_made: return "groups_made";
        case Budgeted::invitations: return "invitations";
    }
    return "removals";
}

std::array<Budgeted, budgeted_kinds> all_budgeted() {
    std::array<Budgeted, budgeted_kinds> all{};
    for (std::size_t i = 0; i < budgeted_kinds; ++i) all[i] = static_cast<Budgeted>(i);
    return all;
}

std::optional<Budgeted> budgeted_of(std::string_view code) {
    for (const auto kind : all_budgeted()) {
        const auto word = to_string(kind);
        const bool is_window = code.starts_with(word) && code.substr(word.size()).starts_with('_');
        if (code == word || is_window) return kind;
    }
    return std::nullopt;
}

std::vector<std::pair<Budgeted, std::size_t>> counted_as(const Operation& operation) {
    return std::visit(CountOf{operation.stage}, operation.change.what);
}

Impact impact_of(const Plan& plan) {
    Impact impact;
    std::set<EmployeeKey> leaving;
    for (const auto& operation : plan.operations) {
        for (const auto& [kind, count] : counted_as(operation)) {
            if (kind == Budgeted::removals) {
                leaving.insert(operation.change.employee);
            } else {
                impact.add(kind, count);
            }
        }
    }
    impact.add(Budgeted::removals, leaving.size());
    return impact;
}

std::string_view to_string(ProfileField field) {
    switch (field) {
        case ProfileField::email: return "email";
        case ProfileField::name: return "name";
        case ProfileField::job_title: return "job_title";
        case ProfileField::phone: return "phone";
    }
    return "email";
}

std::map<ProfileField, std::vector<EmployeeKey>> cleared_by(const Plan& plan) {
    std::map<ProfileField, std::vector<EmployeeKey>> cleared;
    for (const auto& operation : plan.operations) {
        const auto* update = std::get_if<UpdateProfile>(&operation.change.what);
        if (update == nullptr) continue;
        const auto& before = update->before;
        const auto& after = update->after;
        const auto note = [&](ProfileField field, bool is_cleared) {
            if (is_cleared) cleared[field].push_back(operation.change.employee);
        };
        note(ProfileField::email, is_emptied(before.email, after.email));
        note(ProfileField::name, is_emptied(before.name, after.name));
        note(ProfileField::job_title, is_emptied(before.job_title, after.job_title));
        note(ProfileField::phone, is_emptied(before.phone, after.phone));
    }
    for (auto& [field, people] : cleared) std::sort(people.begin(), people.end());
    return cleared;
}

std::map<GroupEid, GroupLoss> group_losses_of(const Plan& plan) {
    std::map<GroupEid, GroupLoss> losses;
    for (const auto& operation : plan.operations) {
        const auto* remove = std::get_if<RemoveFromGroups>(&operation.change.what);
        if (remove == nullptr) continue;
        for (const auto& group : remove->groups) {
            auto& loss = losses[group.eid];
            loss.name = group.name;
            loss.people.push_back(operation.change.employee);
        }
    }
    for (auto& [group, loss] : losses) std::sort(loss.people.begin(), loss.people.end());
    return losses;
}

}  // namespace usersync::plan

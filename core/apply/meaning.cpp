#include "core/apply/meaning.hpp"

#include <string>
#include <utility>

namespace usersync::apply {
namespace {

using Owned = OwnershipChange::What;
using Way = OwnershipChange::Way;

struct Visitor {
    const EmployeeKey& key;

    OwnershipChange about(Owned what, Way way, std::string object = {}) const {
        return {key, what, way, std::move(object)};
    }
    OwnershipChange group_role(const GroupChange& group, const RoleId& id) const {
        return {key, Owned::group_role, Way::gain, group.eid.value(), id.value()};
    }
    /// With it goes the role in the group.
    void lose_membership(std::vector<OwnershipChange>& result, const GroupChange& group) const {
        result.push_back(about(Owned::group, Way::lose, group.eid.value()));
        result.push_back(about(Owned::group_role, Way::lose, group.eid.value()));
    }
    OwnershipChange user(Way way) const { return {key, Owned::user, way, {}}; }
    OwnershipChange role(Way way, const RoleId& id) const { return {key, Owned::role, way, id.value()}; }
    std::vector<OwnershipChange> groups(Way way, const std::vector<GroupChange>& changes) const {
        std::vector<OwnershipChange> result;
        for (const auto& group : changes) result.push_back({key, Owned::group, way, group.eid.value()});
        return result;
    }

    std::vector<OwnershipChange> operator()(const Adopt& adopt) const {
        auto result = groups(Way::gain, adopt.groups);
        for (const auto& one : adopt.group_roles) result.push_back(group_role(one.group, one.role));
        if (adopt.user) result.push_back(user(Way::gain));
        if (adopt.role) result.push_back(role(Way::gain, *adopt.role));
        if (adopt.link) result.push_back({key, Owned::link, Way::gain, adopt.link->value()});
        if (adopt.link_scim) result.push_back({key, Owned::link_scim, Way::gain, adopt.link_scim->value()});
        return result;
    }
    std::vector<OwnershipChange> operator()(const Release& release) const {
        std::vector<OwnershipChange> result;
        if (release.user) {
            result.push_back(user(Way::lose));
            result.push_back(about(Owned::user_declined, Way::gain));
        }
        for (const auto& group : release.groups) {
            lose_membership(result, group);
            result.push_back(about(Owned::declined, Way::gain, group.eid.value()));
        }
        if (release.role) {
            result.push_back(role(Way::lose, *release.role));
            result.push_back(about(Owned::role_declined, Way::gain, release.role->value()));
        }
        for (const auto& one : release.group_roles) {
            result.push_back(about(Owned::group_role, Way::lose, one.group.eid.value()));
            result.push_back(about(Owned::group_role_declined, Way::gain, one.group.eid.value()));
        }
        for (const auto& [what, object] : release.forgotten) result.push_back(about(what, Way::lose, object));
        return result;
    }
    std::vector<OwnershipChange> operator()(const InviteAgain& invite) const {
        std::vector<OwnershipChange> result{about(Owned::invite_due, Way::lose)};
        if (invite.reminder) result.push_back(about(Owned::invited_again, Way::gain));
        return result;
    }
    std::vector<OwnershipChange> operator()(const ChangeGroupRole& change) const {
        if (change.granted) return {group_role(change.group, change.after)};
        return {about(Owned::group_role, Way::lose, change.group.eid.value())};
    }
    // Nothing that was known of an earlier account is so for the one that is made.
    std::vector<OwnershipChange> operator()(const CreateUser&) const { return {user(Way::lose), user(Way::gain)}; }
    std::vector<OwnershipChange> operator()(const ReactivateUser& reactivate) const {
        std::vector<OwnershipChange> result;
        if (reactivate.formerly) result.push_back(about(Owned::formerly, Way::gain, reactivate.formerly->value()));
        result.push_back(user(Way::gain));
        result.push_back(about(Owned::suspended, Way::lose));
        return result;
    }
    // Whoever dies between the two calls must know that the second one is due.
    std::vector<OwnershipChange> operator()(const UpdateProfile& update) const {
        if (!update.asks_in_again) return {};
        return {about(Owned::invite_due, Way::gain)};
    }
    std::vector<OwnershipChange> operator()(const AddToGroups& add) const { return groups(Way::gain, add.groups); }
    std::vector<OwnershipChange> operator()(const RemoveFromGroups& remove) const {
        std::vector<OwnershipChange> result;
        for (const auto& group : remove.groups) lose_membership(result, group);
        return result;
    }
    std::vector<OwnershipChange> operator()(const ChangeRole& change) const {
        return {role(change.granted ? Way::gain : Way::lose, change.after)};
    }
    std::vector<OwnershipChange> operator()(const SuspendUser&) const { return {about(Owned::suspended, Way::gain)}; }
    std::vector<OwnershipChange> operator()(const EndMembership&) const { return {user(Way::lose)}; }
    // A group that we made is the network's: nobody's membership, and never taken away again.
    std::vector<OwnershipChange> operator()(const MakeGroup&) const { return {}; }
};

}  // namespace

std::vector<OwnershipChange> ownership_after(const Change& change, Time at, std::optional<UserEid> made) {
    auto changes = std::visit(Visitor{change.employee}, change.what);
    const bool is_gone = std::holds_alternative<EndMembership>(change.what);
    if (change.employee.value().empty() || !needs_call(change.what) || is_gone) return changes;
    if (made) changes.push_back({change.employee, Owned::link, Way::gain, made->value()});
    changes.push_back({change.employee, Owned::changed, Way::gain, std::to_string(at.time_since_epoch().count())});
    return changes;
}

void discount_reminder(std::vector<OwnershipChange>& changes) {
    std::erase_if(changes, [](const OwnershipChange& change) { return change.what == Owned::invited_again; });
}

}  // namespace usersync::apply

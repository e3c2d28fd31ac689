#include "core/apply/meaning.hpp"

namespace usersync::apply {
namespace {

using What = OwnershipChange::What;
using Way = OwnershipChange::Way;

struct Visitor {
    const EmployeeKey& key;

    OwnershipChange user(Way way) const { return {key, What::user, way, {}}; }
    OwnershipChange role(Way way, const RoleId& id) const { return {key, What::role, way, id.value()}; }
    std::vector<OwnershipChange> groups(Way way, const std::vector<GroupChange>& changes) const {
        std::vector<OwnershipChange> result;
        for (const auto& group : changes) result.push_back({key, What::group, way, group.eid.value()});
        return result;
    }

    std::vector<OwnershipChange> operator()(const Adopt& adopt) const {
        auto result = groups(Way::gain, adopt.groups);
        if (adopt.user) result.push_back(user(Way::gain));
        if (adopt.role) result.push_back(role(Way::gain, *adopt.role));
        if (adopt.link) result.push_back({key, What::link, Way::gain, adopt.link->value()});
        return result;
    }
    std::vector<OwnershipChange> operator()(const Release& release) const {
        auto result = groups(Way::lose, release.groups);
        for (const auto& group : release.groups) {
            result.push_back({key, What::declined, Way::gain, group.eid.value()});
        }
        if (release.role) {
            result.push_back(role(Way::lose, *release.role));
            result.push_back({key, What::role_declined, Way::gain, {}});
        }
        return result;
    }
    std::vector<OwnershipChange> operator()(const InviteAgain&) const {
        return {{key, What::invited_again, Way::gain, {}}};
    }
    // Roles in groups are not owned by themselves: the rules say them, or the membership is by hand.
    std::vector<OwnershipChange> operator()(const ChangeGroupRole&) const { return {}; }
    std::vector<OwnershipChange> operator()(const CreateUser&) const { return {user(Way::gain)}; }
    std::vector<OwnershipChange> operator()(const ReactivateUser&) const { return {user(Way::gain)}; }
    std::vector<OwnershipChange> operator()(const UpdateProfile&) const { return {}; }
    std::vector<OwnershipChange> operator()(const AddToGroups& add) const { return groups(Way::gain, add.groups); }
    std::vector<OwnershipChange> operator()(const RemoveFromGroups& remove) const {
        return groups(Way::lose, remove.groups);
    }
    std::vector<OwnershipChange> operator()(const ChangeRole& change) const {
        return {role(change.granted ? Way::gain : Way::lose, change.after)};
    }
    std::vector<OwnershipChange> operator()(const SuspendUser&) const { return {}; }
    std::vector<OwnershipChange> operator()(const EndMembership&) const { return {user(Way::lose)}; }
    // A group that we made is the network's: nobody's membership, and never taken away again.
    std::vector<OwnershipChange> operator()(const MakeGroup&) const { return {}; }
};

}  // namespace

std::vector<OwnershipChange> ownership_after(const Change& change) {
    return std::visit(Visitor{change.employee}, change.what);
}

}  // namespace usersync::apply

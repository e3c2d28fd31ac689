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
        return result;
    }
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

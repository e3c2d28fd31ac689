#include "core/diff/group_directory.hpp"

namespace usersync::diff {

GroupDirectory::GroupDirectory(const ActualNetwork& network) {
    for (const auto& group : network.groups) {
        by_eid_.emplace(group.eid, &group);
        by_name_[group.name].push_back(&group);
        if (group.xid) by_xid_.emplace(*group.xid, &group);
    }
}

std::variant<const ActualGroup*, NotFound> GroupDirectory::find(const GroupRef& reference) const {
    if (reference.by == GroupRef::By::eid) {
        const auto at = by_eid_.find(GroupEid(reference.text));
        if (at == by_eid_.end()) return NotFound::unknown;
        return at->second;
    }
    if (reference.by == GroupRef::By::xid) {
        const auto at = by_xid_.find(reference.text);
        if (at == by_xid_.end()) return NotFound::unknown;
        return at->second;
    }
    const ActualGroup* found = nullptr;
    const auto named = by_name_.find(reference.text);
    if (named == by_name_.end()) return NotFound::unknown;
    for (const auto* group : named->second) {
        if (reference.kind && group->kind != *reference.kind) continue;
        if (found != nullptr) return NotFound::ambiguous;
        found = group;
    }
    if (found == nullptr) return NotFound::unknown;
    return found;
}

std::optional<GroupKind> GroupDirectory::kind_of(const GroupEid& eid) const {
    const auto at = by_eid_.find(eid);
    return at == by_eid_.end() ? std::nullopt : std::optional(at->second->kind);
}

std::string GroupDirectory::name_of(const GroupEid& eid) const {
    const auto at = by_eid_.find(eid);
    return at == by_eid_.end() ? eid.value() : at->second->name;
}

}  // namespace usersync::diff

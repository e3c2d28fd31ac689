#include "core/diff/group_directory.hpp"

namespace usersync::diff {

GroupDirectory::GroupDirectory(const ActualNetwork& network, const std::vector<GroupToMake>& known_units) {
    for (const auto& group : network.groups) {
        by_eid_.emplace(group.eid, &group);
        by_name_[group.name].push_back(&group);
        if (group.xid) by_xid_.emplace(*group.xid, &group);
    }
    for (const auto& wanted : known_units) {
        if (wanted.group.kind == GroupKind::local_department) learn_unit(wanted);
    }
}

void GroupDirectory::learn_unit(const GroupToMake& wanted) {
    for (const auto& parent : wanted.parents) {
        const auto found = find(parent);
        const auto* unit = std::get_if<const ActualGroup*>(&found);
        if (unit == nullptr || (*unit)->kind != GroupKind::business_unit) continue;
        const auto [at, is_first] = units_.emplace(wanted.group, (*unit)->eid);
        if (!is_first && at->second != (*unit)->eid) at->second.reset();
    }
}

/// A group of which the network shows no unit may be any of the name.
bool GroupDirectory::may_be_meant(const ActualGroup& group, const GroupRef& reference) const {
    if (reference.kind && group.kind != *reference.kind) return false;
    const auto unit = units_.find(reference);
    return unit == units_.end() || !unit->second || !group.parent || group.parent == unit->second;
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
        if (!may_be_meant(*group, reference)) continue;
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

std::optional<GroupEid> GroupDirectory::parent_of(const GroupEid& eid) const {
    const auto at = by_eid_.find(eid);
    return at == by_eid_.end() ? std::nullopt : at->second->parent;
}

std::string GroupDirectory::name_of(const GroupEid& eid) const {
    const auto at = by_eid_.find(eid);
    return at == by_eid_.end() ? eid.value() : at->second->name;
}

}  // namespace usersync::diff

#include "core/diff/missing_groups.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace usersync::diff {
namespace {

class Maker {
public:
    Maker(const DesiredNetwork& desired, const GroupDirectory& groups, ChangeSet& out)
        : desired_(desired), groups_(groups), out_(out) {}

    std::set<GroupRef> make_all() {
        for (const auto& wanted : desired_.groups_to_make) {
            if (!awaited_.contains(wanted.group) && is_to_be_made(wanted)) make(wanted);
        }
        return std::move(awaited_);
    }

private:
    bool is_unknown(const GroupRef& group) const {
        const auto found = groups_.find(group);
        const auto* problem = std::get_if<NotFound>(&found);
        return problem != nullptr && *problem == NotFound::unknown;
    }
    bool is_to_be_made(const GroupToMake& wanted) const {
        return wanted.group.by == GroupRef::By::name && wanted.group.kind && is_unknown(wanted.group);
    }
    bool is_to_be_made(const GroupRef& group) const {
        return std::any_of(desired_.groups_to_make.begin(), desired_.groups_to_make.end(),
                           [&](const GroupToMake& other) { return other.group == group && is_to_be_made(other); });
    }

    void make(const GroupToMake& wanted) {
        MakeGroup what{.kind = *wanted.group.kind,
                       .name = wanted.group.text,
                       .business_unit = std::nullopt,
                       .department = std::nullopt};
        if (what.kind == GroupKind::local_department) {
            const bool parents_come = std::any_of(wanted.parents.begin(), wanted.parents.end(),
                                                  [&](const GroupRef& parent) { return is_to_be_made(parent); });
            if (parents_come) return wait_for_parents(wanted);
            for (const auto& parent : wanted.parents) set_parent(what, parent);
            if (!what.business_unit || !what.department) return refuse(wanted);
        }
        awaited_.insert(wanted.group);
        out_.changes.push_back({EmployeeKey{}, std::move(what), wanted.reason});
    }

    void set_parent(MakeGroup& what, const GroupRef& parent) const {
        const auto found = groups_.find(parent);
        const auto* group = std::get_if<const ActualGroup*>(&found);
        if (group == nullptr) return;
        if ((*group)->kind == GroupKind::business_unit) what.business_unit = (*group)->eid;
        if ((*group)->kind == GroupKind::department) what.department = (*group)->eid;
    }

    void wait_for_parents(const GroupToMake& wanted) {
        awaited_.insert(wanted.group);
        out_.notes.push_back({Note::Kind::awaits_group, EmployeeKey{},
                              describe(wanted.group) + " is made once its business unit and department are there"});
    }

    void refuse(const GroupToMake& wanted) {
        out_.notes.push_back({Note::Kind::unknown_group, EmployeeKey{},
                              describe(wanted.group) +
                                  " cannot be made: the network does not have its business unit and its department"});
    }

    const DesiredNetwork& desired_;
    const GroupDirectory& groups_;
    ChangeSet& out_;
    std::set<GroupRef> awaited_;
};

}  // namespace

std::set<GroupRef> make_missing_groups(const DesiredNetwork& desired, const GroupDirectory& groups, ChangeSet& out) {
    auto awaited = Maker(desired, groups, out).make_all();
    for (const auto& reference : desired.managed_groups) {
        if (awaited.contains(reference)) continue;
        const auto found = groups.find(reference);
        if (const auto* problem = std::get_if<NotFound>(&found)) {
            out.notes.push_back({Note::Kind::unknown_group, EmployeeKey{},
                                 describe(reference) + (*problem == NotFound::unknown
                                                            ? " is named by a rule, but the network does not have it"
                                                            : " is named by a rule, but the network has several")});
        }
    }
    return awaited;
}

}  // namespace usersync::diff

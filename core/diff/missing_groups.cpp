#include "core/diff/missing_groups.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace usersync::diff {
namespace {

class Maker {
public:
    Maker(const DesiredNetwork& desired, const GroupDirectory& groups, const RenamedGroups& renamed, ChangeSet& out)
        : desired_(desired), groups_(groups), renamed_(renamed), out_(out) {}

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
        if (const auto at = renamed_.find(wanted.group); at != renamed_.end()) return propose_rename(*at);
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

    void propose_rename(const RenamedGroups::value_type& renamed) {
        const auto& [wanted, there] = renamed;
        out_.notes.push_back({Note::Kind::rename, EmployeeKey{},
                              describe(wanted) + " is not made: everybody in \"" + there->name +
                                  "\" belongs in it, and no rule names that group any more; rename that group in the "
                                  "network, or make the new one there"});
    }

    void refuse(const GroupToMake& wanted) {
        out_.notes.push_back({Note::Kind::unknown_group, EmployeeKey{},
                              describe(wanted.group) +
                                  " cannot be made: the network does not have its business unit and its department"});
    }

    const DesiredNetwork& desired_;
    const GroupDirectory& groups_;
    const RenamedGroups& renamed_;
    ChangeSet& out_;
    std::set<GroupRef> awaited_;
};

const ActualGroup* found_by(const GroupDirectory& groups, const GroupRef& reference) {
    const auto found = groups.find(reference);
    const auto* group = std::get_if<const ActualGroup*>(&found);
    return group == nullptr ? nullptr : *group;
}

/// Who belongs where, as far as it says something about groups that are to be made.
class Renames {
public:
    Renames(const DesiredNetwork& desired, const ActualNetwork& actual, const GroupDirectory& groups,
            const Ownership& ownership)
        : desired_(desired), actual_(actual), groups_(groups), ownership_(ownership) {
        for (const auto& wanted : desired.groups_to_make) {
            const auto found = groups.find(wanted.group);
            const auto* problem = std::get_if<NotFound>(&found);
            const bool is_unknown = problem != nullptr && *problem == NotFound::unknown;
            const bool is_to_be_made = wanted.group.by == GroupRef::By::name && wanted.group.kind && is_unknown;
            if (is_to_be_made) to_be_made_.emplace(wanted.group, &wanted);
        }
    }

    RenamedGroups find() {
        RenamedGroups renamed;
        if (to_be_made_.empty()) return renamed;
        look_at_rules();
        look_at_members();
        for (const auto& [reference, wanted] : to_be_made_) {
            if (const auto* group = most_alike(*wanted)) renamed.emplace(reference, group);
        }
        return renamed;
    }

private:
    void look_at_rules() {
        for (const auto& reference : desired_.managed_groups) {
            if (const auto* group = found_by(groups_, reference)) still_named_.insert(group->eid);
        }
        for (const auto& user : desired_.users) {
            for (const auto& reference : new_groups_of(user)) ++belong_[reference];
        }
    }

    /// Of those that are to be made. People share placements, so each is looked at once.
    const std::vector<GroupRef>& new_groups_of(const DesiredUser& user) {
        const auto [at, is_new] = new_groups_.try_emplace(user.placement.get());
        if (!is_new) return at->second;
        for (const auto& membership : user.placement->groups) {
            if (to_be_made_.contains(membership.group)) {
                at->second.push_back(membership.group);
            } else if (const auto* group = found_by(groups_, membership.group)) {
                still_named_.insert(group->eid);
            }
        }
        return at->second;
    }

    void look_at_members() {
        for (const auto& account : actual_.users) {
            if (account.state == UserState::suspended) continue;
            const auto* owned = account.xid ? ownership_.find(*account.xid) : nullptr;
            const auto* wanted = account.xid ? find_by_key(desired_.users, *account.xid) : nullptr;
            if (wanted == nullptr && owned != nullptr && owned->user && leaves(*account.xid)) continue;
            for (const auto& group : account.groups) {
                auto& members = members_[group];
                ++members.all;
                const bool is_ours =
                    owned != nullptr && std::binary_search(owned->groups.begin(), owned->groups.end(), group);
                if (!is_ours || wanted == nullptr) continue;
                for (const auto& reference : new_groups_of(*wanted)) ++members.going[reference];
            }
        }
    }

    template <class Person>
    static const Person* find_by_key(const std::vector<Person>& sorted, const EmployeeKey& key) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), key,
                                         [](const Person& one, const EmployeeKey& k) { return one.key < k; });
        return at == sorted.end() || at->key != key ? nullptr : &*at;
    }

    bool leaves(const EmployeeKey& key) const {
        if (find_by_key(desired_.frozen, key) != nullptr) return false;
        const auto* not_wanted = find_by_key(desired_.not_wanted, key);
        return not_wanted == nullptr || not_wanted->absence == Absence::ended ||
               not_wanted->absence == Absence::inactive;
    }

    bool has_parent(const ActualGroup& group, const GroupToMake& wanted) const {
        if (group.kind != GroupKind::local_department || !group.parent) return true;
        return std::any_of(wanted.parents.begin(), wanted.parents.end(), [&](const GroupRef& reference) {
            const auto* parent = found_by(groups_, reference);
            return parent != nullptr && parent->eid == *group.parent;
        });
    }

    const ActualGroup* most_alike(const GroupToMake& wanted) const {
        const auto belong = belong_.find(wanted.group);
        if (belong == belong_.end()) return nullptr;
        for (const auto& group : actual_.groups) {
            if (group.kind != wanted.group.kind || still_named_.contains(group.eid)) continue;
            const auto members = members_.find(group.eid);
            if (members == members_.end() || !has_parent(group, wanted)) continue;
            const auto going = members->second.going.find(wanted.group);
            const bool all_go = going != members->second.going.end() && going->second == members->second.all;
            // Only one group can have most of them.
            if (all_go && going->second >= people_min && 2 * going->second > belong->second) return &group;
        }
        return nullptr;
    }

    static constexpr std::size_t people_min = 2;  // one alone may simply have moved

    struct Members {
        std::size_t all = 0;  ///< who stay in the network
        std::map<GroupRef, std::size_t> going;
    };
    const DesiredNetwork& desired_;
    const ActualNetwork& actual_;
    const GroupDirectory& groups_;
    const Ownership& ownership_;
    std::map<GroupRef, const GroupToMake*> to_be_made_;
    std::map<const Placement*, std::vector<GroupRef>> new_groups_;
    std::set<GroupEid> still_named_;
    std::map<GroupRef, std::size_t> belong_;
    std::map<GroupEid, Members> members_;
};

}  // namespace

RenamedGroups renamed_groups(const DesiredNetwork& desired, const ActualNetwork& actual, const GroupDirectory& groups,
                             const Ownership& ownership) {
    return Renames(desired, actual, groups, ownership).find();
}

std::set<GroupRef> make_missing_groups(const DesiredNetwork& desired, const GroupDirectory& groups,
                                       const RenamedGroups& renamed, ChangeSet& out) {
    auto awaited = Maker(desired, groups, renamed, out).make_all();
    for (const auto& reference : desired.managed_groups) {
        if (awaited.contains(reference) || renamed.contains(reference)) continue;
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

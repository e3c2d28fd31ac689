#include "core/diff/places.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace usersync::diff {
namespace {

class Finder {
public:
    Finder(const Comparison& compare, const DesiredUser& person) : compare_(compare), person_(person) {}

    Places find() {
        const auto& placement = *person_.placement;
        for (const auto& group : placement.not_in_groups) keep_out(group);
        sort_unique(places_.kept_out);
        for (const auto& membership : placement.groups) place(membership);
        for (const auto& role : placement.group_roles) note_role(role);
        sort_unique(places_.kept);
        std::sort(places_.wanted.begin(), places_.wanted.end());
        const auto same = [](const GroupChange& a, const GroupChange& b) { return a.eid == b.eid; };
        places_.wanted.erase(std::unique(places_.wanted.begin(), places_.wanted.end(), same), places_.wanted.end());
        std::sort(places_.roles.begin(), places_.roles.end());
        const auto same_group = [](const GroupRoleOf& a, const GroupRoleOf& b) { return a.group.eid == b.group.eid; };
        places_.roles.erase(std::unique(places_.roles.begin(), places_.roles.end(), same_group), places_.roles.end());
        for (const auto& field : placement.unmapped_fields) {
            compare_.note(Note::Kind::unmapped, person_.key, "has a " + field + " that no rule knows");
        }
        return std::move(places_);
    }

private:
    static void sort_unique(std::vector<GroupEid>& groups) {
        std::sort(groups.begin(), groups.end());
        groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    }

    const ActualGroup* look_up(const GroupRef& reference) const {
        const auto found = compare_.groups.find(reference);
        const auto* group = std::get_if<const ActualGroup*>(&found);
        return group == nullptr ? nullptr : *group;
    }

    void keep_out(const GroupRef& reference) {
        if (const auto* group = look_up(reference)) {
            places_.kept_out.push_back(group->eid);
        } else if (!compare_.awaited.contains(reference)) {
            compare_.note(Note::Kind::unknown_group, person_.key,
                          "is kept out of " + describe(reference) + ", which cannot be found");
        }
    }

    /// nullptr, with a note, when there is no such group (yet).
    const ActualGroup* find_or_note(const GroupRef& reference) {
        const auto* group = look_up(reference);
        if (group != nullptr) return group;
        places_.all_found = false;
        if (compare_.awaited.contains(reference)) {
            compare_.note(Note::Kind::awaits_group, person_.key,
                          "belongs in " + describe(reference) + ", which will be made first");
        } else {
            compare_.note(Note::Kind::unknown_group, person_.key,
                          "belongs in " + describe(reference) + ", which cannot be found");
        }
        return nullptr;
    }

    void place(const DesiredMembership& membership) {
        const auto* group = find_or_note(membership.group);
        if (group == nullptr || has(places_.kept_out, group->eid)) return;
        switch (membership.mode) {
            case DesiredMembership::Mode::member:
                places_.wanted.push_back({group->eid, group->name,
                                          membership.reasons.empty() ? because("a rule") : membership.reasons.front()});
                return;
            case DesiredMembership::Mode::keep: places_.kept.push_back(group->eid); return;
        }
    }

    /// Whoever has a role in a group is a member of it, whether or not the rules name that as well.
    void note_role(const DesiredGroupRole& wanted) {
        const auto* group = find_or_note(wanted.group);
        if (group == nullptr || has(places_.kept_out, group->eid)) return;
        if (!has(places_.wanted, group->eid)) {
            places_.wanted.push_back({group->eid, group->name, wanted.role.reason});
        }
        if (compare_.policy.group_roles_by_call) {
            places_.roles.push_back({{group->eid, group->name, wanted.role.reason}, wanted.role.role});
            return;
        }
        if (wanted.role.role == ordinary_role) return;
        compare_.note(
            Note::Kind::by_hand, person_.key,
            "should be " + wanted.role.role.value() + " of " + describe(wanted.group) + ": to be given by hand");
    }

    const Comparison& compare_;
    const DesiredUser& person_;
    Places places_;
};

bool leads_to(const FieldGroups& field, const GroupDirectory& directory, const GroupEid& group) {
    const auto is_it = [&](const GroupRef& reference) {
        const auto found = directory.find(reference);
        const auto* named = std::get_if<const ActualGroup*>(&found);
        return named != nullptr && (*named)->eid == group;
    };
    const auto kind = directory.kind_of(group);
    return std::any_of(field.groups.begin(), field.groups.end(), is_it) ||
           (kind && std::find(field.any_of.begin(), field.any_of.end(), *kind) != field.any_of.end());
}

/// The fields that leave it in doubt whether the person belongs in this group.
struct Doubt {
    bool unmapped = false;           ///< a value that no rule knows
    std::vector<std::string> empty;  ///< that say nothing
    bool there_is() const { return unmapped || !empty.empty(); }
};

Doubt doubt_about(const Comparison& compare, const Placement& placement, const GroupEid& group) {
    const auto has_field = [](const std::vector<std::string>& fields, const std::string& field) {
        return std::find(fields.begin(), fields.end(), field) != fields.end();
    };
    Doubt doubt;
    for (const auto& field : compare.desired.field_groups) {
        const bool unknown = has_field(placement.unmapped_fields, field.field);
        const bool empty = has_field(placement.empty_fields, field.field);
        if ((!unknown && !empty) || !leads_to(field, compare.groups, group)) continue;
        doubt.unmapped = doubt.unmapped || unknown;
        if (empty) doubt.empty.push_back(field.field);
    }
    return doubt;
}

/// Why this membership of ours ends; nullopt when it stays.
std::optional<Reason> why_removed(const Comparison& compare, const DesiredUser& person, const Places& places,
                                  const GroupEid& group, Kept& kept) {
    if (has(places.kept_out, group)) return because("an exception keeps them out");
    if (has(places.wanted, group) || has(places.kept, group) || !places.all_found) return std::nullopt;
    const auto doubt = doubt_about(compare, *person.placement, group);
    for (const auto& field : doubt.empty) kept[field].push_back('"' + compare.groups.name_of(group) + '"');
    if (doubt.there_is()) return std::nullopt;
    return because("no group rule matches any more");
}

}  // namespace

Places places_of(const Comparison& compare, const DesiredUser& person) { return Finder(compare, person).find(); }

void change_groups(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                   const OwnedUser& owned, const Places& places, Kept& kept) {
    AddToGroups add;
    for (const auto& group : places.wanted) {
        if (!has(account.groups, group.eid)) add.groups.push_back(group);
    }
    RemoveFromGroups remove;
    for (const auto& group : account.groups) {
        if (!has(owned.groups, group)) {
            if (has(places.kept_out, group)) {
                compare.note(Note::Kind::protected_, wanted.key,
                             "is in \"" + compare.groups.name_of(group) + "\" by hand, which an exception forbids");
            }
            continue;
        }
        auto why = why_removed(compare, wanted, places, group, kept);
        if (why) remove.groups.push_back({group, compare.groups.name_of(group), std::move(*why)});
    }
    if (!add.groups.empty()) {
        auto reason = add.groups.front().reason;
        compare.change(wanted.key, std::move(add), std::move(reason));
    }
    if (!remove.groups.empty()) {
        auto reason = remove.groups.front().reason;
        compare.change(wanted.key, std::move(remove), std::move(reason));
    }
}

}  // namespace usersync::diff

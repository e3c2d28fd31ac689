#include "core/rules/placing.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace usersync::rules {
namespace {

using NamedGroups = std::vector<NamedGroup>;

auto identity_of(const GroupRef& group) {
    const bool by_name = group.by == GroupRef::By::name;
    return std::tuple<GroupRef::By, std::optional<GroupKind>, const std::string&>(
        group.by, by_name ? group.kind : std::nullopt, group.text);
}

/// A role that a rule gives, and how high it stands.
struct GivenRole {
    std::size_t rank = 0;
    DesiredRole role;
};

/// The higher role wins; of rules that give the same one, the first reason in order, whatever the order of rules.
void keep_higher(std::optional<GivenRole>& best, GivenRole role) {
    if (!best || std::tie(role.rank, role.role) < std::tie(best->rank, best->role)) best = std::move(role);
}

struct GroupBefore {
    bool operator()(const GroupRef& a, const GroupRef& b) const { return group_before(a, b); }
};
using GroupRoles = std::map<GroupRef, std::optional<GivenRole>, GroupBefore>;

/// Groups that are wanted, each once, with every reason.
std::vector<DesiredMembership> merged(NamedGroups named) {
    std::sort(named.begin(), named.end(), [](const NamedGroup& a, const NamedGroup& b) {
        const auto left = identity_of(a.group);
        const auto right = identity_of(b.group);
        return left != right ? left < right : a.reason < b.reason;
    });
    std::vector<DesiredMembership> groups;
    for (auto& one : named) {
        if (groups.empty() || !same_group(groups.back().group, one.group)) {
            groups.push_back({.group = std::move(one.group), .reasons = {}});
            groups.back().reasons.push_back(std::move(one.reason));
            continue;
        }
        auto& last = groups.back();
        // By EID or XID, some rules may tell the kind and others not: what is known, is known.
        if (one.group.kind && (!last.group.kind || *one.group.kind < *last.group.kind))
            last.group.kind = one.group.kind;
        if (last.reasons.back() != one.reason) last.reasons.push_back(std::move(one.reason));
    }
    return groups;
}

bool has_group(const std::vector<GroupRef>& groups, const GroupRef& group) {
    return std::any_of(groups.begin(), groups.end(), [&](const GroupRef& one) { return same_group(one, group); });
}

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// A rule's condition is always so: for what exceptions name.
const Condition& always() {
    static const Condition condition;
    return condition;
}

void name_excepted(const std::vector<GroupTarget>& targets, const Exception& exception, const Person& person,
                   NamedGroups& out) {
    const auto from = out.size();
    for (const auto& target : targets) {
        name_groups(target, always(), person, exception.id, exception.origin, out);
    }
    // Of an exception only its name is told, not what a template was filled with.
    for (auto at = from; at < out.size(); ++at) out[at].reason = reason_of(exception);
}

void keep_first(std::optional<Reason>& reason, Reason other) {
    if (!reason || other < *reason) reason = std::move(other);
}

/// What the target names for this person, which is also added to `named`.
NamedGroups name_targets(const GroupTarget& target, const GroupRule& rule, const std::string& id, const Person& person,
                         NamedGroups& named) {
    NamedGroups found;
    name_groups(target, rule.when, person, id, rule.origin, found);
    named.insert(named.end(), found.begin(), found.end());
    return found;
}

/// Groups that a template named, and how this rule lets them be made.
void remember(const GroupTable& table, const GroupTarget& target, const NamedGroups& named,
              const std::vector<GroupRef>& parents, std::vector<TemplateGroup>& known) {
    const bool may_make = table.create_missing && target.by == GroupRef::By::name && target.kind.has_value();
    for (const auto& one : named) {
        known.push_back({one.group, may_make ? std::optional(Making{one.reason, parents}) : std::nullopt});
    }
}

bool counts_as_business_unit(const DesiredMembership& membership) {
    return !membership.group.kind || *membership.group.kind == GroupKind::business_unit;
}

}  // namespace

bool same_group(const GroupRef& a, const GroupRef& b) { return identity_of(a) == identity_of(b); }
bool group_before(const GroupRef& a, const GroupRef& b) { return identity_of(a) < identity_of(b); }

/// What is gathered for one person before it is put in order.
struct Placer::Work {
    NamedGroups wanted;
    NamedGroups kept;
    NamedGroups undecided;  ///< forbidden, if an exception is about this person: neither added nor taken away
    std::vector<GroupRef> forbidden;
    std::vector<Above> above;  ///< where a template names one of the two
    std::optional<GivenRole> role;
    std::map<RoleId, std::vector<std::string>> doubted_roles;
    GroupRoles group_roles;
    std::vector<TemplateGroup> from_templates;
    std::vector<std::size_t> unmapped;  ///< fields with a value that no row of a table knows; sorted
    std::optional<Reason> not_invited;
    std::optional<Reason> never_removed;
};

std::vector<Placer::Watched> Placer::watched_in(const GroupTable& table) {
    struct Seen {
        Watched watched;
        std::size_t rows = 0;     ///< with values of the field
        bool any_value = false;   ///< a row takes any of them
        bool structural = false;  ///< a row with this field alone leads to a business unit or a department
    };
    std::map<std::size_t, Seen> fields;
    std::size_t rows_with_cells = 0;
    for (const auto& rule : table.rules) {
        if (rule.when.cells.empty() && rule.when.expression) continue;
        ++rows_with_cells;
        const auto kind = rule.group.kind;
        const bool is_structure = kind == GroupKind::business_unit || kind == GroupKind::department;
        const bool is_alone = rule.when.cells.size() == 1 && !rule.when.expression;
        std::set<std::size_t> counted;
        for (const auto& cell : rule.when.cells) {
            auto& seen = fields[cell.field];
            seen.watched.field = cell.field;
            for (const auto& value : cell.values) seen.watched.known.insert(value);
            seen.any_value = seen.any_value || cell.values.empty();
            seen.structural = seen.structural || (is_structure && is_alone);
            if (!cell.values.empty() && counted.insert(cell.field).second) ++seen.rows;
        }
    }
    std::vector<Watched> watched;
    for (auto& [field, seen] : fields) {
        const bool in_every_row = seen.rows == rows_with_cells;
        if (!seen.any_value && (in_every_row || seen.structural)) watched.push_back(std::move(seen.watched));
    }
    return watched;
}

Placer::Placer(const RuleSet& rules, const ExceptionIndex& exceptions) : rules_(rules), exceptions_(exceptions) {
    for (const auto& table : rules.groups) {
        Table indexed{.rules = &table, .index = {}, .watched = watched_in(table)};
        for (const auto& rule : table.rules) {
            indexed.index.add(rule.when);
            for (const auto& parent : rule.parents) {
                if (!rule.group.text.is_constant() || !parent.text.is_constant()) continue;
                above_.push_back({constant_group(rule.group), constant_group(parent)});
            }
        }
        tables_.push_back(std::move(indexed));
    }
    for (const auto& rule : rules.roles) {
        roles_.add(rule.when);
        const auto fields = rule.target ? std::vector<std::size_t>() : fields_of(rule.when);
        role_fields_.insert(role_fields_.end(), fields.begin(), fields.end());
    }
    sort_unique(role_fields_);
    for (const auto& role : rules.role_order) ranks_.emplace(role, ranks_.size());
    placing_fields_ = placing_fields(rules, exceptions);
    std::sort(placing_fields_.begin(), placing_fields_.end(),
              [&](std::size_t a, std::size_t b) { return rules.names.field(a).name < rules.names.field(b).name; });
}

void Placer::place_by_table(const Table& table, const Person& person, Work& work) const {
    std::vector<std::uint32_t> places;
    table.index.find(person, places);
    NamedGroups named;
    for (const auto place : places) {
        const auto& rule = table.rules->rules[place];
        if (!holds(rule.when, person)) continue;
        const bool leads_nowhere = rule.group.text.text().empty();  // a value that is known, and no group
        const auto own = leads_nowhere ? NamedGroups() : name_targets(rule.group, rule, rule.id, person, named);
        // Members of a local department are members of its business unit and of its department.
        std::vector<GroupRef> parents;
        bool by_template = !rule.group.text.is_constant();
        for (const auto& parent : rule.parents) {
            const auto found = name_targets(parent, rule, rule.id + " (parent)", person, named);
            // Of somebody in several places it is not clear which is the parent of which.
            if (found.size() == 1) parents.push_back(found.front().group);
            by_template = by_template || !parent.text.is_constant();
            if (by_template && !leads_nowhere) name_above(rule.group, parent, rule.when, person, work.above);
            if (!parent.text.is_constant()) remember(*table.rules, parent, found, {}, work.from_templates);
        }
        if (parents.size() != rule.parents.size()) parents.clear();
        if (by_template && !leads_nowhere) remember(*table.rules, rule.group, own, parents, work.from_templates);
        if (table.rules->first_match) break;
    }
    std::move(named.begin(), named.end(), std::back_inserter(work.wanted));
}

void Placer::unknown_values(const Person& person, std::vector<UnknownValue>& out) const {
    out.clear();
    for (const auto& table : tables_) {
        for (const auto& watched : table.watched) {
            for (const auto& text : person.value(watched.field).texts) {
                const bool known = watched.known.find(std::string_view(text)) != watched.known.end();
                if (!text.empty() && !known) out.push_back({watched.field, text});
            }
        }
    }
    sort_unique(out);
}

void Placer::place_by_roles(const Person& person, Work& work) const {
    std::vector<std::uint32_t> places;
    roles_.find(person, places);
    for (const auto place : places) {
        const auto& rule = rules_.roles[place];
        if (!holds(rule.when, person)) continue;
        const auto rank = ranks_.find(rule.role);
        GivenRole given{.rank = rank == ranks_.end() ? ranks_.size() : rank->second,
                        .role = {.role = rule.role, .reason = {}}};
        if (!rule.target) {
            given.role.reason = reason_with(rule.id, rule.origin, decided_by(rule.when, person), person.names);
            keep_higher(work.role, std::move(given));
            continue;
        }
        // A role in a group makes its holder a member of it.
        NamedGroups named;
        name_groups(*rule.target, rule.when, person, rule.id, rule.origin, named);
        for (auto& one : named) {
            if (!rule.target->text.is_constant()) work.from_templates.push_back({one.group, std::nullopt});
            given.role.reason = one.reason;
            keep_higher(work.group_roles[one.group], given);
            work.wanted.push_back(std::move(one));
        }
    }
}

/// Roles of the network that are above the one that is given, by rules of which the record does not say that they do
/// not hold.
void Placer::doubt_roles(const Person& person, Work& work) const {
    const auto is_doubted = [&](std::size_t field) {
        return person.value(field).says_nothing ||
               std::binary_search(work.unmapped.begin(), work.unmapped.end(), field);
    };
    if (std::none_of(role_fields_.begin(), role_fields_.end(), is_doubted)) return;
    const auto given = work.role ? work.role->rank : ranks_.size();
    for (const auto& rule : rules_.roles) {
        const auto rank = ranks_.find(rule.role);
        if (rule.target || rank == ranks_.end() || rank->second >= given) continue;
        if (holds(rule.when, person) || judge(rule.when, person, work.unmapped) != Judgement::unknown) continue;
        auto& fields = work.doubted_roles[rule.role];
        for (const auto field : fields_of(rule.when)) {
            if (is_doubted(field)) fields.push_back(person.names.field(field).name);
        }
    }
}

void Placer::place_by_exceptions(const Person& person, Work& work) const {
    std::optional<GivenRole> role;
    GroupRoles group_roles;
    // What an exception takes away it takes from nobody of whom the record does not say that they are meant.
    for (const auto* exception : exceptions_.by_expression()) {
        if (exception->when->judge(person.employee, person.names, person.today) != Judgement::unknown) continue;
        const auto fields = silent_fields(*exception->when, person);
        const auto reason = reason_of_silence(exception->id, exception->origin, fields, person.names);
        const auto from = work.undecided.size();
        name_excepted(exception->not_in_groups, *exception, person, work.undecided);
        for (auto at = from; at < work.undecided.size(); ++at) work.undecided[at].reason = reason;
        if (!exception->role || exception->role_in) continue;
        auto& doubted = work.doubted_roles[*exception->role];
        for (const auto field : fields) doubted.push_back(person.names.field(field).name);
    }
    const auto is_certain = [&](const Exception& exception) {
        return !exception.when || exception.when->judge(person.employee, person.names, person.today) == Judgement::yes;
    };
    for (const auto* exception : exceptions_.of(person)) {
        const bool takes_away = is_certain(*exception);
        NamedGroups added;
        name_excepted(exception->add_groups, *exception, person, added);
        for (const auto& one : added) work.from_templates.push_back({one.group, std::nullopt});
        name_excepted(exception->keep_in_groups, *exception, person, work.kept);
        NamedGroups forbidden;
        if (takes_away) name_excepted(exception->not_in_groups, *exception, person, forbidden);
        for (auto& one : forbidden) work.forbidden.push_back(std::move(one.group));
        if (exception->role && takes_away) {
            const auto rank = ranks_.find(*exception->role);
            const GivenRole given{.rank = rank == ranks_.end() ? ranks_.size() : rank->second,
                                  .role = {.role = *exception->role, .reason = reason_of(*exception)}};
            NamedGroups named;
            if (exception->role_in) name_excepted({*exception->role_in}, *exception, person, named);
            for (const auto& one : named) keep_higher(group_roles[one.group], given);
            if (!exception->role_in) keep_higher(role, given);
            std::move(named.begin(), named.end(), std::back_inserter(added));
        }
        std::move(added.begin(), added.end(), std::back_inserter(work.wanted));
        if (exception->do_not_invite) keep_first(work.not_invited, reason_of(*exception));
    }
    for (const auto& protection : exceptions_.protecting(person)) {
        if (protection.exception->never_remove) keep_first(work.never_removed, protection.reason);
    }
    // An exception's role takes the place of the rules', also of a higher one.
    if (role) {
        work.role = std::move(role);
        work.doubted_roles.clear();
    }
    for (auto& [group, given] : group_roles) work.group_roles[group] = std::move(given);
}

Invitation Placer::invitation_of(const Person& person) const {
    Invitation invitation;
    for (const auto& rule : rules_.invites) {
        const bool says_more = (rule.channel && !invitation.channel) || (rule.language && invitation.language.empty());
        if (!says_more) continue;
        const Condition when{.cells = {}, .expression = rule.when, .expression_at = rule.origin};
        if (!holds(when, person)) continue;
        if (rule.channel && !invitation.channel) {
            invitation.channel = rule.channel;
            invitation.reason = reason_with(rule.id, rule.origin, decided_by(when, person), person.names);
        }
        // A language that the record leaves empty is none: the next rule may say one.
        if (rule.language && invitation.language.empty()) {
            invitation.language = rule.language->fill(person.employee, person.names).value_or(std::string());
        }
    }
    return invitation;
}

void Placer::forbid_what_is_below(Work& work) const {
    if (work.forbidden.empty()) return;
    auto below = work.forbidden;
    const auto add_below = [&](const std::vector<Above>& above) {
        for (const auto& one : above) {
            if (has_group(work.forbidden, one.parent)) below.push_back(one.local);
        }
    };
    add_below(above_);
    add_below(work.above);
    work.forbidden = std::move(below);
}

void Placer::finish(const Person& person, Work& work, Placed& placed) const {
    auto& placement = placed.placement;
    forbid_what_is_below(work);
    sort_unique(work.forbidden);
    auto groups = merged(std::move(work.wanted));
    const auto is_wanted = [&](const GroupRef& group) {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const DesiredMembership& one) { return same_group(one.group, group); });
    };
    for (auto& kept : merged(std::move(work.kept))) {
        if (is_wanted(kept.group)) continue;
        kept.mode = DesiredMembership::Mode::keep;
        groups.push_back(std::move(kept));
    }
    for (auto& undecided : merged(std::move(work.undecided))) {
        const auto at = std::find_if(groups.begin(), groups.end(), [&](const DesiredMembership& one) {
            return same_group(one.group, undecided.group);
        });
        if (at != groups.end()) groups.erase(at);
        undecided.mode = DesiredMembership::Mode::keep;
        groups.push_back(std::move(undecided));
    }
    // "Not in a group" is stronger than every rule and every other exception; no role in it is left either.
    for (auto& group : groups) {
        if (!has_group(work.forbidden, group.group)) placement.groups.push_back(std::move(group));
    }
    for (auto& [group, given] : work.group_roles) {
        if (!has_group(work.forbidden, group)) placement.group_roles.push_back({group, std::move(given->role)});
    }
    std::sort(placement.groups.begin(), placement.groups.end());
    std::sort(placement.group_roles.begin(), placement.group_roles.end());
    placement.not_in_groups = std::move(work.forbidden);
    if (work.role) placement.role = std::move(work.role->role);
    for (const auto& membership : placement.groups) {
        if (membership.mode == DesiredMembership::Mode::keep) continue;
        placed.has_group = true;
        placed.has_business_unit = placed.has_business_unit || counts_as_business_unit(membership);
    }
    for (auto& [doubted, fields] : work.doubted_roles) {
        sort_unique(fields);
        placement.doubted_roles.push_back({doubted, std::move(fields)});
    }
    for (const auto field : work.unmapped) placement.unmapped_fields.push_back(person.names.field(field).name);
    sort_unique(placement.unmapped_fields);
    for (const auto field : placing_fields_) {
        if (person.value(field).says_nothing) placement.empty_fields.push_back(person.names.field(field).name);
    }
    placement.not_invited = std::move(work.not_invited);
    placement.never_removed = std::move(work.never_removed);
    placed.from_templates = std::move(work.from_templates);
}

Placed Placer::place(const Person& person) const {
    Work work;
    std::vector<UnknownValue> unknown_to_rows;
    unknown_values(person, unknown_to_rows);
    for (const auto& unknown : unknown_to_rows) work.unmapped.push_back(unknown.field);
    sort_unique(work.unmapped);
    for (const auto& table : tables_) place_by_table(table, person, work);
    place_by_roles(person, work);
    doubt_roles(person, work);
    place_by_exceptions(person, work);
    Placed placed;
    finish(person, work, placed);
    placed.placement.invitation = invitation_of(person);
    return placed;
}

std::vector<std::size_t> placing_fields(const RuleSet& rules, const ExceptionIndex& exceptions) {
    std::vector<std::size_t> fields;
    const auto add_all = [&](const std::vector<std::size_t>& more) {
        fields.insert(fields.end(), more.begin(), more.end());
    };
    const auto add_target = [&](const GroupTarget& target) { add_all(target.text.fields()); };
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) {
            add_all(fields_of(rule.when));
            add_target(rule.group);
            for (const auto& parent : rule.parents) add_target(parent);
        }
    }
    for (const auto& rule : rules.roles) {
        add_all(fields_of(rule.when));
        if (rule.target) add_target(*rule.target);
    }
    for (const auto* exception : exceptions.by_expression()) {
        add_all(exception->when->fields());
        for (const auto& targets : {exception->add_groups, exception->keep_in_groups, exception->not_in_groups}) {
            for (const auto& target : targets) add_target(target);
        }
        if (exception->role_in) add_target(*exception->role_in);
    }
    sort_unique(fields);
    return fields;
}

}  // namespace usersync::rules

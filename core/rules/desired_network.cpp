#include "core/rules/desired_network.hpp"

#include "core/rules/combination.hpp"
#include "core/rules/kept_people.hpp"
#include "core/rules/life_cycle.hpp"
#include "core/rules/placing.hpp"
#include "core/rules/scope.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace usersync::rules {
namespace {

/// What is told of one placement, shared by all who have it.
struct Shared {
    std::shared_ptr<const Placement> placement;
    bool has_business_unit = false;
    bool has_group = false;
};

using Counts = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;

template <class T>
void sort_by_key(std::vector<T>& people) {
    const auto before = [](const T& a, const T& b) { return a.key < b.key; };
    if (!std::is_sorted(people.begin(), people.end(), before)) std::sort(people.begin(), people.end(), before);
}

/// The first reason, in order, of the protections with this effect.
std::optional<Reason> first_reason(const std::vector<Protection>& protections, bool Exception::*effect) {
    std::optional<Reason> first;
    for (const auto& protection : protections) {
        if (!(protection.exception->*effect)) continue;
        if (!first || protection.reason < *first) first = protection.reason;
    }
    return first;
}

std::vector<Protection> protections_of(const std::vector<const Exception*>& naming) {
    std::vector<Protection> protections;
    for (const auto* exception : naming) protections.push_back({exception, reason_of(*exception)});
    return protections;
}

bool is_empty(const std::optional<std::string>& text) { return !text || text->empty(); }

/// By these somebody without an address can be asked in.
bool needs_no_email(const std::optional<InviteChannel>& channel) {
    if (!channel) return false;
    switch (*channel) {
        case InviteChannel::email: return false;
        case InviteChannel::sms:
        case InviteChannel::printable:
        case InviteChannel::single_sign_on:
        case InviteChannel::none: return true;
    }
    return false;
}

}  // namespace

struct Mapper::State {
    State(const RuleSet& rule_set, Day day)
        : rules(rule_set),
          today(day),
          exceptions(rules, today),
          life_cycle(rules),
          placer(rules, exceptions),
          combination(rules, exceptions),
          kept(exceptions),
          excludes_by_expression(std::any_of(exceptions.by_expression().begin(), exceptions.by_expression().end(),
                                             [](const Exception* exception) { return exception->exclude; })),
          groups(groups_named(rules, exceptions)),
          unknown(rules.names.all().size()) {}

    void add(Employee&& employee);
    DesiredNetwork take();

    std::optional<LifeCycleAbsence> excluded(const Person& person, const std::vector<const Exception*>* naming) const;
    Shared placed(const Person& person, bool is_named);
    Shared place(const Person& person);
    const Shared& remembered(const Person& person);
    void count_unknown(const Person& person);
    std::optional<NotWanted> not_admitted(const DesiredUser& user, const Shared& shared) const;

    const RuleSet& rules;
    Day today;
    ExceptionIndex exceptions;
    LifeCycleRule life_cycle;
    Placer placer;
    Combination combination;
    KeptPeople kept;
    bool excludes_by_expression = false;

    GroupsInScope groups;
    DesiredNetwork result;
    std::vector<Counts> unknown;  ///< for each field: how many people have a value that no row knows
    std::vector<UnknownValue> unknown_here;
    std::unordered_map<std::string, Shared> memory;
    std::string spelling;
    std::size_t looked_up = 0;
    bool remembers = true;
};

/// An exception that may or may not exclude them leaves them alone as well, and they are shown.
std::optional<LifeCycleAbsence> Mapper::State::excluded(const Person& person,
                                                        const std::vector<const Exception*>* naming) const {
    if (naming == nullptr && !excludes_by_expression) return std::nullopt;
    if (auto reason = first_reason(protections_of(exceptions.of(person)), &Exception::exclude)) {
        return LifeCycleAbsence{Absence::excluded, std::move(*reason)};
    }
    auto reason = first_reason(exceptions.protecting(person), &Exception::exclude);
    if (!reason) return std::nullopt;
    return LifeCycleAbsence{Absence::unclear, std::move(*reason)};
}

Shared Mapper::State::place(const Person& person) {
    auto placed = placer.place(person);
    for (auto& named : placed.from_templates) add_group(groups, named.group, std::move(named.make));
    return {.placement = std::make_shared<const Placement>(std::move(placed.placement)),
            .has_business_unit = placed.has_business_unit,
            .has_group = placed.has_group};
}

void Mapper::State::count_unknown(const Person& person) {
    placer.unknown_values(person, unknown_here);
    for (const auto& value : unknown_here) {
        auto& counts = unknown[value.field];
        const auto at = counts.find(value.value);
        if (at == counts.end()) {
            counts.emplace(value.value, 1);
        } else {
            ++at->second;
        }
    }
}

const Shared& Mapper::State::remembered(const Person& person) {
    combination.spell(person, spelling);
    const auto at = memory.find(spelling);
    if (at != memory.end()) return at->second;
    return memory.emplace(spelling, place(person)).first->second;
}

Shared Mapper::State::placed(const Person& person, bool is_named) {
    if (is_named || !remembers) return place(person);
    if (nearly_all_differ(memory.size(), ++looked_up)) {
        remembers = false;
        memory = {};
        return place(person);
    }
    return remembered(person);
}

/// People whom the network can hardly take are not created and not removed, where the tenant wants to see them first.
std::optional<NotWanted> Mapper::State::not_admitted(const DesiredUser& user, const Shared& shared) const {
    const auto open = [&](Absence absence, std::string rule, std::string column) {
        return NotWanted{.key = user.key,
                         .absence = absence,
                         .reason = {.rule = std::move(rule), .origin = {}, .column = std::move(column), .value = {}},
                         .never_removed = shared.placement->never_removed};
    };
    // Whoever is asked in by another way than e-mail, or signs in by a name that the tenant makes, needs no address.
    const bool needs_email = !user.user_name && !needs_no_email(shared.placement->invitation.channel);
    if (rules.without_email == Admit::report && needs_email && is_empty(user.profile.email)) {
        return open(Absence::no_email, "without_email", "email");
    }
    if (rules.without_business_unit == Admit::report && !shared.has_business_unit) {
        return open(Absence::no_business_unit, "without_business_unit", {});
    }
    if (rules.without_group == Admit::report && !shared.has_group) return open(Absence::no_group, "without_group", {});
    return std::nullopt;
}

void Mapper::State::add(Employee&& employee) {
    const Person person{employee, rules.names, today};
    const auto* naming = exceptions.naming(employee.key);
    if (naming != nullptr) kept.look_at(person, protections_of(*naming));
    if (auto left_alone = excluded(person, naming)) {
        result.not_wanted.push_back({employee.key, left_alone->absence, std::move(left_alone->reason), std::nullopt});
        return;
    }
    if (auto absent = life_cycle.absence_of(person)) {
        const auto protections = exceptions.protecting(person);
        kept.look_at(person, protections);
        result.not_wanted.push_back({employee.key, absent->absence, std::move(absent->reason),
                                     first_reason(protections, &Exception::never_remove)});
        return;
    }
    const auto shared = placed(person, naming != nullptr);
    if (!shared.placement->unmapped_fields.empty()) count_unknown(person);
    auto& user = result.users.emplace_back();
    user.placement = shared.placement;
    if (rules.user_name) user.user_name = rules.user_name->fill(employee, rules.names);
    if (rules.temporary_password) {
        if (auto text = rules.temporary_password->fill(employee, rules.names)) {
            user.temporary_password.emplace(std::move(*text));
        }
    }
    user.key = std::move(employee.key);
    user.profile = std::move(employee.profile);
    if (auto open = not_admitted(user, shared)) {
        result.not_wanted.push_back(std::move(*open));
        result.users.pop_back();
    }
}

DesiredNetwork Mapper::State::take() {
    auto taken = std::exchange(result, {});
    sort_by_key(taken.users);
    sort_by_key(taken.not_wanted);
    taken.never_removed = kept.all();
    taken.field_groups = field_groups(rules, exceptions);
    for (auto& [group, make] : groups) {
        taken.managed_groups.push_back(group);
        if (make) taken.groups_to_make.push_back({group, std::move(make->reason), std::move(make->parents)});
    }
    for (std::size_t field = 0; field < unknown.size(); ++field) {
        for (const auto& [value, people] : unknown[field]) {
            taken.unmapped.push_back({rules.names.field(field).name, value, people});
        }
    }
    std::sort(taken.unmapped.begin(), taken.unmapped.end(), [](const Unmapped& a, const Unmapped& b) {
        return std::tie(a.column, a.value) < std::tie(b.column, b.value);
    });
    kept = KeptPeople(exceptions);
    groups = groups_named(rules, exceptions);
    unknown.assign(rules.names.all().size(), {});
    memory = {};
    looked_up = 0;
    remembers = true;
    return taken;
}

Mapper::Mapper(const RuleSet& rules, Day today) : state_(std::make_unique<State>(rules, today)) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;

void Mapper::reserve(std::size_t people) { state_->result.users.reserve(state_->result.users.size() + people); }
void Mapper::add(Employee&& employee) { state_->add(std::move(employee)); }
DesiredNetwork Mapper::take() { return state_->take(); }

DesiredNetwork desired_network(const Snapshot& snapshot, const RuleSet& rules, Day today) {
    Mapper mapper(rules, today);
    mapper.reserve(snapshot.employees.size());
    Employee employee;
    for (std::size_t at = 0; at < snapshot.employees.size(); ++at) {
        snapshot.employees.read(at, employee);
        mapper.add(std::move(employee));
    }
    auto desired = mapper.take();
    desired.frozen = snapshot.frozen;
    desired.completeness = snapshot.meta.completeness;
    desired.completeness_reasons = snapshot.meta.completeness_reasons;
    return desired;
}

}  // namespace usersync::rules

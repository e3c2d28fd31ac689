#include "core/rules/life_cycle.hpp"

#include "core/base/day.hpp"

#include <chrono>

namespace usersync::rules {
namespace {

std::optional<std::size_t> date_field(const FieldNames& names, std::string_view name, bool is_used) {
    return is_used ? names.find(name).index : std::nullopt;
}

std::optional<Day> day_in(const std::optional<std::size_t>& field, const Person& person) {
    return field ? day_from(person.value(*field).main()) : std::nullopt;
}

std::chrono::days days(std::int64_t count) { return std::chrono::days(static_cast<std::chrono::days::rep>(count)); }

Reason date_reason(std::string_view column, Day day) {
    return {.rule = "life_cycle." + std::string(column),
            .origin = {},
            .column = std::string(column),
            .value = to_string(day)};
}

}  // namespace

LifeCycleRule::LifeCycleRule(const RuleSet& rules)
    : rule_(rules.life_cycle),
      start_(date_field(rules.names, "start_date", rule_.uses_start_date)),
      end_(date_field(rules.names, "end_date", rule_.uses_end_date)),
      active_{.cells = {}, .expression = rule_.active, .expression_at = rule_.active_at},
      leave_{.cells = {}, .expression = rule_.leave, .expression_at = rule_.leave_at} {}

std::optional<LifeCycleAbsence> LifeCycleRule::by_date(const Person& person) const {
    const auto last = day_in(end_, person);
    if (last && *last + days(rule_.end_delay_days) < person.today) {
        return LifeCycleAbsence{Absence::ended, date_reason("end_date", *last)};
    }
    const auto first = day_in(start_, person);
    if (first && person.today < *first - days(rule_.start_lead_days)) {
        return LifeCycleAbsence{Absence::not_started, date_reason("start_date", *first)};
    }
    return std::nullopt;
}

std::optional<LifeCycleAbsence> LifeCycleRule::absence_of(const Person& person) const {
    const auto by = [&](std::string rule, const Condition& condition) {
        return reason_with(std::move(rule), condition.expression_at, decided_by(condition, person), person.names);
    };
    const auto unclear = [&](std::string rule, const Condition& condition) {
        return LifeCycleAbsence{Absence::unclear,
                                reason_of_silence(std::move(rule), condition.expression_at,
                                                  silent_fields(*condition.expression, person), person.names)};
    };
    const auto is_active = active_.expression ? judge(active_, person) : Judgement::yes;
    if (is_active == Judgement::no) return LifeCycleAbsence{Absence::inactive, by("life_cycle.active", active_)};
    if (auto absence = by_date(person)) return absence;
    if (is_active == Judgement::unknown) return unclear("life_cycle.active", active_);
    if (!rule_.leave_suspends || !leave_.expression) return std::nullopt;
    switch (judge(leave_, person)) {
        case Judgement::yes: return LifeCycleAbsence{Absence::on_leave, by("life_cycle.leave", leave_)};
        case Judgement::unknown: return unclear("life_cycle.leave", leave_);
        case Judgement::no: break;
    }
    return std::nullopt;
}

}  // namespace usersync::rules

#pragma once
// Whether somebody in the record belongs in the network on a day.

#include "core/rules/matching.hpp"

#include <optional>

namespace usersync::rules {

struct LifeCycleAbsence {
    Absence absence = Absence::inactive;
    Reason reason;
};

/// Works out the life cycle of a rule set. The first that holds decides:
///
/// | what                          | holds when                                             | absence     |
/// |-------------------------------|--------------------------------------------------------|-------------|
/// | 1. the active rule            | it is there, and false                                 | inactive    |
/// | 2. the end date               | it, with the days of delay, is before today            | ended       |
/// | 3. the start date             | it, less the days of lead, is after today              | not_started |
/// | 4. the active rule            | it cannot be judged                                    | unclear     |
/// | 5. the leave rule             | it is true, and leave suspends                         | on_leave    |
/// | 6. the leave rule             | it cannot be judged, and leave suspends                | unclear     |
///
/// A rule cannot be judged when the record says nothing in a field on which it depends (`Expression::judge`): then
/// neither an account is taken nor made. The last day itself still counts as in. A date that the record leaves empty
/// restricts nobody, and so does a text that is no day: reading the record refuses those.
class LifeCycleRule {
public:
    /// Refers to the rules.
    explicit LifeCycleRule(const RuleSet& rules);
    std::optional<LifeCycleAbsence> absence_of(const Person& person) const;

private:
    std::optional<LifeCycleAbsence> by_date(const Person& person) const;

    const LifeCycle& rule_;
    std::optional<std::size_t> start_;  ///< the field
    std::optional<std::size_t> end_;
    Condition active_;
    Condition leave_;
};

}  // namespace usersync::rules

#pragma once
// Rules and people by chance, from a seed.

#include "tests/core/rules/rules_builder.hpp"

#include <algorithm>
#include <random>

namespace usersync::test {

class Dice {
public:
    explicit Dice(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T>
    const T& of(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }
    template <class T>
    void shuffle(std::vector<T>& values) {
        std::shuffle(values.begin(), values.end(), random_);
    }

private:
    std::mt19937 random_;
};

inline const std::vector<std::string> places = {"A", "B", "C", "D"};
inline const std::vector<std::string> titles = {"Baker", "Cook", "Guard", ""};
inline const std::vector<std::string> units = {"One", "Two", "Three", "{location}", "Team {department}"};
inline const std::vector<std::string> expressions = {"",
                                                     "job_title == \"Baker\"",
                                                     "any(location) == \"B\"",
                                                     "start_date > today - 30",
                                                     "endsWith(email, \"1@shop.example\")",
                                                     "empty(status)"};

inline Cells cells(Dice& dice) {
    Cells cells;
    if (dice.one_in(2))
        cells.push_back({"location", dice.one_in(5) ? std::vector<std::string>{"*"} : std::vector{dice.of(places)}});
    if (dice.one_in(3)) cells.push_back({"job_title", {titles[dice.below(3)]}});
    return cells;
}

inline Rules random_rules(Dice& dice) {
    Rules rules;
    rules.text.role_order = {"admin", "planner", "member"};
    for (auto table = dice.below(4); table-- > 0;) {
        rules.table();
        rules.text.groups.back().create_missing = dice.one_in(2);
        for (auto row = dice.below(8); row-- > 0;) rules.row(cells(dice), unit(dice.of(units)), dice.of(expressions));
    }
    for (auto role = dice.below(5); role-- > 0;) {
        rules.role(dice.of(rules.text.role_order), cells(dice),
                   dice.one_in(2) ? std::nullopt : std::optional(unit(dice.of(units))));
    }
    if (dice.one_in(2)) rules.invite("sms", "{language}", "job_title == \"Cook\"").invite("email", "nl-NL");
    if (dice.one_in(2)) rules.text.user_name = written("{employee_id}");
    if (dice.one_in(2)) rules.text.without_group = Admit::report;
    for (auto count = dice.below(4); count-- > 0;) {
        auto exception = dice.one_in(2) ? about(std::to_string(dice.below(40))) : about_all(dice.of(expressions));
        if (exception.when && exception.when->text.empty()) continue;
        switch (dice.below(5)) {
            case 0: exception.add_groups = {unit("Extra")}; break;
            case 1: exception.not_in_groups = {unit(dice.of(units))}; break;
            case 2: exception.role = dice.of(rules.text.role_order); break;
            case 3: exception.exclude = true; break;
            default: exception.never_remove = true; break;
        }
        rules.exception(exception);
    }
    return rules;
}

inline std::vector<Employee> random_people(Dice& dice) {
    std::vector<Employee> people;
    for (std::size_t number = 0; number < 40; ++number) {
        auto person = employee(std::to_string(number), {}, {}, dice.of(titles));
        for (auto count = dice.below(3); count-- > 0;) person.locations.push_back(dice.of(places));
        if (dice.one_in(2)) person.departments = {dice.of(places)};
        person.departments_emptied = dice.one_in(2);
        if (dice.one_in(4)) person.employment.start_date = dice.one_in(2) ? "2026-06-01" : "2026-07-01";
        if (dice.one_in(8)) person.employment.end_date = "2026-05-01";
        if (dice.one_in(3)) person.employment.status = "";
        if (dice.one_in(6)) person.profile.email.reset();
        if (dice.one_in(3)) person.employment.language = "de-DE";
        people.push_back(std::move(person));
    }
    std::sort(people.begin(), people.end());
    return people;
}

}  // namespace usersync::test

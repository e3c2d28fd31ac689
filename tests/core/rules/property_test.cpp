// What holds for any rules and any people. A failure prints the seed that shows it again.
#include "tests/core/rules/rules_builder.hpp"

#include <algorithm>
#include <random>

using namespace usersync;
using namespace usersync::test;

namespace {

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

const std::vector<std::string> places = {"A", "B", "C", "D"};
const std::vector<std::string> titles = {"Baker", "Cook", "Guard", ""};
const std::vector<std::string> units = {"One", "Two", "Three", "{location}", "Team {department}"};
const std::vector<std::string> expressions = {"",
                                              "job_title == \"Baker\"",
                                              "any(location) == \"B\"",
                                              "start_date > today - 30",
                                              "endsWith(email, \"1@shop.example\")",
                                              "empty(status)"};

Cells cells(Dice& dice) {
    Cells cells;
    if (dice.one_in(2))
        cells.push_back({"location", dice.one_in(5) ? std::vector<std::string>{"*"} : std::vector{dice.of(places)}});
    if (dice.one_in(3)) cells.push_back({"job_title", {titles[dice.below(3)]}});
    return cells;
}

Rules random_rules(Dice& dice) {
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

std::vector<Employee> random_people(Dice& dice) {
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

constexpr std::uint32_t seeds = 60;

}  // namespace

TEST_CASE("the order of rules never matters where all that match apply", "[core][rules][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto rules = random_rules(dice);
        const auto people = random_people(dice);
        auto shuffled = rules;
        for (auto& table : shuffled.text.groups) dice.shuffle(table.rules);
        dice.shuffle(shuffled.text.groups);
        dice.shuffle(shuffled.text.roles);
        dice.shuffle(shuffled.text.exceptions);

        REQUIRE(desired(shuffled, people) == desired(rules, people));
    }
}

TEST_CASE("the order of people never matters", "[core][rules][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto rules = random_rules(dice);
        const auto people = random_people(dice);
        auto shuffled = people;
        dice.shuffle(shuffled);

        REQUIRE(desired(rules, shuffled) == desired(rules, people));
    }
}

TEST_CASE("the same record and the same rules give the same network", "[core][rules][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto rules = random_rules(dice);
        const auto people = random_people(dice);

        REQUIRE(desired(rules, people) == desired(rules, people));
    }
}

TEST_CASE("one person alone is mapped as among all others", "[core][rules][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        const auto set = random_rules(dice).set();
        const auto people = random_people(dice);
        const auto whole = rules::desired_network(snapshot_of(people), set, today);
        rules::Mapper mapper(set, today);
        std::vector<DesiredUser> users;
        std::vector<NotWanted> not_wanted;
        for (const auto& person : people) {
            mapper.add(person);
            const auto alone = mapper.take();
            REQUIRE(alone.users.size() + alone.not_wanted.size() == 1);
            users.insert(users.end(), alone.users.begin(), alone.users.end());
            not_wanted.insert(not_wanted.end(), alone.not_wanted.begin(), alone.not_wanted.end());
        }

        REQUIRE(users == whole.users);
        REQUIRE(not_wanted == whole.not_wanted);
    }
}

TEST_CASE("exceptions dominate whatever rules say", "[core][rules][property]") {
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        Dice dice(seed);
        auto rules = random_rules(dice);
        const auto people = random_people(dice);
        rules.text.exceptions.clear();
        auto without = about_all("employee_id >= 0");
        without.not_in_groups = {unit("One"), unit("{location}")};
        without.add_groups = {unit("Extra")};
        without.role = "planner";
        rules.exception(without);

        for (const auto& user : desired(rules, people).users) {
            const auto groups = groups_of(user);
            CHECK(std::count(groups.begin(), groups.end(), "One") == 0);
            CHECK(std::count(groups.begin(), groups.end(), "Extra") == 1);
            CHECK(user.placement->role->role == RoleId("planner"));
            for (const auto& place : places) CHECK(std::count(groups.begin(), groups.end(), place) == 0);
        }
    }
}

TEST_CASE("people all of whom have values of their own are placed no differently", "[core][rules][property]") {
    Rules rules;
    rules.row({}, unit("{location}"), "job_title == \"Baker\"").row({{"department", {"X"}}}, unit("Known"));
    std::vector<Employee> people;
    for (std::size_t number = 100'000; number < 121'000; ++number) {
        people.push_back(employee(std::to_string(number), {"Store " + std::to_string(number)}, {"Y"}, "Baker"));
    }

    const auto network = desired(rules, people);

    REQUIRE(network.users.size() == people.size());
    CHECK(groups_of(network.users.front()) == std::vector<std::string>{"Store 100000"});
    CHECK(groups_of(network.users.back()) == std::vector<std::string>{"Store 120999"});
    CHECK(network.unmapped == std::vector<Unmapped>{{"department", "Y", people.size()}});
    CHECK(network.managed_groups.size() == people.size() + 1);
}

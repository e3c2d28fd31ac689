// What holds for any rules and any people. A failure prints the seed that shows it again.
#include "tests/core/rules/random_rules.hpp"

#include <algorithm>

using namespace usersync;
using namespace usersync::test;

namespace {

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

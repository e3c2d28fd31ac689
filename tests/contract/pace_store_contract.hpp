#pragma once
// What every PaceStore owes, as a function that a test case calls with an empty store.

#include "core/ports/pace_store.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

namespace usersync::test {

inline void pace_store_contract(PaceStore& store) {
    using Rates = std::map<std::string, double>;
    const Time monday(Duration(1'790'000'000'456));
    const EmployeeKey ann("1001");
    const EmployeeKey bob("1002");

    SECTION("before the first run nothing was learnt and nobody fails") {
        CHECK(run(store.rates()).value().empty());
        CHECK(run(store.failing()).value().empty());
    }
    SECTION("a rate that is learnt later takes the place of the one before, and others stay") {
        CHECK(run(store.keep_rates({{"rest", 5.5}, {"scim", 2.0}}, monday)).has_value());
        CHECK(run(store.keep_rates({{"rest", 7.25}}, monday)).has_value());
        CHECK(run(store.rates()).value() == Rates{{"rest", 7.25}, {"scim", 2.0}});
    }
    SECTION("whoever fails is remembered until it goes well") {
        CHECK(run(store.note_run({bob, ann}, {})).has_value());
        CHECK(run(store.failing()).value() == std::vector<Failing>{{ann, std::nullopt}, {bob, std::nullopt}});
        CHECK(run(store.note_run({bob}, {ann})).has_value());
        CHECK(run(store.failing()).value() == std::vector<Failing>{{bob, std::nullopt}});
    }
    SECTION("one person or all are forgiven, and stay so when they fail again") {
        CHECK(run(store.note_run({ann, bob}, {})).has_value());
        CHECK(run(store.forgive(ann, monday)).value() == 1);
        CHECK(run(store.forgive(EmployeeKey("9999"), monday)).value() == 0);
        CHECK(run(store.note_run({ann}, {})).has_value());
        CHECK(run(store.failing()).value() == std::vector<Failing>{{ann, monday}, {bob, std::nullopt}});
        CHECK(run(store.forgive(std::nullopt, monday + Duration(1))).value() == 2);
        CHECK(run(store.failing()).value()[1] == Failing{bob, monday + Duration(1)});
    }
}

}  // namespace usersync::test

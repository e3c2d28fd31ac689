#pragma once
// What every PauseStore owes, as a function that a test case calls with an empty one.

#include "core/ports/pause.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

namespace usersync::test {

inline void pause_store_contract(PauseStore& store) {
    const Pause pause{.since = Time(Duration(1'790'000'000'456)), .by = "jan", .reason = "the source is being moved"};

    SECTION("a tenant of which nobody said anything is not paused") {
        CHECK_FALSE(run(store.load()).value().has_value());
    }
    SECTION("a pause is kept with who, when and why, until it is lifted") {
        CHECK(run(store.save(pause)).has_value());
        CHECK(run(store.load()).value() == pause);

        CHECK(run(store.save(std::nullopt)).has_value());
        CHECK_FALSE(run(store.load()).value().has_value());
    }
    SECTION("the newest word counts") {
        auto later = pause;
        later.by = "ann";
        later.reason.clear();
        CHECK(run(store.save(pause)).has_value());
        CHECK(run(store.save(later)).has_value());

        CHECK(run(store.load()).value() == later);
    }
}

}  // namespace usersync::test

#include "tests/end_to_end/kill_round.hpp"

#include <catch2/catch.hpp>

using namespace usersync::test;

TEST_CASE("a daemon that is killed again and again does everything once, and ends where it should",
          "[end_to_end][crash][fault30]") {
    const auto round = kill_round(1, 2);

    CHECK(round.findings == std::vector<std::string>{});
    CHECK(round.kills >= 2);
}

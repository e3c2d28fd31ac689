#include "core/base/nearest.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using usersync::nearest;

TEST_CASE("a slip of the fingers finds the word that was meant", "[core][base]") {
    const std::vector<std::string> known{"host", "port", "private_key", "password", "by"};

    CHECK(nearest("prot", known) == "port");
    CHECK(nearest("privatekey", known) == "private_key");
    CHECK(nearest("pasword", known) == "password");
    CHECK(nearest("hosts", known) == "host");
    CHECK(nearest("paswrod", known) == "password");
}

TEST_CASE("a word unlike any other gets no suggestion", "[core][base]") {
    const std::vector<std::string> known{"host", "port", "by"};

    CHECK(nearest("colour", known) == std::nullopt);
    CHECK(nearest("st", known) == std::nullopt);
    CHECK(nearest("", known) == std::nullopt);
    CHECK(nearest(std::string(100000, 'x'), known) == std::nullopt);
    CHECK(nearest("port", {}) == std::nullopt);
}

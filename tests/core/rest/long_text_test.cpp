#include "core/rest/long_text.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace usersync;

TEST_CASE("a long text is what was appended, in one piece", "[core][rest]") {
    std::mt19937_64 random(11);
    for (const std::size_t block : {1u, 7u, 64u, 100'000u}) {
        CAPTURE(block);
        rest::LongText text(block);
        CHECK(text.take().empty());
        std::string all;
        for (int at = 0; at < 300; ++at) {
            const std::string part(random() % 20, static_cast<char>('a' + at % 26));
            text.append(part);
            all += part;
            CHECK(text.size() == all.size());
        }
        CHECK(text.take() == all);
        CHECK(text.size() == 0);
        text.append("again");
        CHECK(text.take() == "again");
    }
}

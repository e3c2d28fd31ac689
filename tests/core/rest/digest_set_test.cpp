#include "core/rest/digest_set.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <set>

using namespace usersync;

TEST_CASE("what was seen before is known again, however much was seen meanwhile", "[core][rest]") {
    std::mt19937_64 random(7);
    rest::DigestSet seen;
    std::set<Digest> model;
    CHECK(seen.size() == 0);
    for (int at = 0; at < 20'000; ++at) {
        // Few different ones, and of those many that fall on the same place.
        const Digest digest{.low = random() % 4096, .high = random() % 4};
        CHECK(seen.insert(digest) == model.insert(digest).second);
    }
    CHECK(seen.size() == model.size());
}

TEST_CASE("a digest of nothing but zeros is one like any other", "[core][rest]") {
    rest::DigestSet seen;
    CHECK(seen.insert(Digest{}));
    CHECK_FALSE(seen.insert(Digest{}));
    CHECK(seen.insert(Digest{.low = 1, .high = 0}));
    CHECK(seen.size() == 2);
}

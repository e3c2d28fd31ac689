// Fault 18: the record of another environment, told by the addresses in it.

#include "core/ingest/address_domains.hpp"

#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::ingest;

namespace {

ColumnMap columns_of(std::vector<std::string> ours) {
    auto map = test::columns({{Field::employee_id, "ID"}, {Field::email, "E-mail"}, {Field::location, "Location"}});
    map.address_domains.ours = std::move(ours);
    return map;
}

/// So many rows with addresses of each of these domains.
std::string record_of(std::size_t ours, std::size_t others, const std::string& other = "test.shop.example") {
    std::string text = "ID,E-mail,Location\n";
    for (std::size_t at = 0; at < ours + others; ++at) {
        const auto id = std::to_string(1001 + at);
        text += id + ",P" + id + "@" + (at < ours ? "Shop.Example" : other) + ",Utrecht\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a record with addresses of other domains than the customer's is that of another environment",
          "[core][ingest][fault18]") {
    const auto map = columns_of({"shop.example"});

    CHECK(test::bounce_code(record_of(0, 20), map) == "other_address_domains");
    CHECK(test::bounce_code(record_of(17, 3), map) == "other_address_domains");

    const auto refused = test::ingested(record_of(5, 15, "jansen.example"), map);
    const auto& bounce = std::get<Bounce>(refused);
    CHECK(bounce.kind == FailureKind::rejected);
    CHECK(bounce.subject == "shop.example");
    CHECK_THAT(bounce.sentence, Catch::StartsWith("15 of 20 addresses are of other domains than shop.example"));
    CHECK(bounce.sentence.find("jansen") == std::string::npos);
}

TEST_CASE("a few addresses of other domains are usual, and how many a tenant says", "[core][ingest]") {
    auto map = columns_of({"shop.example"});
    CHECK(test::bounce_code(record_of(18, 2), map) == "read");

    map.address_domains.other_domains_share_max = 0;
    CHECK(test::bounce_code(record_of(19, 1), map) == "other_address_domains");
    CHECK(test::bounce_code(record_of(20, 0), map) == "read");
    map.address_domains.other_domains_share_max = 1;
    CHECK(test::bounce_code(record_of(0, 20), map) == "read");
}

TEST_CASE("a customer may have several domains, and who says none has none compared", "[core][ingest]") {
    CHECK(test::bounce_code(record_of(10, 10, "brand.example"), columns_of({"shop.example", "brand.example"})) ==
          "read");
    CHECK(test::bounce_code(record_of(0, 20), columns_of({})) == "read");
}

TEST_CASE("rows without a usable address say nothing about whose record it is", "[core][ingest]") {
    const auto map = columns_of({"shop.example"});
    CHECK(test::bounce_code("ID,E-mail,Location\n1001,,Utrecht\n1002,nobody,Utrecht\n", map) == "read");
    CHECK(test::bounce_code("ID,Location\n1001,Utrecht\n", map) == "read");
}

TEST_CASE("addresses are compared as the tenant's steps make them", "[core][ingest]") {
    auto map = columns_of({"shop.example"});
    map.fields[Field::email].columns = {"ID", "Location"};
    map.fields[Field::email].steps = {step::Join{.separator = "@"}};
    CHECK(test::bounce_code("ID,Location\n1001,shop.example\n1002,shop.example\n", map) == "read");
    CHECK(test::bounce_code("ID,Location\n1001,test.example\n1002,test.example\n", map) == "other_address_domains");
}

TEST_CASE("people whose rows say nothing new are counted as well", "[core][ingest][fault18]") {
    // They were read before the tenant said which domains are theirs, or by a share that is over now.
    const auto record = record_of(0, 20);
    auto map = columns_of({});
    KnownPeople nobody;
    auto first = ingest_bytes(record, map, {}, {}, nobody, {});
    const auto& read = std::get<Ingested>(first);
    KnownPeople known;
    for (std::size_t at = 0; at < read.changed.size(); ++at) known.add(read.changed.key(at), read.known[at]);
    map.address_domains.ours = {"shop.example"};

    const auto again = ingest_bytes(record, map, {}, {}, known, {});

    REQUIRE(std::holds_alternative<Bounce>(again));
    CHECK(std::get<Bounce>(again).code == "other_address_domains");
}

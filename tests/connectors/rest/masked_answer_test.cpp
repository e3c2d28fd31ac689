#include "core/rest/masked_answer.hpp"

#include "core/rest/pseudonym.hpp"
#include "tests/connectors/rest/rest_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using rest::masked_answer;

namespace {

rest::Telling telling(std::set<std::string> keys = {}) { return {.keys = std::move(keys), .counts = {}, .names = {}}; }

}  // namespace

TEST_CASE("an answer for a support case keeps its shape and tells nobody", "[core][rest]") {
    CHECK(masked_answer("{ \"rows\" : [ {\"Naam\":\"Zoë 3\", \"uur\": -12.5e3, \"actief\":true, \"x\":null} ] }\n",
                        telling(), 1) ==
          "{ \"rows\" : [ {\"Naam\":\"Xxx 9\", \"uur\": -99.9e9, \"actief\":true, \"x\":null} ] }\n");
}

TEST_CASE("an answer that is cut off or no JSON shows where, and still nobody", "[core][rest]") {
    CHECK(masked_answer(R"({"rows":[{"id":"0001"},{"name":"Zo)", telling(), 1) ==
          R"({"rows":[{"id":"9999"},{"name":"Xx)");
    CHECK(masked_answer(R"({"name":"Anna \u00e9\"b)", telling(), 1) == R"({"name":"Xxxx x\"x)");
    CHECK(masked_answer("<html><title>Sign in, Anna</title>", telling(), 1) == "<html><title>Xxxx xx, Xxxx</title>");
    CHECK(masked_answer("anna@shop.example 42", telling(), 1) == "xxxx@xxxx.xxxxxxx 99");
    CHECK(masked_answer("", telling(), 1).empty());
}

TEST_CASE("ids in an answer are the pseudonyms that they are in a record", "[core][rest]") {
    const auto line = rest::pseudonymised("{\"id\":\"0042\"}\n", {"id"}, 7);
    const auto id = line.substr(6, line.size() - 8);

    CHECK(masked_answer(R"({"rows":[{"id":"0042","boss":["0042"],"tel":"0042"}]})", telling({"id", "boss"}), 7) ==
          R"({"rows":[{"id":)" + id + R"(,"boss":[)" + id + R"(],"tel":"9999"}]})");
}

TEST_CASE("names of members that may be somebody's are masked as well", "[core][rest]") {
    CHECK(masked_answer(R"({"anna@shop.example":{"a":1},"10042":{},"@odata.nextLink":"x","address2":""})", telling(),
                        1) == R"({"xxxx@xxxx.xxxxxxx":{"a":9},"99999":{},"@odata.nextLink":"x","address2":""})");
}

TEST_CASE("a declaration says what of an answer may be told", "[core][rest]") {
    auto connector = test::people_connector("https://shop.example");
    connector.list.stop.total = test::path("meta.total");
    connector.list.records.shape = rest::RecordRule::Shape::map;
    connector.list.records.map_key = "id";

    const auto told = rest::telling_of(connector, {"site"});

    CHECK(masked_answer(R"({"rows":{"anna":{"id":"","site":null,"born":2000}},"total":4711})", told, 1) ==
          R"({"rows":{"xxxx":{"id":"","site":null,"xxxx":9999}},"xxxxx":4711})");
}

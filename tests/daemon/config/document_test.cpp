#include "daemon/config/document.hpp"

#include <catch2/catch.hpp>

using namespace usersync::config;

TEST_CASE("a file's keys keep their order and their places", "[daemon][config]") {
    const auto document = parse_document("[b]\n  z = 'x'\n  a = 5\n[a]\n");

    REQUIRE(!document.error);
    REQUIRE(document.root.size() == 2);
    CHECK(document.root[0].key == "b");
    CHECK(document.root[1].key == "a");
    const auto& inner = std::get<Table>(document.root[0].value.content);
    CHECK(inner[0].key == "z");
    CHECK(inner[0].at == Position{2, 3});
    CHECK(inner[1].value.at == Position{3, 7});
    CHECK(std::get<std::int64_t>(inner[1].value.content) == 5);
}

TEST_CASE("text that is not TOML is an error with a place, whatever it is", "[daemon][config]") {
    for (const auto* text :
         {"a = ", "a = 5m", "[a", "a = 1\na = 2", "= 1", "a = 'x", "\xff\xfe", "a = 010", "a = NO"}) {
        const auto document = parse_document(text);

        CAPTURE(text);
        REQUIRE(document.error);
        CHECK(document.error->at.line >= 1);
        CHECK(document.error->message.rfind("not valid TOML: ", 0) == 0);
        CHECK(document.root.empty());
    }
}

TEST_CASE("deep nesting is refused, not followed", "[daemon][config]") {
    const auto document = parse_document("a = " + std::string(100000, '['));

    CHECK(document.error);
}

TEST_CASE("a value is shown as a person would write it", "[daemon][config]") {
    CHECK(describe(Value{{}, std::string("shop")}) == "\"shop\"");
    CHECK(describe(Value{{}, std::string(50, 'x')}) == "\"" + std::string(40, 'x') + "…\"");
    CHECK(describe(Value{{}, std::string("a\nb")}) == "\"a b\"");
    CHECK(describe(Value{{}, std::int64_t{5}}) == "5");
    CHECK(describe(Value{{}, 0.5}) == "0.5");
    CHECK(describe(Value{{}, true}) == "true");
    CHECK(describe(Value{{}, Table{}}) == "a table");
    CHECK(describe(Value{{}, Array{}}) == "an array");
    CHECK(describe(Value{{}, Moment{}}) == "a date or time");
}

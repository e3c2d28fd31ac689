#include "core/rest/encode.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;

namespace {

const Values& values() {
    static const Values all = [] {
        Values made;
        made.settings = {{"environment", {"12345"}}, {"name", {"a b&c\"d"}}, {"empty", {""}}, {"fields", {"x", "y,z"}}};
        made.secrets = {{"key", Secret("s/1")}};
        return made;
    }();
    return all;
}

std::string fill(std::string_view text, Place place, const Words& words = {}) {
    return filled(declare::text(text), values(), words, place, {"fields"}).value_or("(left out)");
}

}  // namespace

TEST_CASE("A blank is filled in as the place where it stands needs it", "[core][rest]") {
    CHECK(fill("https://{environment}.rest.example", Place::url) == "https://12345.rest.example");
    CHECK(fill("/c/{name}", Place::path) == "/c/a%20b%26c%22d");
    CHECK(fill("gt '{name}'", Place::query) == "gt%20'a%20b%26c%22d'");
    CHECK(fill("{fields}", Place::query) == "x,y%2Cz");
    CHECK(fill("key {secret:key}", Place::header) == "key s/1");
    CHECK(fill("<a>{name}</a>", Place::xml) == "<a>a b&amp;c&quot;d</a>");
    CHECK(fill("{{environment}", Place::plain) == "{environment}");
}

TEST_CASE("A body of JSON stays JSON whatever is filled in", "[core][rest]") {
    CHECK(fill(R"({"a": {"n": "x{name}"}, "f": {fields}, "o": {offset}, "c": {cursor}})", Place::json,
               {{"offset", "100"}}) == R"({"a": {"n": "xa b&c\"d"}, "f": ["x","y,z"], "o": 100, "c": null})");
    CHECK(fill(R"({"c": {cursor}})", Place::json, {{"cursor", "abc"}}) == R"({"c": "abc"})");
}

TEST_CASE("What names something without a value is left out", "[core][rest]") {
    CHECK(fill("{since}", Place::query) == "(left out)");
    CHECK(fill("{empty}", Place::query) == "(left out)");
    CHECK(fill("{secret:other}", Place::header) == "(left out)");
    CHECK(fill("{since}", Place::header, {{"since", "a\r\nb: c"}}) == "(left out)");
}

TEST_CASE("A template that is not closed is refused", "[core][rest]") {
    CHECK(std::holds_alternative<std::string>(parse_template("{abc")));
    CHECK(std::holds_alternative<std::string>(parse_template("{a-b}")));
    CHECK(std::holds_alternative<std::string>(parse_template("{secret:}")));
    CHECK(std::holds_alternative<TextTemplate>(parse_template(R"({"a": {"b": 1}})")));
}

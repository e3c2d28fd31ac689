#include "connectors/http/message.hpp"

#include "core/base/byte_text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::http;

TEST_CASE("a header is found whatever the case of its name", "[connectors][http]") {
    const std::vector<Header> headers = {{"Retry-After", "7"}, {"retry-after", "9"}, {"Etag", ""}};

    CHECK(find_header(headers, "RETRY-AFTER") == std::optional<std::string_view>("7"));
    CHECK(find_header(headers, "etag") == std::optional<std::string_view>(""));
    CHECK_FALSE(find_header(headers, "Retry").has_value());
}

TEST_CASE("everything but unreserved characters is percent-encoded", "[connectors][http]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", ""},
        {"AZaz09-._~", "AZaz09-._~"},
        {"a b", "a%20b"},
        {"a+b&c=d/e?f", "a%2Bb%26c%3Dd%2Fe%3Ff"},
        {"100%", "100%25"},
        {"Zo\xc3\xab", "Zo%C3%AB"},
        {std::string("\0\n", 2), "%00%0A"},
    };
    for (const auto& [text, encoded] : cases) {
        CHECK(percent_encoded(text) == encoded);
        CHECK(percent_decode(encoded, Plus::literal) == text);
    }
}

TEST_CASE("bad escapes stay as they are", "[connectors][http]") {
    CHECK(percent_decode("%", Plus::literal) == "%");
    CHECK(percent_decode("%4", Plus::literal) == "%4");
    CHECK(percent_decode("%zz%4g%41", Plus::literal) == "%zz%4gA");
    CHECK(percent_decode("a+b", Plus::literal) == "a+b");
    CHECK(percent_decode("a+b%2b", Plus::space) == "a b+");
}

TEST_CASE("a form is read in order, with names and values decoded", "[connectors][http]") {
    using Parameters = std::vector<Parameter>;
    const std::vector<std::pair<std::string, Parameters>> cases = {
        {"", {}},
        {"a=1&b=2", {{"a", "1"}, {"b", "2"}}},
        {"b=2&a=1&b=3", {{"b", "2"}, {"a", "1"}, {"b", "3"}}},
        {"a", {{"a", ""}}},
        {"=1", {{"", "1"}}},
        {"a=", {{"a", ""}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"&&a=1&", {{"a", "1"}}},
        {"full+name=Zo%C3%AB%26co", {{"full name", "Zo\xc3\xab&co"}}},
    };
    for (const auto& [text, parameters] : cases) CHECK(parse_form(text) == parameters);
}

TEST_CASE("a form that is written is read back the same", "[connectors][http]") {
    const std::vector<Parameter> parameters = {{"filter", "userName eq \"10 234\""}, {"a&b", "=+%"}, {"empty", ""}};

    CHECK(encode_form(parameters) == "filter=userName%20eq%20%2210%20234%22&a%26b=%3D%2B%25&empty=");
    CHECK(parse_form(encode_form(parameters)) == parameters);
}

TEST_CASE("a target is split at its first question mark", "[connectors][http]") {
    CHECK(split_target("/users?limit=10&x=?").path == "/users");
    CHECK(split_target("/users?limit=10&x=?").query == "limit=10&x=?");
    CHECK(split_target("/users").path == "/users");
    CHECK(split_target("/users").query.empty());
    CHECK(split_target("/users?").query.empty());
}

#include "core/rest/pseudonym.hpp"

#include <catch2/catch.hpp>

using usersync::rest::pseudonymised;

TEST_CASE("a record for a support case shows shapes and nobody", "[core][rest]") {
    CHECK(pseudonymised(
              "{\"name\":\"Zoë O'Neil 3rd\",\"born\":\"2001-02-03\",\"hours\":-12.5,\"active\":true,\"x\":null}\n", {},
              1) ==
          "{\"name\":\"Xxx X'Xxxx 9xx\",\"born\":\"9999-99-99\",\"hours\":-99.9,\"active\":true,\"x\":null}\n");
}

TEST_CASE("lists, escapes and what stands within are masked, names of columns are not", "[core][rest]") {
    CHECK(pseudonymised(R"({"a":["Jan","\u00e9\n\"q"],"b":{"Inner":"secret"},"c":""})"
                        "\n",
                        {}, 1) == R"({"a":["Xxx","x\n\"x"],"b":{"Inner":"xxxxxx"},"c":""})"
                                  "\n");
}

TEST_CASE("a pseudonym is a keyed digest that cannot be turned round", "[core][rest]") {
    // The first 16 digits of HMAC-SHA256("17", the seed 7 as eight bytes), the last of them first.
    const std::string digits = "c6560d25afdf1cb0";
    CHECK(pseudonymised("{\"id\":\"17\"}\n", {"id"}, 7) ==
          "{\"id\":\"p" + std::string(digits.rbegin(), digits.rend()) + "\"}\n");
}

TEST_CASE("the same id is the same pseudonym, as a text and as a number, and another for another seed",
          "[core][rest]") {
    const auto lines =
        pseudonymised("{\"id\":\"17\"}\n{\"id\":17}\n{\"id\":\"18\"}\n{\"boss\":[\"17\"]}\n", {"id", "boss"}, 7);
    const auto first = lines.substr(0, lines.find('\n'));
    const auto id = first.substr(7, first.size() - 9);

    CHECK(id.size() == 17);
    CHECK(id.front() == 'p');
    CHECK(lines.find("{\"id\":\"" + id + "\"}\n{\"id\":\"" + id + "\"}\n{\"id\":\"p") == 0);
    CHECK(lines.find("{\"boss\":[\"" + id + "\"]}\n") != std::string::npos);
    CHECK(lines.find("17\"") == std::string::npos);
    CHECK(pseudonymised("{\"id\":\"17\"}\n", {"id"}, 8) != first + "\n");
}

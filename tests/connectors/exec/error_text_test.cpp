#include "connectors/exec/error_text.hpp"

#include <catch2/catch.hpp>

using namespace usersync;

namespace {

std::string shown(std::string_view text, const std::map<std::string, Secret>& secrets = {}) {
    exec::TextEnd end;
    end.add(text);
    return exec::last_lines(end, secrets);
}

}  // namespace

TEST_CASE("of a program's complaints the last lines are shown, in one", "[connectors][exec]") {
    CHECK(shown("one\ntwo\n\nthree\r\nfour\nfive") == "two | three | four | five");
    CHECK(shown("\n \n").empty());
    CHECK(shown(std::string(500, 'a') + "é") == "…" + std::string(398, 'a') + "é");
}

TEST_CASE("a program's complaints cannot steer the terminal or the log that shows them", "[connectors][exec]") {
    CHECK(shown("\x1b[31mred\x07 \xff\xc2\x9b café\tend") == "?[31mred? ??? café end");
}

TEST_CASE("a secret that a program gives away is not shown", "[connectors][exec]") {
    const std::map<std::string, Secret> secrets = {{"TOKEN", Secret("s3cret-token")}, {"PIN", Secret("12")}};

    CHECK(shown("curl -H s3cret-token x12 s3cret-token", secrets) == "curl -H *** x12 ***");
}

TEST_CASE("however much a program complains, its last words are kept, and none that may be half a secret",
          "[connectors][exec]") {
    exec::TextEnd end;
    for (int i = 0; i < 10'000; ++i) end.add("a line that is written again and again\n");
    end.add("the last words\n");

    CHECK(exec::last_lines(end, {}).ends_with("| the last words"));
    CHECK(end.text().size() < 10'000);
    CHECK(shown(std::string(9000, 's')).empty());
}

// docs/operations.md shows how a network is looked at; here it is typed.

#include "tests/end_to_end/console_page.hpp"

#include <catch2/catch.hpp>

using namespace usersync::test;

namespace {

/// As the page describes them: an employee by XID, one by address alone, somebody from outside.
const std::string three_people = R"([
    {"xid": "S1003", "first": "Finn", "family": "Jonker", "email": "finn.jonker@shop.example",
     "groups": ["Store 12 Harbour"]},
    {"first": "Gijs", "infix": "van der", "family": "Kuiper", "email": "gijs.kuiper@shop.example"},
    {"first": "Eva", "family": "Bos", "email": "eva@agency.example", "external": true, "groups": ["Works council"]}])";

}  // namespace

TEST_CASE("every command on the page about operations answers what the page says", "[end_to_end][network]") {
    ExampleShop shop(three_people);
    const auto asked = check_sessions("docs/operations.md", shop, "2026-11-23");
    CHECK(asked == std::set<std::string>{"adopt", "approve", "network", "probe", "sandbox"});
}

TEST_CASE("what the page about assumptions shows of a probe is what the page about operations shows",
          "[end_to_end][network]") {
    const auto probe_of = [](const std::string& page) {
        for (const auto& block : blocks_of(page)) {
            if (block.language == "console" && block.lines.front() == "$ usersyncd probe shop") return block.lines;
        }
        return Lines{};
    };
    const auto shown = probe_of("docs/speakap-assumptions.md");
    REQUIRE_FALSE(shown.empty());
    CHECK(shown == probe_of("docs/operations.md"));
}

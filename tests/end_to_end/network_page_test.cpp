// docs/operations.md shows how a network is looked at, and a day on which the brakes hold; here both are typed.

#include "tests/end_to_end/console_page.hpp"

#include <catch2/catch.hpp>

using namespace usersync::test;

namespace {

const std::string page = "docs/operations.md";
const std::vector<std::string> sections{"Looking at the network", "A day with the brakes"};

/// As the page describes them: an employee by XID, one by address alone, somebody from outside.
const std::string three_people = R"([
    {"xid": "S1003", "first": "Finn", "family": "Jonker", "email": "finn.jonker@shop.example",
     "groups": ["Store 12 Harbour"]},
    {"first": "Gijs", "infix": "van der", "family": "Kuiper", "email": "gijs.kuiper@shop.example"},
    {"first": "Eva", "family": "Bos", "email": "eva@agency.example", "external": true, "groups": ["Works council"]}])";

}  // namespace

TEST_CASE("every command that looks at the network answers what the page about operations says",
          "[end_to_end][network]") {
    ExampleShop shop(three_people);
    const auto asked = check_sessions(page, shop, "2026-11-23", sections[0]);
    CHECK(asked == std::set<std::string>{"adopt", "approve", "network", "probe", "sandbox"});
}

TEST_CASE("a day with the brakes goes as the page about operations says", "[end_to_end][brakes]") {
    ExampleShop shop;
    const auto asked = check_sessions(page, shop, "2026-11-23", sections[1]);
    CHECK(asked == std::set<std::string>{"apply", "approve", "brakes", "ledger", "pause", "plan", "queue", "reject",
                                         "resume", "retry", "undo", "what-changed"});
}

TEST_CASE("nothing on the page about operations is shown untyped", "[end_to_end][network]") {
    std::set<std::string> shown;
    for (const auto& block : blocks_of(page)) {
        if (block.language == "console") shown.insert(block.section);
    }
    CHECK(shown == std::set<std::string>(sections.begin(), sections.end()));
}

TEST_CASE("what the page about assumptions shows of a probe is what the page about operations shows",
          "[end_to_end][network]") {
    const auto probe_of = [](const std::string& path) {
        for (const auto& block : blocks_of(path)) {
            if (block.language == "console" && block.lines.front() == "$ usersyncd probe shop") return block.lines;
        }
        return Lines{};
    };
    const auto shown = probe_of("docs/speakap-assumptions.md");
    REQUIRE_FALSE(shown.empty());
    CHECK(shown == probe_of("docs/operations.md"));
}

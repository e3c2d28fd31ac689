// Which assumptions hold, as people and programs see it.
#include "daemon/network/probe_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;
using Verdict = ProbeFinding::Verdict;

namespace {

const std::vector<ProbeFinding> findings{
    {"A-1", Verdict::holds, "the network answers, and its EID is the configured one", "rest_url"},
    {"A-10", Verdict::fails, "a page of 100 held 25 people", "page_size"},
    {"A-16", Verdict::not_seen, "no local departments", ""},
    {"A-36", Verdict::not_tried, "only a write would show it", "leavers.action"}};

}  // namespace

TEST_CASE("a probe is a line for each assumption, below the counts", "[daemon][network]") {
    CHECK(network_view::probe_text(TenantId("shop"), findings) ==
          "assumptions about the network of shop: holds 1, fails 1, not seen 1, not tried 1\n"
          "  A-1   holds      the network answers, and its EID is the configured one  [rest_url]\n"
          "  A-10  fails      a page of 100 held 25 people  [page_size]\n"
          "  A-16  not seen   no local departments\n"
          "  A-36  not tried  only a write would show it  [leavers.action]\n");
}

TEST_CASE("a probe is told to programs with the words of the port", "[daemon][network]") {
    const auto json = Json::parse(network_view::probe_json(TenantId("shop"), findings));

    CHECK(json.at("tenant") == "shop");
    CHECK(json.at("counts") == Json{{"holds", 1}, {"fails", 1}, {"not_seen", 1}, {"not_tried", 1}});
    CHECK(json.at("findings").size() == 4);
    CHECK(json.at("findings").at(1).at("verdict") == "fails");
    CHECK(json.at("findings").at(1).at("setting") == "page_size");
    CHECK(json.at("findings").at(2).at("setting").is_null());
}

TEST_CASE("only an assumption that fails is one that somebody has to look at", "[daemon][network]") {
    CHECK(network_view::is_any_failing(findings));
    CHECK_FALSE(network_view::is_any_failing({findings[0], findings[2], findings[3]}));
    CHECK_FALSE(network_view::is_any_failing({}));
}

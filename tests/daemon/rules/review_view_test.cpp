// What a mapping leaves open, as people and programs see it.
#include "daemon/rules/review_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;
using rules::Finding;

namespace {

const rules_view::ReviewOf of{TenantId("shop"), SnapshotId(3), day_from("2026-06-15").value(),
                              Fingerprint::from_hex("0123456789abcdef0123456789abcdef")};

rules::Review review() {
    rules::Review review;
    review.employees = 12;
    review.wanted = 10;
    Finding unmapped;
    unmapped.field = "location";
    unmapped.value = "Store 99";
    unmapped.people = 2;
    unmapped.sentence = "no row knows this value of location, which 2 people have";
    Finding nobody;
    nobody.kind = Finding::Kind::matches_nobody;
    nobody.rule = "group_mapping[0] row 2";
    nobody.origin = {"groups.csv", 3, 1};
    nobody.sentence = "matches nobody who should be in the network";
    Finding alone;
    alone.kind = Finding::Kind::person_without_group;
    alone.people = 7;
    for (int number = 1; number <= 7; ++number) alone.employees.emplace_back(std::to_string(number));
    alone.sentence = "7 people should be in the network and in no group of it";
    review.findings = {unmapped, nobody, alone};
    return review;
}

}  // namespace

TEST_CASE("findings stand under their kind, with counts", "[daemon][rules]") {
    CHECK(rules_view::review_text(of, review()) ==
          "mapping of shop (rules 0123456789ab) over snapshot 3 on 2026-06-15: 12 employees, 10 should be in the "
          "network\n"
          "3 findings are open\n"
          "\n"
          "values that no row knows: 1\n"
          "  location \"Store 99\": 2 people\n"
          "\n"
          "rules that match nobody: 1\n"
          "  group_mapping[0] row 2 at groups.csv:3: matches nobody who should be in the network\n"
          "\n"
          "people without group: 1\n"
          "  7 people should be in the network and in no group of it (1, 2, 3, 4, 5, …)\n");
}

TEST_CASE("as JSON every kind has a count, also zero", "[daemon][rules]") {
    const auto json = Json::parse(rules_view::review_json(of, review()));

    CHECK(json.at("open") == 3);
    CHECK(json.at("counts").size() == rules::all_finding_kinds().size());
    CHECK(json.at("counts").at("unmapped_value") == 1);
    CHECK(json.at("counts").at("shadowed") == 0);
    CHECK(json.at("findings").at(1).at("file") == "groups.csv");
    CHECK(json.at("findings").at(1).at("line") == 3);
    CHECK(json.at("findings").at(2).at("employees").size() == 7);
}

TEST_CASE("when nothing is open, that is said", "[daemon][rules]") {
    rules::Review nothing;
    nothing.employees = nothing.wanted = 1;
    CHECK(rules_view::review_text(of, nothing) ==
          "mapping of shop (rules 0123456789ab) over snapshot 3 on 2026-06-15: 1 employee, 1 should be in the "
          "network\nnothing is open\n");
}

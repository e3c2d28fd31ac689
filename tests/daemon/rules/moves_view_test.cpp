// Who would move, as people and programs see it.
#include "daemon/rules/moves_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;

namespace {

const GroupRef north{GroupRef::By::name, GroupKind::business_unit, "North"};
const GroupRef south{GroupRef::By::name, GroupKind::business_unit, "South"};
const rules_view::MovesBetween between{TenantId("shop"), SnapshotId(3), "version 0123456789ab", "/srv/new"};

rules::Moves moves() {
    rules::Moves moves;
    moves.wanted_before = 5;
    moves.wanted_after = 4;
    moves.groups = {{north, 5, 3, {}, {EmployeeKey("1"), EmployeeKey("2")}}, {south, 0, 1, {EmployeeKey("1")}, {}}};
    moves.people = {{EmployeeKey("1"),
                     "wanted",
                     "wanted",
                     {south},
                     {north},
                     {{std::nullopt, std::nullopt, RoleId("admin")}},
                     {"user name"}},
                    {EmployeeKey("2"), "wanted", "inactive", {}, {north}, {}, {}}};
    return moves;
}

}  // namespace

TEST_CASE("counts come first, then groups, then people", "[daemon][rules]") {
    CHECK(rules_view::moves_text(between, moves()) ==
          "mapping of shop, from version 0123456789ab to /srv/new, over snapshot 3\n"
          "2 people would move: 1 membership begin, 2 end, 1 role change; 5 -> 4 people in the network\n"
          "\n"
          "By group\n"
          "  business_unit \"North\": 5 -> 3 (+0 -2)\n"
          "  business_unit \"South\": 0 -> 1 (+1 -0)\n"
          "\n"
          "By person\n"
          "  1  + business_unit \"South\"; - business_unit \"North\"; role no role by a rule -> admin; user name "
          "differs\n"
          "  2  wanted -> inactive; - business_unit \"North\"\n");
}

TEST_CASE("as JSON with the same counts", "[daemon][rules]") {
    const auto json = Json::parse(rules_view::moves_json(between, moves()));

    CHECK(json.at("counts") == Json{{"people", 2},
                                    {"wanted_before", 5},
                                    {"wanted_after", 4},
                                    {"groups", 2},
                                    {"joins", 1},
                                    {"leaves", 2},
                                    {"roles", 1}});
    CHECK(json.at("groups").at(0).at("leaves") == Json::array({"1", "2"}));
    CHECK(json.at("people").at(1).at("after") == "inactive");
    CHECK(json.at("people").at(0).at("roles").at(0).at("after") == "admin");
}

TEST_CASE("when nobody would move, that is said", "[daemon][rules]") {
    CHECK(rules_view::moves_text(between, {}) ==
          "mapping of shop, from version 0123456789ab to /srv/new, over snapshot 3\nnobody would move\n");
}

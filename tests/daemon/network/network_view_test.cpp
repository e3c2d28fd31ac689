// The network as it is, as people and programs see it.
#include "daemon/network/network_view.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using namespace usersync::test;
using Json = nlohmann::json;

namespace {

/// Ann (1001) is ours with one group, and was put into another by hand; 1002 is linked; 1003 was ended by somebody and
/// is back; 1004 was never ours; somebody has no employee key.
network_view::Reading reading() {
    auto ann = account("1001", {"g12", "g14"});
    ann.role = RoleId("admin");
    ann.group_roles = {{GroupEid("g12"), RoleId("moderator"), MembershipEid("m1")}};
    ann.locked_groups = {GroupEid("g14")};
    auto linked = account("1002");
    linked.linked = true;
    auto declined = account("1003");
    auto by_hand = account("1004", {"g14"});
    by_hand.state = UserState::invited;
    by_hand.locked = true;
    auto stranger = account("1005");
    stranger.xid.reset();
    stranger.external = true;
    network_view::Reading reading{.tenant = TenantId("shop"),
                                  .network = network_of({ann, linked, declined, by_hand, stranger}),
                                  .ownership = {},
                                  .snapshot = SnapshotId(3),
                                  .drift = {}};
    auto owns_ann = ours("1001", {"g12"});
    owns_ann.role = RoleId("admin");
    auto owns_linked = ours("1002");
    owns_linked.link = UserEid("u1002");
    OwnedUser was_ours{.key = EmployeeKey("1003"), .user = false, .groups = {}, .role = std::nullopt};
    was_ours.declined = {GroupEid("g12")};
    was_ours.group_roles_declined = {GroupEid("g14")};
    was_ours.user_declined = true;
    reading.ownership.users = {owns_ann, owns_linked, was_ours};
    reading.drift = {
        {Drift::Kind::membership_ended, EmployeeKey("1002"), "business_unit Store 12", Drift::Answer::ignore},
        {Drift::Kind::role_changed, EmployeeKey("1001"), "role admin", Drift::Answer::repair}};
    return reading;
}

const ActualUser& shown(const network_view::Reading& reading, const std::string& key) {
    const auto* account = network_view::find_account(reading, key);
    REQUIRE(account != nullptr);
    return *account;
}

}  // namespace

TEST_CASE("the network is counted, and shown by group and by person with what is ours", "[daemon][network]") {
    CHECK(network_view::network_text(reading()) ==
          "network n1 of shop, beside snapshot 3\n"
          "5 accounts: 4 active, 1 invited, 0 suspended; 4 with an employee key\n"
          "  1 ours, 1 linked, 1 declined, 2 by hand; 1 locked by another application, 1 from outside\n"
          "2 groups, 3 memberships: 1 ours, 2 by hand; 1 locked, 1 declined\n"
          "\n"
          "Groups\n"
          "  business_unit \"Store 12\"  1 member\n"
          "  business_unit \"Store 14\"  2 members, 2 by hand\n"
          "\n"
          "People\n"
          "  (u1005)  active     member  by hand, external\n"
          "  1001     active     admin (ours)  ours  business_unit \"Store 12\" (role moderator by hand), "
          "business_unit \"Store "
          "14\" (by hand, locked)\n"
          "  1002     active     member  linked\n"
          "  1003     active     member  declined\n"
          "  1004     invited    member  by hand, locked  business_unit \"Store 14\" (by hand)\n"
          "\n"
          "Drift\n"
          "  1002  membership_ended: business_unit Store 12  -> ignore\n"
          "  1001  role_changed: role admin  -> repair\n");
}

TEST_CASE("without an employee record nothing is said about drift", "[daemon][network]") {
    auto seen = reading();
    seen.snapshot.reset();
    seen.drift.clear();

    CHECK(network_view::network_text(seen).find("Drift is not known") != std::string::npos);
    CHECK(Json::parse(network_view::network_json(seen)).at("snapshot").is_null());
}

TEST_CASE("one account is shown whole, by its key or its EID, with its own drift alone", "[daemon][network]") {
    const auto seen = reading();
    CHECK(network_view::find_account(seen, "u1001") == &shown(seen, "1001"));
    CHECK(network_view::find_account(seen, "nobody") == nullptr);

    CHECK(network_view::account_text(seen, shown(seen, "1003")) ==
          "account 1003 in the network n1 of shop, beside snapshot 3\n"
          "  EID           u1003\n"
          "  state         active\n"
          "  role          member\n"
          "  ownership     declined\n"
          "  declined      business_unit \"Store 12\"\n"
          "  declined      a role in business_unit \"Store 14\"\n"
          "\n"
          "No drift found\n");
    const auto json = Json::parse(network_view::account_json(seen, shown(seen, "1001")));
    CHECK(json.at("account").at("ownership") == "ours");
    CHECK(json.at("account").at("role_ours") == true);
    CHECK(json.at("account").at("groups").at(0).at("name") == "Store 12");
    CHECK(json.at("account").at("groups").at(0).at("role") == "moderator");
    CHECK(json.at("account").at("groups").at(1).at("locked") == true);
    CHECK(json.at("drift").size() == 1);
}

TEST_CASE("it is shown whether a role in a group is ours, and which one somebody took away", "[daemon][network]") {
    auto seen = reading();
    const auto role_ours = [&] {
        return Json::parse(network_view::account_json(seen, shown(seen, "1001"))).at("account").at("groups").at(0);
    };
    CHECK(role_ours().at("role_ours") == false);
    seen.ownership.users.at(0).group_roles = {{GroupEid("g12"), RoleId("moderator")}};

    CHECK(role_ours().at("role_ours") == true);
    CHECK(network_view::account_text(seen, shown(seen, "1001")).find("\"Store 12\" (role moderator)\n") !=
          std::string::npos);
    const auto groups = network_view::find_groups(seen, "Store 12");
    CHECK(Json::parse(network_view::group_json(seen, groups))["groups"][0]["members"][0]["role_ours"] == true);
    const auto declined = Json::parse(network_view::account_json(seen, shown(seen, "1003")));
    CHECK(declined.at("account").at("declined_group_roles").at(0).at("name") == "Store 14");
}

TEST_CASE("an account of ours that is gone is shown by what was ours, with its drift", "[daemon][network]") {
    auto seen = reading();
    auto gone = ours("1006", {"g12"});
    gone.role = RoleId("admin");
    gone.group_roles = {{GroupEid("g12"), RoleId("moderator")}};
    gone.link = UserEid("u1006");
    seen.ownership.users.push_back(gone);
    seen.drift = {{Drift::Kind::account_gone, EmployeeKey("1006"), "account", Drift::Answer::ignore}};

    const auto* found = network_view::find_gone(seen, "1006");
    REQUIRE(found != nullptr);
    CHECK(network_view::find_gone(seen, "u1006") == found);
    CHECK(network_view::find_gone(seen, "1001") == nullptr);
    CHECK(network_view::find_gone(seen, "1007") == nullptr);
    CHECK(network_view::gone_text(seen, *found) ==
          "no account of 1006 in the network n1 of shop, beside snapshot 3\n"
          "  ownership     linked\n"
          "  linked to     u1006\n"
          "  had the role  admin\n"
          "  was member of business_unit \"Store 12\"\n"
          "  had the role  moderator in business_unit \"Store 12\"\n"
          "\n"
          "Drift\n"
          "  1006  account_gone: account  -> ignore\n");
    const auto json = Json::parse(network_view::gone_json(seen, *found));
    CHECK(json.at("account").is_null());
    CHECK(json.at("gone").at("ownership") == "linked");
    CHECK(json.at("gone").at("groups").at(0).at("name") == "Store 12");
    CHECK(json.at("gone").at("group_roles").at(0).at("role") == "moderator");
    CHECK(json.at("drift").size() == 1);
}

TEST_CASE("of people whom drift says nothing about it is said how many there are", "[daemon][network]") {
    auto seen = reading();
    seen.drift.clear();
    auto suspended = account("1006");
    suspended.state = UserState::suspended;
    seen.network.users.push_back(suspended);
    seen.ownership.users.push_back(ours("1006"));
    DesiredNetwork desired;
    for (const auto* key : {"1002", "1006"}) {
        DesiredUser wanted;
        wanted.key = EmployeeKey(key);
        desired.users.push_back(wanted);
    }

    // 1001 is frozen, left or is excluded; of 1003 and 1004 nothing is ours.
    seen.not_judged = network_view::not_judged_of(desired, seen);
    CHECK(seen.not_judged == std::vector<EmployeeKey>{EmployeeKey("1001"), EmployeeKey("1006")});
    const std::string two =
        "No drift found\nNot looked at for drift: 2 people of whom something is ours; the record "
        "does not say what they should have, or they are suspended\n";
    CHECK(network_view::network_text(seen).find(two) != std::string::npos);
    CHECK(Json::parse(network_view::network_json(seen)).at("not_judged") == Json({"1001", "1006"}));
    CHECK(network_view::account_text(seen, shown(seen, "1001")).find("drift: 1 person") != std::string::npos);
    CHECK(Json::parse(network_view::account_json(seen, shown(seen, "1002"))).at("not_judged").empty());
    const auto groups = network_view::find_groups(seen, "Store 12");
    CHECK(Json::parse(network_view::group_json(seen, groups)).at("not_judged") == Json({"1001"}));

    seen.drift = {{Drift::Kind::account_suspended, EmployeeKey("1006"), "account", Drift::Answer::repair}};
    CHECK(network_view::not_judged_of(desired, seen) == std::vector<EmployeeKey>{EmployeeKey("1001")});
}

TEST_CASE("a group is shown with every member and whose doing it is", "[daemon][network]") {
    const auto seen = reading();
    const auto groups = network_view::find_groups(seen, "Store 14");
    REQUIRE(groups.size() == 1);

    CHECK(network_view::group_text(seen, groups) ==
          "network n1 of shop, beside snapshot 3\n"
          "business_unit \"Store 14\", g14: 2 members\n"
          "  1001  active (by hand, locked)\n"
          "  1004  invited (by hand)\n"
          "\n"
          "No drift found\n");
    CHECK(network_view::drift_in(seen, network_view::find_groups(seen, "g12")).size() == 1);
    CHECK(network_view::find_groups(seen, "Store 13").empty());
    const auto json = Json::parse(network_view::group_json(seen, groups));
    CHECK(json.at("groups").at(0).at("members").at(1).at("key") == "1004");
}

TEST_CASE("drift in a group is not that of another group whose kind ends in the same word", "[daemon][network]") {
    auto seen = reading();
    seen.network.groups = {{GroupEid("d1"), GroupKind::department, "Sales", std::nullopt},
                           {GroupEid("l1"), GroupKind::local_department, "Sales", std::nullopt}};
    seen.drift = {
        {Drift::Kind::membership_ended, EmployeeKey("1001"), "local_department Sales", Drift::Answer::repair}};

    CHECK(network_view::drift_in(seen, network_view::find_groups(seen, "d1")).empty());
    CHECK(network_view::drift_in(seen, network_view::find_groups(seen, "l1")).size() == 1);
}

TEST_CASE("only drift that the tenant lets be asks for a look", "[daemon][network]") {
    const auto seen = reading();
    CHECK(network_view::is_any_ignored(seen.drift));
    CHECK_FALSE(network_view::is_any_ignored(network_view::drift_of(seen, shown(seen, "1001"))));
}

TEST_CASE("no view of the network tells a name, an address or a number", "[daemon][network]") {
    const auto seen = reading();
    const auto groups = network_view::find_groups(seen, "Store 12");
    for (const auto& text :
         {network_view::network_text(seen), network_view::network_json(seen),
          network_view::account_text(seen, shown(seen, "1001")), network_view::account_json(seen, shown(seen, "1001")),
          network_view::group_text(seen, groups), network_view::group_json(seen, groups)}) {
        CHECK(text.find("shop.example") == std::string::npos);
        CHECK(text.find("Person") == std::string::npos);
        CHECK(text.find("+3161000") == std::string::npos);
        CHECK(text.find("Cashier") == std::string::npos);
    }
}

// The network that should be, as people and programs see it.
#include "daemon/rules/desired_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;

namespace {

const Reason by_store{"group_mapping[0]", {"tenant.toml", 12, 3}, "location", "Store 12"};
const GroupRef store{GroupRef::By::name, GroupKind::business_unit, "Amsterdam"};

DesiredNetwork network() {
    Placement placement;
    placement.groups = {{store, DesiredMembership::Mode::member, {by_store}},
                        {{GroupRef::By::xid, std::nullopt, "s14"},
                         DesiredMembership::Mode::keep,
                         {{"exception[0]", {"tenant.toml", 30, 1}, "", ""}}}};
    placement.role = DesiredRole{RoleId("admin"), {"role_mapping[0]", {"tenant.toml", 20, 1}, "job_title", "Manager"}};
    placement.invitation.channel = InviteChannel::sms;
    placement.invitation.language = "nl-NL";
    DesiredUser user;
    user.key = EmployeeKey("1001");
    user.profile.email = "anna@shop.example";
    user.placement = std::make_shared<const Placement>(placement);
    user.user_name = "1001";
    user.temporary_password = Secret("Jansen1001");
    DesiredNetwork desired;
    desired.users = {user};
    desired.not_wanted = {
        {EmployeeKey("1002"), Absence::ended, {"life_cycle.end_date", {}, "end_date", "2026-06-01"}, std::nullopt}};
    desired.frozen = {{EmployeeKey("1003"), "row 4: the e-mail address is not valid"}};
    desired.unmapped = {{"location", "Store 99", 2}};
    desired.managed_groups = {store};
    return desired;
}

const rules_view::DesiredFrom from{TenantId("shop"), day_from("2026-06-15").value(), "snapshot 3",
                                   Fingerprint::from_hex("0123456789abcdef0123456789abcdef")};

}  // namespace

TEST_CASE("the desired network as text: a line a person, what is open below", "[daemon][rules]") {
    CHECK(rules_view::desired_text(from, network()) ==
          "network of shop as it should be on 2026-06-15, from snapshot 3 (complete), rules 0123456789ab\n"
          "\n"
          "1 person in the network\n"
          "  1001  business_unit \"Amsterdam\", kept in group with XID s14; role admin\n"
          "1 person of the record not in it\n"
          "  1002  ended  [life_cycle.end_date: end_date = \"2026-06-01\"]\n"
          "  1003  frozen: row 4: the e-mail address is not valid\n"
          "unmapped: location \"Store 99\" (2 people)\n");
}

TEST_CASE("as JSON every membership has its reasons, with file, line, column, rule and value", "[daemon][rules]") {
    const auto json = Json::parse(rules_view::desired_json(from, network()));

    const auto& user = json.at("users").at(0);
    CHECK(user.at("employee") == "1001");
    CHECK(user.at("groups").at(0) == Json{{"kind", "business_unit"},
                                          {"by", "name"},
                                          {"text", "Amsterdam"},
                                          {"mode", "member"},
                                          {"reasons", Json::array({{{"rule", "group_mapping[0]"},
                                                                    {"file", "tenant.toml"},
                                                                    {"line", 12},
                                                                    {"column", 3},
                                                                    {"field", "location"},
                                                                    {"value", "Store 12"}}})}});
    CHECK(user.at("role").at("role") == "admin");
    CHECK(user.at("invitation").at("channel") == "sms");
    CHECK(json.at("not_wanted").at(0).at("absence") == "ended");
    CHECK(json.at("not_wanted").at(0).at("reason").at("line").is_null());
    CHECK(json.at("unmapped").at(0) == Json{{"field", "location"}, {"value", "Store 99"}, {"people", 2}});
}

TEST_CASE("a temporary password is never shown", "[daemon][rules]") {
    const auto text = rules_view::desired_json(from, network());

    CHECK(text.find("Jansen1001") == std::string::npos);
    CHECK(Json::parse(text).at("users").at(0).at("temporary_password") == Json{{"set", true}});
    CHECK(rules_view::desired_text(from, network()).find("Jansen1001") == std::string::npos);
}

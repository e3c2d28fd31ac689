// A network as an operator looks at it: the real program over the example and a sandbox.

#include "tests/end_to_end/example_shop.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace usersync::test;
using Json = nlohmann::json;

namespace {

const std::string today = "2026-11-23";

/// One with the XID of an employee, one with an employee's address alone, one from outside.
const std::string settled_in = R"([
    {"xid": "S1003", "first": "Finn", "family": "Jonker", "email": "finn.jonker@shop.example",
     "groups": ["Store 12 Harbour"]},
    {"first": "Gijs", "infix": "van der", "family": "Kuiper", "email": "gijs.kuiper@shop.example"},
    {"first": "Eva", "family": "Bos", "email": "eva@agency.example", "external": true, "groups": ["Works council"]}])";

const std::string approve_proposal = "usersyncd approve shop \"$(usersyncd adopt shop --format json | jq -r .plan)\"";
const std::string take_out_of_store =
    "curl -sS -f -H \"Authorization: Bearer $token\""
    " -d \"groups[]=$(usersyncd network shop --group 'Store 12 Harbour' --format json | jq -r '.groups[0].eid')\""
    " \"$rest/networks/0a1b2c3d4e5f6071/users/"
    "$(usersyncd network shop --user S1003 --format json | jq -r .account.eid)/groups/remove\"";

const std::string remove_from_network =
    "curl -sS -f -X DELETE -H \"Authorization: Bearer $token\""
    " \"$rest/networks/0a1b2c3d4e5f6071/memberships/"
    "$(usersyncd network shop --user S1003 --format json | jq -r .account.membership)/\"";

std::string text_of(const ExampleShop::Answer& answer) {
    std::string text;
    for (const auto& line : answer.lines) text += line + '\n';
    return text;
}

ExampleShop::Answer asked(ExampleShop& shop, const std::string& command, int exit_code = 0) {
    auto answer = shop.type({command}, today).at(0);
    INFO("$ " << command << '\n' << text_of(answer));
    CHECK(answer.exit_code == exit_code);
    return answer;
}

bool says(const ExampleShop::Answer& answer, const std::string& words) {
    UNSCOPED_INFO("looked for: " << words << "\nin: " << text_of(answer));
    return text_of(answer).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("adopt proposes accounts by XID and by address, and its approval sends nothing", "[end_to_end][network]") {
    ExampleShop shop(settled_in);
    const auto before = shop.network();

    const auto proposal = asked(shop, "usersyncd adopt shop", 3);
    CHECK(says(proposal, "= S1003"));
    CHECK(says(proposal, "= S1004"));
    CHECK(says(proposal, "linked"));
    CHECK(says(proposal, "2 operations, 0 calls"));
    CHECK(says(proposal, "held (adoption): 2 people"));
    CHECK_FALSE(says(proposal, "kuiper"));

    asked(shop, approve_proposal);
    CHECK(shop.network() == before);
    CHECK(says(asked(shop, "usersyncd network shop --user S1003"), "ownership     ours"));
    CHECK(says(asked(shop, "usersyncd network shop --user S1004"), "ownership     linked"));
    asked(shop, "usersyncd adopt shop");

    const auto plan = asked(shop, "usersyncd plan shop", 3);
    CHECK(says(plan, "held (first_run)"));
    CHECK_FALSE(says(plan, "+ S1004  create"));
}

TEST_CASE("network shows everybody with what is ours, and no more of them", "[end_to_end][network]") {
    ExampleShop shop(settled_in);

    const auto whole = asked(shop, "usersyncd network shop");
    CHECK(says(whole, "3 accounts: 3 active, 0 invited, 0 suspended; 1 with an employee key"));
    CHECK(says(whole, "3 by hand"));
    CHECK(says(whole, "business_unit \"Store 12 Harbour\""));
    CHECK(says(whole, "No drift"));
    for (const auto* secret : {"Finn", "Jonker", "shop.example", "agency"}) CHECK_FALSE(says(whole, secret));

    const auto json = Json::parse(text_of(asked(shop, "usersyncd network shop --format json")));
    CHECK(json.at("network") == "0a1b2c3d4e5f6071");
    CHECK(json.at("counts").at("external") == 1);
    CHECK(json.at("people").size() == 3);

    CHECK(says(asked(shop, "usersyncd network shop --group 'Store 12 Harbour'"), "S1003  active (by hand)"));
    CHECK(
        says(asked(shop, "usersyncd network shop --group 'Store 12 Habour'", 2), "did you mean \"Store 12 Harbour\"?"));
    CHECK(says(asked(shop, "usersyncd network shop --user S9999", 2), "no account of S9999"));
    asked(shop, "usersyncd network shop --user S1003 --group Sales", 2);
}

TEST_CASE("drift is shown, and asks for a look only where the tenant lets it be", "[end_to_end][network][fault25]") {
    ExampleShop shop(settled_in);
    asked(shop, approve_proposal);
    asked(shop, take_out_of_store);

    const std::string drift = "S1003  membership_ended: business_unit Store 12 Harbour";
    CHECK(says(asked(shop, "usersyncd network shop"), drift + "  -> repair"));

    asked(shop, "printf '\\n[drift]\\nmemberships = \"ignore\"\\n' >>tenants/shop/tenant.toml");
    CHECK(says(asked(shop, "usersyncd network shop", 1), drift + "  -> ignore"));
    asked(shop, "usersyncd network shop --user S1003", 1);
    asked(shop, "usersyncd network shop --group 'Store 12 Harbour'", 1);
    asked(shop, "usersyncd network shop --group Sales");
}

TEST_CASE("an account of ours that somebody removed is shown by what was ours", "[end_to_end][network]") {
    ExampleShop shop(settled_in);
    asked(shop, approve_proposal);
    asked(shop, remove_from_network);

    const auto gone = asked(shop, "usersyncd network shop --user S1003");
    CHECK(says(gone, "no account of S1003 in the network"));
    CHECK(says(gone, "was member of business_unit \"Store 12 Harbour\""));
    CHECK(says(gone, "S1003  account_gone: account  -> repair"));
    const auto json = Json::parse(text_of(asked(shop, "usersyncd network shop --user S1003 --format json")));
    CHECK(json.at("account").is_null());
    CHECK(json.at("gone").at("groups").at(0).at("name") == "Store 12 Harbour");
}

TEST_CASE("probe says of each assumption what reads show, and changes nothing", "[end_to_end][network]") {
    ExampleShop shop(settled_in);
    const auto before = shop.network();

    const auto answer = shop.type({"usersyncd probe shop --format json"}, today).at(0);
    const auto json = Json::parse(text_of(answer));

    const auto& counts = json.at("counts");
    CHECK(answer.exit_code == (counts.at("fails") > 0 ? 1 : 0));
    CHECK(counts.at("fails") == 0);
    CHECK(counts.at("holds").get<int>() > 10);
    CHECK(counts.at("not_tried").get<int>() > 10);
    CHECK(json.at("findings").at(0).at("assumption") == "A-1");
    CHECK(json.at("findings").at(0).at("verdict") == "holds");
    CHECK(says(asked(shop, "usersyncd probe shop"), "A-10"));
    CHECK(shop.network() == before);

    asked(shop, "sed -i 's/0a1b2c3d4e5f6071/0a1b2c3d4e5f6072/' tenants/shop/tenant.toml");
    asked(shop, "usersyncd probe shop", 4);
}

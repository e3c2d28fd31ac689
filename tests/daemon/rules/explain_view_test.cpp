// The one screen about one person.
#include "daemon/rules/explain_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;
using rules::ExplainedRule;
using rules::RuleKind;
using rules::Says;
using rules::Tested;

namespace {

const GroupRef north{GroupRef::By::name, GroupKind::business_unit, "North"};
const Reason by_store{"group_mapping[0]", {"tenant.toml", 12, 3}, "location", "A"};

Tested test(std::string wanted, bool holds) {
    Tested test;
    test.origin = {"tenant.toml", 12, 3};
    test.field = "location";
    test.values = {"A"};
    test.wanted = std::move(wanted);
    test.holds = holds;
    return test;
}

ExplainedRule rule(std::string id, Says says, const Tested& tested) {
    ExplainedRule rule;
    rule.says = says;
    rule.rule = std::move(id);
    rule.origin = {"tenant.toml", 12, 3};
    rule.effect = "member of business_unit \"North\"";
    rule.groups = {north};
    rule.tests = {tested};
    if (says == Says::no_match) rule.obstacles = {tested};
    return rule;
}

Operation add_to_north(const std::string& employee) {
    Operation operation;
    operation.key = OperationKey("op-" + employee);
    operation.stage = Stage::group_add;
    operation.change = {EmployeeKey(employee), AddToGroups{{{GroupEid("g1"), "North", by_store}}}, by_store};
    return operation;
}

rules_view::ExplainedPerson anna() {
    rules_view::ExplainedPerson person;
    person.tenant = TenantId("shop");
    person.employee = EmployeeKey("1001");
    person.today = day_from("2026-06-15").value();
    person.rules = Fingerprint::from_hex("0123456789abcdef0123456789abcdef");
    person.snapshot.emplace();
    person.snapshot->id = SnapshotId(3);
    person.snapshot->delivery_name = "staff.csv";
    rules::Explanation told;
    told.key = person.employee;
    told.record = {{"location", {"Store"}, {"A"}, false}, {"status", {"State"}, {}, true}};
    told.rules = {rule("group_mapping[0]", Says::applies, test("is \"A\"", true)),
                  rule("group_mapping[1]", Says::no_match, test("is \"B\"", false))};
    Placement placement;
    placement.groups = {{north, DesiredMembership::Mode::member, {by_store}}};
    told.wanted.emplace();
    told.wanted->key = person.employee;
    told.wanted->placement = std::make_shared<const Placement>(placement);
    told.wanted->temporary_password = Secret("Jansen1001");
    person.explanation = std::move(told);
    person.network.was_asked = true;
    person.network.account.emplace();
    person.network.account->state = UserState::active;
    person.network.account->role = RoleId("member");
    person.network.groups = {{GroupEid("g7"), GroupKind::topic, "Choir", std::nullopt}};
    person.owned = OwnedUser{.key = person.employee, .user = true, .groups = {}, .role = std::nullopt};
    person.plan.emplace();
    person.plan->plan.id = PlanId("feedfacefeedface");
    person.plan->plan.operations = {add_to_north("1000"), add_to_north("1001")};
    person.history = {{.run = RunId(2),
                       .operation = add_to_north("1001"),
                       .intended_at = Time(Duration(1'790'000'000'000)),
                       .settled_at = Time(Duration(1'790'000'000'000)),
                       .outcome = Outcome::rejected,
                       .code = "not_found",
                       .attempts = 1}};
    return person;
}

}  // namespace

TEST_CASE("one screen: record, should be, is, pending, rules, history", "[daemon][rules]") {
    CHECK(rules_view::explain_text(anna()) ==
          "employee 1001 of shop on 2026-06-15, snapshot 3, rules 0123456789ab\n"
          "\n"
          "Record (staff.csv)\n"
          "  location  A  [Store]\n"
          "  status    (says nothing)  [State]\n"
          "Should be: in the network\n"
          "  + business_unit \"North\"  [group_mapping[0] at tenant.toml:12: location = \"A\"]\n"
          "  a temporary password is set\n"
          "Is: active, role member, the account is ours\n"
          "  in topic \"Choir\", by hand\n"
          "Pending in plan feedfacefeed (held)\n"
          "  add_to_groups \"North\"  [group_mapping[0] at tenant.toml:12: location = \"A\"]\n"
          "Rules that match: 1\n"
          "  group_mapping[0] at tenant.toml:12: member of business_unit \"North\"  [location (\"A\") is \"A\"]\n"
          "Rules that do not match: 1\n"
          "  group_mapping[1] at tenant.toml:12: location would have to change: now \"A\", wanted: is \"B\"\n"
          "History\n"
          "  2026-09-21T14:13:20Z  run 2  add_to_groups \"North\": rejected (not_found)\n");
}

TEST_CASE("why not in a group: the cells that would have to change", "[daemon][rules]") {
    auto person = anna();
    person.group = "South";
    person.why_not.emplace();
    person.why_not->hindrances = {"exception[0] forbids it"};
    person.why_not->ways = {
        {RuleKind::group, "group_mapping[1]", {"tenant.toml", 13, 3}, {test("is \"B\"", false)}, {}}};

    const auto text = rules_view::explain_text(person);

    CHECK(text.find(
              "Why not in \"South\"\n"
              "  exception[0] forbids it\n"
              "  group_mapping[1] at tenant.toml:13: location would have to change: now \"A\", wanted: is \"B\"\n") !=
          std::string::npos);
    const auto json = Json::parse(rules_view::explain_json(person)).at("why_not");
    CHECK(json.at("group") == "South");
    CHECK(json.at("ways").at(0).at("obstacles").at(0).at("values") == Json::array({"A"}));
    CHECK(json.at("ways").at(0).at("line") == 13);
}

TEST_CASE("as JSON every reason has file, line, column, rule and value", "[daemon][rules]") {
    const auto json = Json::parse(rules_view::explain_json(anna()));

    CHECK(json.at("standing") == "wanted");
    CHECK(json.at("rules").size() == 2);
    CHECK(json.at("rules").at(1).at("says") == "no_match");
    const Json reason{{"rule", "group_mapping[0]"}, {"file", "tenant.toml"}, {"line", 12}, {"column", 3},
                      {"field", "location"},        {"value", "A"}};
    CHECK(json.at("desired").at("groups").at(0).at("reasons").at(0) == reason);
    CHECK(json.at("pending").at("operations").size() == 1);
    CHECK(json.at("pending").at("operations").at(0).at("groups").at(0).at("reason") == reason);
    CHECK(json.at("history").at(0).at("outcome") == "rejected");
    CHECK(json.at("actual").at("groups").at(0).at("ours") == false);
    CHECK(json.at("network") == "read");
    CHECK(json.dump().find("Jansen1001") == std::string::npos);
}

TEST_CASE("somebody who is frozen, absent or not looked for in the network", "[daemon][rules]") {
    auto person = anna();
    person.explanation.reset();
    person.frozen = Frozen{person.employee, "row 4: the e-mail address is not valid"};
    person.network = {};
    CHECK(rules_view::explain_text(person).find("Should be: left exactly as they are: row 4") != std::string::npos);
    CHECK(rules_view::explain_text(person).find("Is: not looked at\n") != std::string::npos);
    CHECK(rules_view::standing_of(person) == "frozen");

    person.frozen.reset();
    CHECK(rules_view::standing_of(person) == "not_in_record");
    person.network.was_asked = true;
    CHECK(rules_view::explain_text(person).find("Is: without an account\n") != std::string::npos);
}

TEST_CASE("a plan that was carried out is not pending", "[daemon][rules]") {
    auto person = anna();
    person.plan->state = PlanState::applied;
    CHECK(rules_view::pending_of(person).empty());
    CHECK(Json::parse(rules_view::explain_json(person)).at("pending").is_null());
}

TEST_CASE("of somebody who is suspended no role is told", "[daemon][rules]") {
    auto person = anna();
    person.network.account->state = UserState::suspended;
    person.network.account->role = RoleId();

    CHECK(rules_view::explain_text(person).find("Is: suspended, the account is ours\n") != std::string::npos);
}

TEST_CASE("what is kept for a field in doubt is told, with the rules that cannot be judged", "[daemon][rules]") {
    auto person = anna();
    auto placement = *person.explanation->wanted->placement;
    placement.empty_fields = {"contract"};
    placement.doubted_roles = {{RoleId("admin"), {"contract"}}};
    person.explanation->wanted->placement = std::make_shared<const Placement>(placement);
    person.explanation->in_doubt = {{"contract", {north}, {GroupKind::topic}}};
    auto silent = rule("group_mapping[2]", Says::unclear, test("is \"B\"", false));
    silent.because = "contract says nothing";
    person.explanation->rules.push_back(silent);

    const auto text = rules_view::explain_text(person);
    const auto json = Json::parse(rules_view::explain_json(person));

    INFO(text);
    CHECK(text.find("  ! role admin stays where it is ours: contract leaves it in doubt\n"
                    "  ! contract says nothing: kept, where ours, is any topic, business_unit \"North\"\n") !=
          std::string::npos);
    CHECK(text.find(
              "Rules that cannot be judged: 1\n"
              "  group_mapping[2] at tenant.toml:12: member of business_unit \"North\"?  [contract says nothing]\n") !=
          std::string::npos);
    CHECK(json.at("in_doubt").at(0).at("because") == "contract says nothing");
    CHECK(json.at("in_doubt").at(0).at("any_of") == Json::array({"topic"}));
    CHECK(json.at("desired").at("doubted_roles").at(0).at("role") == "admin");
    CHECK(json.at("rules").at(2).at("says") == "unclear");
}

TEST_CASE("what an exception keeps of somebody who is gone is told", "[daemon][rules]") {
    auto person = anna();
    person.explanation.reset();
    person.never_removed = NeverRemoved{person.employee, {"exception[1]", {}, "", ""}, {north}, false};

    CHECK(rules_view::explain_text(person).find("  = kept in business_unit \"North\"  [exception[1]]\n") !=
          std::string::npos);
    CHECK(rules_view::explain_text(person).find("never removed") == std::string::npos);
    const auto json = Json::parse(rules_view::explain_json(person));
    CHECK(json.at("never_removed").is_null());
    CHECK(json.at("kept_in").at(0).at("text") == "North");
}

TEST_CASE("a group that nobody knows is said to be none, with the name that was probably meant", "[daemon][rules]") {
    auto person = anna();
    person.group = "Nort";
    person.why_not.emplace();
    person.group_is_known = false;
    person.nearest_group = "North";
    person.network.was_asked = true;

    CHECK(rules_view::explain_text(person).find(
              "Why not in \"Nort\"\n  there is no such group, neither in the network nor in the rules; did you mean "
              "\"North\"?\n") != std::string::npos);
    const auto json = Json::parse(rules_view::explain_json(person)).at("why_not");
    CHECK(json.at("is_known") == false);
    CHECK(json.at("nearest") == "North");

    // Who did not look into the network cannot tell.
    person.network.was_asked = false;
    CHECK(rules_view::explain_text(person).find("no rule names such a group, and the network was not read; did you") !=
          std::string::npos);
}

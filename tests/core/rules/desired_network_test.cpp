#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

Rules shop_rules() {
    Rules rules;
    rules.table()
        .row({{"location", {"Store 12"}}}, unit("Amsterdam"))
        .row({{"location", {"Store 14"}}}, unit("Utrecht"));
    rules.table().row({}, department("{department}"));
    rules.role("admin", {{"job_title", {"Store manager"}}}).role("member", {{"job_title", {"*"}}});
    return rules;
}

}  // namespace

TEST_CASE("location and department place a person, and every membership says which rule and which cell",
          "[core][rules]") {
    const auto network = desired(shop_rules(), {employee("10234", {"Store 12"}, {"Bakery"})});

    REQUIRE(network.users.size() == 1);
    const auto& groups = network.users[0].placement->groups;
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].group == named(GroupKind::business_unit, "Amsterdam"));
    CHECK(groups[0].reasons ==
          std::vector<Reason>{{"group_mapping[0] row 1", {"tenant.toml", 2, 1}, "location", "Store 12"}});
    CHECK(groups[1].group == named(GroupKind::department, "Bakery"));
    CHECK(groups[1].reasons ==
          std::vector<Reason>{{"group_mapping[1] row 1", {"tenant.toml", 5, 1}, "department", "Bakery"}});
}

TEST_CASE("a group that several rules lead to is wanted once, for all their reasons", "[core][rules]") {
    Rules rules;
    rules.row({{"location", {"Store 12"}}}, unit("Amsterdam"));
    rules.row({{"job_title", {"Baker"}}, {"location", {"*"}}}, unit("Amsterdam"), "startsWith(email, \"1\")");

    const auto network = desired(rules, {employee("1", {"Store 14", "Store 12"}, {}, "Baker")});

    REQUIRE(network.users.at(0).placement->groups.size() == 1);
    const auto& reasons = network.users[0].placement->groups[0].reasons;
    REQUIRE(reasons.size() == 2);
    CHECK(reasons[0].value == "Store 12");
    // The address decided too, but is nobody's business.
    CHECK(reasons[1].column == "job_title, location, email");
    CHECK(reasons[1].value == "Baker, Store 14");
}

TEST_CASE("several locations give several memberships, each group once", "[core][rules]") {
    const auto network = desired(shop_rules(), {employee("1", {"Store 14", "Store 12", "Store 14"})});

    CHECK(groups_of(network.users.at(0)) == std::vector<std::string>{"Amsterdam", "Utrecht"});
}

TEST_CASE("the highest role wins, whatever the order of rules", "[core][rules]") {
    auto rules = shop_rules();
    rules.text.role_order = {"admin", "member"};
    std::swap(rules.text.roles[0], rules.text.roles[1]);

    const auto network =
        desired(rules, {employee("1", {}, {}, "Store manager"), employee("2", {}, {}, "Cashier"), employee("3")});

    CHECK(network.users[0].placement->role ==
          DesiredRole{RoleId("admin"), {"role_mapping[0]", {"tenant.toml", 6, 1}, "job_title", "Store manager"}});
    CHECK(network.users[1].placement->role->role == RoleId("member"));
    CHECK_FALSE(network.users[2].placement->role);
}

TEST_CASE("without an order of roles admin is the highest and member the lowest, wherever their rules stand",
          "[core][rules]") {
    Rules rules;
    rules.role("member", {{"location", {"*"}}}).role("planner", {{"job_title", {"Chef", "Boss"}}});
    rules.role("admin", {{"job_title", {"Boss"}}});

    CHECK(rules.set().role_order == std::vector<RoleId>{RoleId("admin"), RoleId("planner"), RoleId("member")});
    const auto network = desired(
        rules, {employee("1", {"A"}, {}, "Boss"), employee("2", {"A"}, {}, "Chef"), employee("3", {"A"}, {}, "Cook")});
    CHECK(network.users[0].placement->role->role == RoleId("admin"));
    CHECK(network.users[1].placement->role->role == RoleId("planner"));
    CHECK(network.users[2].placement->role->role == RoleId("member"));
}

TEST_CASE("a role in a group makes its holder a member of it", "[core][rules]") {
    Rules rules;
    rules.role("admin", {{"job_title", {"Store manager"}}}, unit("{location}"));

    const auto network = desired(rules, {employee("1", {"Amsterdam", "Utrecht"}, {}, "Store manager")});

    CHECK(outcome(network) == "Amsterdam + Utrecht, admin of Amsterdam, admin of Utrecht");
    CHECK(network.users[0].placement->groups[1].reasons[0].rule == "role_mapping[0]");
}

TEST_CASE("members of a local department are members of what is above it", "[core][rules]") {
    Rules rules;
    rules.row({{"location", {"Store 12"}}, {"department", {"Bakery"}}},
              {.kind = "local_department", .by = {}, .text = "Bakery Amsterdam"});
    rules.text.groups[0].rules[0].business_unit = unit("Amsterdam");
    rules.text.groups[0].rules[0].department = department("{department}");

    const auto network = desired(rules, {employee("1", {"Store 12"}, {"Bakery", "Office"})});

    const auto& groups = network.users.at(0).placement->groups;
    REQUIRE(groups_of(network.users[0]) == std::vector<std::string>{"Amsterdam", "Bakery", "Bakery Amsterdam"});
    CHECK(groups[0].reasons[0].rule == "group_mapping[0] row 1 (parent)");
    CHECK(groups[0].reasons[0].value == groups[2].reasons[0].value);
    CHECK(groups[2].reasons[0].rule == "group_mapping[0] row 1");
}

TEST_CASE("a value that no rule knows is reported with its head count, never guessed", "[core][rules]") {
    auto two = employee("2", {"store 12", "Store 14"});
    const auto network =
        desired(shop_rules(), {employee("1", {"store 12"}), two});  // another spelling is another value

    CHECK(network.unmapped == std::vector<Unmapped>{{"location", "store 12", 2}});
    CHECK(network.users[0].placement->groups.empty());
    CHECK(network.users[0].placement->unmapped_fields == std::vector<std::string>{"location"});
    CHECK(network.users[0].placement->empty_fields == std::vector<std::string>{"department"});
    CHECK(network.users[1].placement->groups.size() == 1);
}

TEST_CASE("people who are not to be in the network leave nothing to map", "[core][rules]") {
    auto gone = employee("1", {"Store 99"});
    gone.employment.end_date = "2026-06-01";

    CHECK(desired(shop_rules(), {gone}).unmapped.empty());
}

TEST_CASE("extra fields place people like any other", "[core][rules]") {
    Rules rules;
    rules.row({{"Kostenstelle", {"4711"}}}, topic("Project X"));
    const rules::FieldNames names({{"cost_centre", rules::FieldType::text, {"Kostenstelle"}}});
    const auto set = rules.set(names);
    auto anna = employee("1");
    anna.extra["cost_centre"] = "4711";

    const auto network = rules::desired_network(snapshot_of({anna}), set, today);

    CHECK(outcome(network) == "Project X");
    CHECK(network.users[0].placement->groups[0].reasons[0].column == "cost_centre");
}

TEST_CASE("what the snapshot does not know for certain is carried along", "[core][rules]") {
    Snapshot snapshot;
    snapshot.frozen = {{EmployeeKey("7"), "row 3: bad e-mail address"}};
    snapshot.meta.completeness = Completeness::partial;
    const auto set = shop_rules().set();

    const auto network = rules::desired_network(snapshot, set, today);

    CHECK(network.frozen == snapshot.frozen);
    CHECK(network.completeness == Completeness::partial);
}

TEST_CASE("every group that a rule names is known as managed, used or not; a template's where it is filled",
          "[core][rules]") {
    const auto network = desired(shop_rules(), {employee("1", {}, {"Bakery"})});

    CHECK(network.managed_groups == std::vector<GroupRef>{named(GroupKind::business_unit, "Amsterdam"),
                                                          named(GroupKind::business_unit, "Utrecht"),
                                                          named(GroupKind::department, "Bakery")});
    CHECK(network.groups_to_make.empty());
}

TEST_CASE("groups may be made where the table lets them, by name only", "[core][rules]") {
    auto rules = shop_rules();
    rules.text.groups[1].create_missing = true;
    rules.row({{"department", {"Bakery"}}}, with_xid("b1"));

    const auto network = desired(rules, {employee("1", {}, {"Bakery"}), employee("2", {}, {"Bakery"})});

    REQUIRE(network.groups_to_make.size() == 1);
    CHECK(network.groups_to_make[0].group == named(GroupKind::department, "Bakery"));
    CHECK(network.groups_to_make[0].reason.rule == "group_mapping[1] row 1");
}

TEST_CASE("for each field it is known where its rules can place people", "[core][rules]") {
    auto rules = shop_rules();
    rules.table().row({}, topic("Night shift"), "job_title == \"Guard\"");
    rules.role("admin", {{"status", {"boss"}}}, topic("Bosses"));

    const auto network = desired(rules, {});

    CHECK(network.field_groups == std::vector<FieldGroups>{{"department", {}, {GroupKind::department}},
                                                           {"job_title", {named(GroupKind::topic, "Night shift")}, {}},
                                                           {"location",
                                                            {named(GroupKind::business_unit, "Amsterdam"),
                                                             named(GroupKind::business_unit, "Utrecht")},
                                                            {}},
                                                           {"status", {named(GroupKind::topic, "Bosses")}, {}}});
}

TEST_CASE("people with the same values share one placement", "[core][rules]") {
    const auto network = desired(shop_rules(), {employee("1", {"Store 12"}), employee("2", {"Store 12"})});

    CHECK(network.users[0].placement == network.users[1].placement);
}

TEST_CASE("no value is taken for another because of how it is written", "[core][rules]") {
    const auto rules = Rules().row({{"location", {"A"}}}, topic("Group {job_title}"));
    const std::vector<std::string> titles = {"", "\1", "\2", std::string("\0", 1), std::string("\1\0\0\0", 4)};
    std::vector<Employee> people;
    for (std::size_t at = 0; at < titles.size(); ++at) {
        people.push_back(employee(std::to_string(at), {"A"}, {}, titles[at]));
    }
    const auto together = desired(rules, people);

    for (std::size_t at = 0; at < titles.size(); ++at) {
        const auto alone = desired(rules, {people[at]});
        CHECK(groups_of(together.users.at(at)) == groups_of(alone.users.at(0)));
    }
}

TEST_CASE("rules and everything in them are in the fingerprint", "[core][rules]") {
    const auto original = shop_rules();
    auto rules = shop_rules();
    const auto set = original.set();
    CHECK(rules::fingerprint_of(set) == rules::fingerprint_of(rules.set()));

    using Change = void (*)(rules::RuleSet&);
    const auto [what, change] = GENERATE(table<std::string, Change>({
        {"a rule in another line", [](rules::RuleSet& r) { r.groups[0].rules[0].origin.line = 99; }},
        {"another value", [](rules::RuleSet& r) { r.groups[0].rules[0].when.cells[0].values = {"Store 13"}; }},
        {"first match", [](rules::RuleSet& r) { r.groups[0].first_match = true; }},
        {"groups are made", [](rules::RuleSet& r) { r.groups[0].create_missing = true; }},
        {"another kind", [](rules::RuleSet& r) { r.groups[0].rules[0].group.kind = GroupKind::topic; }},
        {"another role", [](rules::RuleSet& r) { r.roles[0].role = RoleId("member"); }},
        {"another order of roles", [](rules::RuleSet& r) { std::swap(r.role_order[0], r.role_order[1]); }},
        {"lead days", [](rules::RuleSet& r) { r.life_cycle.start_lead_days = 7; }},
        {"delay days", [](rules::RuleSet& r) { r.life_cycle.end_delay_days = 7; }},
        {"leave suspends", [](rules::RuleSet& r) { r.life_cycle.leave_suspends = true; }},
        {"no start date", [](rules::RuleSet& r) { r.life_cycle.uses_start_date = false; }},
        {"an invitation", [](rules::RuleSet& r) { r.invites.emplace_back(); }},
        {"a user name", [](rules::RuleSet& r) { r.user_name.emplace(); }},
        {"a password", [](rules::RuleSet& r) { r.temporary_password.emplace(); }},
        {"people without e-mail", [](rules::RuleSet& r) { r.without_email = Admit::yes; }},
        {"people without business unit", [](rules::RuleSet& r) { r.without_business_unit = Admit::report; }},
        {"people without group", [](rules::RuleSet& r) { r.without_group = Admit::report; }},
        {"an exception", [](rules::RuleSet& r) { r.exceptions.emplace_back(); }},
        {"a field", [](rules::RuleSet& r) { r.names = rules::FieldNames({{"shoe_size", {}, {}}}); }},
    }));
    INFO(what);
    auto changed = set;
    change(changed);
    CHECK(rules::fingerprint_of(set) != rules::fingerprint_of(changed));
}

TEST_CASE("rules look at today when another day can give another network", "[core][rules]") {
    Rules plain;
    plain.text.life_cycle.uses_start_date = false;
    plain.text.life_cycle.uses_end_date = false;
    CHECK_FALSE(looks_at_today(plain.set()));
    CHECK(looks_at_today(Rules().set()));  // people start and end

    auto expression = plain;
    expression.row({}, topic("Newcomers"), "start_date > today - 30");
    CHECK(looks_at_today(expression.set()));

    auto exception = plain;
    auto ending = about("1");
    ending.do_not_invite = true;
    ending.until = written("2026-12-31");
    exception.exception(ending);
    CHECK(looks_at_today(exception.set()));
}

TEST_CASE("a role is in doubt where a rule of it may hold, and none above it does", "[core][rules]") {
    struct Case {
        std::string what;
        Employee person;
        std::string doubted;
    };
    Rules rules;
    rules.text.role_order = {"admin", "planner", "member"};
    rules.table().row({{"location", {"A"}}}, unit("A"));
    rules.role("admin", {{"department", {"Board"}}});
    rules.role("planner", {{"location", {"A"}}, {"job_title", {"Planner"}}});
    const auto emptied = [](Employee person) {
        person.departments_emptied = true;
        return person;
    };
    const auto by_exception = [] {
        auto exception = about("9");
        exception.role = "member";
        return exception;
    };
    rules.exception(by_exception());
    const auto c = GENERATE_COPY(values<Case>({
        {"a department that is not said", employee("1", {"A"}, {}, "Cook"), "admin: department"},
        {"one that is empty", emptied(employee("1", {"A"}, {}, "Cook")), ""},
        {"one that is said", employee("1", {"A"}, {"Kitchen"}, "Cook"), ""},
        {"a place that no row knows", employee("1", {"B"}, {"Kitchen"}, "Planner"), "planner: location"},
        {"and another cell that says no", employee("1", {"B"}, {"Kitchen"}, "Cook"), ""},
        {"the role itself is given", employee("1", {"A"}, {"Board"}, "Planner"), ""},
        {"a lower one is given", employee("1", {"A"}, {}, "Planner"), "admin: department"},
        {"an exception says the role", employee("9", {"A"}, {}, "Cook"), ""},
    }));
    INFO(c.what);
    const auto network = desired(rules, {c.person});
    std::string doubted;
    for (const auto& one : network.users.at(0).placement->doubted_roles) {
        doubted += one.role.value() + ":";
        for (const auto& field : one.fields) doubted += ' ' + field;
    }

    CHECK(doubted == c.doubted);
}

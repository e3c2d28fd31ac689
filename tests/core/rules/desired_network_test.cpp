#include "core/rules/desired_network.hpp"

#include <catch2/catch.hpp>

using namespace usersync;

namespace {

GroupRef named(GroupKind kind, std::string name) {
    return {.by = GroupRef::By::name, .kind = kind, .text = std::move(name)};
}

Employee employee(const std::string& key) {
    Employee person;
    person.key = EmployeeKey(key);
    return person;
}

rules::RuleSet shop_rules() {
    rules::RuleSet rules;
    rules.groups = {
        {"location", "Store 12", named(GroupKind::business_unit, "Amsterdam"), "group_mapping[0] (tenant.toml:40)"},
        {"location", "Store 14", named(GroupKind::business_unit, "Utrecht"), "group_mapping[0] (tenant.toml:41)"},
        {"department", "*", GroupRef{.by = GroupRef::By::name, .kind = GroupKind::department, .text = ""},
         "group_mapping[1] (tenant.toml:44)"},
    };
    rules.roles = {{"job_title", "Store manager", RoleId("admin"), "role_mapping[0] (tenant.toml:50)"},
                   {"job_title", "*", RoleId("member"), "role_mapping[1] (tenant.toml:51)"}};
    return rules;
}

Snapshot snapshot_of(std::vector<Employee> employees) {
    Snapshot snapshot;
    snapshot.employees = std::move(employees);
    return snapshot;
}

}  // namespace

TEST_CASE("location and department place a person, and every membership says which rule and which cell",
          "[core][rules]") {
    auto anna = employee("10234");
    anna.locations = {"Store 12"};
    anna.departments = {"Bakery"};

    const auto desired = rules::desired_network(snapshot_of({anna}), shop_rules());

    REQUIRE(desired.users.size() == 1);
    const auto& groups = desired.users[0].groups;
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].group == named(GroupKind::business_unit, "Amsterdam"));
    CHECK(groups[0].reason == Reason{"group_mapping[0] (tenant.toml:40)", "location", "Store 12"});
    CHECK(groups[1].group == named(GroupKind::department, "Bakery"));
    CHECK(groups[1].reason == Reason{"group_mapping[1] (tenant.toml:44)", "department", "Bakery"});
}

TEST_CASE("several locations give several memberships, each group once", "[core][rules]") {
    auto anna = employee("10234");
    anna.locations = {"Store 14", "Store 12", "Store 14"};

    const auto desired = rules::desired_network(snapshot_of({anna}), shop_rules());

    CHECK(desired.users[0].groups.size() == 2);
}

TEST_CASE("the first role rule that matches wins", "[core][rules]") {
    auto manager = employee("1");
    manager.profile.job_title = "Store manager";
    auto cashier = employee("2");
    cashier.profile.job_title = "Cashier";

    const auto desired = rules::desired_network(snapshot_of({manager, cashier, employee("3")}), shop_rules());

    CHECK(desired.users[0].role ==
          DesiredRole{RoleId("admin"), {"role_mapping[0] (tenant.toml:50)", "job_title", "Store manager"}});
    CHECK(desired.users[1].role->role == RoleId("member"));
    CHECK_FALSE(desired.users[2].role);
}

TEST_CASE("a value that no rule knows is reported with its head count, never guessed", "[core][rules]") {
    auto one = employee("1");
    one.locations = {"store 12"};  // another spelling is another value
    auto two = employee("2");
    two.locations = {"store 12", "Store 14"};

    const auto desired = rules::desired_network(snapshot_of({one, two}), shop_rules());

    CHECK(desired.unmapped == std::vector<Unmapped>{{"location", "store 12", 2}});
    CHECK(desired.users[0].groups.empty());
    CHECK(desired.users[0].unmapped_fields == std::vector<std::string>{"location"});
    CHECK(desired.users[0].empty_fields == std::vector<std::string>{"department"});
    CHECK(desired.users[1].groups.size() == 1);
}

TEST_CASE("extra fields place people like any other", "[core][rules]") {
    auto rules = shop_rules();
    rules.groups.push_back(
        {"cost_centre", "4711", named(GroupKind::topic, "Project X"), "group_mapping[2] (tenant.toml:60)"});
    auto anna = employee("1");
    anna.extra["cost_centre"] = "4711";

    const auto desired = rules::desired_network(snapshot_of({anna}), rules);

    REQUIRE(desired.users[0].groups.size() == 1);
    CHECK(desired.users[0].groups[0].group.text == "Project X");
}

TEST_CASE("what the snapshot does not know for certain is carried along", "[core][rules]") {
    Snapshot snapshot;
    snapshot.frozen = {{EmployeeKey("7"), "row 3: bad e-mail address"}};
    snapshot.meta.completeness = Completeness::partial;

    const auto desired = rules::desired_network(snapshot, shop_rules());

    CHECK(desired.frozen == snapshot.frozen);
    CHECK(desired.completeness == Completeness::partial);
}

TEST_CASE("every group that a rule names is known as managed, used or not", "[core][rules]") {
    const auto desired = rules::desired_network(snapshot_of({}), shop_rules());

    CHECK(desired.managed_groups == std::vector<GroupRef>{named(GroupKind::business_unit, "Amsterdam"),
                                                          named(GroupKind::business_unit, "Utrecht")});
}

TEST_CASE("moving a rule to another place is another rule set", "[core][rules]") {
    auto moved = shop_rules();
    moved.groups[0].origin = "group_mapping[0] (tenant.toml:99)";

    CHECK(rules::fingerprint_of(shop_rules()) == rules::fingerprint_of(shop_rules()));
    CHECK(rules::fingerprint_of(shop_rules()) != rules::fingerprint_of(moved));
}

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::string stores = R"([[group_mapping]]
field = 'location'
kind = 'business_unit'
[group_mapping.values]
'Store 12' = 'Harbour'
)";

/// "group_mapping[1] at 22: location is Store 12: business_unit name Harbour"
std::string shown(const rules::RuleSet& rules, const rules::GroupTarget& group) {
    static_cast<void>(rules);
    const auto* by = group.by == GroupRef::By::name ? "name" : group.by == GroupRef::By::eid ? "eid" : "xid";
    return std::string(group.kind ? to_string(*group.kind) : "any") + " " + by + " " + group.text.text();
}

std::string shown(const rules::RuleSet& rules, const rules::Condition& when) {
    std::string text;
    for (const auto& cell : when.cells) {
        text += rules.names.field(cell.field).name + " is";
        for (const auto& value : cell.values) text += " " + value;
        text += cell.values.empty() ? " any: " : ": ";
    }
    return when.expression ? text + when.expression->text() + ": " : text;
}

Lines groups_of(const rules::RuleSet& rules) {
    Lines lines;
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) {
            auto line = rule.id + " at " + std::to_string(rule.origin.line) + ": " + shown(rules, rule.when) +
                        shown(rules, rule.group);
            for (const auto& parent : rule.parents) line += " in " + shown(rules, parent);
            lines.push_back(line);
        }
    }
    return lines;
}

Lines roles_of(const rules::RuleSet& rules) {
    Lines lines;
    for (const auto& rule : rules.roles) {
        lines.push_back(rule.id + " at " + std::to_string(rule.origin.line) + ": " + shown(rules, rule.when) +
                        rule.role.value() + (rule.target ? " in " + shown(rules, *rule.target) : ""));
    }
    return lines;
}

}  // namespace

TEST_CASE("a mapping leads from a value to groups and says where it stands", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + stores + R"('Store 14' = ['Market', 'North']
[[group_mapping]]
field = 'job_title'
by = 'eid'
values = { 'Cashier' = '00000000000000aa' }
)");

    CHECK(groups_of(tenant.rules) == Lines{"group_mapping[1] at 22: location is Store 12: business_unit name Harbour",
                                           "group_mapping[1] at 23: location is Store 14: business_unit name Market",
                                           "group_mapping[1] at 23: location is Store 14: business_unit name North",
                                           "group_mapping[2] at 27: job_title is Cashier: any eid 00000000000000aa"});
    REQUIRE(tenant.rules.groups.size() == 2);
    CHECK(tenant.rules.groups[0].origin == Origin{.file = "tenant.toml", .line = 18, .column = 1});
    CHECK(!tenant.rules.groups[0].first_match);
    CHECK(!tenant.rules.groups[0].create_missing);
}

TEST_CASE("values = \"same\" gives every value the group of its own name", "[daemon][config]") {
    const auto tenant =
        tenant_of(good_tenant + "[[group_mapping]]\nfield = 'department'\nkind = 'department'\nvalues = 'same'\n");

    CHECK(groups_of(tenant.rules) == Lines{"group_mapping[1] at 21: department is any: department name {department}"});
}

TEST_CASE("an empty array says that a value is known and leads to no group", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + stores + "'Head office' = []\n");

    CHECK(groups_of(tenant.rules) == Lines{"group_mapping[1] at 22: location is Store 12: business_unit name Harbour",
                                           "group_mapping[1] at 23: location is Head office: any name "});
}

TEST_CASE("one group may be filled from several fields, and a value lead to groups by several mappings",
          "[daemon][config]") {
    CHECK(problems_of(good_tenant + stores + with(stores, "'location'", "'department'")).empty());
    CHECK(problems_of(good_tenant + stores + with(stores, "'Harbour'", "'North'")).empty());
    CHECK(problems_of(good_tenant + stores + with(stores, "'Store 12'", "'*'")).empty());
}

TEST_CASE("a mapping may look at a field by the heading of its column", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + with(stores, "'location'", "'site'"));

    CHECK(groups_of(tenant.rules) == Lines{"group_mapping[1] at 22: location is Store 12: business_unit name Harbour"});
}

TEST_CASE("a mapping may be written as rules, each with an expression", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([[group_mapping]]
match = 'first'
missing = 'create'
kind = 'topic'
[[group_mapping.rules]]
when = 'job_title == "Cashier"'
group = 'Cashiers'
[[group_mapping.rules]]
kind = 'local_department'
group = 'Sales'
business_unit = '{location}'
department = { group = 'sales', by = 'xid' }
)");

    REQUIRE(tenant.rules.groups.size() == 1);
    CHECK(tenant.rules.groups[0].id == "group_mapping[1]");
    CHECK(tenant.rules.groups[0].first_match);
    CHECK(tenant.rules.groups[0].create_missing);
    CHECK(groups_of(tenant.rules) ==
          Lines{"group_mapping[1].rules[1] at 22: job_title == \"Cashier\": topic name Cashiers",
                "group_mapping[1].rules[2] at 25: local_department name Sales in business_unit name {location} in "
                "department xid sales"});
    CHECK(tenant.rules.groups[0].rules[0].when.expression_at == Origin{.file = "tenant.toml", .line = 23, .column = 9});
}

TEST_CASE("a mapping may be written as a sheet beside the tenant's file", "[daemon][config]") {
    Sample sample;
    sample.file("tenants/shop/groups.csv", "Site;expression;kind;group\n12;;topic;A\n;job_title == \"Boss\";;B\n");
    sample.file("tenants/shop/lists/roles.csv", "Site;role\n12;admin\n");
    sample.tenant("shop", good_tenant + R"([[group_mapping]]
sheet = 'groups.csv'
kind = 'department'
match = 'first'
[[role_mapping]]
sheet = 'lists/roles.csv'
target = { kind = 'department', group = 'Sales' }
)");

    const auto loaded = sample.load();

    for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
    REQUIRE(loaded.config);
    const auto& tenant = loaded.config->tenants[0];
    CHECK(groups_of(tenant.rules) == Lines{"groups.csv row 2 at 2: location is 12: topic name A",
                                           "groups.csv row 3 at 3: job_title == \"Boss\": department name B"});
    CHECK(tenant.rules.groups.at(0).id == "groups.csv");
    CHECK(tenant.rules.groups.at(0).first_match);
    CHECK(tenant.rules.groups.at(0).rules.at(0).origin == Origin{.file = "groups.csv", .line = 2, .column = 1});
    CHECK(roles_of(tenant.rules) ==
          Lines{"lists/roles.csv row 2 at 2: location is 12: admin in department name Sales"});
    Lines files;
    for (const auto& file : tenant.version.files) files.push_back(file.name);
    CHECK(files == Lines{"groups.csv", "lists/roles.csv", "tenant.toml"});
}

TEST_CASE("what is wrong with a sheet is said with its row and its cell", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant + "[[group_mapping]]\nsheet = 'groups.csv'\n");
    CHECK(sample.problems() ==
          Lines{"tenants/shop/tenant.toml:19:9: error: group_mapping[1].sheet: groups.csv does not exist"});

    sample.file("tenants/shop/groups.csv", "Site;language;kind;group\n12;;topic;\n12;nl;topic;A\n12;;topc;A\n");
    CHECK(
        sample.problems() ==
        Lines{"tenants/shop/groups.csv:2:4: error: groups.csv row 2: names no group",
              "tenants/shop/groups.csv:3:2: error: groups.csv row 3: no column is mapped to language: add "
              "columns.language",
              "tenants/shop/groups.csv:4:3: error: groups.csv row 4: there is no kind of group \"topc\"; did you mean "
              "topic?"});
    sample.file("tenants/shop/groups.csv", "Site;expression;kind;group\n;Sit == \"12\";topic;A\n");
    CHECK(sample.problems() == Lines{"tenants/shop/groups.csv:2:2: error: groups.csv row 2: there is no field \"Sit\"; "
                                     "did you mean Site?"});
}

TEST_CASE("a sheet without a row below its header is an error, since it may still be being written",
          "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant + "[[group_mapping]]\nsheet = 'groups.csv'\n");
    sample.file("tenants/shop/groups.csv", "Site;kind;group\n");
    CHECK(sample.problems() ==
          Lines{"tenants/shop/tenant.toml:19:9: error: group_mapping[1].sheet: groups.csv has no rows below its "
                "header"});
}

TEST_CASE("roles are mapped from values or by rules, in the network or in a group", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([[role_mapping]]
field = 'job_title'
[role_mapping.values]
'Store manager' = 'admin'
'Assistant' = 'moderator'
[[role_mapping]]
[[role_mapping.rules]]
when = 'department == "HR"'
role = 'admin'
target = { group = 'hr', by = 'xid' }
[[role_mapping.rules]]
when = 'department == "IT"'
role = 'member'
target = 'network'
[roles]
order = ['admin', 'moderator']
)");

    CHECK(roles_of(tenant.rules) == Lines{"role_mapping[1] at 21: job_title is Store manager: admin",
                                          "role_mapping[1] at 22: job_title is Assistant: moderator",
                                          "role_mapping[2].rules[1] at 24: department == \"HR\": admin in any xid hr",
                                          "role_mapping[2].rules[2] at 28: department == \"IT\": member"});
    CHECK(tenant.rules.role_order == std::vector<RoleId>{RoleId("admin"), RoleId("moderator"), RoleId("member")});
    CHECK(problems_of(good_tenant + "[roles]\norder = ['admin', 'admin']\n") ==
          Lines{"19:9: error: roles.order: the role \"admin\" stands in it twice"});
}

TEST_CASE("a value with a space around it would never be found", "[daemon][config]") {
    CHECK(
        problems_of(good_tenant + with(stores, "'Store 12'", "' Store 12'")) ==
        Lines{"22:1: error: group_mapping[1].values.\" Store 12\": never found: values are trimmed when the record is "
              "read"});
}

TEST_CASE("a mapping of a field without a column is an error", "[daemon][config]") {
    const auto without_column = with(good_tenant, "location = 'Site'\n", "");
    CHECK(problems_of(without_column + stores) ==
          Lines{"18:9: error: group_mapping[1].field: no column is mapped to location: add columns.location"});
    CHECK(problems_of(good_tenant + with(stores, "'location'", "'locaton'")) ==
          Lines{"19:9: error: group_mapping[1].field: no field is called \"locaton\", did you mean \"location\"?"});
    CHECK(problems_of(good_tenant + with(stores, "'location'", "'region'")) ==
          Lines{"19:9: error: group_mapping[1].field: no field is called \"region\": fields of your own stand in "
                "columns.extra"});
    CHECK(problems_of(good_tenant + "[columns.extra]\nregion = 'Region'\n" + with(stores, "'location'", "'region'"))
              .empty());
}

TEST_CASE("a mapping says what it maps, from what, to what", "[daemon][config]") {
    CHECK(problems_of(good_tenant + "[[group_mapping]]\n[[role_mapping]]\nfield = 'location'\n") ==
          Lines{"18:1: error: group_mapping[1]: missing: field and values, or a sheet, or rules",
                "19:1: error: role_mapping[1].values: missing"});
    CHECK(problems_of(good_tenant + with(stores, "field", "sheet = 'groups.csv'\nfield")) ==
          Lines{"18:1: error: group_mapping[1]: either field and values, or a sheet, or rules"});
    CHECK(problems_of(good_tenant + with(stores, "kind = 'business_unit'\n", "")) ==
          Lines{"18:1: error: group_mapping[1].kind: missing"});
    CHECK(problems_of(good_tenant + with(stores, "'business_unit'", "'bussiness_unit'")) ==
          Lines{"20:8: error: group_mapping[1].kind: expected one of \"business_unit\", \"department\", "
                "\"local_department\", \"topic\", got \"bussiness_unit\", did you mean \"business_unit\"?"});
    CHECK(problems_of(good_tenant + with(stores, "'Harbour'", "12")) ==
          Lines{"22:14: error: group_mapping[1].values.\"Store 12\": expected a text or an array of texts, got 12"});
    CHECK(problems_of(good_tenant + "[group_mapping]\nfield = 'location'\n") ==
          Lines{"18:1: error: group_mapping: expected tables, each under [[group_mapping]], got a table"});
    CHECK(problems_of(good_tenant + "[[role_mapping]]\nfield = 'location'\nvalues = { 'A' = ['x', 'y'] }\n") ==
          Lines{"20:18: error: role_mapping[1].values.\"A\": expected a text, got an array"});
    CHECK(
        problems_of(good_tenant + "[[group_mapping]]\nfield = 'location'\nkind = 'topic'\nvalues = 'all'\n") ==
        Lines{"21:10: error: group_mapping[1].values: expected a table of values, or \"same\" when each group has its "
              "value's own name"});
    CHECK(problems_of(good_tenant + "[[group_mapping]]\n[[group_mapping.rules]]\nwhen = 'location == \"A\"'\n") ==
          Lines{"19:1: error: group_mapping[1].rules[1].group: missing",
                "19:1: error: group_mapping[1].rules[1].kind: missing"});
    CHECK(problems_of(good_tenant + "[[role_mapping]]\n[[role_mapping.rules]]\nrole = 'admin'\ntarget = 'netwerk'\n") ==
          Lines{"21:10: error: role_mapping[1].rules[1].target: expected \"network\", or a group such as { kind = "
                "'topic', group = 'NAME' }, got \"netwerk\""});
}

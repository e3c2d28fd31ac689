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

}  // namespace

TEST_CASE("a mapping leads from a value to groups and says where it stands", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + stores + R"('Store 14' = ['Market', 'North']
[[group_mapping]]
field = 'job_title'
by = 'eid'
values = { 'Cashier' = '00000000000000aa' }
)");

    const auto unit = [](const char* name) {
        return GroupRef{.by = GroupRef::By::name, .kind = GroupKind::business_unit, .text = name};
    };
    CHECK(tenant.rules.groups ==
          std::vector<rules::GroupRule>{{"location", "Store 12", unit("Harbour"), "group_mapping[1] (tenant.toml:22)"},
                                        {"location", "Store 14", unit("Market"), "group_mapping[1] (tenant.toml:23)"},
                                        {"location", "Store 14", unit("North"), "group_mapping[1] (tenant.toml:23)"},
                                        {"job_title",
                                         "Cashier",
                                         {GroupRef::By::eid, std::nullopt, "00000000000000aa"},
                                         "group_mapping[2] (tenant.toml:27)"}});
}

TEST_CASE("values = \"same\" gives every value the group of its own name", "[daemon][config]") {
    const auto tenant =
        tenant_of(good_tenant + "[[group_mapping]]\nfield = 'department'\nkind = 'department'\nvalues = 'same'\n");

    REQUIRE(tenant.rules.groups.size() == 1);
    const auto& rule = tenant.rules.groups[0];
    CHECK(rule.field == "department");
    CHECK(rule.value == "*");
    CHECK(rule.group == GroupRef{.by = GroupRef::By::name, .kind = GroupKind::department, .text = ""});
    CHECK(rule.origin == "group_mapping[1] (tenant.toml:21)");
}

TEST_CASE("roles are mapped in the order of the file, since the first one wins", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([[role_mapping]]
field = 'job_title'
[role_mapping.values]
'Store manager' = 'admin'
'Assistant' = 'moderator'
[[role_mapping]]
field = 'department'
[role_mapping.values]
'HR' = 'admin'
)");

    CHECK(tenant.rules.roles == std::vector<rules::RoleRule>{
                                    {"job_title", "Store manager", RoleId("admin"), "role_mapping[1] (tenant.toml:21)"},
                                    {"job_title", "Assistant", RoleId("moderator"), "role_mapping[1] (tenant.toml:22)"},
                                    {"department", "HR", RoleId("admin"), "role_mapping[2] (tenant.toml:26)"}});
}

TEST_CASE("one value cannot lead to two groups of one kind by two mappings", "[daemon][config]") {
    CHECK(problems_of(good_tenant + stores + stores) ==
          Lines{"27:1: error: group_mapping[2].values.\"Store 12\": line 22 maps this value to a group of this kind "
                "already; several groups are written in one row, as an array"});

    const std::string topics = with(stores, "'business_unit'", "'topic'");
    CHECK(problems_of(good_tenant + stores + with(topics, "'Harbour'", "'Harbour talk'")).empty());
}

TEST_CASE("\"same\" and a table for one kind of groups contradict each other", "[daemon][config]") {
    const std::string same = "[[group_mapping]]\nfield = 'location'\nkind = 'business_unit'\nvalues = 'same'\n";

    CHECK(problems_of(good_tenant + stores + same) ==
          Lines{"26:10: error: group_mapping[2].values: line 22 already maps location to groups of this kind: \"same\" "
                "would add a second one"});
    CHECK(
        problems_of(good_tenant + same + stores) ==
        Lines{"26:1: error: group_mapping[2].values.\"Store 12\": line 21 maps every location to the group of its own "
              "name: this would be a second group of that kind"});
    CHECK(problems_of(good_tenant + same + same) ==
          Lines{"25:10: error: group_mapping[2].values: line 21 says so already"});
}

TEST_CASE("one group is filled from one field", "[daemon][config]") {
    const std::string again = with(stores, "'location'", "'department'");

    CHECK(problems_of(good_tenant + stores + again) ==
          Lines{"27:1: error: group_mapping[2].values.\"Store 12\": business_unit \"Harbour\" is filled from location "
                "already (line 22); one group is filled from one field"});
    CHECK(problems_of(good_tenant + stores + "'Store 13' = 'Harbour'\n").empty());
}

TEST_CASE("a mapping that a person would never reach is an error", "[daemon][config]") {
    const std::string roles = "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Boss' = 'admin' }\n";
    CHECK(problems_of(good_tenant + roles + roles) ==
          Lines{"23:12: error: role_mapping[2].values.\"Boss\": never used: line 20 decides first"});

    CHECK(
        problems_of(good_tenant + with(stores, "'Store 12'", "' Store 12'")) ==
        Lines{"22:1: error: group_mapping[1].values.\" Store 12\": never found: values are trimmed when the record is "
              "read"});
    CHECK(problems_of(good_tenant + with(stores, "'Store 12'", "'*'")) ==
          Lines{"22:1: error: group_mapping[1].values.\"*\": a row is for one value: values = \"same\" maps each value "
                "to the group of its name, roles.default is for the rest"});
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
    CHECK(problems_of(good_tenant + "[[group_mapping]]\n[[role_mapping]]\n") ==
          Lines{"18:1: error: group_mapping[1].field: missing", "18:1: error: group_mapping[1].kind: missing",
                "18:1: error: group_mapping[1].values: missing", "19:1: error: role_mapping[1].field: missing",
                "19:1: error: role_mapping[1].values: missing"});
    CHECK(problems_of(good_tenant + with(stores, "'business_unit'", "'bussiness_unit'")) ==
          Lines{"20:8: error: group_mapping[1].kind: expected one of \"business_unit\", \"department\", "
                "\"local_department\", \"topic\", got \"bussiness_unit\", did you mean \"business_unit\"?"});
    CHECK(problems_of(good_tenant + with(stores, "'Harbour'", "12")) ==
          Lines{"22:14: error: group_mapping[1].values.\"Store 12\": expected a text or an array of texts, got 12"});
    CHECK(
        problems_of(good_tenant + with(stores, "'Harbour'", "[]")) ==
        Lines{
            "22:14: error: group_mapping[1].values.\"Store 12\": expected a text or an array of texts, got an array"});
    CHECK(problems_of(good_tenant + "[group_mapping]\nfield = 'location'\n") ==
          Lines{"18:1: error: group_mapping: expected tables, each under [[group_mapping]], got a table"});
    CHECK(problems_of(good_tenant + "[[role_mapping]]\nfield = 'location'\nvalues = { 'A' = ['x', 'y'] }\n") ==
          Lines{"20:12: error: role_mapping[1].values.\"A\": a person has one role in the network"});
    CHECK(problems_of(good_tenant + "[[group_mapping]]\nfield = 'location'\nby = 'xid'\nvalues = 'same'\n") ==
          Lines{"21:10: error: group_mapping[1].values: \"same\" names groups, so it goes with by = \"name\""});
    CHECK(
        problems_of(good_tenant + "[[group_mapping]]\nfield = 'location'\nkind = 'topic'\nvalues = 'all'\n") ==
        Lines{"21:10: error: group_mapping[1].values: expected a table of values, or \"same\" when each group has its "
              "value's own name"});
}

#include "core/rules/rule_field.hpp"
#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rules;
using namespace usersync::test;

namespace {

std::string name_of(const FieldNames& names, std::string_view name) {
    const auto looked = names.find(name);
    if (looked.ambiguous) return "(ambiguous)";
    return looked.index ? names.field(*looked.index).name : "(none)";
}

std::vector<std::string> texts_of(const Employee& employee, const FieldNames& names, std::string_view name) {
    const auto value = value_of(employee, names, names.find(name).index.value());
    return {value.texts.begin(), value.texts.end()};
}

bool says_nothing(const Employee& employee, std::string_view name) {
    return value_of(employee, example_names(), example_names().find(name).index.value()).says_nothing;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("every built-in field has the value that its name says", "[core][rules]") {
    auto employee = anna();
    employee.profile.phone = "+31612345678";
    employee.employment.language = "nl";
    employee.employment.end_date = "2027-01-31";
    employee.employment.manager = "12";
    const FieldNames names;

    REQUIRE(names.all() == built_in_fields());
    CHECK(texts_of(employee, names, "employee_id") == Texts{"0004711"});
    CHECK(texts_of(employee, names, "email") == Texts{"anna@example.com"});
    CHECK(texts_of(employee, names, "first_name") == Texts{"Anna"});
    CHECK(texts_of(employee, names, "infix") == Texts{"de"});
    CHECK(texts_of(employee, names, "last_name") == Texts{"Vries"});
    CHECK(texts_of(employee, names, "job_title") == Texts{"Assistent bedrijfsleider"});
    CHECK(texts_of(employee, names, "phone") == Texts{"+31612345678"});
    CHECK(texts_of(employee, names, "location") == Texts{"Store 12", "Store 14"});
    CHECK(texts_of(employee, names, "department") == Texts{"WW", "HR"});
    CHECK(texts_of(employee, names, "upn") == Texts{"anna@example.com"});
    CHECK(texts_of(employee, names, "language") == Texts{"nl"});
    CHECK(texts_of(employee, names, "start_date") == Texts{"2026-03-10"});
    CHECK(texts_of(employee, names, "end_date") == Texts{"2027-01-31"});
    CHECK(texts_of(employee, names, "status") == Texts{"active"});
    CHECK(texts_of(employee, names, "manager") == Texts{"12"});
    CHECK(built_in_fields().size() == 15);
}

TEST_CASE("a cell that says there is none is another thing than a record that says nothing", "[core][rules]") {
    auto emptied = bram();
    emptied.departments_emptied = true;

    CHECK_FALSE(says_nothing(emptied, "department"));
    CHECK(says_nothing(emptied, "location"));
    CHECK_FALSE(says_nothing(emptied, "job_title"));
    CHECK(says_nothing(emptied, "email"));
    CHECK(says_nothing(emptied, "last_name"));
    CHECK_FALSE(says_nothing(emptied, "division"));
    CHECK(says_nothing(emptied, "fte"));
    CHECK_FALSE(says_nothing(anna(), "fte"));
    CHECK(value_of(emptied, example_names(), 5).texts.empty());
}

TEST_CASE("a rule may use the field's name or the column's heading", "[core][rules]") {
    const auto& names = example_names();

    CHECK(name_of(names, "job_title") == "job_title");
    CHECK(name_of(names, " JobTitle ") == "job_title");
    CHECK(name_of(names, "COST   center") == "cost_center");
    CHECK(name_of(names, "internal.status") == "internal.status");
    CHECK(name_of(names, "status") == "status");
    CHECK(name_of(names, "internal") == "(none)");
}

TEST_CASE("the field's own name wins over another column's heading", "[core][rules]") {
    const FieldNames names({{"status", FieldType::text, {"Contract"}}, {"contract", FieldType::text, {"Status"}}});

    CHECK(name_of(names, "Status") == "status");
    CHECK(name_of(names, "Contract") == "contract");
}

TEST_CASE("a heading of two columns names neither", "[core][rules]") {
    const FieldNames names({{"location", FieldType::list, {"Name"}}, {"team", FieldType::text, {"name "}}});

    CHECK(name_of(names, "Name") == "(ambiguous)");
    CHECK(name_of(names, "team") == "team");
}

TEST_CASE("externalId and XID are the employee id, unless the tenant calls something else so", "[core][rules]") {
    CHECK(name_of(FieldNames(), "externalId") == "employee_id");
    CHECK(name_of(FieldNames(), "XID") == "employee_id");
    CHECK(name_of(FieldNames({{"badge", FieldType::text, {"XID"}}}), "XID") == "badge");
    CHECK(name_of(FieldNames({{"externalId", FieldType::text, {}}}), "externalid") == "externalId");
}

TEST_CASE("what may have been meant is said as the tenant writes it", "[core][rules]") {
    const auto nearest_to = [](std::string_view name) { return example_names().find(name).nearest.value_or("(none)"); };

    CHECK(nearest_to("Departmnt") == "Department");
    CHECK(nearest_to("job_titel") == "job_title");
    CHECK(nearest_to("COST CENTR") == "Cost center");
    CHECK(nearest_to("person.email") == "email");
    CHECK(nearest_to("shoe size") == "(none)");
}

TEST_CASE("a tenant's own fields stand behind the built-in ones; a list that holds single values counts as a text",
          "[core][rules]") {
    const FieldNames names({{"team", FieldType::list, {}}, {"location", FieldType::text, {"Filiaal"}}});

    CHECK(names.find("team").index == built_in_fields().size());
    CHECK(names.field(*names.find("Filiaal").index).type == FieldType::text);
    CHECK(names == FieldNames({{"team", FieldType::list, {}}, {"location", FieldType::text, {"Filiaal"}}}));
    CHECK_FALSE(names == FieldNames());
}

TEST_CASE("who somebody is is never quoted", "[core][rules]") {
    for (const auto* personal : {"email", "first_name", "infix", "last_name", "phone", "upn"}) {
        CHECK_FALSE(may_be_quoted(personal));
    }
    for (const auto* other : {"employee_id", "job_title", "location", "department", "manager", "team"}) {
        CHECK(may_be_quoted(other));
    }
}

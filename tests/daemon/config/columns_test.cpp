#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using ingest::Field;
using ingest::OnEmpty;
using ingest::Recipe;
namespace step = ingest::step;

namespace {

const std::vector<ingest::Step> split_at_bar{step::Split{"|"}};

/// The sample with one more line in [columns], which stands in line 12.
std::string columns_with(const std::string& line) {
    return with(good_tenant, "[columns]\n", "[columns]\n" + line + "\n");
}

Recipe recipe_of(Field field, const std::string& line) {
    return tenant_of(columns_with(line)).columns.fields.at(field);
}

}  // namespace

TEST_CASE("columns say where each field stands", "[daemon][config]") {
    const auto map = tenant_of(with(good_tenant, "job_title = 'Function'", R"(job_title = 'Function'
phone = 'Phone'
first_name = 'First'
infix = 'Infix'
last_name = 'Last'
upn = 'Login'
language = 'Language'
status = 'Status'
manager = 'Boss'
extra = { region = 'Region' })"))
                         .columns;

    ingest::ColumnMap expected;
    expected.fields = {{Field::employee_id, {.columns = {"ID"}}},
                       {Field::email, {.columns = {"Mail"}}},
                       {Field::first_name, {.columns = {"First"}}},
                       {Field::infix, {.columns = {"Infix"}}},
                       {Field::last_name, {.columns = {"Last"}}},
                       {Field::job_title, {.columns = {"Function"}}},
                       {Field::phone, {.columns = {"Phone"}}},
                       {Field::location, {.columns = {"Site"}, .steps = split_at_bar}},
                       {Field::department, {.columns = {"Team"}, .steps = split_at_bar}},
                       {Field::upn, {.columns = {"Login"}}},
                       {Field::language, {.columns = {"Language"}}},
                       {Field::status, {.columns = {"Status"}}},
                       {Field::manager, {.columns = {"Boss"}}}};
    expected.extra = {{"region", {.columns = {"Region"}}}};
    CHECK(map == expected);
}

TEST_CASE("a field is made of a column, of several, or of a table that says more", "[daemon][config]") {
    CHECK(recipe_of(Field::phone, "phone = 'Phone'") == Recipe{.columns = {"Phone"}});
    CHECK(recipe_of(Field::phone, "phone = ['Phone', 'Mobile']") == Recipe{.columns = {"Phone", "Mobile"}});
    CHECK(recipe_of(Field::phone, "phone = { column = 'Phone' }") == Recipe{.columns = {"Phone"}});
    CHECK(recipe_of(Field::phone, "phone = { columns = ['Phone', 'Mobile'], steps = [{ join = ' / ' }] }") ==
          Recipe{.columns = {"Phone", "Mobile"}, .steps = {step::Join{" / "}}});
    CHECK(recipe_of(Field::language, "language = { steps = [{ constant = 'nl' }] }") ==
          Recipe{.columns = {}, .steps = {step::Constant{"nl"}}});
}

TEST_CASE("fields of the tenant's own are made like the others", "[daemon][config]") {
    const auto map = tenant_of(good_tenant + "[columns.extra]\nregion = { column = 'Region', steps = ['upper'] }\n" +
                               "shift = ['A', 'B']\n")
                         .columns;
    CHECK(map.extra.at("region") == Recipe{.columns = {"Region"}, .steps = {step::ToCase{step::Case::upper}}});
    CHECK(map.extra.at("shift") == Recipe{.columns = {"A", "B"}});
}

TEST_CASE("what an empty cell means is said for each field, or once for all", "[daemon][config]") {
    CHECK(recipe_of(Field::phone, "phone = 'Phone'").on_empty == OnEmpty::keep);
    CHECK(recipe_of(Field::phone, "phone = { column = 'Phone', empty = 'clear' }").on_empty == OnEmpty::clear);
    const auto fallback = recipe_of(Field::phone, "phone = { column = 'Phone', empty = { default = 'none' } }");
    CHECK(fallback.on_empty == OnEmpty::fallback);
    CHECK(fallback.fallback == "none");

    const auto map = tenant_of(columns_with("phone = { column = 'Phone', empty = 'keep' }") +
                               "[record]\nempty_cell = 'clear'\n" + "[columns.extra]\nregion = 'Region'\n")
                         .columns;
    CHECK(map.fields.at(Field::phone).on_empty == OnEmpty::keep);
    CHECK(map.fields.at(Field::job_title).on_empty == OnEmpty::clear);
    CHECK(map.extra.at("region").on_empty == OnEmpty::clear);
    CHECK(map.fields.at(Field::employee_id).on_empty == OnEmpty::keep);
    CHECK(map.fields.at(Field::email).on_empty == OnEmpty::keep);
}

TEST_CASE("locations and departments are split unless the tenant says how they are made", "[daemon][config]") {
    const auto steps_of = [](const std::string& text) {
        return tenant_of(text).columns.fields.at(Field::location).steps;
    };
    CHECK(steps_of(good_tenant) == split_at_bar);
    CHECK(steps_of(good_tenant + "[record]\nlist_separators = ',;'\n") == std::vector<ingest::Step>{step::Split{",;"}});
    CHECK(steps_of(good_tenant + "[record]\nlist_separators = ''\n").empty());
    CHECK(steps_of(with(good_tenant, "'Site'", "['Site', 'Second site']")) == split_at_bar);
    CHECK(steps_of(with(good_tenant, "'Site'", "{ column = 'Site', steps = [] }")).empty());
    CHECK(steps_of(with(good_tenant, "'Site'", "{ column = 'Site', empty = 'clear' }")) == split_at_bar);
}

TEST_CASE("start and end are dates whatever their steps say", "[daemon][config]") {
    const std::vector<ingest::Step> iso{step::Date{"yyyy-MM-dd"}};
    CHECK(recipe_of(Field::start_date, "start_date = 'Start'").steps == iso);
    CHECK(recipe_of(Field::end_date, "end_date = { column = 'End', steps = [] }").steps == iso);
    CHECK(recipe_of(Field::end_date, "end_date = { column = 'End', steps = [{ date = 'dd-MM-yyyy' }] }").steps ==
          std::vector<ingest::Step>{step::Date{"dd-MM-yyyy"}});
    CHECK(recipe_of(Field::end_date, "end_date = { column = 'End', empty = { default = '2026-03-01' } }").fallback ==
          "2026-03-01");
    CHECK(problems_of(columns_with("end_date = { column = 'End', empty = { default = '31-12-2026' } }")) ==
          Lines{"12:12: error: columns.end_date: the default is no date such as 2026-03-01"});
}

TEST_CASE("a full name is split in the order that the tenant says", "[daemon][config]") {
    const auto map =
        tenant_of(columns_with("name = 'Name'\nname_order = 'last_comma_first'\ninfixes = ['van', 'von']")).columns;
    CHECK(map.fields.at(Field::name).columns == std::vector<std::string>{"Name"});
    CHECK(map.name_order == ingest::NameOrder::last_comma_first);
    CHECK(map.infixes == std::vector<std::string>{"van", "von"});
    CHECK(tenant_of(columns_with("name = 'Name'")).columns.name_order == ingest::NameOrder::first_infix_last);

    CHECK(problems_of(columns_with("name = 'Name'\nlast_name = 'Last'")) ==
          Lines{"13:13: error: columns.last_name: either the whole name in columns.name, or its parts, not both"});
    CHECK(problems_of(columns_with("infixes = ['van']")) ==
          Lines{"12:11: error: columns.infixes: there is no columns.name to split"});
    CHECK(problems_of(columns_with("name = 'Name'\nname_order = 'last_first'")) ==
          Lines{"13:14: error: columns.name_order: expected one of \"first_infix_last\", \"last_comma_first\", got "
                "\"last_first\""});
}

TEST_CASE("a tenant that cannot invite anybody is warned about", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "email = 'Mail'\n", "")) ==
          Lines{"11:1: warning: columns.email: missing: nobody can be invited without an e-mail address"});
}

TEST_CASE("fields of the tenant's own have names that rules can use", "[daemon][config]") {
    CHECK(
        problems_of(good_tenant +
                    "[columns.extra]\nlocation = 'A'\n'Cost centre' = 'B'\nregion = 5\nmanager = 'Boss'\n") ==
        Lines{"19:1: error: columns.extra.location: this is columns.location",
              "20:1: error: columns.extra.Cost centre: a field's name has small letters, digits and _, and begins with "
              "a letter",
              "21:10: error: columns.extra.region: expected a column's name in quotes, an array of them, or a table, "
              "got 5",
              "22:1: error: columns.extra.manager: this is columns.manager"});
    CHECK(problems_of(good_tenant + "[columns]\n").size() == 1);
}

TEST_CASE("a column that is written wrongly is said with its place", "[daemon][config]") {
    const std::string expected = "expected a column's name in quotes, an array of them, or a table, got ";
    CHECK(problems_of(columns_with("phone = 5")) == Lines{"12:9: error: columns.phone: " + expected + "5"});
    CHECK(problems_of(columns_with("phone = ''")) == Lines{"12:9: error: columns.phone: " + expected + "\"\""});
    CHECK(problems_of(columns_with("phone = []")) == Lines{"12:9: error: columns.phone: " + expected + "an array"});
    CHECK(problems_of(columns_with("phone = ['Phone', 5]")) ==
          Lines{"12:19: error: columns.phone: expected an array of texts, got 5 in it"});
    CHECK(problems_of(columns_with("phone = { colum = 'Phone' }")) ==
          Lines{"12:9: error: columns.phone: names no column: add column = 'NAME'",
                "12:11: error: columns.phone.colum: unknown key, did you mean column?"});
    CHECK(problems_of(columns_with("phone = { column = 5 }")) ==
          Lines{"12:20: error: columns.phone.column: expected a text in quotes, got 5"});
    CHECK(problems_of(columns_with("phone = { column = 'A', columns = ['B'] }")) ==
          Lines{"12:35: error: columns.phone.columns: either column or columns, not both"});
    CHECK(problems_of(columns_with("phne = 'Phone'")) ==
          Lines{"12:1: error: columns.phne: unknown key, did you mean phone?"});
}

TEST_CASE("an empty cell is kept, cleared or filled", "[daemon][config]") {
    CHECK(problems_of(columns_with("phone = { column = 'Phone', empty = 'claer' }")) ==
          Lines{"12:37: error: columns.phone.empty: expected one of \"keep\", \"clear\", got \"claer\", did you mean "
                "\"clear\"?"});
    CHECK(problems_of(columns_with("phone = { column = 'Phone', empty = { defalt = 'x' } }")) ==
          Lines{"12:37: error: columns.phone.empty.default: missing",
                "12:39: error: columns.phone.empty.defalt: unknown key, did you mean default?"});
}

TEST_CASE("an employee id and an address are nobody else's", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "'ID'", "{ steps = [{ constant = '1' }] }")) ==
          Lines{"12:15: error: columns.employee_id: everybody would have the same"});
    CHECK(
        problems_of(with(good_tenant, "'Mail'", "{ column = 'Mail', empty = { default = 'hr@shop.example' } }")) ==
        Lines{"13:9: error: columns.email: write empty = 'clear' where people may have none; otherwise they cannot be "
              "read"});
    CHECK(problems_of(with(good_tenant, "'Mail'", "{ column = 'Mail', empty = 'clear' }")).empty());
    CHECK(problems_of(columns_with("phone = { column = 'Phone', steps = [{ constant = 'x' }] }")) ==
          Lines{"12:9: error: columns.phone: a constant needs no column"});
}

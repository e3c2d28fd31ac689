#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using Steps = std::vector<ingest::Step>;
using Otherwise = ingest::step::Lookup::Otherwise;
namespace step = ingest::step;

namespace {

/// The sample with a status that is made by these steps, in line 12.
std::string status_by(const std::string& steps) {
    return with(good_tenant, "[columns]\n", "[columns]\nstatus = { column = 'Status', steps = [" + steps + "] }\n");
}

Steps steps_of(const std::string& steps) {
    return tenant_of(status_by(steps)).columns.fields.at(ingest::Field::status).steps;
}

/// What is wrong with one step; without its place, which is always within line 12.
std::string wrong_with(const std::string& steps) {
    const auto problems = problems_of(status_by(steps));
    REQUIRE(problems.size() == 1);
    CHECK_THAT(problems[0], Catch::StartsWith("12:"));
    return problems[0].substr(problems[0].find("columns."));
}

}  // namespace

TEST_CASE("steps are words, or words with a value, in their order", "[daemon][config]") {
    CHECK(steps_of("'lower', 'upper', 'title', 'strip_apostrophe', 'nfc', 'email', 'join', 'split'") ==
          Steps{step::ToCase{step::Case::lower}, step::ToCase{step::Case::upper}, step::ToCase{step::Case::title},
                step::StripApostrophe{}, step::Nfc{}, step::Email{}, step::Join{" "}, step::Split{"|"}});
    CHECK(steps_of("{ pad_left = 6 }, { split = ',;' }, { join = '' }, { date = 'dd-MM-yyyy' }, { phone = 'NL' }") ==
          Steps{step::PadLeft{6}, step::Split{",;"}, step::Join{""}, step::Date{"dd-MM-yyyy"}, step::Phone{"NL"}});
    CHECK(steps_of("{ split = \"\\n\" }") == Steps{step::Split{"\n"}});
    CHECK(steps_of("").empty());
}

TEST_CASE("the word split takes the record's separators", "[daemon][config]") {
    const auto tenant = tenant_of(status_by("'split'") + "[record]\nlist_separators = '+'\n");
    CHECK(tenant.columns.fields.at(ingest::Field::status).steps == Steps{step::Split{"+"}});
}

TEST_CASE("a lookup stands in the tenant's file", "[daemon][config]") {
    CHECK(steps_of("{ lookup = { 'A' = 'Active', 'X' = '' } }") ==
          Steps{step::Lookup{.table = {{"A", "Active"}, {"X", ""}}}});
    CHECK(steps_of("{ lookup = { 'ZO\xC3\x8B' = 'Active' }, otherwise = 'keep', any_case = true }") ==
          Steps{step::Lookup{.table = {{"zo\xC3\xAB", "Active"}}, .any_case = true, .otherwise = Otherwise::keep}});
    CHECK(steps_of("{ lookup = { 'A' = 'Active' }, otherwise = 'empty' }") ==
          Steps{step::Lookup{.table = {{"A", "Active"}}, .otherwise = Otherwise::empty}});
}

TEST_CASE("a lookup stands in a file beside the tenant's", "[daemon][config]") {
    Sample sample;
    sample.file("tenants/shop/codes.csv", "A;Active\r\nX;\r\n");
    sample.tenant("shop", status_by("{ lookup = 'codes.csv' }"));

    const auto map = sample.load().config.value().tenants[0].columns;

    CHECK(map.fields.at(ingest::Field::status).steps == Steps{step::Lookup{.table = {{"A", "Active"}, {"X", ""}}}});
}

TEST_CASE("a lookup's file that cannot be used is said with its line", "[daemon][config]") {
    const auto wrong_file = [](const std::string& content) {
        Sample sample;
        if (!content.empty()) sample.file("tenants/shop/codes.csv", content);
        sample.tenant("shop", status_by("{ lookup = 'codes.csv', any_case = true }"));
        const auto problems = sample.problems();
        REQUIRE(problems.size() == 1);
        CHECK_THAT(problems[0], Catch::StartsWith("tenants/shop/tenant.toml:12:51: error: "
                                                  "columns.status.steps[1].lookup: "));
        return problems[0];
    };
    CHECK_THAT(wrong_file(""), Catch::EndsWith(": codes.csv does not exist"));
    CHECK_THAT(wrong_file("\n"), Catch::EndsWith("codes.csv is empty"));
    CHECK_THAT(wrong_file("A;1\nB\n"),
               Catch::EndsWith("codes.csv, line 2: expected two columns, the first one not empty"));
    CHECK_THAT(wrong_file("A;1\na;2\n"), Catch::EndsWith("codes.csv, line 2: line 1 is about the same value"));
}

TEST_CASE("a step that does not exist is an error, with the one that was probably meant", "[daemon][config]") {
    CHECK(wrong_with("'lowr'") == "columns.status.steps[1]: no step is called \"lowr\", did you mean \"lower\"?");
    CHECK(wrong_with("'lower', 'trimm'") == "columns.status.steps[2]: no step is called \"trimm\"");
    CHECK(wrong_with("'date'") == "columns.status.steps[1]: date needs a value: { date = 'dd-MM-yyyy' }");
    CHECK(wrong_with("5") == "columns.status.steps[1]: expected a word or { key = value }, got 5");
    CHECK(wrong_with("{}") == "columns.status.steps[1]: names no step");
    CHECK(wrong_with("{ padleft = 6 }") == "columns.status.steps[1].padleft: unknown key, did you mean pad_left?");
    CHECK(wrong_with("{ pad_left = 6, join = ' ' }") ==
          "columns.status.steps[1]: each step stands in braces of its own: { pad_left = 6 }, { join = ' ' }");
    CHECK(wrong_with("{ pad_left = 6, any_case = true }") ==
          "columns.status.steps[1].any_case: only a lookup has this");
    CHECK(wrong_with("{ otherwise = 'keep' }") == "columns.status.steps[1]: names no step");
    CHECK(problems_of(with(good_tenant, "'ID'", "{ column = 'ID', steps = 'lower' }")) ==
          Lines{"12:40: error: columns.employee_id.steps: expected an array of steps, got \"lower\""});
}

TEST_CASE("a step that makes no sense is an error with its place", "[daemon][config]") {
    CHECK(wrong_with("{ pad_left = '6' }") == "columns.status.steps[1].pad_left: expected a whole number, got \"6\"");
    CHECK(wrong_with("{ pad_left = -1 }") == "columns.status.steps[1].pad_left: expected a whole number, got -1");
    CHECK(wrong_with("{ pad_left = 65 }") == "columns.status.steps[1].pad_left: a width from 1 to 64 is needed");
    CHECK(wrong_with("{ split = '' }") ==
          "columns.status.steps[1].split: the separators are ASCII characters, at least one");
    CHECK(wrong_with("{ date = 5 }") == "columns.status.steps[1].date: expected a text in quotes, got 5");
    CHECK(wrong_with("{ date = 'dd-MM' }") == "columns.status.steps[1].date: it does not say where y stands");
    CHECK(wrong_with("{ phone = 'Holland' }") ==
          "columns.status.steps[1].phone: no country is called \"Holland\": two capital letters, such as NL");
    CHECK(wrong_with("{ lookup = {} }") == "columns.status.steps[1].lookup: the table is empty");
    CHECK(wrong_with("{ lookup = 5 }") ==
          "columns.status.steps[1].lookup: expected a table of values, or the name of a file with two columns, got 5");
    CHECK(wrong_with("{ lookup = { 'A' = 5, 'B' = 'b' } }") ==
          "columns.status.steps[1].lookup.\"A\": expected a text in quotes, got 5");
    CHECK(wrong_with("{ lookup = { ' A' = 'x' } }") ==
          "columns.status.steps[1].lookup: \" A\" is never found: values are trimmed");
    CHECK(wrong_with("{ lookup = { 'A' = 'x', 'a' = 'y' }, any_case = true }") ==
          "columns.status.steps[1].lookup.\"a\": line 12 is the same without regard to case");
    CHECK(wrong_with("{ lookup = { 'A' = 'x' }, otherwise = 'freez' }") ==
          "columns.status.steps[1].otherwise: expected one of \"keep\", \"empty\", \"freeze\", got \"freez\", did you "
          "mean \"freeze\"?");
}

TEST_CASE("all mistakes of all steps are said at once", "[daemon][config]") {
    CHECK(problems_of(status_by("'lowr', { date = 'dd' }, { phone = 'XX' }, 'upper'")).size() == 3);
}

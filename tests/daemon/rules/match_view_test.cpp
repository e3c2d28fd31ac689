// Whom an expression matches, as people and programs see it.
#include "daemon/rules/match_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using Json = nlohmann::json;

namespace {

rules_view::Matched matched(std::size_t people) {
    rules_view::Matched matched{.expression = "location == \"Store 12\"", .today = day_from("2026-06-15").value()};
    for (std::size_t number = 0; number < people; ++number) {
        matched.employees.emplace_back(std::to_string(1000 + number));
    }
    matched.total = 70;
    return matched;
}

}  // namespace

TEST_CASE("a match tells how many of how many, and whom", "[daemon][rules]") {
    CHECK(rules_view::match_text(matched(2)) == "matches 2 of 70 employees\n  1000\n  1001\n");
    const auto json = Json::parse(rules_view::match_json(matched(2)));
    CHECK(json.at("matched") == 2);
    CHECK(json.at("total") == 70);
    CHECK(json.at("employees") == Json::array({"1000", "1001"}));
}

TEST_CASE("many are cut off in the text, never in the JSON", "[daemon][rules]") {
    const auto text = rules_view::match_text(matched(60));
    CHECK(text.find("  … and 10 more; --format json has them all\n") != std::string::npos);
    CHECK(Json::parse(rules_view::match_json(matched(60))).at("employees").size() == 60);
}

TEST_CASE("what is wrong with an expression is underlined", "[daemon][rules]") {
    const std::string expression = "Departmnt == \"Bakery\"";
    const std::vector<rules::ExpressionProblem> problems = {
        {rules::ExpressionProblem::Severity::error, {0, 9}, "unknown_field", "there is no field \"Departmnt\""}};

    const auto text = rules_view::problems_text(expression, problems);

    CHECK(text.find("error: there is no field \"Departmnt\" (unknown_field)\n") == 0);
    CHECK(text.find(expression) != std::string::npos);
    CHECK(text.find("^") != std::string::npos);
    const auto json = Json::parse(rules_view::problems_json(expression, problems));
    CHECK(json.at("matched").is_null());
    CHECK(json.at("problems").at(0).at("offset") == 0);
    CHECK(json.at("problems").at(0).at("length") == 9);
}

// docs/rules.md shows rules as they are written; each of its examples is loaded here as it stands.
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::string columns_of_the_page = R"([columns]
employee_id = 'Employee ID'
email = 'E-mail'
last_name = 'Last name'
location = 'Store'
department = 'Department'
job_title = 'Job title'
language = 'Language'
status = 'Status'
start_date = { column = 'Start date', steps = [{ date = 'dd-MM-yyyy' }] }
end_date = { column = 'End date', steps = [{ date = 'dd-MM-yyyy' }] }

)";

std::string tenant_of_the_page() { return good_tenant.substr(0, good_tenant.find("[columns]")) + columns_of_the_page; }

/// The page's code blocks of this language, each with what stands behind the language.
std::vector<std::pair<std::string, std::string>> blocks(const std::string& language) {
    std::istringstream page(test::TempDir::read(std::filesystem::path(USERSYNC_SOURCE_DIR) / "docs/rules.md"));
    std::vector<std::pair<std::string, std::string>> found;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (!inside && line.rfind("```" + language, 0) == 0) {
            inside = true;
            const auto name = line.find(' ');
            found.emplace_back(name == std::string::npos ? std::string() : line.substr(name + 1), std::string());
        } else if (line.rfind("```", 0) == 0) {
            inside = false;
        } else if (inside) {
            found.back().second += line + '\n';
        }
    }
    return found;
}

}  // namespace

TEST_CASE("every example on the page about rules can be pasted into a tenant's file", "[daemon][config]") {
    const auto examples = blocks("toml");
    const auto sheets = blocks("csv");
    REQUIRE(examples.size() >= 8);
    REQUIRE(sheets.size() == 1);

    for (const auto& [name, text] : examples) {
        CAPTURE(text);
        const std::vector<RuleFile> files{{.name = sheets.front().first, .bytes = sheets.front().second},
                                          {.name = "tenant.toml", .bytes = tenant_of_the_page() + text}};
        const auto loaded = load_rules(files, TenantId("shop"), Day(std::chrono::year(2026) / 3 / 1));
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
        CHECK(loaded.config.has_value());
    }
}

TEST_CASE("the sheet on the page about rules has a rule in each of its rows", "[daemon][config]") {
    const auto sheet = blocks("csv").front();
    const std::vector<RuleFile> files{
        {.name = sheet.first, .bytes = sheet.second},
        {.name = "tenant.toml", .bytes = tenant_of_the_page() + "[[group_mapping]]\nsheet = '" + sheet.first + "'\n"}};

    const auto loaded = load_rules(files, TenantId("shop"), Day(std::chrono::year(2026) / 3 / 1));

    REQUIRE(loaded.config.has_value());
    REQUIRE(loaded.config->rules.groups.size() == 1);
    const auto& rules = loaded.config->rules.groups.front().rules;
    REQUIRE(rules.size() == 6);
    CHECK(rules[3].parents.size() == 2);
    CHECK(rules[4].when.cells.front().values == Lines{"012", "014"});
    CHECK(rules[5].when.expression.has_value());
}

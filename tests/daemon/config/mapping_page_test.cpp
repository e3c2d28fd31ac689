#include "core/ingest/transform.hpp"
#include "daemon/config/read_steps.hpp"
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <set>
#include <sstream>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::filesystem::path source_folder = USERSYNC_SOURCE_DIR;
using Words = std::set<std::string>;

std::string page() { return test::TempDir::read(source_folder / "docs/mapping.md"); }

/// The cells of the table below this heading; code marks taken away.
std::vector<std::vector<std::string>> table_below(const std::string& heading) {
    std::istringstream in(page());
    std::vector<std::vector<std::string>> rows;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("## ", 0) == 0) inside = line == heading;
        if (!inside || line.rfind("| `", 0) != 0) continue;
        std::vector<std::string> cells;
        std::string cell;
        for (std::size_t i = 1; i < line.size(); ++i) {
            if (line[i] == '|' && line[i - 1] != '\\') {
                cells.push_back(std::regex_replace(cell, std::regex(R"(^ +`?|`? +$)"), ""));
                cell.clear();
            } else if (line[i] != '\\' || line[i + 1] != '|') {
                cell += line[i];
            }
        }
        rows.push_back(cells);
    }
    return rows;
}

/// What one cell becomes by the steps that the page writes.
std::string made_by(const std::string& steps, const std::string& cell) {
    const auto text = with(good_tenant, "[columns]\n",
                           "[columns]\nstatus = { " +
                               std::string(steps.find("constant") == std::string::npos ? "column = 'Status', " : "") +
                               "steps = [" + steps + "] }\n");
    Sample sample;
    sample.file("tenants/shop/codes.csv", "A;Active\nL;On leave\n");
    sample.tenant("shop", text);
    const auto loaded = sample.load();
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
    REQUIRE(loaded.config);
    ingest::Values values;
    if (!cell.empty()) values.texts = {cell};
    const auto& recipe = loaded.config->tenants[0].columns.fields.at(ingest::Field::status);
    if (const auto flaw = transform(recipe.steps, values)) return "refused: " + flaw->code;
    std::string joined;
    for (const auto& value : values.texts) joined += (joined.empty() ? "" : " and ") + value;
    return joined.empty() ? "nothing" : joined;
}

}  // namespace

TEST_CASE("the page about the mapping names every field that the reader knows, and no other", "[daemon][config]") {
    Words known;
    for (const auto field : ingest::all_fields()) known.insert(std::string(to_string(field)));
    known.insert("extra");

    Words named;
    for (const auto& row : table_below("## Fields")) named.insert(row.at(0));

    CHECK(named == known);
}

TEST_CASE("the page about the mapping names every step that the reader knows, and no other", "[daemon][config]") {
    Words known;
    for (const auto& word : step_words().alone) known.insert(word);
    for (const auto& word : step_words().with_value) known.insert(word);

    Words named;
    static const std::regex word("[a-z_]+");
    for (const auto& row : table_below("## Steps")) {
        std::smatch match;
        REQUIRE(std::regex_search(row.at(0), match, word));
        named.insert(match[0]);
    }

    CHECK(named == known);
}

TEST_CASE("every example on the page about the mapping comes out as the page says", "[daemon][config]") {
    const auto rows = table_below("## Steps");
    REQUIRE(rows.size() > 20);
    for (const auto& row : rows) {
        REQUIRE(row.size() == 4);
        CAPTURE(row[0], row[1]);
        CHECK(made_by(row[0], row[1]) == row[2]);
    }
}

TEST_CASE("the blocks of the page about the mapping are right as they stand", "[daemon][config]") {
    const auto text = page();
    static const std::regex block("```toml\n([^`]*)```");
    std::size_t blocks = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), block), end; at != end; ++at, ++blocks) {
        const std::string toml = (*at)[1];
        const auto columns = toml.find("[columns]") == std::string::npos
                                 ? good_tenant
                                 : good_tenant.substr(0, good_tenant.find("[columns]"));
        Sample sample;
        sample.file("tenants/shop/cost-centres.csv", "100;Head office\n");
        sample.tenant("shop", columns + toml);
        CAPTURE(toml);
        CHECK(sample.problems() == Lines{});
    }
    CHECK(blocks == 2);
}

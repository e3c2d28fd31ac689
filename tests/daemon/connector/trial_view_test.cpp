#include "daemon/connector/trial_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;

namespace {

ingest::Mapping mapping_with(const std::string& location) {
    ingest::Mapping mapping;
    mapping.columns.fields[ingest::Field::employee_id].columns = {"id"};
    mapping.columns.fields[ingest::Field::email].columns = {"mail"};
    mapping.columns.fields[ingest::Field::location].columns = {location};
    return mapping;
}

rest_api::Trial good_trial() {
    rest_api::Trial trial;
    trial.steps.push_back({.name = "first page", .is_good = true, .took = Duration(3), .says = "fine", .code = {}});
    return trial;
}

const std::string lines = "{\"id\":\"A1\",\"mail\":\"a@shop.example\",\"site\":\"Utrecht\"}\n";

}  // namespace

TEST_CASE("a trial is good when the mapping finds all its columns", "[daemon][connectors]") {
    const auto mapped = connector_view::mapped(lines, mapping_with("site"));
    CHECK(mapped.employees == 1);
    CHECK(connector_view::is_good(good_trial(), mapped));
}

TEST_CASE("a mapped column that is in no record is told by its name, and the trial is not good",
          "[daemon][connectors]") {
    const auto mapped = connector_view::mapped(lines, mapping_with("Location"));

    CHECK_THAT(connector_view::trial_text(TenantId("shop"), good_trial(), mapped),
               Catch::Contains("column_missing: 1 (Location)"));
    CHECK_FALSE(connector_view::is_good(good_trial(), mapped));
}

TEST_CASE("a step that nobody measured by itself is shown without a time", "[daemon][connectors]") {
    rest_api::Trial trial;
    trial.steps = {{.name = "login", .is_good = true, .took = std::nullopt, .says = "fine", .code = {}},
                   {.name = "entries", .is_good = true, .took = Duration(12), .says = "fine", .code = {}}};

    const auto text = connector_view::trial_text(TenantId("shop"), trial, std::nullopt);
    const auto told = nlohmann::json::parse(connector_view::trial_json(TenantId("shop"), trial, std::nullopt));

    CHECK_THAT(text, Catch::Contains("  ok                login: fine\n") &&
                         Catch::Contains("  ok         12 ms  entries: fine\n"));
    CHECK(told["steps"][0]["milliseconds"].is_null());
    CHECK(told["steps"][1]["milliseconds"] == 12);
}

TEST_CASE("a step that is wrong makes a trial not good, also when it went on", "[daemon][connectors]") {
    auto trial = good_trial();
    trial.steps.insert(trial.steps.begin(),
                       {.name = "the fields", .is_good = false, .took = {}, .says = "", .code = "column_not_offered"});
    CHECK_FALSE(connector_view::is_good(trial, connector_view::mapped(lines, mapping_with("site"))));
}

TEST_CASE("of a record that nobody has counted, the trial's JSON counts nothing", "[daemon][connectors]") {
    auto trial = good_trial();
    trial.counts_records = false;
    const auto told = nlohmann::json::parse(connector_view::trial_json(TenantId("shop"), trial, std::nullopt));
    CHECK(told["records"]["received"].is_null());
}

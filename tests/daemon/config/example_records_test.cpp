#include "core/ingest/ingest.hpp"
#include "core/rules/desired_network.hpp"
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::filesystem::path example = std::filesystem::path(USERSYNC_SOURCE_DIR) / "docs/example";

TenantConfig example_tenant(const std::string& name) {
    Sample sample;
    for (const std::string tenant : {"shop", "office"}) {
        for (const auto* secret : {"-sftp-key", "-rest-token", "-scim-token"}) {
            sample.credential(tenant + secret, "secret");
        }
    }
    const auto loaded = load_environment(example, {.credentials_folder = sample.credentials()});
    for (const auto& tenant : loaded.config.value().tenants) {
        if (tenant.id == TenantId(name)) return tenant;
    }
    throw std::logic_error("the example has no tenant " + name);
}

std::vector<Employee> employees_of(const TenantConfig& tenant, const std::string& record_name) {
    const auto bytes = test::TempDir::read(example / "records" / record_name);
    KnownPeople nobody;
    auto outcome = ingest::ingest_bytes(bytes, tenant.columns, tenant.format, record::RecordLimits{}, nobody, {});
    const auto& ingested = std::get<ingest::Ingested>(outcome);
    CHECK(ingested.issues.empty());
    CHECK(ingested.frozen.empty());
    std::vector<Employee> employees;
    for (std::size_t i = 0; i < ingested.changed.size(); ++i) employees.push_back(ingested.changed.employee(i));
    return employees;
}

DesiredNetwork wanted_by(const TenantConfig& tenant, const std::string& record) {
    Snapshot snapshot;
    snapshot.employees = employees_of(tenant, record);
    return rules::desired_network(snapshot, tenant.rules, Day(std::chrono::year(2026) / 3 / 1));
}

/// "+" came, "-" left, "~" differs.
Lines changes(const std::vector<Employee>& before, const std::vector<Employee>& after) {
    std::map<EmployeeKey, Employee> left;
    for (const auto& employee : before) left.emplace(employee.key, employee);
    Lines lines;
    for (const auto& employee : after) {
        const auto there = left.extract(employee.key);
        if (there.empty()) {
            lines.push_back("+" + employee.key.value());
        } else if (there.mapped() != employee) {
            lines.push_back("~" + employee.key.value());
        }
    }
    for (const auto& [key, employee] : left) lines.push_back("-" + key.value());
    return lines;
}

}  // namespace

TEST_CASE("the example's second day has a mover, a promotion, a new number, a joiner and a leaver",
          "[daemon][config]") {
    const auto shop = example_tenant("shop");

    const auto first = employees_of(shop, "shop-day1.csv");
    const auto second = employees_of(shop, "shop-day2.csv");

    CHECK(first.size() == 400);
    CHECK(first[2].profile.phone == "+12025550102");
    CHECK(changes(first, second) == Lines{"~S1003", "~S1012", "~S1363", "~S1390", "+S1401", "-S1004"});
    CHECK(changes(first, first).empty());
}

TEST_CASE("the example office changes a little", "[daemon][config]") {
    const auto office = example_tenant("office");

    const auto first = employees_of(office, "office-day1.csv");
    const auto second = employees_of(office, "office-day2.csv");

    CHECK(first.size() == 12);
    CHECK(changes(first, second) == Lines{"~4008"});
}

TEST_CASE("the example mappings place everybody", "[daemon][config]") {
    const auto shop = wanted_by(example_tenant("shop"), "shop-day2.csv");
    CHECK(shop.unmapped.empty());
    CHECK(shop.managed_groups.size() == 62);
    CHECK(shop.users.size() == 398);
    for (const auto& user : shop.users) CHECK(user.placement->groups.size() >= 2);
    REQUIRE(shop.not_wanted.size() == 2);
    CHECK(shop.not_wanted[0].key == EmployeeKey("S1057"));
    CHECK(shop.not_wanted[0].absence == Absence::not_started);
    CHECK(shop.not_wanted[1].key == EmployeeKey("S1088"));
    CHECK(shop.not_wanted[1].absence == Absence::ended);

    const auto office = wanted_by(example_tenant("office"), "office-day1.csv");
    CHECK(office.managed_groups.size() == 7);
    REQUIRE(office.users.size() == 12);
    CHECK(office.users[1].placement->groups.size() == 3);
    CHECK(office.users[5].placement->groups.size() == 4);
}

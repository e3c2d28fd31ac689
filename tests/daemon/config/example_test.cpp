#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <tuple>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::filesystem::path source_folder = USERSYNC_SOURCE_DIR;
const std::filesystem::path example = source_folder / "docs/example";

Lines lines_of(const std::filesystem::path& file) {
    std::istringstream in(test::TempDir::read(file));
    Lines lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// The rows of the page's tables below this heading, up to the next of its level: key and default.
std::map<std::string, std::string> documented(const std::string& heading) {
    static const std::regex row(R"(^\| `([a-z_.]+)` \| ((?:[^|]|\\\|)*) \| ((?:[^|]|\\\|)*) \|.*)");
    std::map<std::string, std::string> rows;
    bool inside = false;
    for (const auto& line : lines_of(source_folder / "docs/configuration.md")) {
        if (line.rfind("## ", 0) == 0) inside = line == heading;
        std::smatch match;
        if (!inside || !std::regex_match(line, match, row)) continue;
        CHECK(rows.emplace(match[1], match[3]).second);
    }
    return rows;
}

Lines keys_of(const std::map<std::string, std::string>& rows) {
    Lines keys;
    for (const auto& [key, standard] : rows) keys.push_back(key);
    return keys;
}

/// "port = 22\n…": the lines of one table that the page says are the same as none.
std::string default_lines(const std::map<std::string, std::string>& rows, const std::string& table) {
    static const std::regex written("^`([^`]*)`.*$");
    std::string lines;
    for (const auto& [key, standard] : rows) {
        std::smatch match;
        if (key.rfind(table + ".", 0) != 0 || !std::regex_match(standard, match, written)) continue;
        const auto value = std::regex_replace(match[1].str(), std::regex(R"(\\\|)"), "|");
        lines += key.substr(table.size() + 1) + " = " + value + "\n";
    }
    return lines;
}

}  // namespace

TEST_CASE("the example environment is right as it stands", "[daemon][config]") {
    Sample sample;
    for (const auto* name : {"shop-sftp-key", "shop-rest-token", "shop-scim-token", "office-sftp-key",
                             "office-rest-token", "office-scim-token"}) {
        sample.credential(name, "secret");
    }

    const auto loaded = load_environment(example, {.credentials_folder = sample.credentials()});

    for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
    REQUIRE(loaded.problems.empty());
    REQUIRE(loaded.config);
    CHECK(loaded.config->state_folder == "/var/lib/usersync/example");
    REQUIRE(loaded.config->tenants.size() == 2);
    const auto& office = loaded.config->tenants[0];
    const auto& shop = loaded.config->tenants[1];
    CHECK(office.id == TenantId("office"));
    CHECK(office.rules.groups.size() == 3);
    CHECK(shop.id == TenantId("shop"));
    REQUIRE(shop.rules.groups.size() == 1);
    CHECK(shop.rules.groups[0].rules.size() == 61);
    CHECK(shop.rules.groups[0].rules[0].when.cells.at(0).values == Lines{"010"});
    CHECK(shop.rules.roles.size() == 1);
    CHECK(shop.rules.exceptions.size() == 2);
}

TEST_CASE("the example holds no secrets and does not run without them", "[daemon][config]") {
    const auto loaded = load_environment(example, {});

    CHECK(loaded.problems.size() == 6);
    for (const auto& problem : loaded.problems) {
        CHECK_THAT(problem.message, Catch::StartsWith("no credentials were handed to this service"));
    }
}

TEST_CASE("the example records have the columns that the example tenants map", "[daemon][config]") {
    const auto mapped = [](const std::string& tenant, const std::string& record) {
        const auto header = lines_of(example / "records" / record).front();
        static const std::regex column(
            "^(employee_id|email|first_name|infix|last_name|location|department|job_title"
            "|phone|contract|start_date|end_date|status|manager) = (\\{ column = )?'([^']*)'.*$");
        std::size_t found = 0;
        for (const auto& line : lines_of(example / "tenants" / tenant / "tenant.toml")) {
            std::smatch match;
            if (!std::regex_match(line, match, column)) continue;
            CHECK_THAT(header, Catch::Contains(match[3].str()));
            ++found;
        }
        return found;
    };

    CHECK(mapped("shop", "shop-day1.csv") == 14);
    CHECK(mapped("shop", "shop-day2.csv") == 14);
    CHECK(mapped("office", "office-day1.csv") == 8);
    CHECK(mapped("office", "office-day2.csv") == 8);
}

TEST_CASE("every key that the service knows is described, and no other", "[daemon][config]") {
    const auto known = known_keys();

    CHECK(keys_of(documented("## usersync.toml")) == known.environment);
    CHECK(keys_of(documented("## tenant.toml")) == known.tenant);
}

TEST_CASE("the defaults on the page are those of the service", "[daemon][config]") {
    const auto rows = documented("## tenant.toml");
    auto written = good_sftp_tenant();
    for (const std::string table : {"source", "target"}) {
        const auto heading = "[" + table + "]\n";
        written = with(written, heading, heading + default_lines(rows, table));
    }
    for (const std::string table : {"schedule", "record", "completeness", "notes", "brakes", "leavers", "roles",
                                    "retry", "life_cycle", "accounts", "profile"}) {
        const auto lines = default_lines(rows, table);
        CHECK(!lines.empty());
        written += "[" + table + "]\n" + lines;
    }

    const auto all = tenant_of(written);
    const auto none = tenant_of(good_sftp_tenant());

    const auto& source = std::get<sftp::SftpOptions>(all.source);
    const auto& source_default = std::get<sftp::SftpOptions>(none.source);
    CHECK(std::tie(source.port, source.folder, source.after_reading, source.archive_folder, source.idle_max) ==
          std::tie(source_default.port, source_default.folder, source_default.after_reading,
                   source_default.archive_folder, source_default.idle_max));
    CHECK(source.pickup == source_default.pickup);
    CHECK(all.schedule == none.schedule);
    const auto& target = all.target;
    const auto& target_default = none.target;
    CHECK(target.rest_url == target_default.rest_url);
    CHECK(target.rate == target_default.rate);
    CHECK(std::tie(target.concurrency, target.call_max, target.rest_version, target.page_size, target.scim_page_size) ==
          std::tie(target_default.concurrency, target_default.call_max, target_default.rest_version,
                   target_default.page_size, target_default.scim_page_size));
    CHECK(all.columns == none.columns);
    CHECK(all.format == none.format);
    CHECK(all.notes == none.notes);
    CHECK(all.completeness == none.completeness);
    CHECK(all.guard == none.guard);
    CHECK(all.policy == none.policy);
    CHECK(all.rules == none.rules);
    CHECK(all.retry == none.retry);
    CHECK(all.fingerprint == none.fingerprint);
}

TEST_CASE("the defaults on the page are those of the environment", "[daemon][config]") {
    const auto rows = documented("## usersync.toml");
    Sample sample;
    sample.tenant("shop", good_tenant);
    std::string written;
    for (const std::string table : {"health", "log", "shutdown"}) {
        const auto lines = default_lines(rows, table);
        CHECK(!lines.empty());
        written += "[" + table + "]\n" + lines;
    }
    sample.environment(written);

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    CHECK(loaded.config->health == HealthListener{});
    CHECK(loaded.config->shutdown == ShutdownLimits{});
    CHECK(loaded.config->log.level == log::LogOptions().level);
    CHECK(loaded.config->log.format == log::LogOptions().format);
}

TEST_CASE("the keys of every branch are known", "[daemon][config]") {
    const auto known = known_keys();

    const auto has = [](const Lines& keys, const std::string& key) {
        return std::count(keys.begin(), keys.end(), key) == 1;
    };
    CHECK(has(known.environment, "health.listen"));
    CHECK(has(known.tenant, "source.host_keys"));
    CHECK(has(known.tenant, "source.folder"));
    CHECK(has(known.tenant, "group_mapping.values"));
    CHECK(has(known.tenant, "group_mapping.rules.when"));
    CHECK(has(known.tenant, "exception.until"));
    CHECK(has(known.tenant, "columns.extra"));
    CHECK(!has(known.tenant, "source"));
}

TEST_CASE("the blocks of the page about the configuration are right as they stand", "[daemon][config]") {
    const auto page = test::TempDir::read(source_folder / "docs/configuration.md");
    static const std::regex block("```toml\n([^`]*)```");
    std::size_t blocks = 0;
    for (std::sregex_iterator at(page.begin(), page.end(), block), end; at != end; ++at, ++blocks) {
        const std::string toml = (*at)[1];
        Sample sample;
        sample.file("tenants/shop/groups.csv", "Site;kind;group\n012;topic;Harbour\n");
        sample.tenant("shop", with(good_tenant, "[columns]\n", "[columns]\nstatus = 'Status'\n") + toml);
        CAPTURE(toml);
        CHECK(sample.problems() == Lines{});
    }
    CHECK(blocks == 2);
}

#include "daemon/rules_watch.hpp"

#include "daemon/tenant_settings.hpp"
#include "tests/daemon/config/sample.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <algorithm>
#include <chrono>
#include <memory>

using namespace usersync;
using config::good_tenant;
using config::Lines;
using config::with;

namespace {

const std::string stores = R"([version]
author = 'Ann de Vries'
comment = 'stores'

[[group_mapping]]
sheet = 'groups.csv'
)";
const std::string sheet = "location,kind,group\n12,business unit,Store 12\n";

/// A tenant's folder on disk, and a watch as it is when the daemon has just started.
class Watched {
public:
    explicit Watched(const std::string& tenant = good_tenant + stores) {
        write(tenant);
        write_sheet(sheet);
        auto loaded = sample_.load();
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
        REQUIRE(loaded.config);
        const auto& config = loaded.config->tenants.front();
        settings = std::make_shared<const sync::TenantSettings>(settings_of(config, {}));
        watch_ = std::make_unique<ConfigRulesWatch>(config, settings, config::ShutdownLimits{}, clock_,
                                                    context_.get_executor());
    }

    void write(const std::string& tenant) { sample_.tenant("shop", tenant); }
    void write_sheet(const std::string& bytes) { sample_.file("tenants/shop/groups.csv", bytes, 0644); }
    void remove_sheet() { std::filesystem::remove(sample_.folder() / "tenants/shop/groups.csv"); }
    /// Long enough after the last change for the files' times to tell something.
    void pass_years() { clock_.advance(std::chrono::hours(24 * 365 * 50)); }

    /// To so long after the sheet was last changed.
    void pass_since_change(Duration age) {
        struct ::stat status {};
        REQUIRE(::stat((sample_.folder() / "tenants/shop/groups.csv").c_str(), &status) == 0);
        const auto changed =
            std::chrono::seconds(status.st_ctim.tv_sec) + std::chrono::nanoseconds(status.st_ctim.tv_nsec);
        const auto to = std::chrono::ceil<Duration>(changed) + age;
        clock_.advance(to - clock_.now().time_since_epoch());
    }

    std::optional<sync::RulesLook> look() { return test::run(context_, watch_->look()); }

    std::shared_ptr<const sync::TenantSettings> settings;

private:
    config::Sample sample_;
    boost::asio::io_context context_;
    test::ManualClock clock_{context_};
    std::unique_ptr<ConfigRulesWatch> watch_;
};

std::string bytes_of(const sync::TenantSettings& settings, const std::string& name) {
    const auto& files = settings.rules_files;
    const auto at = std::find_if(files.begin(), files.end(), [&](const RuleFile& file) { return file.name == name; });
    return at == files.end() ? std::string() : at->bytes;
}

/// Nothing of the changed files counts before a restart, which `what` needs.
void check_waits_whole(const std::optional<sync::RulesLook>& found, const Lines& what) {
    REQUIRE(found);
    CHECK_FALSE(found->settings);
    CHECK(found->problems.empty());
    CHECK(found->needs_restart == what);
}

}  // namespace

TEST_CASE("how long a plan takes is told by the rates of each kind of call, and by the burst that calls make use of",
          "[daemon][estimate]") {
    const auto config = config::tenant_of(with(good_tenant, "[columns]",
                                               "calls_per_second = '100/s'\nburst = 20\nscim_calls_per_second = '2/s'\n"
                                               "write_calls_per_second = '10/s'\n\n[columns]"));
    const auto pace = settings_of(config, {}).pace;
    CHECK(pace.calls_per_second == 100);
    CHECK(pace.scim_per_second == 2);
    CHECK(pace.write_per_second == 10);
    CHECK(pace.burst == 15);
}

TEST_CASE("how long a plan takes is told with the canary and the pages of the lists as they are set",
          "[daemon][estimate]") {
    const auto config = config::tenant_of(good_tenant + "\n[apply]\ncanary = 5\ncanary_above = 50\n");
    const auto pace = settings_of(config, {}).pace;
    CHECK(pace.canary == 5);
    CHECK(pace.canary_above == 50);
    CHECK(pace.page == 100);
}

TEST_CASE("files that nobody has changed bring nothing new", "[daemon][rules]") {
    Watched shop;
    CHECK_FALSE(shop.look());
    CHECK_FALSE(shop.look());
    shop.pass_years();
    CHECK_FALSE(shop.look());
    CHECK_FALSE(shop.look());
}

TEST_CASE("a file that is written again with the same bytes has not changed", "[daemon][rules]") {
    Watched shop;
    CHECK_FALSE(shop.look());
    shop.write(good_tenant + stores);
    CHECK_FALSE(shop.look());
}

TEST_CASE("a changed sheet brings new settings, with the files that they were read from", "[daemon][rules]") {
    Watched shop;
    const auto changed = sheet + "14,business unit,Store 14\n";
    shop.write_sheet(changed);

    const auto found = shop.look();

    REQUIRE(found);
    REQUIRE(found->settings);
    CHECK(found->problems.empty());
    CHECK(found->needs_restart.empty());
    CHECK(found->settings->tenant == TenantId("shop"));
    CHECK_FALSE(found->settings->rules_fingerprint == shop.settings->rules_fingerprint);
    CHECK_FALSE(found->settings->rules == shop.settings->rules);
    CHECK(found->settings->rules_author == "Ann de Vries");
    CHECK(found->settings->rules_comment == "stores");
    CHECK(bytes_of(*found->settings, "groups.csv") == changed);
    CHECK(bytes_of(*found->settings, "tenant.toml") == good_tenant + stores);
    CHECK_FALSE(shop.look());
}

TEST_CASE("a change of the same size, long after the last one, is seen", "[daemon][rules]") {
    Watched shop;
    CHECK_FALSE(shop.look());
    shop.write_sheet(with(sheet, "Store 12", "Store 21"));
    CHECK(shop.look());
}

TEST_CASE("a file with an error brings its problems, once, until it is mended", "[daemon][rules]") {
    Watched shop;
    shop.write(good_tenant + stores + "sheat = 'x'\n");

    const auto found = shop.look();
    REQUIRE(found);
    CHECK_FALSE(found->settings);
    REQUIRE(found->problems.size() == 1);
    CHECK(found->problems[0].file == "tenant.toml");
    CHECK(found->problems[0].line != 0);
    CHECK(found->problems[0].code == "bad_setting");
    CHECK(found->problems[0].sentence.find("sheat") != std::string::npos);
    CHECK_FALSE(shop.look());

    shop.write(good_tenant + stores);
    const auto mended = shop.look();
    REQUIRE(mended);
    REQUIRE(mended->settings);
    CHECK(mended->settings->rules_fingerprint == shop.settings->rules_fingerprint);
    CHECK_FALSE(shop.look());
}

TEST_CASE("a sheet that is still being written changes nothing until it has settled", "[daemon][rules]") {
    Watched shop;
    CHECK_FALSE(shop.look());
    shop.write_sheet(sheet + "14,business unit,Store 14\n");

    for (const auto age : {std::chrono::seconds(0), std::chrono::seconds(5)}) {
        shop.pass_since_change(age);
        const auto young = shop.look();
        REQUIRE(young);
        CHECK(young->is_unsettled);
        CHECK_FALSE(young->settings);
    }
    // Half a row is no error before it has settled either.
    shop.write_sheet(sheet + "14,busi");
    shop.pass_since_change(std::chrono::seconds(9));
    const auto half = shop.look();
    REQUIRE(half);
    CHECK(half->is_unsettled);
    CHECK(half->problems.empty());

    const auto whole = sheet + "14,business unit,Store 14\n15,business unit,Store 15\n";
    shop.write_sheet(whole);
    shop.pass_since_change(std::chrono::seconds(10));
    const auto settled = shop.look();
    REQUIRE(settled);
    CHECK_FALSE(settled->is_unsettled);
    REQUIRE(settled->settings);
    CHECK(bytes_of(*settled->settings, "groups.csv") == whole);
    CHECK_FALSE(shop.look());
}

TEST_CASE("another time zone waits for the restart, since it says what day it is", "[daemon][rules]") {
    Watched shop;
    shop.write(good_tenant + "[schedule]\ntime_zone = 'Europe/Amsterdam'\n" + stores);

    const auto found = shop.look();

    REQUIRE(found);
    CHECK_FALSE(found->settings);
    CHECK(found->problems.empty());
    CHECK(found->needs_restart == Lines{"schedule"});
}

TEST_CASE("a sheet that is gone is an error, and nothing new when it is back", "[daemon][rules]") {
    Watched shop;
    shop.pass_years();
    CHECK_FALSE(shop.look());
    shop.remove_sheet();

    const auto found = shop.look();
    REQUIRE(found);
    CHECK_FALSE(found->settings);
    CHECK(found->problems.size() == 1);

    shop.write_sheet(sheet);
    const auto back = shop.look();
    REQUIRE(back);
    REQUIRE(back->settings);
    CHECK(back->settings->rules_fingerprint == shop.settings->rules_fingerprint);
}

TEST_CASE("rules that nobody signed are by the owner of the file", "[daemon][rules]") {
    Watched shop(good_tenant);
    CHECK_FALSE(shop.settings->rules_author.empty());
    CHECK(shop.settings->rules_comment.empty());
}

TEST_CASE("a changed source waits for a restart; the rules that changed with it do not", "[daemon][rules]") {
    Watched shop;
    shop.write(with(good_tenant, "/srv/records", "/srv/other") + stores);
    shop.write_sheet(sheet + "14,business unit,Store 14\n");

    const auto found = shop.look();

    REQUIRE(found);
    REQUIRE(found->settings);
    CHECK_FALSE(found->settings->rules_fingerprint == shop.settings->rules_fingerprint);
    CHECK(found->needs_restart == Lines{"source"});
}

TEST_CASE("columns for another source wait with it for the restart", "[daemon][rules]") {
    Watched shop;
    const auto moved = with(good_tenant, "/srv/records", "/srv/other");
    shop.write(with(moved, "'Mail'", "'E-mail'") + stores);

    check_waits_whole(shop.look(), {"source"});
}

TEST_CASE("rules for another network wait with it for the restart", "[daemon][rules]") {
    Watched shop;
    const auto elsewhere = with(good_tenant, "0123456789abcdef", "0123456789abcdee");
    shop.write(with(elsewhere, "'Mail'", "'E-mail'") + stores);

    check_waits_whole(shop.look(), {"target"});
}

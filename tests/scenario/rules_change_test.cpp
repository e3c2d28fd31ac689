// Somebody edits a tenant's rule files while its daemon runs: real files, a real store, and a clock that jumps.
#include "daemon/http/status_text.hpp"
#include "daemon/rules_watch.hpp"
#include "daemon/sync/tenant_loop.hpp"
#include "daemon/tenant_settings.hpp"
#include "storage/tenant_store.hpp"
#include "tests/daemon/config/sample.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
using config::with;

namespace {

using Names = std::vector<std::string>;

const std::string tenant_file = config::good_tenant + R"([schedule]
every = '1h'

[version]
author = 'Ann de Vries'

[[group_mapping]]
sheet = 'groups.csv'
)";

const std::string sheet =
    "location,job_title,kind,group\n"
    "12,,business unit,Store 12\n"
    "14,,business unit,Store 14\n";
const std::string with_cashiers = sheet + ",Cashier,topic,Cashiers\n";

/// The daemon's loop for one tenant, from its start on; nobody restarts it.
class RunningShop {
public:
    RunningShop() {
        files_.tenant("shop", tenant_file);
        write_sheet(sheet);
        for (const auto* store : {"Store 12", "Store 14"}) network.add_group(GroupKind::business_unit, store);
        network.add_group(GroupKind::topic, "Cashiers");
        source_.put("staff.csv",
                    "ID,Mail,Site,Team,Function\n"
                    "1001,a@shop.example,12,,Manager\n"
                    "1002,b@shop.example,12,,Cashier\n"
                    "1003,c@shop.example,14,,Cashier\n");
        start();
    }

    ~RunningShop() {
        stop_.press();
        settle();
    }
    RunningShop(const RunningShop&) = delete;
    RunningShop& operator=(const RunningShop&) = delete;

    void write_sheet(const std::string& bytes) { files_.file("tenants/shop/groups.csv", bytes, 0644); }
    void write_tenant(const std::string& text) { files_.tenant("shop", text); }

    /// Until the next run that the schedule asks for has ended.
    void next_run() {
        const auto before = status().last_run->id;
        clock_.advance(61min);
        settle();
        while (status().running) {
            if (!clock_.advance_to_next()) throw std::logic_error("the run is stuck");
            settle();
        }
        REQUIRE_FALSE(status().last_run->id == before);
    }

    sync::TenantStatus status() const { return loop_->status(); }
    /// As an operator reads it.
    std::string shown() const {
        return status::status_text({.version = "test",
                                    .environment = "production",
                                    .started_at = clock_.now(),
                                    .now = clock_.now(),
                                    .tenants = {status()},
                                    .ready = true,
                                    .waiting_for = {},
                                    .shutting_down = false});
    }
    /// The rules of the newest plan.
    Fingerprint planned_by() {
        auto plan = test::run(context_, store_->runs().load_plan(std::nullopt));
        REQUIRE(plan.has_value());
        REQUIRE(plan->has_value());
        return (*plan)->plan.basis.rules;
    }
    /// Every version ever used, the newest first.
    std::vector<RuleVersion> versions() {
        auto kept = test::run(context_, store_->rule_versions().list());
        REQUIRE(kept.has_value());
        return *kept;
    }
    std::string sheet_of(const Fingerprint& version) {
        auto found = test::run(context_, store_->rule_versions().find(version.hex()));
        REQUIRE(found.has_value());
        REQUIRE(found->has_value());
        const auto& files = (*found)->files;
        const auto at = std::find_if(files.begin(), files.end(), [](const auto& f) { return f.name == "groups.csv"; });
        REQUIRE(at != files.end());
        return at->bytes;
    }

    FakeNetwork network;
    KeptLog log;

private:
    void start() {
        auto loaded = files_.load();
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
        REQUIRE(loaded.config);
        const auto& config = loaded.config->tenants.front();
        auto opened = storage::open_tenant_store(disk_ / "shop.db", context_.get_executor());
        REQUIRE(opened.has_value());
        store_ = std::move(*opened);
        const auto settings = std::make_shared<const sync::TenantSettings>(settings_of(config, {}));
        watch_ = std::make_unique<ConfigRulesWatch>(config, settings, config::ShutdownLimits{}, clock_,
                                                    context_.get_executor());
        sync::LoopSettings loop_settings;
        loop_settings.schedule = config.schedule;
        loop_ = std::make_unique<sync::TenantLoop>(sync::TenantParts{.settings = settings,
                                                                     .source = source_,
                                                                     .network = network,
                                                                     .snapshots = store_->snapshots(),
                                                                     .runs = store_->runs(),
                                                                     .ledger = store_->ledger(),
                                                                     .rule_versions = store_->rule_versions(),
                                                                     .notes = notes_,
                                                                     .clock = clock_,
                                                                     .log = log,
                                                                     .stop = stop_,
                                                                     .compute_lane = context_.get_executor(),
                                                                     .progress = progress_},
                                                   *watch_, loop_settings, context_.get_executor());
        boost::asio::co_spawn(context_, loop_->run(), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        settle();
        approve_first_plan();
    }

    void approve_first_plan() {
        REQUIRE(status().plan_held);
        sync::CycleOrder order{.trigger = "approval", .approve = status().plan_held, .approved_by = "operator"};
        std::optional<sync::CycleResult> result;
        boost::asio::co_spawn(context_, loop_->run_now(std::move(order)),
                              [&](const std::exception_ptr&, sync::CycleResult ended) { result = std::move(ended); });
        settle();
        while (!result && clock_.advance_to_next()) settle();
        REQUIRE(result);
        REQUIRE(result->run.end == RunEnd::done);
    }

    /// Everything that can happen without time passing.
    void settle() {
        context_.restart();
        context_.poll();
    }

    config::Sample files_;
    TempDir disk_;
    boost::asio::io_context context_;
    ManualClock clock_{context_};
    FakeSource source_;
    FakeNoteBox notes_;
    sync::StopSwitch stop_{context_.get_executor()};
    std::optional<sync::Progress> progress_;
    std::unique_ptr<storage::TenantStore> store_;
    std::unique_ptr<ConfigRulesWatch> watch_;
    std::unique_ptr<sync::TenantLoop> loop_;
};

}  // namespace

TEST_CASE("an edited sheet is in force in the next run, without a restart, and is kept as a version",
          "[scenario][rules]") {
    RunningShop shop;
    const auto before = shop.status().rules.fingerprint;
    REQUIRE(shop.network.group_names("1003") == Names{"Store 14"});
    REQUIRE(shop.versions().size() == 1);

    shop.write_sheet(with_cashiers);
    shop.next_run();

    CHECK(shop.network.group_names("1001") == Names{"Store 12"});
    CHECK(shop.network.group_names("1002") == Names{"Cashiers", "Store 12"});
    CHECK(shop.network.group_names("1003") == Names{"Cashiers", "Store 14"});
    const auto rules = shop.status().rules;
    CHECK_FALSE(rules.fingerprint == before);
    CHECK(shop.planned_by() == rules.fingerprint);
    CHECK(shop.log.has("event=rules_taken_over"));
    REQUIRE(shop.versions().size() == 2);
    CHECK(shop.versions().front().fingerprint == rules.fingerprint);
    CHECK(shop.versions().front().author == "Ann de Vries");
    CHECK(shop.sheet_of(rules.fingerprint) == with_cashiers);
    CHECK(shop.sheet_of(before) == sheet);
    CHECK(health_of(shop.status()) == sync::Health::well);
}

TEST_CASE("an edit with an error leaves the old rules in force, and the status says so until it is mended",
          "[scenario][rules]") {
    RunningShop shop;
    const auto before = shop.status().rules.fingerprint;
    const auto calls = shop.network.calls();

    // A good row and a bad one: nothing of a file with an error is used.
    shop.write_sheet(with_cashiers + "14,,busines unit,Store 15\n");
    shop.next_run();
    shop.next_run();

    CHECK(shop.network.calls() == calls);
    CHECK(shop.planned_by() == before);
    CHECK(shop.versions().size() == 1);
    const auto refused = shop.status().rules;
    CHECK(refused.fingerprint == before);
    REQUIRE(refused.refused);
    REQUIRE(refused.refused->problems.size() == 1);
    CHECK(refused.refused->problems.front().file == "groups.csv");
    CHECK(refused.refused->problems.front().line == 5);
    CHECK(refused.refused->problems.front().column == 3);
    CHECK(health_of(shop.status()) == sync::Health::attention);
    INFO(shop.shown());
    CHECK(shop.shown().find("shop: changed rules were refused") != std::string::npos);
    CHECK(shop.shown().find("rules " + before.hex().substr(0, 8) + " by Ann de Vries stay in force") !=
          std::string::npos);
    CHECK(shop.shown().find("groups.csv:5") != std::string::npos);

    const auto mended = with_cashiers + "14,Cashier,business unit,Store 12\n";
    shop.write_sheet(mended);
    shop.next_run();

    CHECK(shop.network.group_names("1003") == Names{"Cashiers", "Store 12", "Store 14"});
    CHECK_FALSE(shop.status().rules.refused);
    CHECK(shop.planned_by() == shop.status().rules.fingerprint);
    CHECK(shop.sheet_of(shop.planned_by()) == mended);
    CHECK(shop.versions().size() == 2);
    CHECK(health_of(shop.status()) == sync::Health::well);
    CHECK(shop.shown().find("refused") == std::string::npos);
}

TEST_CASE("an error in tenant.toml holds back a good sheet as well, and the old files bring nothing new",
          "[scenario][rules]") {
    RunningShop shop;
    const auto before = shop.status().rules.fingerprint;
    shop.write_sheet(with_cashiers);
    shop.write_tenant(with(tenant_file, "sheet = 'groups.csv'", "sheat = 'groups.csv'"));
    shop.next_run();

    CHECK(shop.planned_by() == before);
    REQUIRE(shop.status().rules.refused);
    CHECK(shop.network.group_names("1003") == Names{"Store 14"});

    shop.write_sheet(sheet);
    shop.write_tenant(tenant_file);
    shop.next_run();

    CHECK_FALSE(shop.status().rules.refused);
    CHECK(shop.status().rules.fingerprint == before);
    CHECK(shop.versions().size() == 1);
    CHECK(health_of(shop.status()) == sync::Health::well);
}

#include "tests/scenario/world.hpp"

#include "core/diff/diff.hpp"
#include "core/pace/schedule.hpp"
#include "core/plan/make_plan.hpp"
#include "core/rules/desired_network.hpp"
#include "tests/support/columns.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace usersync::test {

namespace asio = boost::asio;

void KeptLog::write(log::Level, std::string_view event, const std::vector<log::Field>& fields) {
    std::string line = "event=" + std::string(event);
    for (const auto& field : fields) line += ' ' + field.key + '=' + field.value;
    lines_.push_back(std::move(line));
}

bool KeptLog::has(const std::string& text) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

namespace {

rules::RuleSet checked(const rules::WrittenRules& written) {
    auto answer = rules::check_rules(written, rules::FieldNames(), Day{});
    for (const auto& problem : answer.problems) UNSCOPED_INFO(problem.sentence);
    REQUIRE(answer.rules.has_value());
    return std::move(*answer.rules);
}

rules::WrittenRules written_shop_rules(bool create_missing) {
    rules::WrittenRules written;
    rules::WrittenGroupRule same;
    same.id = "group_mapping[1]";
    same.origin = {.file = "tenant.toml", .line = 30, .column = 1};
    same.when.cells = {{.field = "location", .values = {"*"}}};
    same.group = {.kind = "business_unit", .by = "name", .text = "{location}"};
    rules::WrittenGroupTable table;
    table.id = same.id;
    table.origin = same.origin;
    table.create_missing = create_missing;
    table.rules = {same};
    written.groups = {table};
    rules::WrittenRoleRule managers;
    managers.id = "role_mapping[1]";
    managers.origin = {.file = "tenant.toml", .line = 36, .column = 1};
    managers.when.cells = {{.field = "job_title", .values = {"Store manager"}}};
    managers.role = "admin";
    written.roles = {managers};
    return written;
}

}  // namespace

rules::RuleSet shop_rules(bool create_missing) { return checked(written_shop_rules(create_missing)); }

rules::RuleSet shop_rules_with_local_departments() {
    auto written = written_shop_rules(true);
    rules::WrittenGroupRule local;
    local.id = "group_mapping[1]";
    local.origin = {.file = "tenant.toml", .line = 33, .column = 1};
    local.when.cells = {{.field = "location", .values = {"*"}}};
    local.group = {.kind = "local_department", .by = "name", .text = "Checkout of {location}"};
    local.business_unit = {.kind = "business_unit", .by = "name", .text = "{location}"};
    local.department = {.kind = "department", .by = "name", .text = "Checkout"};
    written.groups.front().rules.push_back(local);
    return checked(written);
}

sync::TenantSettings shop_settings() {
    sync::TenantSettings settings;
    settings.tenant = TenantId("shop");
    using ingest::Field;
    settings.columns = columns({{Field::employee_id, "Employee ID"},
                                {Field::email, "Email"},
                                {Field::first_name, "First name"},
                                {Field::last_name, "Last name"},
                                {Field::job_title, "Job title"},
                                {Field::phone, "Phone"},
                                {Field::location, "Location"}});
    settings.rules = shop_rules();
    settings.rules_fingerprint = rules::fingerprint_of(settings.rules);
    settings.guard.removals_share_max = 0.40;  // the shop has a handful of people
    settings.guard.memberships_lost_share_max = 0.60;
    settings.completeness.drop_share_max = 0.60;
    settings.completeness.rise_share_max = 100;
    settings.drift_settle = Duration(0);  // this network shows everything at once
    return settings;
}

std::string shop_record(const std::vector<std::string>& lines) {
    std::string record = "Employee ID;Location;Job title;Phone;Email;First name;Last name\r\n";
    for (const auto& line : lines) {
        const auto key = line.substr(0, line.find(';'));
        record += line + ";p" + key + "@shop.example;P" + key + ";Person\r\n";
    }
    return record;
}

/// What dies together: the event loop and everything that waits in it.
struct World::Process {
    Process(World& world, std::filesystem::path file, Time now)
        : clock(context, now), stop(context.get_executor()), source(world.source, life), network(world.network, life) {
        auto opened = storage::open_tenant_store(std::move(file), context.get_executor());
        REQUIRE(opened.has_value());
        store = std::move(*opened);
        snapshots = std::make_unique<MortalSnapshotStore>(store->snapshots(), life);
        runs = std::make_unique<MortalRunStore>(store->runs(), life);
        ledger = std::make_unique<MortalLedger>(store->ledger(), life);
        rule_versions = std::make_unique<MortalRuleVersions>(store->rule_versions(), life);
        removals = std::make_unique<MortalRemovalQueue>(store->removals(), life);
    }

    asio::io_context context;
    ManualClock clock;
    sync::StopSwitch stop;
    Life life;
    MortalSource source;
    MortalNetwork network;
    std::unique_ptr<storage::TenantStore> store;
    std::unique_ptr<MortalSnapshotStore> snapshots;
    std::unique_ptr<MortalRunStore> runs;
    std::unique_ptr<MortalLedger> ledger;
    std::unique_ptr<MortalRuleVersions> rule_versions;
    std::unique_ptr<MortalRemovalQueue> removals;
    std::optional<sync::Progress> progress;
    std::size_t stop_after_calls = 0;
};

World::World(sync::TenantSettings settings, ingest::PickupRules pickup)
    : source(std::move(pickup)), settings_(std::move(settings)) {
    network.add_group(GroupKind::business_unit, "Store 12");
    network.add_group(GroupKind::business_unit, "Store 14");
    restart();
}

World::~World() = default;

void World::deliver(const std::vector<std::string>& lines) {
    source.put("employees-" + std::to_string(++files_) + ".csv", shop_record(lines));
}

sync::CycleResult World::run(sync::CycleOrder order) {
    auto& p = *process_;
    sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(settings_),
                            .source = p.source,
                            .network = p.network,
                            .snapshots = *p.snapshots,
                            .runs = *p.runs,
                            .ledger = *p.ledger,
                            .rule_versions = *p.rule_versions,
                            .notes = notes,
                            .clock = p.clock,
                            .log = log,
                            .stop = p.stop,
                            .compute_lane = p.context.get_executor(),
                            .progress = p.progress};
    parts.removals = p.removals.get();
    parts.retention = &p.store->retention();
    std::optional<sync::CycleResult> result;
    std::exception_ptr error;
    asio::co_spawn(p.context, sync::sync_cycle(parts, std::move(order)),
                   [&](std::exception_ptr e, sync::CycleResult r) {
                       error = e;
                       if (!e) result.emplace(std::move(r));
                   });
    p.context.restart();
    while (!result && !error && !p.life.dead()) {
        if (p.stop_after_calls > 0 && network.calls() >= p.stop_after_calls && !p.stop.requested()) p.stop.press();
        if (p.context.poll_one() == 0 && !p.clock.advance_to_next()) throw std::logic_error("the run is stuck");
        p.context.restart();
    }
    if (p.life.dead()) throw Died();
    if (error) std::rethrow_exception(error);
    return std::move(*result);
}

sync::CycleResult World::approve() {
    auto held = test::run(process_->context, process_->store->runs().load_plan(std::nullopt));
    REQUIRE(held.has_value());
    REQUIRE(held->has_value());
    return run({.trigger = "approval", .approve = (*held)->plan.id, .approved_by = "operator"});
}

sync::CycleResult World::sync(const std::vector<std::string>& lines) {
    deliver(lines);
    auto result = run();
    if (result.run.end == RunEnd::held) return approve();
    return result;
}

void World::die_after(std::size_t effect) { process_->life.die_after(effect); }

std::size_t World::effects() const { return process_->life.effects(); }

void World::restart() {
    if (process_) started_ = process_->clock.now();
    process_.reset();
    process_ = std::make_unique<Process>(*this, disk_ / "shop.db", started_);
}

void World::back_up() {
    started_ = process_->clock.now();
    process_.reset();
    std::filesystem::copy_file(disk_ / "shop.db", disk_ / "backup.db",
                               std::filesystem::copy_options::overwrite_existing);
    restart();
}

void World::put_back() {
    started_ = process_->clock.now();
    process_.reset();
    std::filesystem::copy_file(disk_ / "backup.db", disk_ / "shop.db",
                               std::filesystem::copy_options::overwrite_existing);
    restart();
}

ChainReport World::ledger_report() { return test::run(process_->context, store().ledger().verify()).value(); }

void World::stop_after_calls(std::size_t calls) { process_->stop_after_calls = calls; }

void World::pass(Duration time) { process_->clock.advance(time); }

storage::TenantStore& World::store() { return *process_->store; }

boost::asio::io_context& World::context() { return process_->context; }

Clock& World::clock() { return process_->clock; }

void World::check_settled() {
    auto latest = test::run(process_->context, store().snapshots().latest());
    auto ownership = test::run(process_->context, store().ledger().ownership());
    REQUIRE(latest.has_value());
    REQUIRE(latest->has_value());
    REQUIRE(ownership.has_value());
    const auto desired =
        rules::desired_network(**latest, settings_.rules, pace::day_in(settings_.time_zone, clock().now()));
    const auto left = diff::diff(desired, network.actual(), *ownership, settings_.policy);
    CHECK(left.changes.empty());

    const auto calls = network.calls();
    const auto again = run();
    REQUIRE(again.plan);
    CHECK(again.plan->plan.empty());
    CHECK(network.calls() == calls);

    auto open = test::run(process_->context, store().ledger().unsettled());
    REQUIRE(open.has_value());
    CHECK(open->empty());
    for (const auto& person : network.people()) CHECK(network.invitations(person.key.value()) <= 1);
}

}  // namespace usersync::test

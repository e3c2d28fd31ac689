#include "tests/replay/story.hpp"

#include "daemon/config/config.hpp"
#include "daemon/sync/recent_counts.hpp"
#include "daemon/tenant_settings.hpp"
#include "tests/scenario/world.hpp"
#include "tests/support/run.hpp"

#include <stdexcept>
#include <utility>

namespace usersync::test {

using namespace std::chrono_literals;

namespace {

const std::string header =
    "Employee ID;E-mail;First name;Infix;Last name;Store;Department;Job title;Phone;End date;Status\n";
const std::string daan = "S1001;daan.hoek@shop.example;Daan;;Hoek;012;Sales;Store manager;+1 202 555 0100;;Active\n";
const std::string xenia = "S1002;xenia.olm@shop.example;Xenia;van der;Olm;012;Sales;Cashier;+1 202 555 0101;;Active\n";
const std::string finn = "S1003;finn.jonker@shop.example;Finn;;Jonker;014;Warehouse;Cashier;+1 202 555 0102;;Active\n";
const std::string gijs = "S1004;gijs.mol@shop.example;Gijs;;Mol;014;Warehouse;Cashier;;;Active\n";
const std::string lena = "S1005;lena.vos@shop.example;Lena;de;Vos;999;Sales;Communication lead;;;Active\n";
const std::string noor = "S1006;noor.bos@shop.example;Noor;;Bos;999;Sales;Buyer;;;Active\n";

/// One tenant whose runs are written down before they are made.
class Recorder {
public:
    explicit Recorder(const sync::TenantSettings& settings) : world(settings) {
        world.network.add_group(GroupKind::business_unit, "Head office");
        world.network.add_group(GroupKind::department, "Sales");
        world.network.add_group(GroupKind::topic, "Works council");  // nobody's business
        auto& there = world.network.add_person("S1001");             // before the service was
        there.profile = {.email = "daan.hoek@shop.example",
                         .name = PersonName{.first = "Daan", .infix = "", .last = "Hoek"},
                         .job_title = "Boss",
                         .phone = "+12025550199"};
    }

    void deliver(const std::string& rows) {
        before_ = std::exchange(record_, header + rows);
        world.source.put("shop-" + std::to_string(++files_) + ".csv", record_);
    }

    sync::CycleResult record(const std::string& name, const sync::CycleOrder& order) {
        PlannedRun run;
        run.inputs = inputs(order);
        auto result = world.run(order);
        if (!result.plan) throw std::runtime_error(name + " made no plan");
        const auto& first = result.plans_before.empty() ? *result.plan : result.plans_before.front();
        run.inputs.snapshot = first.plan.basis.snapshot;
        run.inputs.rules = first.plan.basis.rules;
        std::vector<EmployeeKey> people;
        for (const auto& owned : run.inputs.ownership.users) people.push_back(owned.key);
        auto missing = test::run(world.context(), world.store().snapshots().missing(people, 2, SnapshotId(1)));
        for (auto& one : missing.value()) {
            if (one.last_row != run.inputs.snapshot) run.inputs.missing.push_back(std::move(one));
        }
        run.plan = plan_text(first.plan, first.verdict);
        runs.emplace(name, std::move(run));
        return result;
    }

    /// To its end, with a person's word where it waits for one, and everybody accepts.
    sync::CycleResult record_and_settle(const std::string& name) {
        auto result = record(name, {});
        for (int again = 0; result.run.end == RunEnd::held && again < 3; ++again) result = world.approve();
        for (const auto& person : world.network.people()) {
            if (!person.accepted) world.network.accept(person.key.value());
        }
        world.pass(1h);
        return result;
    }

    World world;
    std::map<std::string, PlannedRun> runs;

private:
    RecordedRun inputs(const sync::CycleOrder& order) {
        RecordedRun run;
        auto& context = world.context();
        auto& store = world.store();
        run.record = record_;
        if (!before_.empty()) run.before = before_;
        run.now = world.clock().now();
        run.first_run = !test::run(context, store.runs().has_applied()).value();
        run.undoes = order.undo;
        run.recent = test::run(context, sync::recent_counts(store.ledger(), run.now)).value();
        run.network = world.network.actual();
        run.ownership = test::run(context, store.ledger().ownership()).value();
        run.removals = test::run(context, store.removals().load()).value();
        if (!order.undo) return run;
        LedgerQuestion question{.since = {}, .person = {}, .run = order.undo};
        for (const auto& row : test::run(context, store.ledger().calls(question)).value()) {
            if (row.outcome && took_effect(*row.outcome)) run.effects.push_back(row.operation);
        }
        return run;
    }

    std::string record_;
    std::string before_;  ///< the last that was complete
    std::size_t files_ = 0;
};

/// The same row with one cell changed.
std::string with(std::string row, const std::string& from, const std::string& to) {
    const auto at = row.find(from);
    if (at == std::string::npos) throw std::logic_error("the row does not hold " + from);
    return row.replace(at, from.size(), to);
}

}  // namespace

sync::TenantSettings settings_in(const std::filesystem::path& rules) {
    std::vector<RuleFile> files;
    for (const auto* name : {"tenant.toml", "groups.csv"}) {
        files.push_back({.name = name, .bytes = read_text(rules / name)});
    }
    const auto loaded = config::load_rules(files, TenantId("shop"), Day(std::chrono::year(2026) / 1 / 1));
    std::string problems;
    for (const auto& problem : loaded.problems) problems += describe(problem) + '\n';
    if (!loaded.config) throw std::runtime_error(problems);
    return settings_of(*loaded.config, {});
}

std::map<std::string, PlannedRun> runs_of_the_story(const sync::TenantSettings& settings) {
    const sync::CycleOrder look{.trigger = "command", .goal = sync::Goal::plan};
    Recorder day(settings);
    day.deliver(daan + xenia + finn + gijs + lena);
    day.record_and_settle("first-load");

    // Noor joins, Finn moves and is promoted, Gijs' number is found, and Xenia is missing for the first time.
    const auto finn_moved = with(with(finn, "014;Warehouse", "012;Sales"), "Cashier", "Shift leader");
    const auto gijs_found = with(gijs, "Cashier;;", "Cashier;+1 202 555 0103;");
    day.deliver(daan + finn_moved + gijs_found + lena + noor);
    const auto second = day.record_and_settle("joiner-and-mover");
    const auto rows = daan + finn_moved + gijs_found + with(lena, "Communication lead", "Adviser") + noor;
    day.deliver(rows);
    day.record_and_settle("leaver");
    day.record("undo", {.trigger = "command", .goal = sync::Goal::undo, .undo = second.run.id});

    day.world.network.person("S1003").groups.clear();
    day.world.network.person("S1006").role = RoleId("admin");
    day.world.network.forget("S1004");
    day.record("drift", look);
    day.record_and_settle("drift-mended");

    day.deliver(daan + with(finn_moved, "S1003", "S2003") + gijs_found + with(lena, "Communication lead", "Adviser") +
                noor);
    day.record("new-employee-id", look);
    day.deliver(with(with(with(rows, "daan.hoek@", "x@"), "noor.bos@", "daan.hoek@"), "x@", "noor.bos@"));
    day.record("addresses-swapped", look);
    day.deliver(daan + finn_moved + noor.substr(0, noor.size() - 20));
    day.record("cut-record", look);
    return std::move(day.runs);
}

}  // namespace usersync::test

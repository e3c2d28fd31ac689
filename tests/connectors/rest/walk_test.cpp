// A row's way from a page of an answer to the stored snapshot.

#include "daemon/sync/take_in.hpp"

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/fakes/fake_ledger.hpp"
#include "tests/fakes/fake_network.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_rule_versions.hpp"
#include "tests/fakes/fake_run_store.hpp"
#include "tests/fakes/fake_snapshot_store.hpp"
#include "tests/support/columns.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

class Silence final : public log::Log {
public:
    void write(log::Level, std::string_view, const std::vector<log::Field>&) override {}
};

struct TakingIn {
    RestWorld world;
    FakeSnapshotStore snapshots;
    FakeNoteBox notes;
    FakeNetwork network;
    FakeRunStore runs;
    FakeLedger ledger;
    FakeRuleVersions rule_versions;
    Silence log;
    sync::StopSwitch stop{world.context.get_executor()};
    std::optional<sync::Progress> progress;

    TakingIn() {
        auto& fields = world.options.connector.list.records.fields;
        fields.push_back({.name = "mail", .paths = {path("work.mail")}});
        fields.push_back({.name = "start", .paths = {path("start")}, .date = rest::DateRule{}});
    }

    Result<sync::TakenIn> take_in() {
        sync::TenantSettings settings;
        settings.tenant = TenantId("shop");
        settings.format.format = record::Format::jsonl;
        settings.columns = columns({{ingest::Field::employee_id, "id"},
                                    {ingest::Field::email, "mail"},
                                    {ingest::Field::location, "site"},
                                    {ingest::Field::start_date, "start"}});
        settings.columns.fields[ingest::Field::location].steps.clear();
        settings.columns.fields[ingest::Field::start_date].steps = {ingest::step::Date{"yyyy-MM-dd"}};
        sync::TenantParts parts{.settings = std::make_shared<const sync::TenantSettings>(settings),
                                .source = world.source(),
                                .network = network,
                                .snapshots = snapshots,
                                .runs = runs,
                                .ledger = ledger,
                                .rule_versions = rule_versions,
                                .notes = notes,
                                .clock = world.clock,
                                .log = log,
                                .stop = stop,
                                .compute_lane = world.context.get_executor(),
                                .progress = progress};
        return world.drive(sync::take_in(parts));
    }
};

}  // namespace

TEST_CASE("a record of a page becomes an employee of the stored snapshot, byte for byte", "[connectors][rest]") {
    TakingIn taking;
    taking.world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return taking.world.usual(request);
        if (number_in(request, "skip") > 0) return json(R"({"rows":[]})");
        return json(
            R"({"rows":[{"id":"0042","site":["Utrecht","Gouda"],"work":{"mail":"Zoe@Shop.example"},"start":"2026-03-01T00:00:00Z"},)"
            R"({"id":"0043","site":null,"work":{"mail":"jan@shop.example"},"start":null}]})");
    };

    const auto taken = taking.take_in();

    REQUIRE(taken);
    CHECK(taken->is_new);
    REQUIRE(taking.snapshots.snapshots.size() == 1);
    const auto& snapshot = taking.snapshots.snapshots.front();
    CHECK(snapshot.meta.delivery_name.find("people ") == 0);
    CHECK(snapshot.meta.completeness == Completeness::complete);
    CHECK(snapshot.meta.employee_count == 2);
    const auto zoe = taken->snapshot->employees.employee(0);
    CHECK(zoe.key == EmployeeKey("0042"));
    CHECK(zoe.profile.email == "zoe@shop.example");
    CHECK(zoe.locations == std::vector<std::string>{"Utrecht", "Gouda"});
    CHECK(zoe.employment.start_date == "2026-03-01");
}

TEST_CASE("a source that suddenly shows nobody leaves everybody where they are", "[connectors][rest][fault16]") {
    TakingIn taking;
    taking.world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return taking.world.usual(request);
        return json(R"({"rows":[]})");
    };

    const auto taken = taking.take_in();

    REQUIRE_FALSE(taken);
    CHECK(taken.error().kind == FailureKind::rejected);
    CHECK(taking.snapshots.snapshots.empty());
}

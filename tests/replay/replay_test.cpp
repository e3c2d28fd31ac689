// Runs as they were recorded, planned again by the program as it is now: what differs is a decision, not an accident.
// tests/golden/make_runs records them anew, or accepts the plans of today.

#include "tests/replay/replay.hpp"
#include "tests/replay/story.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>

using namespace usersync;
using namespace usersync::test;

namespace {

namespace fs = std::filesystem;

const fs::path recorded = fs::path(USERSYNC_SOURCE_DIR) / "tests/golden/runs";
const fs::path shop = recorded / "shop";

/// By tests/golden/make_runs alone: "record" or "accept".
bool is_asked_to(const std::string& what) {
    const char* asked = std::getenv("USERSYNC_GOLDEN_RUNS");
    return asked != nullptr && asked == what;
}

std::string replayed(const fs::path& folder, const sync::TenantSettings& settings) {
    const auto made = replay(load_run(folder), settings);
    return plan_text(made.plan, made.verdict);
}

/// Address by person, after a plan that is carried out as it says: nobody gets what somebody still has.
std::map<EmployeeKey, std::string> carry_out_updates(ActualNetwork& network, const Plan& plan) {
    std::set<OperationKey> done;
    const auto may_go = [&](const Operation& one) {
        return !done.contains(one.key) &&
               std::all_of(one.after.begin(), one.after.end(),
                           [&](const OperationKey& before) { return done.contains(before); });
    };
    for (auto at = plan.operations.begin(); at != plan.operations.end();) {
        at = std::find_if(plan.operations.begin(), plan.operations.end(), may_go);
        if (at == plan.operations.end()) break;
        done.insert(at->key);
        const auto& after = std::get<UpdateProfile>(at->change.what).after;
        for (auto& user : network.users) {
            if (user.xid == at->change.employee)
                user.profile = after;
            else
                CHECK(user.profile.email != after.email);
        }
    }
    CHECK(done.size() == plan.operations.size());
    std::map<EmployeeKey, std::string> addresses;
    for (const auto& user : network.users) {
        if (user.xid) addresses[*user.xid] = user.profile.email.value_or("");
    }
    return addresses;
}

}  // namespace

TEST_CASE("people who swapped addresses have their own again when the run is taken back", "[replay][undo]") {
    const auto settings = settings_in(shop / "rules");
    auto run = load_run(shop / "addresses-swapped");
    const auto before = carry_out_updates(run.network, {});
    const auto swap = replay(run, settings).plan;
    REQUIRE(swap.operations.size() == 3);
    REQUIRE(carry_out_updates(run.network, swap) != before);
    run.undoes = RunId(7);
    run.effects = swap.operations;

    const auto back = replay(run, settings);

    CHECK(carry_out_updates(run.network, back.plan) == before);
    CHECK(back.plan.notes.empty());

    run.effects = back.plan.operations;
    const auto again = replay(run, settings);
    CHECK(carry_out_updates(run.network, again.plan) != before);
    CHECK(again.plan.notes.empty());
}

TEST_CASE("every recorded run is planned to the byte as it was", "[replay]") {
    std::size_t runs = 0;
    for (const auto& tenant : recorded_in(recorded)) {
        const auto settings = settings_in(tenant / "rules");
        for (const auto& folder : recorded_in(tenant)) {
            INFO(folder);
            if (is_asked_to("accept")) write_text(folder / "plan.json", replayed(folder, settings));
            CHECK(replayed(folder, settings) == read_text(folder / "plan.json"));
            ++runs;
        }
    }
    CHECK(runs >= 8);
}

TEST_CASE("the daemon plans the recorded days as they were recorded", "[replay]") {
    std::set<std::string> names;
    for (const auto& [name, run] : runs_of_the_story(settings_in(shop / "rules"))) {
        INFO(name);
        if (is_asked_to("record")) {
            save_run(shop / name, run.inputs);
            write_text(shop / name / "plan.json", run.plan);
        }
        auto known = load_run(shop / name);
        known.rules = run.inputs.rules;  // of the settings that this program has
        CHECK(known == run.inputs);
        const auto again = replay(run.inputs, settings_in(shop / "rules"));
        CHECK(plan_text(again.plan, again.verdict) == run.plan);
        names.insert(name);
    }
    for (const auto& folder : recorded_in(shop)) CHECK(names.contains(folder.filename()));
}

TEST_CASE("a run that is planned otherwise is found", "[replay]") {
    const auto settings = settings_in(shop / "rules");
    auto run = load_run(shop / "joiner-and-mover");
    const auto known = read_text(shop / "joiner-and-mover" / "plan.json");
    run.network.users.front().groups.clear();
    const auto other = replay(run, settings);
    CHECK(plan_text(other.plan, other.verdict) != known);

    auto braked = settings;
    braked.guard.memberships_lost_share_max = 0;
    const auto held = replay(load_run(shop / "joiner-and-mover"), braked);
    CHECK(plan_text(held.plan, held.verdict) != known);
}

TEST_CASE("a recorded run comes back from its files as it was", "[replay]") {
    TempDir folder;
    for (const auto& from : recorded_in(shop)) {
        const auto run = load_run(from);
        save_run(folder / "copy", run);
        CHECK(load_run(folder / "copy") == run);
    }
}

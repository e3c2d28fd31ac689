// Runs for one person: what they do, what they never do, and that the end is that of a run of all.

#include "tests/scenario/world.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;
using HowFound = sync::CycleResult::Found;

/// An HR system: who is in it now, and the record that was read of it last.
class HrSystem {
public:
    void set(const std::string& key, const std::string& rest) { now_[key] = rest; }
    void remove(const std::string& key) { now_.erase(key); }
    std::string row(const std::string& key) const { return now_.at(key); }
    bool has(const std::string& key) const { return now_.contains(key); }

    /// The whole, as a file among the source's.
    void deliver(World& world) {
        read_ = now_;
        world.deliver(lines(read_));
    }
    std::optional<std::string> ask(const EmployeeKey& key) {
        const auto at = now_.find(key.value());
        if (at == now_.end()) return std::nullopt;
        read_[at->first] = at->second;
        return shop_record(lines(read_));
    }

private:
    using Rows = std::map<std::string, std::string>;
    static Names lines(const Rows& rows) {
        Names lines;
        for (const auto& [key, rest] : rows) lines.push_back(key + ";" + rest);
        return lines;
    }
    Rows now_;
    Rows read_;
};

/// Whoever was given a role and lost it is a member, who never had one and has not accepted an invitee: the same.
RoleId as_member(const RoleId& role) { return role == RoleId("invitee") ? RoleId("member") : role; }

struct HrStage {
    explicit HrStage(bool is_asked = true, sync::TenantSettings settings = shop_settings())
        : world(std::move(settings)) {
        for (const auto* key : {"1001", "1002", "1003", "1004"}) hr.set(key, "Store 12;Cashier;");
        if (is_asked) world.source.answer_for_people([this](const EmployeeKey& key) { return hr.ask(key); });
        hr.deliver(world);
        const auto first = world.run();
        REQUIRE(first.run.end == RunEnd::held);
        REQUIRE(world.approve().run.end == RunEnd::done);
        for (const auto* key : {"1001", "1002", "1003", "1004"}) world.network.accept(key);
    }

    sync::CycleResult see_to(const std::string& key) {
        return world.run({.trigger = "event", .person = EmployeeKey(key)});
    }
    sync::CycleResult see_to_all() {
        hr.deliver(world);
        return world.run();
    }
    Names groups(const std::string& key) const { return world.network.group_names(key); }
    Completeness completeness() {
        const auto latest = run(world.context(), world.store().snapshots().latest());
        REQUIRE(latest.has_value());
        REQUIRE(latest->has_value());
        return (*latest)->meta.completeness;
    }

    HrSystem hr;
    World world;
};

}  // namespace

TEST_CASE("one person is read anew and seen to, and everybody else is as before", "[scenario][person]") {
    HrStage stage;
    stage.hr.set("1002", "Store 14;Cashier;");
    stage.hr.set("1003", "Store 14;Cashier;");

    const auto result = stage.see_to("1002");
    CHECK(result.found == HowFound::in_record);
    CHECK_FALSE(result.is_person_open);
    CHECK(stage.groups("1002") == Names{"Store 14"});
    CHECK(stage.groups("1003") == Names{"Store 12"});
    CHECK(stage.completeness() == Completeness::partial);

    stage.see_to_all();
    CHECK(stage.groups("1003") == Names{"Store 14"});
    CHECK(stage.completeness() == Completeness::complete);
    stage.world.check_settled();
}

TEST_CASE("somebody who has just joined is in the network a moment later", "[scenario][person]") {
    HrStage stage;
    stage.hr.set("1005", "Store 14;Cashier;");
    const auto result = stage.see_to("1005");
    CHECK(result.found == HowFound::in_record);
    REQUIRE(stage.world.network.knows("1005"));
    CHECK(stage.world.network.invitations("1005") == 1);
    stage.see_to_all();
    stage.world.check_settled();
}

TEST_CASE("nobody leaves by a run for one person", "[scenario][person]") {
    const bool is_asked = GENERATE(true, false);
    HrStage stage(is_asked);
    stage.hr.remove("1002");
    if (!is_asked) stage.hr.deliver(stage.world);

    const auto result = stage.see_to("1002");
    CHECK(result.found == HowFound::nowhere);
    CHECK_FALSE(result.failure);
    CHECK_FALSE(stage.world.network.person("1002").suspended);
    // Nor does anybody else who is missing in the record that it read.
    stage.see_to("1001");
    CHECK_FALSE(stage.world.network.person("1002").suspended);

    stage.see_to_all();
    CHECK(stage.world.network.person("1002").suspended);
    stage.world.check_settled();
}

TEST_CASE("a source that cannot be asked for one is read whole, and only this person is seen to",
          "[scenario][person]") {
    HrStage stage(false);
    stage.hr.set("1002", "Store 14;Cashier;");
    stage.hr.set("1003", "Store 14;Cashier;");
    stage.hr.deliver(stage.world);

    const auto result = stage.see_to("1002");
    CHECK(stage.groups("1002") == Names{"Store 14"});
    CHECK(stage.groups("1003") == Names{"Store 12"});
    CHECK(result.people_left == 1);
    CHECK(result.run.end == RunEnd::done_open);
    CHECK_FALSE(result.is_person_open);
    CHECK(stage.completeness() == Completeness::complete);

    stage.world.run();
    CHECK(stage.groups("1003") == Names{"Store 14"});
    stage.world.check_settled();
}

TEST_CASE("looking at people is no evidence that somebody else has left", "[scenario][person]") {
    auto settings = shop_settings();
    settings.queue.snapshots = 2;
    HrStage stage(true, settings);
    stage.hr.remove("1004");
    stage.see_to_all();
    CHECK_FALSE(stage.world.network.person("1004").suspended);

    for (const auto* store : {"Store 14", "Store 12", "Store 14"}) {
        stage.hr.set("1001", std::string(store) + ";Cashier;");
        stage.see_to("1001");
        CHECK(stage.groups("1001") == Names{store});
        CHECK_FALSE(stage.world.network.person("1004").suspended);
        stage.world.run();  // without a record of all, that of before says nothing new either
        CHECK_FALSE(stage.world.network.person("1004").suspended);
    }

    stage.see_to_all();
    CHECK(stage.world.network.person("1004").suspended);
    stage.world.check_settled();
}

TEST_CASE("what was changed and changed back is no old record", "[scenario][person]") {
    HrStage stage;
    stage.hr.set("1001", "Store 14;Cashier;");
    stage.see_to("1001");
    stage.hr.set("1001", "Store 12;Cashier;");
    stage.see_to("1001");
    CHECK(stage.groups("1001") == Names{"Store 12"});
    const auto result = stage.see_to_all();
    CHECK(result.run.end == RunEnd::done);
    CHECK(stage.completeness() == Completeness::complete);
}

TEST_CASE("the brakes judge everybody's plan, and what they hold waits whole", "[scenario][person]") {
    HrStage stage(false);
    stage.hr.remove("1003");
    stage.hr.remove("1004");
    stage.hr.set("1001", "Store 14;Cashier;");
    stage.hr.deliver(stage.world);
    const auto calls = stage.world.network.calls();

    const auto result = stage.see_to("1001");
    CHECK(result.run.end == RunEnd::held);
    CHECK(stage.world.network.calls() == calls);
    REQUIRE(result.plan);
    CHECK(result.plan->plan.operations.size() > 1);

    // And a plan that waits is not gone around.
    const auto runs = run(stage.world.context(), stage.world.store().runs().recent(100));
    const auto again = stage.see_to("1001");
    REQUIRE(again.failure);
    CHECK(again.failure->code == "plan_waits");
    CHECK(stage.world.network.calls() == calls);
    const auto runs_then = run(stage.world.context(), stage.world.store().runs().recent(100));
    CHECK(runs_then->size() == runs->size());

    REQUIRE(stage.world.approve().run.end == RunEnd::done);
    CHECK(stage.groups("1001") == Names{"Store 14"});
    stage.world.check_settled();
}

TEST_CASE("before somebody has let the first plan pass, nobody is seen to alone", "[scenario][person]") {
    World world;
    world.deliver({"1001;Store 12;Cashier;"});
    const auto result = world.run({.person = EmployeeKey("1001")});
    REQUIRE(result.failure);
    CHECK(result.failure->code == "first_run");
    CHECK(world.network.calls() == 0);
}

TEST_CASE("groups that the person waits for are made, and they are placed in the same run", "[scenario][person]") {
    auto settings = shop_settings();
    settings.rules = shop_rules(true);
    settings.rules_fingerprint = rules::fingerprint_of(settings.rules);
    HrStage stage(true, settings);
    stage.hr.set("1002", "Store 99;Cashier;");
    const auto result = stage.see_to("1002");
    CHECK_FALSE(result.is_person_open);
    CHECK(stage.groups("1002") == Names{"Store 99"});
    stage.see_to_all();
    stage.world.check_settled();
}

TEST_CASE("a row that cannot be read leaves its person as they are", "[scenario][person]") {
    HrStage stage;
    stage.world.source.answer_for_people([](const EmployeeKey&) {
        auto record = shop_record(
            {"1001;Store 14;Cashier;", "1002;Store 12;Cashier;", "1003;Store 12;Cashier;", "1004;Store 12;Cashier;"});
        record.replace(record.find("p1001@"), 6, "p1001#");
        return std::optional(record);
    });
    const auto result = stage.see_to("1001");
    CHECK(result.found == HowFound::frozen);
    CHECK(stage.groups("1001") == Names{"Store 12"});
}

TEST_CASE("a process that dies in a run for one person leads to the same end", "[scenario][person][crash]") {
    std::size_t step = 0;
    bool was_through = false;
    while (!was_through) {
        HrStage stage;
        stage.hr.set("1002", "Store 14;Store manager;");
        stage.world.restart();
        stage.world.die_after(++step);
        try {
            stage.see_to("1002");
            was_through = true;
        } catch (const Died&) {
        }
        stage.world.restart();
        stage.see_to_all();
        CHECK(stage.groups("1002") == Names{"Store 14"});
        stage.world.check_settled();
    }
    CHECK(step > 3);
}

TEST_CASE("lost, doubled and forged events lead to the network that a run of all alone leads to",
          "[scenario][person][E-2]") {
    const auto seed = GENERATE(range(1U, 7U));
    std::mt19937 dice(seed);
    const auto throw_dice = [&](unsigned faces) { return static_cast<unsigned>(dice() % faces); };
    auto settings = shop_settings();
    settings.guard.removals_max = 100;
    settings.guard.removals_share_max = 1;
    settings.guard.memberships_lost_share_max = 1;
    HrStage woken(true, settings);
    HrStage twin(true, settings);

    for (int day = 0; day < 4; ++day) {
        for (unsigned changes = 1 + throw_dice(3); changes > 0; --changes) {
            const auto key = std::to_string(1001 + throw_dice(7));
            const auto what = throw_dice(5);
            if (what == 0 && key != "1001") {
                woken.hr.remove(key);
                twin.hr.remove(key);
            } else {
                const std::string row = what < 3    ? "Store 12;Cashier;"
                                        : what == 3 ? "Store 14;Cashier;"
                                                    : "Store 14;Store manager;";
                woken.hr.set(key, row);
                twin.hr.set(key, row);
            }
            const auto fate = throw_dice(4);  // 0: lost
            if (fate >= 1) woken.see_to(key);
            if (fate == 2) woken.see_to(key);
            if (fate == 3) woken.see_to(std::to_string(1001 + throw_dice(12)));
        }
        const auto a = woken.see_to_all();
        const auto b = twin.see_to_all();
        INFO("seed " << seed << ", day " << day);
        CHECK(a.run.end == b.run.end);
        const auto there = woken.world.network.people();
        const auto expected = twin.world.network.people();
        REQUIRE(there.size() == expected.size());
        for (std::size_t i = 0; i < there.size(); ++i) {
            CHECK(there[i].key == expected[i].key);
            CHECK(there[i].suspended == expected[i].suspended);
            CHECK(as_member(there[i].role) == as_member(expected[i].role));
            CHECK(woken.groups(there[i].key.value()) == twin.groups(there[i].key.value()));
        }
    }
    woken.world.check_settled();
}

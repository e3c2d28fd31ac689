// Bad inputs of docs/proof.md that show over several days only.

#include "tests/scenario/world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

using Names = std::vector<std::string>;

const Names staff{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                  "1003;Store 14;Cashier;+31612345603", "1004;Store 14;Cashier;+31612345604"};
const Names staff_a_week_later{"1001;Store 12;Store manager;+31612345601", "1002;Store 12;Cashier;+31612345602",
                               "1003;Store 14;Cashier;+31612345603", "1005;Store 14;Cashier;+31612345605"};

/// A plan is held, and nothing was sent for it.
void check_held(World& world, const std::string& reason) {
    const auto calls = world.network.calls();
    const auto result = world.run();
    CHECK(result.run.end == RunEnd::held);
    REQUIRE(result.plan);
    REQUIRE_FALSE(result.plan->verdict.hold.empty());
    CHECK(result.plan->verdict.hold.front().code == reason);
    CHECK(world.network.calls() == calls);
}

}  // namespace

TEST_CASE("a record that was cut in the middle of a row adds and changes by its whole rows, and removes nobody",
          "[scenario][bad_input]") {
    World world;
    world.sync(staff);
    auto record = shop_record({"1005;Store 12;Cashier;+31612345605", staff[0], staff[1], staff[2], staff[3]});
    record.resize(record.find("1003;") + 12);
    world.source.put("cut.csv", record);

    const auto result = world.run();

    CHECK(result.was_delivered);
    CHECK_FALSE(result.failure);
    CHECK_FALSE(world.network.person("1003").suspended);
    CHECK_FALSE(world.network.person("1004").suspended);
    CHECK(world.network.person("1005").groups.size() == 1);
}

TEST_CASE("a tool that stops writing the last line break is believed when a person says so", "[scenario][bad_input]") {
    const auto without_last_break = [](Names people) {
        auto record = shop_record(people);
        record.resize(record.size() - 2);
        return record;
    };
    World world;
    world.sync(staff);
    world.source.put("day-2.csv", without_last_break({staff[0], staff[1], staff[2]}));
    const auto first = world.run();
    CHECK(first.plan->plan.basis.completeness == Completeness::partial);
    CHECK_FALSE(world.network.person("1003").suspended);

    world.source.put("day-3.csv", without_last_break({staff[0], staff[1], staff_a_week_later[3]}));
    check_held(world, "doubtful_snapshot");
}

TEST_CASE("a record that was cut at the end of a row is held when too many are missing", "[scenario][bad_input]") {
    auto settings = shop_settings();
    settings.completeness.drop_share_max = 0.20;
    World world(settings);
    world.sync(staff);
    world.deliver({staff[0], staff[1], staff[2]});

    check_held(world, "doubtful_snapshot");
}

TEST_CASE("a header with a single row is held, where there were more people before", "[scenario][bad_input]") {
    World world;
    world.sync(staff);
    world.deliver({staff[0]});

    check_held(world, "doubtful_snapshot");
}

TEST_CASE("a column that is empty all at once is held before the first call", "[scenario][bad_input]") {
    World world;
    world.sync(staff);
    world.deliver({"1001;;Store manager;+31612345601", "1002;;Cashier;+31612345602", "1003;;Cashier;+31612345603",
                   "1004;;Cashier;+31612345609"});

    check_held(world, "doubtful_snapshot");
}

TEST_CASE("last week's record under a new name does not win", "[scenario][bad_input]") {
    World world;
    world.sync(staff);
    world.sync(staff_a_week_later);
    world.source.put("a-new-name.csv", shop_record(staff));

    check_held(world, "doubtful_snapshot");
}

TEST_CASE("of two records that lie there at once the newest counts, and the other is archived unread",
          "[scenario][bad_input]") {
    World world;
    world.sync(staff);
    world.source.put("zz-old.csv", "this is no record");
    world.source.put("aa-new.csv", shop_record(staff));

    const auto result = world.run();

    CHECK(result.run.end == RunEnd::done);
    CHECK_FALSE(world.source.has("zz-old.csv"));
    CHECK_FALSE(world.source.has("aa-new.csv"));
}

TEST_CASE("four times as many people as before are held", "[scenario][bad_input]") {
    auto settings = shop_settings();
    settings.completeness.rise_share_max = 1;
    World world(settings);
    world.sync(staff);
    Names many = staff;
    for (int key = 2001; key <= 2012; ++key) many.push_back(std::to_string(key) + ";Store 12;Cashier;+31612345699");
    world.deliver(many);

    check_held(world, "doubtful_snapshot");
}

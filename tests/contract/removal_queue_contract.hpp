#pragma once
// What every RemovalQueue owes, as a function that a test case calls with an empty one.

#include "core/ports/removal_queue.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace usersync::test {

inline plan::QueuedRemoval queued_removal(const std::string& key, plan::Evidence evidence = plan::Evidence::absent) {
    return {.key = EmployeeKey(key),
            .evidence = evidence,
            .first_snapshot = SnapshotId(7),
            .first_seen = Time(Duration(1'790'000'000'123)),
            .snapshots = 2,
            .counted = SnapshotId(8)};
}

inline plan::RemovalHold removal_hold(const std::string& key, const std::string& by = "jan") {
    return {.key = EmployeeKey(key),
            .by = by,
            .reason = "is on parental leave",
            .since = Time(Duration(1'790'000'000'456))};
}

inline void removal_queue_contract(RemovalQueue& queue) {
    SECTION("before the first run nobody is in it, and nobody is held") {
        CHECK(run(queue.load()).value() == plan::Removals{});
    }
    SECTION("it comes back as it was saved, with every kind of evidence") {
        auto suspended = queued_removal("1002", plan::Evidence::end_date);
        suspended.suspended_at = Time(Duration(1'790'000'000'789));
        const std::vector queued{queued_removal("1001"), suspended,
                                 queued_removal("1003", plan::Evidence::leaver_status),
                                 queued_removal("1004", plan::Evidence::on_leave)};

        CHECK(run(queue.save(queued)).has_value());

        CHECK(run(queue.load()).value() == plan::Removals{.queued = queued, .holds = {}});
    }
    SECTION("the newest queue takes the place of the one before") {
        CHECK(run(queue.save({queued_removal("1001"), queued_removal("1002")})).has_value());
        CHECK(run(queue.save({queued_removal("1002")})).has_value());

        CHECK(run(queue.load()).value().queued == std::vector{queued_removal("1002")});
    }
    SECTION("a hold stays when a run saves the queue, and the queue when somebody is held") {
        CHECK(run(queue.hold(removal_hold("1002"))).has_value());
        CHECK(run(queue.save({queued_removal("1001")})).has_value());
        CHECK(run(queue.hold(removal_hold("1001"))).has_value());

        CHECK(run(queue.load()).value() == plan::Removals{.queued = {queued_removal("1001")},
                                                          .holds = {removal_hold("1001"), removal_hold("1002")}});
    }
    SECTION("a second hold takes the place of the first, and is released once") {
        CHECK(run(queue.hold(removal_hold("1001", "jan"))).has_value());
        CHECK(run(queue.hold(removal_hold("1001", "ann"))).has_value());
        CHECK(run(queue.load()).value().holds == std::vector{removal_hold("1001", "ann")});

        CHECK(run(queue.release(EmployeeKey("1001"))).value());
        CHECK_FALSE(run(queue.release(EmployeeKey("1001"))).value());
        CHECK(run(queue.load()).value().holds.empty());
    }
}

}  // namespace usersync::test

#include "daemon/queue_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace usersync;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr Time day = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)) + 6h;

queue_view::Queue queue_of_shop() {
    plan::QueuedRemoval absent{.key = EmployeeKey("1003"),
                               .evidence = plan::Evidence::absent,
                               .first_snapshot = SnapshotId(5),
                               .first_seen = day,
                               .snapshots = 1,
                               .counted = SnapshotId(5)};
    auto suspended = absent;
    suspended.key = EmployeeKey("1004");
    suspended.evidence = plan::Evidence::end_date;
    suspended.suspended_at = day + 24h;
    auto held = absent;
    held.key = EmployeeKey("1005");
    const auto hold_of = [](const char* key) {
        return plan::RemovalHold{.key = EmployeeKey(key), .by = "jan", .reason = "is ill", .since = day};
    };
    return {.tenant = TenantId("shop"),
            .removals = {.queued = {absent, suspended, held}, .holds = {hold_of("1005"), hold_of("1009")}},
            .limits = {.snapshots = 2, .suspend_after = 24h * 2, .remove_after = 24h * 30},
            .ends_memberships = true};
}

}  // namespace

TEST_CASE("the queue tells who is to leave, by what evidence, until when, and whom somebody holds", "[daemon][queue]") {
    CHECK(
        queue_view::queue_text(queue_of_shop()) ==
        "removal queue of shop: 3 people, 2 held\n"
        "absence counts after 2 complete records, access ends 2 d after the first evidence, the membership 30 d after "
        "the suspension\n"
        "  1003  absent since 2026-11-20 (snapshot 5), 1 of 2 complete records; access ends from 2026-11-22; not "
        "before 1 more complete record\n"
        "  1004  end_date since 2026-11-20 (snapshot 5); suspended since 2026-11-21; the membership ends from "
        "2026-12-21\n"
        "  1005  absent since 2026-11-20 (snapshot 5), 1 of 2 complete records; held by jan since 2026-11-20: is ill\n"
        "  1009  is not to leave; held by jan since 2026-11-20: is ill\n");

    const auto shown = json::parse(queue_view::queue_json(queue_of_shop()));
    CHECK(shown["queued"].size() == 3);
    CHECK(shown["queued"][0]["snapshots_missing"] == 1);
    CHECK(shown["queued"][0]["held"].is_null());
    CHECK(shown["queued"][1]["ends_from"] == "2026-12-21T06:00:00Z");
    CHECK(shown["queued"][2]["held"]["by"] == "jan");
    CHECK(shown["held"].size() == 2);
}

TEST_CASE("where one record is enough, the queue says so in the singular, and counts no further", "[daemon][queue]") {
    auto queue = queue_of_shop();
    queue.removals = {.queued = {queue.removals.queued.front()}, .holds = {}};
    queue.removals.queued.front().snapshots = 3;
    queue.limits = {};
    queue.ends_memberships = false;

    CHECK(queue_view::queue_text(queue) ==
          "removal queue of shop: 1 person, 0 held\n"
          "absence counts after 1 complete record, access ends with the first evidence\n"
          "  1003  absent since 2026-11-20 (snapshot 5), 1 of 1 complete record; access ends from 2026-11-20\n");
}

TEST_CASE("the brakes tell what took effect, and limits that would fit", "[daemon][queue]") {
    queue_view::Brakes brakes{
        .tenant = TenantId("shop"),
        .limits = {},
        .recent = {},
        .plans = 3,
        .suggestions = {{"brakes.removals_max", 7, 25, 14}, {"brakes.week.removals_max", 9, std::nullopt, 18}}};
    brakes.recent.week.removals = 9;
    brakes.recent.month = {.removals = 1, .memberships_lost = 1, .role_grants = 1, .groups_made = 1};

    CHECK(queue_view::brakes_text(brakes) ==
          "brakes of shop\n"
          "  last day: 0 people removed, 0 memberships lost, 0 roles given, 0 groups made\n"
          "  last 7 days: 9 people removed, 0 memberships lost, 0 roles given, 0 groups made\n"
          "  last 30 days: 1 person removed, 1 membership lost, 1 role given, 1 group made\n"
          "\nby the 3 plans of the last 30 days:\n"
          "  SETTING                   IN FORCE  LARGEST  SUGGESTED\n"
          "  brakes.removals_max       25        7        14\n"
          "  brakes.week.removals_max  none      9        18\n");
    const auto shown = json::parse(queue_view::brakes_json(brakes));
    CHECK(shown["took_effect"]["7_days"]["removals"] == 9);
    CHECK(shown["suggestions"][1]["in_force"].is_null());

    brakes.suggestions.clear();
    CHECK(queue_view::brakes_text(brakes).find("no plan of the last 30 days says what limits would fit") !=
          std::string::npos);
}

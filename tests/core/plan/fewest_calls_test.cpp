// The yardstick of a plan, and what stands in it about calls beyond that.

#include "core/plan/fewest_calls.hpp"

#include "core/diff/diff.hpp"
#include "core/plan/make_plan.hpp"
#include "core/plan/render.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

Plan plan_of(std::vector<Change> changes) {
    return plan::make_plan(ChangeSet{.changes = std::move(changes), .notes = {}},
                           {.tenant = TenantId("shop"),
                            .snapshot = SnapshotId(1),
                            .snapshot_content = {},
                            .rules = {},
                            .completeness = Completeness::complete},
                           {});
}

Change change(const std::string& key, What what) { return {EmployeeKey(key), std::move(what), reason("rule")}; }

GroupChange group(const std::string& eid) { return {GroupEid(eid), "the " + eid, reason("rule")}; }

Profile with_email(const std::string& key, const std::string& email) {
    auto profile = profile_of(key);
    profile.email = email;
    return profile;
}

Plan swap_of_two() {
    auto one = wanted("1001");
    auto other = wanted("1002");
    std::swap(one.profile.email, other.profile.email);
    diff::Policy policy;
    policy.swap_parking = "parked+{key}@example.invalid";
    return plan::make_plan(diff::diff(should_be({one, other}), network_of({account("1001"), account("1002")}),
                                      {{ours("1001"), ours("1002")}}, policy),
                           {}, {});
}

}  // namespace

TEST_CASE("a joiner costs one call, and one more for each of groups and role", "[core][plan][fewest]") {
    const auto plan = plan_of({change("1", CreateUser{.profile = profile_of("1"), .invitation = {}, .user_name = {}}),
                               change("1", AddToGroups{{group("g1"), group("g2")}}),
                               change("1", ChangeRole{.before = RoleId("member"), .after = RoleId("admin")})});

    CHECK(plan::fewest_calls(plan) == 3);
    CHECK(plan::excess_of(plan).empty());
}

TEST_CASE("each step of somebody who leaves is needed, and what is only noted costs nothing", "[core][plan][fewest]") {
    const auto plan = plan_of({change("1", Adopt{.user = true, .groups = {}, .role = {}}),
                               change("2", ChangeRole{RoleId("admin"), RoleId("member"), false}),
                               change("2", RemoveFromGroups{{group("g1")}}),
                               change("2", SuspendUser{.profile = profile_of("2")}), change("2", EndMembership{})});

    CHECK(plan::calls_of(plan) == 4);
    CHECK(plan::fewest_calls(plan) == 4);
}

TEST_CASE("a call that the rest makes good for is one too many, and nobody knows why", "[core][plan][fewest]") {
    const auto there_and_back =
        plan_of({change("1", AddToGroups{{group("g1")}}), change("1", RemoveFromGroups{{group("g1")}})});
    const auto in_two = plan_of({change("1", AddToGroups{{group("g1")}}), change("1", AddToGroups{{group("g2")}})});
    const auto nothing = plan_of({change("1", UpdateProfile{.before = profile_of("1"), .after = profile_of("1")})});

    CHECK(plan::fewest_calls(there_and_back) == 0);
    CHECK(plan::fewest_calls(in_two) == 1);
    CHECK(plan::fewest_calls(nothing) == 0);
    for (const auto* one : {&there_and_back, &in_two, &nothing}) {
        const auto excess = plan::excess_of(*one);
        CHECK(plan::calls_of(*one) == plan::fewest_calls(*one) + excess.size());
        for (const auto& call : excess) CHECK(call.reason.empty());
        CHECK(plan::render_text(*one, {}).find("nobody knows why: a fault of the planner") != std::string::npos);
    }
}

TEST_CASE("a parked address is the one call more of a swap, and the plan says so", "[core][plan][fewest]") {
    const auto plan = swap_of_two();

    REQUIRE(plan::calls_of(plan) == 3);
    CHECK(plan::fewest_calls(plan) == 2);
    const auto excess = plan::excess_of(plan);
    REQUIRE(excess.size() == 1);
    CHECK(excess[0].operation == plan.operations[0].key);
    CHECK(excess[0].reason == "frees an address that people hand round in a circle");
    const auto text = plan::render_text(plan, {});
    CHECK(text.find("fewest calls possible: 2\n") != std::string::npos);
    CHECK(text.find("1 more: frees an address that people hand round in a circle\n") != std::string::npos);
    CHECK(plan::render_json(plan, {}).find(R"("fewest_calls": 2)") != std::string::npos);
    CHECK(text.find('@') == std::string::npos);
}

TEST_CASE("a plan says how long it takes in a sentence, also when that is less than a second", "[core][plan]") {
    using namespace std::chrono_literals;
    const auto plan = swap_of_two();
    const auto said = [&](Duration ideal, Duration expected, std::size_t requests) {
        plan::Estimate estimate{.requests = requests, .ideal = ideal, .expected = expected};
        auto text = plan::render_text(plan, {}, {.estimate = estimate, .cannot_be_undone = {}});
        const auto at = text.find("  takes ");
        REQUIRE(at != std::string::npos);
        return text.substr(at, text.find('\n', at) - at);
    };

    CHECK(said(5s, 6s, 27) == "  takes about 6 s (at least 5 s, 27 requests)");
    CHECK(said(300ms, 2s, 9) == "  takes about 2 s (9 requests)");
    CHECK(said(0s, 999ms, 1) == "  takes less than a second (1 request)");
}

TEST_CASE("parking an address that nobody waits for has no reason", "[core][plan][fewest]") {
    const auto parked = with_email("1", "parked@example.invalid");
    const auto plan =
        plan_of({change("1", UpdateProfile{.before = profile_of("1"), .after = parked, .parks = true}),
                 change("1", UpdateProfile{.before = parked, .after = with_email("1", "new@x.example")})});

    REQUIRE(plan::excess_of(plan).size() == 1);
    CHECK(plan::excess_of(plan)[0].reason.empty());
}

TEST_CASE("the yardstick of a large plan takes no longer for each operation than that of a small one",
          "[core][plan][fewest]") {
    std::vector<Change> changes;
    for (int i = 0; i < 20'000; ++i) {
        const auto key = std::to_string(i);
        changes.push_back(change(key, UpdateProfile{.before = profile_of(key), .after = with_email(key, "n" + key)}));
    }
    const auto plan = plan_of(std::move(changes));

    CHECK(plan::fewest_calls(plan) == 20'000);  // a walk over the plan for each would not end in this test's time
    CHECK(plan::excess_of(plan).empty());
}

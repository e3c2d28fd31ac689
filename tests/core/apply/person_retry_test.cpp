#include "core/apply/person_retry.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace usersync;
using namespace usersync::apply;
using namespace std::chrono_literals;

namespace {

using Ending = Tried::Ending;

const Time monday(std::chrono::hours(24 * 20000));
const TenantId shop("shop");
const EmployeeKey ann("1001");

What role(const std::string& after) { return ChangeRole{.before = RoleId("member"), .after = RoleId(after)}; }

Tried row(int run, Ending ending, Time at, What what = role("admin")) {
    return {.run = RunId(run), .what = std::move(what), .ending = ending, .at = at};
}

}  // namespace

TEST_CASE("runs in a row that were refused are counted up to the last that went well", "[core][apply]") {
    struct Row {
        std::vector<Tried> newest_first;
        int runs;
    };
    const auto table = GENERATE(
        Row{{}, 0}, Row{{row(1, Ending::took_effect, monday)}, 0}, Row{{row(1, Ending::refused, monday)}, 1},
        Row{{row(3, Ending::refused, monday + 2h), row(2, Ending::refused, monday + 1h),
             row(1, Ending::refused, monday)},
            3},
        Row{{row(3, Ending::refused, monday + 2h), row(2, Ending::took_effect, monday + 1h),
             row(1, Ending::refused, monday)},
            1},
        // The network was away in between: that says nothing.
        Row{{row(3, Ending::refused, monday + 2h), row(2, Ending::other, monday + 1h), row(1, Ending::refused, monday)},
            2},
        // Something of the same person went well in the same run, and something else did not.
        Row{{row(2, Ending::refused, monday + 2h), row(2, Ending::took_effect, monday + 1h, role("lead")),
             row(1, Ending::refused, monday)},
            2});
    CHECK(failed_before(table.newest_first, std::nullopt).runs == table.runs);
}

TEST_CASE("what was forgiven does not count", "[core][apply]") {
    const std::vector<Tried> rows{row(3, Ending::refused, monday + 2h), row(2, Ending::refused, monday + 1h)};
    CHECK(failed_before(rows, monday + 1h).runs == 1);
    CHECK(failed_before(rows, monday + 2h).runs == 0);
}

TEST_CASE("the first refusal costs no wait, and further ones longer and longer waits, the same each time asked",
          "[core][apply]") {
    FailedBefore failed{.runs = 1, .last = monday};
    CHECK_FALSE(next_attempt(shop, ann, failed, {}));

    PersonRetryLimits limits;
    Duration longest = limits.first;
    for (int runs = 2; runs < 20; ++runs) {
        failed.runs = runs;
        const auto due = next_attempt(shop, ann, failed, limits);
        REQUIRE(due);
        CHECK(*due > monday);
        CHECK(*due <= monday + longest);
        CHECK(due == next_attempt(shop, ann, failed, limits));
        longest = std::min(longest * 2, limits.longest);
    }
}

TEST_CASE("people are spread over the whole wait, so that they do not come back together", "[core][apply]") {
    const FailedBefore failed{.runs = 6, .last = monday};
    std::set<Time> moments;
    std::size_t early = 0;
    for (int n = 0; n < 1000; ++n) {
        const auto due = *next_attempt(shop, EmployeeKey(std::to_string(n)), failed, {});
        moments.insert(due);
        if (due - monday < 8h) ++early;
    }
    CHECK(moments.size() > 990);
    CHECK(early > 400);
    CHECK(early < 600);
}

TEST_CASE("who waits is left out with everything of theirs, and noted; a corrected record does not wait",
          "[core][apply]") {
    ChangeSet changes;
    changes.changes = {{ann, role("admin"), {}}, {ann, AddToGroups{}, {}}, {EmployeeKey("1002"), role("admin"), {}}};
    const std::map<EmployeeKey, Waits> waits{{ann, {.until = monday + 1h, .runs = 3, .what = {role("admin")}}}};

    auto left = changes;
    leave_out_waiting(left, waits, monday);
    REQUIRE(left.changes.size() == 1);
    CHECK(left.changes[0].employee == EmployeeKey("1002"));
    REQUIRE(left.notes.size() == 1);
    CHECK(left.notes[0].kind == Note::Kind::retry_later);
    CHECK(is_open(left.notes[0].kind));
    CHECK(left.notes[0].text.find("refused in 3 runs in a row") != std::string::npos);

    auto due = changes;
    leave_out_waiting(due, waits, monday + 1h);
    CHECK(due == changes);

    auto corrected = changes;
    corrected.changes[0].what = role("lead");
    const auto expected = corrected;
    leave_out_waiting(corrected, waits, monday);
    CHECK(corrected == expected);
}

TEST_CASE("a membership that somebody loses does not wait for one that they are refused", "[core][apply]") {
    const What refused = AddToGroups{{{GroupEid("g14"), "Store 14", {}}}};
    const What removal = RemoveFromGroups{{{GroupEid("g12"), "Store 12", {}}}};
    const What other_role = ChangeRole{RoleId("admin"), RoleId("member"), false};
    const std::map<EmployeeKey, Waits> waits{{ann, {.until = monday + 1h, .runs = 3, .what = {refused}}}};
    ChangeSet changes;
    changes.changes = {{ann, refused, {}}, {ann, role("lead"), {}}, {ann, removal, {}}, {ann, other_role, {}}};

    leave_out_waiting(changes, waits, monday);

    REQUIRE(changes.changes.size() == 2);
    CHECK(changes.changes[0].what == removal);
    CHECK(changes.changes[1].what == other_role);
    CHECK(changes.notes.size() == 1);

    // What was refused itself waits; and so does a leaver, who goes in their order.
    const std::map<EmployeeKey, Waits> both{{ann, {.until = monday + 1h, .runs = 3, .what = {refused, removal}}}};
    changes.changes = {{ann, refused, {}}, {ann, removal, {}}};
    leave_out_waiting(changes, both, monday);
    CHECK(changes.changes.empty());
    const What suspension = SuspendUser{};
    const std::map<EmployeeKey, Waits> leaver{{ann, {.until = monday + 1h, .runs = 3, .what = {suspension}}}};
    changes.changes = {{ann, removal, {}}, {ann, suspension, {}}};
    leave_out_waiting(changes, leaver, monday);
    CHECK(changes.changes.empty());
}

TEST_CASE("what was taken from somebody meanwhile does not make forgotten what they are refused", "[core][apply]") {
    const What refused = AddToGroups{{{GroupEid("g14"), "Store 14", {}}}};
    const What removal = RemoveFromGroups{{{GroupEid("g12"), "Store 12", {}}}};
    const auto tried = [](int run, const What& what, Tried::Ending ending) {
        return Tried{.run = RunId(run), .what = what, .ending = ending, .at = monday + run * 1h};
    };
    const std::vector<Tried> rows{tried(3, removal, Tried::Ending::took_effect),
                                  tried(2, refused, Tried::Ending::refused), tried(1, refused, Tried::Ending::refused)};

    const auto failed = failed_before(rows, std::nullopt);

    CHECK(failed.runs == 2);
    CHECK(failed.what == std::vector<What>{refused});
    const auto settled = failed_before(
        {tried(2, removal, Tried::Ending::took_effect), tried(1, removal, Tried::Ending::refused)}, std::nullopt);
    CHECK(settled.runs == 0);
}

#include "core/plan/repeated.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::plan;
using namespace std::chrono_literals;

namespace {

const Time now = Time(std::chrono::hours(24 * 365 * 56));
const RepeatLimits limits{.settle_max = 2min};

UpdateProfile title(const std::string& text) {
    UpdateProfile update;
    update.after.job_title = text;
    return update;
}
GroupChange group(const std::string& eid) { return {.eid = GroupEid(eid), .name = eid, .reason = {}}; }
AddToGroups add(const std::vector<std::string>& eids) {
    AddToGroups what;
    for (const auto& eid : eids) what.groups.push_back(group(eid));
    return what;
}
Change change(What what, const std::string& key = "1001") {
    return {.employee = EmployeeKey(key), .what = std::move(what), .reason = {}};
}
Done done(std::int64_t run, What what, Duration ago) {
    return {.run = RunId(run), .what = std::move(what), .at = now - ago};
}

/// Whose newest plan wanted what was done last.
Past past(std::vector<Done> done) {
    Past made;
    if (!done.empty()) made.wanted.push_back(done.front().what);
    made.done = std::move(done);
    return made;
}

}  // namespace

TEST_CASE("what was done a moment ago is not done again, however little the network shows of it",
          "[core][plan][fault24]") {
    CHECK(repeated(change(CreateUser{}), past({done(1, CreateUser{}, 5s)}), now, limits) == Repeated::settling);
    CHECK(repeated(change(ReactivateUser{}), past({done(1, CreateUser{}, 5s)}), now, limits) == Repeated::settling);
    CHECK(repeated(change(add({"a"})), past({done(1, add({"a", "b"}), 5s)}), now, limits) == Repeated::settling);
    CHECK(repeated(change(title("x")), past({done(1, title("x"), 5s)}), now, limits) == Repeated::settling);

    CHECK(repeated(change(title("y")), past({done(1, title("x"), 5s)}), now, limits) == Repeated::no);
    CHECK(repeated(change(add({"a", "c"})), past({done(1, add({"a", "b"}), 5s)}), now, limits) == Repeated::no);
    CHECK(repeated(change(CreateUser{}), past({done(1, CreateUser{}, 3min)}), now, limits) == Repeated::no);
}

TEST_CASE("nothing is given up of somebody for whom something was done a moment ago", "[core][plan][fault24]") {
    CHECK(repeated(change(Release{}), past({done(1, title("x"), 5s)}), now, limits) == Repeated::settling);
    CHECK(repeated(change(Release{}), past({done(1, title("x"), 3min)}), now, limits) == Repeated::no);
}

TEST_CASE("what two runs in a row have done in vain is not done a third time", "[core][plan][fault23]") {
    const std::vector<Done> in_vain = {done(9, title("x"), 24h), done(7, title("x"), 48h)};
    CHECK(repeated(change(title("x")), past(in_vain), now, limits) == Repeated::no_effect);
    CHECK(repeated(change(title("y")), past(in_vain), now, limits) == Repeated::no);
    CHECK(repeated(change(title("x")), past({in_vain[0]}), now, limits) == Repeated::no);

    SECTION("what a plan in between did not want was there, and is put back as often as somebody takes it away") {
        Past there = past(in_vain);
        there.wanted.clear();
        CHECK(repeated(change(title("x")), there, now, limits) == Repeated::no);
        there.is_noted = true;
        CHECK(repeated(change(title("x")), there, now, limits) == Repeated::no_effect);
    }
    SECTION("several times in one run are one run") {
        CHECK(repeated(change(title("x")), past({done(9, title("x"), 24h), done(9, title("x"), 25h)}), now, limits) ==
              Repeated::no);
    }
    SECTION("somebody who went elsewhere in between comes back as often as it takes") {
        const std::vector<Done> moves = {done(9, add({"b"}), 24h), done(8, add({"a"}), 48h), done(7, add({"b"}), 72h)};
        CHECK(repeated(change(add({"a"})), past(moves), now, limits) == Repeated::no);
    }
    SECTION("after a month it is tried again") {
        CHECK(repeated(change(title("x")), past({done(9, title("x"), 24h), done(7, title("x"), 24h * 31)}), now,
                       limits) == Repeated::no);
    }
    SECTION("an invitation that is sent again is counted elsewhere") {
        const std::vector<Done> asked = {done(9, InviteAgain{}, 24h), done(7, InviteAgain{}, 48h)};
        CHECK(repeated(change(InviteAgain{}), past(asked), now, limits) == Repeated::no);
    }
    SECTION("each group that is made has runs of its own") {
        const MakeGroup one{.kind = GroupKind::topic, .name = "One", .business_unit = {}, .department = {}};
        const MakeGroup two{.kind = GroupKind::topic, .name = "Two", .business_unit = {}, .department = {}};
        const std::vector<Done> made = {done(9, two, 24h), done(8, one, 48h), done(7, two, 72h)};
        CHECK(repeated(change(two, ""), past(made), now, limits) == Repeated::no_effect);
        CHECK(repeated(change(one, ""), past(made), now, limits) == Repeated::no);
    }
}

TEST_CASE("what is repeated leaves the plan with a note, the rest of the person's day stays", "[core][plan][fault23]") {
    ChangeSet changes;
    changes.changes = {change(title("x")), change(add({"a"})), change(CreateUser{}, "1002"), change(add({"a"}), "1002"),
                       change(title("x"), "1003")};
    changes.drift = {{.kind = Drift::Kind::account_gone, .employee = EmployeeKey("1002"), .object = {}},
                     {.kind = Drift::Kind::account_gone, .employee = EmployeeKey("1003"), .object = {}}};
    const DoneBefore before = {{EmployeeKey("1001"), past({done(9, title("x"), 24h), done(7, title("x"), 48h)})},
                               {EmployeeKey("1002"), past({done(9, CreateUser{}, 5s)})}};

    leave_out_repeated(changes, before, now, limits);

    CHECK(changes.changes == std::vector<Change>{change(add({"a"})), change(title("x"), "1003")});
    REQUIRE(changes.drift.size() == 1);
    CHECK(changes.drift[0].employee == EmployeeKey("1003"));
    REQUIRE(changes.notes.size() == 3);
    for (const auto n : {0u, 1u}) {
        CHECK(changes.notes[n].kind == Note::Kind::not_shown_yet);
        CHECK(changes.notes[n].employee == EmployeeKey("1002"));
    }
    CHECK(changes.notes[2].kind == Note::Kind::no_effect);
    CHECK(changes.notes[2].employee == EmployeeKey("1001"));
    CHECK(changes.notes[2].text.find("update_profile") == 0);
}

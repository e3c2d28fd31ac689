#include "core/apply/apply_run.hpp"
#include "core/apply/meaning.hpp"
#include "core/diff/diff.hpp"
#include "core/plan/make_plan.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::apply;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

Plan joiners(int count, const std::vector<std::string>& stores = {}) {
    std::vector<DesiredUser> people;
    for (int i = 1; i <= count; ++i) people.push_back(wanted(std::to_string(1000 + i), stores));
    auto changes = diff::diff(should_be(people), network_of({}), {}, {});
    return plan::make_plan(std::move(changes), PlanBasis{.tenant = TenantId("shop")}, {});
}

Failure transient(std::optional<Duration> retry_after = std::nullopt) {
    return {.kind = FailureKind::transient, .code = "http_503", .retry_after = retry_after};
}
Failure lost() { return {.kind = FailureKind::transient, .code = "connection_lost", .effect = Effect::unknown}; }
Failure rejected() { return {.kind = FailureKind::rejected, .code = "invalid_email_address"}; }
Failure blocked() { return {.kind = FailureKind::blocked, .code = "invalid_token"}; }

/// Tells the steps of a run as a dialogue: "call 0", "settle 0 done", "wait 1000", "look 0", "answer?", "finished".
class Dialogue {
public:
    explicit Dialogue(const Plan& plan, ApplyLimits limits = one_at_a_time()) : run(plan, limits, 1) {}

    static ApplyLimits one_at_a_time() {
        ApplyLimits limits;
        limits.concurrency = 1;
        return limits;
    }

    std::string next() {
        const auto step = run.next(now);
        if (const auto* call = std::get_if<Call>(&step)) return "call " + std::to_string(call->operation);
        if (const auto* look = std::get_if<Look>(&step)) return "look " + std::to_string(look->operation);
        if (const auto* settle = std::get_if<Settle>(&step)) {
            return "settle " + std::to_string(settle->operation) + ' ' + word(settle->ending);
        }
        if (const auto* wait = std::get_if<WaitUntil>(&step)) {
            until = wait->when;
            return "wait";
        }
        return std::holds_alternative<WaitForAnswer>(step) ? "answer?" : "finished";
    }

    static std::string word(Ending ending) {
        switch (ending) {
            case Ending::done: return "done";
            case Ending::already_so: return "already_so";
            case Ending::rejected: return "rejected";
            case Ending::gave_up: return "gave_up";
            case Ending::skipped: return "skipped";
        }
        return "?";
    }

    ApplyRun run;
    SteadyTime now{1h};
    SteadyTime until{};
};

}  // namespace

TEST_CASE("an empty plan is finished at once", "[core][apply]") {
    Plan nothing;
    CHECK(Dialogue(nothing).next() == "finished");
}

TEST_CASE("a person's operations follow one another, each settled before the next", "[core][apply]") {
    const auto plan = joiners(1, {"Store 12"});
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    CHECK(d.next() == "answer?");
    d.run.call_succeeded(0, ApplyRun::Effected::now);
    CHECK(d.next() == "settle 0 done");
    CHECK(d.next() == "call 1");
    d.run.call_succeeded(1, ApplyRun::Effected::before);
    CHECK(d.next() == "settle 1 already_so");
    CHECK(d.next() == "finished");
    CHECK(d.run.summary().open.empty());
}

TEST_CASE("several people go side by side, up to the limit", "[core][apply]") {
    const auto plan = joiners(3, {"Store 12"});
    auto limits = Dialogue::one_at_a_time();
    limits.concurrency = 2;
    Dialogue d(plan, limits);

    CHECK(d.next() == "call 0");
    CHECK(d.next() == "call 1");
    CHECK(d.next() == "answer?");
    d.run.call_succeeded(1, ApplyRun::Effected::now);
    CHECK(d.next() == "settle 1 done");
    CHECK(d.next() == "call 2");
}

TEST_CASE("a transient failure is tried again after a wait, and the wait has an end", "[core][apply]") {
    const auto plan = joiners(1);
    Dialogue d(plan);

    for (int attempt = 1; attempt < d.one_at_a_time().backoff.attempts_max; ++attempt) {
        REQUIRE(d.next() == "call 0");
        d.run.call_failed(0, transient(), d.now);
        REQUIRE(d.next() == "wait");
        REQUIRE(d.until > d.now);
        d.now = d.until;
    }
    CHECK(d.next() == "call 0");
    d.run.call_failed(0, transient(), d.now);
    CHECK(d.next() == "settle 0 gave_up");
    CHECK(d.next() == "finished");
    CHECK(d.run.summary().open.count(EmployeeKey("1001")) == 1);
}

TEST_CASE("the server's own word on when to come back is obeyed", "[core][apply]") {
    const auto plan = joiners(1);
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, transient(30s), d.now);
    CHECK(d.next() == "wait");
    CHECK(d.until >= d.now + 30s);
}

TEST_CASE("while one person waits, the others go on", "[core][apply]") {
    const auto plan = joiners(2);
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, transient(30s), d.now);
    CHECK(d.next() == "call 1");
}

TEST_CASE("an unknown outcome is looked at before anything is sent again", "[core][apply][fault21]") {
    const auto plan = joiners(1);
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, lost(), d.now);
    CHECK(d.next() == "wait");
    d.now = d.until;
    CHECK(d.next() == "look 0");

    SECTION("it took effect: nothing is sent again") {
        d.run.looked(0, ApplyRun::Seen::in_effect, d.now);
        CHECK(d.next() == "settle 0 done");
        CHECK(d.next() == "finished");
    }
    SECTION("it did not: it is sent again") {
        d.run.looked(0, ApplyRun::Seen::not_in_effect, d.now);
        CHECK(d.next() == "call 0");
    }
    SECTION("nobody can tell: the intent stays open and what depends on it does not start") {
        d.run.look_failed(0, blocked(), d.now);
        CHECK(d.next() == "finished");
        CHECK(d.run.summary().unknown == 1);
    }
}

TEST_CASE("a rejected operation is recorded, what needs it is skipped, the others go on", "[core][apply]") {
    const auto plan = joiners(2, {"Store 12"});  // create 1001, create 1002, add 1001, add 1002
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, rejected(), d.now);
    CHECK(d.next() == "settle 0 rejected");
    CHECK(d.next() == "settle 2 skipped");
    CHECK(d.next() == "call 1");
    d.run.call_succeeded(1, ApplyRun::Effected::now);
    CHECK(d.next() == "settle 1 done");
    CHECK(d.next() == "call 3");
}

TEST_CASE("a blocked failure ends the run and leaves the rest for the next one", "[core][apply][fault27]") {
    const auto plan = joiners(3);
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, blocked(), d.now);
    CHECK(d.next() == "settle 0 gave_up");
    CHECK(d.next() == "finished");
    CHECK(d.run.summary().not_started == 2);
    CHECK(d.run.summary().stopped_by->code == "invalid_token");
}

TEST_CASE("an outage stops the run by itself instead of trying everybody", "[core][apply][fault28]") {
    const auto plan = joiners(100);
    Dialogue d(plan);

    int calls = 0;
    for (auto step = d.next(); step != "finished"; step = d.next()) {
        if (step == "wait") d.now = d.until;
        if (step.rfind("call", 0) != 0) continue;
        ++calls;
        d.run.call_failed(static_cast<std::size_t>(std::stoi(step.substr(5))), transient(), d.now);
    }
    CHECK(calls == ApplyLimits{}.failures_in_a_row_max);
}

TEST_CASE("retries are at most a tenth of the run, however the failures fall", "[core][apply][fault28]") {
    const auto plan = joiners(200);
    Dialogue d(plan);

    int calls = 0;
    std::uint64_t coin = 7;
    for (auto step = d.next(); step != "finished"; step = d.next()) {
        if (step == "wait") d.now = d.until;
        if (step.rfind("call", 0) != 0) continue;
        ++calls;
        coin = coin * 6364136223846793005ULL + 1442695040888963407ULL;
        const auto operation = static_cast<std::size_t>(std::stoi(step.substr(5)));
        if ((coin >> 33) % 2 == 0) {
            d.run.call_failed(operation, transient(), d.now);
        } else {
            d.run.call_succeeded(operation, ApplyRun::Effected::now);
        }
    }
    CHECK(calls <= 220);
}

TEST_CASE("a stop starts nothing more and waits for what is under way", "[core][apply]") {
    const auto plan = joiners(3);
    auto limits = Dialogue::one_at_a_time();
    limits.concurrency = 2;
    Dialogue d(plan, limits);

    CHECK(d.next() == "call 0");
    d.run.stop(std::nullopt);
    CHECK(d.next() == "answer?");
    d.run.call_succeeded(0, ApplyRun::Effected::now);
    CHECK(d.next() == "settle 0 done");
    CHECK(d.next() == "finished");
    CHECK(d.run.summary().not_started == 2);
}

TEST_CASE("on a stop, a call that had no effect is settled and one with an unknown outcome stays open",
          "[core][apply]") {
    const auto plan = joiners(2);
    Dialogue d(plan);

    CHECK(d.next() == "call 0");
    d.run.call_failed(0, transient(30s), d.now);
    CHECK(d.next() == "call 1");
    d.run.call_failed(1, lost(), d.now);
    d.run.stop(std::nullopt);
    CHECK(d.next() == "settle 0 gave_up");
    CHECK(d.next() == "finished");
    CHECK(d.run.summary().unknown == 1);
}

TEST_CASE("adopting sends nothing and is settled at once", "[core][apply]") {
    auto changes = diff::diff(should_be({wanted("1001")}), network_of({account("1001")}), {}, {});
    const auto plan = plan::make_plan(std::move(changes), PlanBasis{.tenant = TenantId("shop")}, {});
    Dialogue d(plan);

    CHECK(d.next() == "settle 0 done");
    CHECK(d.next() == "finished");
}

TEST_CASE("what took effect is ours afterwards, and only that", "[core][apply]") {
    const GroupChange store{GroupEid("g12"), "Store 12", {}};
    const auto after = [](What what) {
        return apply_changes(Ownership{{ours("1001", {"g14"})}},
                             ownership_after(Change{EmployeeKey("1001"), std::move(what), {}}, Time(5ms)));
    };
    const auto changed = [](OwnedUser owned) {
        owned.changed_at = Time(5ms);
        return Ownership{{std::move(owned)}};
    };

    CHECK(after(AddToGroups{{store}}) == changed(ours("1001", {"g12", "g14"})));
    CHECK(after(RemoveFromGroups{{{GroupEid("g14"), "Store 14", {}}}}) == changed(ours("1001")));
    CHECK(after(ChangeRole{RoleId("member"), RoleId("admin"), true}).users[0].role == RoleId("admin"));
    CHECK(after(ChangeRole{RoleId("admin"), RoleId("member"), false}).users[0].role == std::nullopt);
    CHECK(after(EndMembership{}) == Ownership{});
    CHECK(after(SuspendUser{}).users[0].suspended);
}

TEST_CASE("what somebody took away is remembered when it is given up, and forgotten when it means nothing any more",
          "[core][apply]") {
    using Thing = OwnershipChange::What;
    const GroupChange store{GroupEid("g12"), "Store 12", {}};
    auto owned = ours("1001", {"g12"});
    owned.role = RoleId("admin");
    owned.group_roles = {{GroupEid("g12"), RoleId("admin")}};
    const auto after = [](Ownership ownership, What what) {
        return apply_changes(std::move(ownership),
                             ownership_after(Change{EmployeeKey("1001"), std::move(what), {}}, Time(5ms)));
    };

    const auto given_up = after({{owned}}, Release{.groups = {store}, .role = RoleId("admin")});
    REQUIRE(given_up.users.size() == 1);
    CHECK(given_up.users[0].groups.empty());
    CHECK(given_up.users[0].group_roles.empty());
    CHECK(given_up.users[0].role == std::nullopt);
    CHECK(given_up.users[0].declined == std::vector{GroupEid("g12")});
    CHECK(given_up.users[0].role_declined == RoleId("admin"));

    const Release nothing_left{
        .groups = {}, .role = {}, .forgotten = {{Thing::declined, "g12"}, {Thing::role_declined, ""}}};
    CHECK(after(given_up, nothing_left) == Ownership{{ours("1001")}});

    const auto without_account = after({{owned}}, Release{.groups = {}, .role = {}, .user = true});
    CHECK(without_account == Ownership{{OwnedUser{.key = EmployeeKey("1001"), .user_declined = true}}});
}

TEST_CASE("whoever comes back under another key has what they had", "[core][apply]") {
    auto owned = ours("1001", {"g12"});
    owned.role = RoleId("admin");
    owned.suspended = true;
    const Change change{EmployeeKey("2001"), ReactivateUser{.profile = {}, .formerly = EmployeeKey("1001")}, {}};

    auto expected = ours("2001", {"g12"});
    expected.role = RoleId("admin");
    expected.changed_at = Time(5ms);
    CHECK(apply_changes(Ownership{{owned}}, ownership_after(change, Time(5ms))) == Ownership{{expected}});
}

TEST_CASE("nothing that was known of an earlier account is so for the one that is made", "[core][apply]") {
    auto owned = ours("1001", {"g12"});
    owned.role = RoleId("admin");
    owned.link = UserEid("u1");
    owned.declined = {GroupEid("g14")};
    owned.role_declined = RoleId("editor");
    owned.invited_again = 2;
    owned.group_roles = {{GroupEid("g12"), RoleId("admin")}};
    owned.suspended = true;
    owned.invite_due = true;
    const Change change{EmployeeKey("1001"), CreateUser{}, {}};

    auto expected = ours("1001");
    expected.changed_at = Time(5ms);
    CHECK(apply_changes(Ownership{{owned}}, ownership_after(change, Time(5ms))) == Ownership{{expected}});
    expected.link = UserEid("u2");  // no interface took the key: the answer alone tells whose account it is
    CHECK(apply_changes(Ownership{{owned}}, ownership_after(change, Time(5ms), UserEid("u2"))) ==
          Ownership{{expected}});
}

TEST_CASE("an invitation is due from the change of the address until it was sent, and reminders alone are counted",
          "[core][apply]") {
    const auto after = [](const OwnedUser& owned, What what) {
        const Change change{EmployeeKey("1001"), std::move(what), {}};
        return apply_changes(Ownership{{owned}}, ownership_after(change, Time(5ms))).users.front();
    };

    const auto due = after(ours("1001"), UpdateProfile{.before = {}, .after = {}, .asks_in_again = true});
    CHECK(due.invite_due);
    CHECK_FALSE(after(ours("1001"), UpdateProfile{}).invite_due);
    const auto asked = after(due, InviteAgain{.email = "a@shop.example"});
    CHECK_FALSE(asked.invite_due);
    CHECK(asked.invited_again == 0);
    CHECK(after(due, InviteAgain{.email = "a@shop.example", .reminder = true}).invited_again == 1);

    auto in_vain = ownership_after(
        Change{EmployeeKey("1001"), InviteAgain{.email = "a@shop.example", .reminder = true}, {}}, Time(5ms));
    discount_reminder(in_vain);
    CHECK(apply_changes(Ownership{{due}}, in_vain).users.front().invited_again == 0);
}

TEST_CASE("as many invitations are under way at once as one call takes, besides the others", "[core][apply]") {
    constexpr int many = 300;
    const auto plan = joiners(many, {"Store 12"});
    ApplyLimits limits;
    limits.concurrency = 4;
    limits.invitations = 250;
    limits.retries_min = 1;
    limits.retry_share_max = 0;
    Dialogue d(plan, limits);

    for (int i = 0; i < 250; ++i) CHECK(d.next() == "call " + std::to_string(i));
    CHECK(d.next() == "answer?");

    SECTION("what they make possible goes on, few at a time") {
        for (std::size_t i = 0; i < 10; ++i) d.run.call_succeeded(i, ApplyRun::Effected::now);
        for (int i = 0; i < 10; ++i) CHECK(d.next() == "settle " + std::to_string(i) + " done");
        for (int i = 250; i < 260; ++i) CHECK(d.next() == "call " + std::to_string(i));
        for (int i = many; i < many + 4; ++i) CHECK(d.next() == "call " + std::to_string(i));
        CHECK(d.next() == "answer?");
    }
    SECTION("one call that fails for all of them is one failure and one retry") {
        for (std::size_t i = 0; i < 250; ++i) {
            d.run.call_failed(i, transient(), d.now);
            d.now += 1ms;
        }
        CHECK_FALSE(d.run.stopped());
        CHECK(d.run.settled() == 0);
        d.now += 1h;
        for (int i = 0; i < 250; ++i) CHECK(d.next().starts_with("call "));
    }
    SECTION("what became of them is looked up a few at a time") {
        for (std::size_t i = 0; i < 250; ++i) d.run.call_failed(i, lost(), d.now);
        d.now += 1h;
        std::size_t looks = 0;
        for (auto step = d.next(); step != "answer?"; step = d.next()) looks += step.starts_with("look ") ? 1 : 0;
        CHECK(looks == 4);
    }
}

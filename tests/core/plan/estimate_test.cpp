// How long a plan will take, against the machine that carries it out, on a clock that jumps.

#include "core/plan/estimate.hpp"

#include "core/apply/apply_run.hpp"
#include "core/pace/bucket.hpp"
#include "core/plan/make_plan.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <utility>

using namespace usersync;
using namespace usersync::test;

namespace {

Change change(const std::string& key, What what) { return {EmployeeKey(key), std::move(what), reason("rule")}; }

GroupChange group(const std::string& eid) { return {GroupEid(eid), "the " + eid, reason("rule")}; }

/// So many people join, move and leave.
Plan town(int joiners, int movers, int leavers) {
    ChangeSet set;
    for (int i = 0; i < joiners; ++i) {
        const auto key = "j" + std::to_string(i);
        set.changes.push_back(change(key, CreateUser{.profile = profile_of(key), .invitation = {}, .user_name = {}}));
        set.changes.push_back(change(key, AddToGroups{{group("g1")}}));
        if (i % 10 == 0) set.changes.push_back(change(key, ChangeRole{RoleId("member"), RoleId("admin"), true}));
    }
    for (int i = 0; i < movers; ++i) {
        const auto key = "m" + std::to_string(i);
        set.changes.push_back(change(key, AddToGroups{{group("g1")}}));
        set.changes.push_back(change(key, RemoveFromGroups{{group("g2")}}));
    }
    for (int i = 0; i < leavers; ++i) {
        const auto key = "l" + std::to_string(i);
        set.changes.push_back(change(key, RemoveFromGroups{{group("g2")}}));
        set.changes.push_back(change(key, SuspendUser{.profile = profile_of(key)}));
    }
    return plan::make_plan(std::move(set), {}, {});
}

std::size_t requests_of(const What& what) {
    return std::holds_alternative<SuspendUser>(what) || std::holds_alternative<ChangeRole>(what) ? 2 : 1;
}

/// The last request of these; what looks first, looks by REST.
bool is_of_scim(const What& what) {
    return std::holds_alternative<CreateUser>(what) || std::holds_alternative<SuspendUser>(what);
}

/// Carries a plan out with the machine and the bucket of the daemon, and with calls as the adapter for Speakap sends
/// them; answers take as long as they like.
class CarryingOut {
public:
    CarryingOut(const Plan& plan, const plan::Pace& pace, unsigned seed, double sigma)
        : plan_(plan),
          pace_(pace),
          run_(plan, limits_of(pace), seed),
          engine_(seed),
          jitter_(-sigma * sigma / 2, sigma),  // 1 on average
          rest_({.calls_per_second = pace.calls_per_second, .burst = pace.burst}),
          scim_({.calls_per_second = pace.scim_per_second.value_or(1), .burst = pace.burst}) {}

    /// The seconds that passed.
    double take() {
        for (;;) {
            const auto step = run_.next(now_);
            if (std::holds_alternative<apply::Finished>(step)) break;
            if (const auto* call = std::get_if<apply::Call>(&step)) {
                perform(call->operation);
            } else if (const auto* check = std::get_if<apply::Check>(&step)) {
                look_back(check->operation, looks_of(what(check->operation)));
            } else if (std::holds_alternative<apply::WaitForAnswer>(step)) {
                auto first = answers_.extract(answers_.begin());
                now_ = first.key();
                first.mapped()();
            }
        }
        return std::chrono::duration<double>(now_ - SteadyTime{}).count();
    }

    std::size_t requests() const { return requests_; }

private:
    struct List {
        std::set<EmployeeKey> listed;
        std::deque<std::size_t> asking;  // the first of them reads
        bool is_read = false;
    };

    static apply::ApplyLimits limits_of(const plan::Pace& pace) {
        apply::ApplyLimits limits;
        limits.concurrency = pace.concurrency;
        limits.canary = pace.canary;
        limits.canary_above = pace.canary_above;
        return limits;
    }

    static std::size_t looks_of(const What& what) {
        const auto* add = std::get_if<AddToGroups>(&what);
        const auto* remove = std::get_if<RemoveFromGroups>(&what);
        return add != nullptr ? add->groups.size() : remove != nullptr ? remove->groups.size() : 1;
    }

    const What& what(std::size_t operation) const { return plan_.operations[operation].change.what; }
    const EmployeeKey& person(std::size_t operation) const { return plan_.operations[operation].change.employee; }

    void send(bool by_scim, std::function<void()> then) {
        ++requests_;
        const auto latency = std::chrono::duration<double>(pace_.latency) * jitter_(engine_);
        auto& bucket = by_scim && pace_.scim_per_second ? scim_ : rest_;
        const auto at = bucket.reserve(now_) + std::chrono::duration_cast<SteadyTime::duration>(latency);
        answers_.emplace(at, std::move(then));
    }

    void perform(std::size_t operation) {
        const bool is_new = made_.contains(person(operation)) && pace_.page > 0;
        if (is_new && std::holds_alternative<AddToGroups>(what(operation))) return ask(users_, operation);
        if (is_new && std::holds_alternative<ChangeRole>(what(operation))) return ask(memberships_, operation);
        call(operation, requests_of(what(operation)));
    }

    void call(std::size_t operation, std::size_t left) {
        const bool by_scim = left == 1 && is_of_scim(what(operation));
        send(by_scim, [this, operation, left] {
            if (left > 1) return call(operation, left - 1);
            if (std::holds_alternative<CreateUser>(what(operation))) {
                made_.insert(person(operation));
                accounts_.push_back(person(operation));
            }
            run_.call_succeeded(operation, apply::ApplyRun::Effected::now);
        });
    }

    void look_back(std::size_t operation, std::size_t left) {
        send(is_of_scim(what(operation)), [this, operation, left] {
            if (left > 1) return look_back(operation, left - 1);
            run_.checked(operation, apply::ApplyRun::Seen::in_effect);
        });
    }

    void ask(List& list, std::size_t operation) {
        if (list.listed.contains(person(operation))) return call(operation, requests_of(what(operation)));
        list.asking.push_back(operation);
        if (!list.is_read) read(list, 0);
    }

    void read(List& list, std::size_t offset) {
        list.is_read = true;
        send(false, [this, &list, offset] {
            const auto end = std::min(accounts_.size(), offset + pace_.page);
            list.listed.insert(accounts_.begin() + static_cast<std::ptrdiff_t>(offset),
                               accounts_.begin() + static_cast<std::ptrdiff_t>(end));
            list.is_read = end > offset;
            if (list.is_read) read(list, end);
            if (list.is_read && &list == &memberships_) return;
            auto asking = std::exchange(list.asking, {});
            if (list.is_read) {
                list.asking.push_back(asking.front());
                asking.pop_front();
            }
            for (const auto operation : asking) ask(list, operation);
        });
    }

    const Plan& plan_;
    const plan::Pace& pace_;
    apply::ApplyRun run_;
    std::mt19937 engine_;
    std::lognormal_distribution<double> jitter_;
    pace::TokenBucket rest_;
    pace::TokenBucket scim_;
    std::multimap<SteadyTime, std::function<void()>> answers_;
    std::set<EmployeeKey> made_;
    std::vector<EmployeeKey> accounts_;  // the oldest first
    List users_;
    List memberships_;
    std::size_t requests_ = 0;
    SteadyTime now_{};
};

double carried_out(const Plan& plan, const plan::Pace& pace, unsigned seed) {
    return CarryingOut(plan, pace, seed, 0.5).take();
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

TEST_CASE("what a plan takes is known before within five per cent, whether rate, answers or chains limit it",
          "[core][plan][estimate]") {
    const std::vector<plan::Pace> paces{
        {.calls_per_second = 100, .burst = 20, .latency = Duration(50), .concurrency = 32},
        {.calls_per_second = 10, .burst = 10, .latency = Duration(200), .concurrency = 4},
        {.calls_per_second = 5, .burst = 5, .latency = Duration(200), .concurrency = 4},
        {.calls_per_second = 50, .burst = 5, .latency = Duration(400), .concurrency = 4},  // answers limit it
        {.calls_per_second = 20, .burst = 1, .latency = Duration(100), .concurrency = 1},
        {.calls_per_second = 50, .scim_per_second = 4, .burst = 15, .latency = Duration(200), .concurrency = 16},
        {.calls_per_second = 10, .scim_per_second = 60, .burst = 3, .latency = Duration(200), .concurrency = 16},
    };
    const auto plan = town(200, 100, 50);
    std::vector<plan::Pace> as_shipped = paces;
    for (auto& pace : as_shipped) {
        pace.page = 100;
        pace.canary = 3;
    }
    as_shipped.insert(as_shipped.end(), paces.begin(), paces.end());

    for (const auto& pace : as_shipped) {
        const auto told = plan::estimate(plan, pace);
        const auto took = carried_out(plan, pace, 7);
        INFO("rate " << pace.calls_per_second << ", " << pace.concurrency << " at once, canary " << pace.canary
                     << ": told " << seconds(told.expected) << " s, took " << took << " s");
        CHECK(told.calls == plan::calls_of(plan));
        CHECK(seconds(told.expected) > 0.95 * took);
        CHECK(seconds(told.expected) < 1.05 * took);
        CHECK(told.ideal <= told.expected);
    }
}

TEST_CASE("whatever the plan and the network are like, what is told of calls and time is what the daemon needs",
          "[core][plan][estimate]") {
    std::mt19937 dice(6);
    const auto one_of = [&dice](int from, int to) { return std::uniform_int_distribution<int>(from, to)(dice); };
    for (int n = 0; n < 150; ++n) {
        const int joiners = one_of(0, 150);
        const int movers = one_of(0, 60);
        const int leavers = one_of(0, 30);
        plan::Pace pace{.calls_per_second = static_cast<double>(one_of(2, 100)),
                        .burst = static_cast<double>(one_of(1, 20)),
                        .latency = Duration(one_of(20, 500)),
                        .concurrency = static_cast<std::size_t>(one_of(1, 40)),
                        .page = static_cast<std::size_t>(one_of(0, 1) * one_of(5, 100)),
                        .canary = static_cast<std::size_t>(one_of(0, 4))};
        if (one_of(0, 1) == 1) pace.scim_per_second = one_of(2, 100);
        const auto plan = town(joiners, movers, leavers);
        const auto told = plan::estimate(plan, pace);
        CarryingOut carrying_out(plan, pace, 1, 0.0);
        const auto took = carrying_out.take();
        INFO("case " << n << ": " << joiners << " join, " << movers << " move, " << leavers << " leave; rate "
                     << pace.calls_per_second << ", SCIM " << pace.scim_per_second.value_or(0) << ", burst "
                     << pace.burst << ", " << pace.latency.count() << " ms, " << pace.concurrency
                     << " at once, pages of " << pace.page << ", canary " << pace.canary << ": told "
                     << seconds(told.expected) << " s and " << told.requests << " requests, took " << took << " s and "
                     << carrying_out.requests());
        // Which of two answers of the same moment comes first is nobody's promise, and decides who is listed when.
        CHECK(seconds(told.expected) == Approx(took).epsilon(0.02).margin(2 * seconds(pace.latency)));
        CHECK(static_cast<double>(told.requests) ==
              Approx(static_cast<double>(carrying_out.requests())).epsilon(0.02).margin(2.0));
        CHECK(told.ideal <= told.expected + Duration(1));
    }
}

TEST_CASE("the first people go alone and are read back before anybody else begins", "[core][plan][estimate]") {
    const plan::Pace free{.calls_per_second = 1000, .burst = 1000, .latency = Duration(100), .concurrency = 100};
    auto careful = free;
    careful.canary = 3;
    const auto plan = town(0, 30, 0);  // into a group, then out of one

    CHECK(plan::estimate(plan, free).expected == Duration(200));
    const auto told = plan::estimate(plan, careful);
    CHECK(told.expected == Duration(500));  // in, out, both seen at once; then all the others
    CHECK(told.ideal == told.expected);
    CHECK(told.longest == 5);
    CHECK(told.requests == 60 + 6);

    careful.canary_above = 30;
    CHECK(plan::estimate(plan, careful) == plan::estimate(plan, free));
}

TEST_CASE(
    "newcomers are listed page after page before they come into groups, but for those whose invitation names them",
    "[core][plan][estimate]") {
    plan::Pace pace{
        .calls_per_second = 1000, .burst = 1000, .latency = Duration(100), .concurrency = 1000, .page = 100};
    ChangeSet set;
    for (int i = 0; i < 250; ++i) {
        const auto key = "j" + std::to_string(i);
        set.changes.push_back(change(key, CreateUser{.profile = profile_of(key), .invitation = {}, .user_name = {}}));
        set.changes.push_back(change(key, AddToGroups{{group("g1")}}));
    }
    const auto plan = plan::make_plan(std::move(set), {}, {});

    const auto told = plan::estimate(plan, pace);
    CHECK(told.requests == 500 + 4);        // three pages of people, and the empty one behind them
    CHECK(told.expected == Duration(600));  // whoever asked waits for all of these
    CHECK(told.longest == 3);

    auto by_mail = pace;
    by_mail.invitations = 1000;
    CHECK(plan::estimate(plan, by_mail).requests == 1 + 250);

    pace.page = 0;
    CHECK(plan::estimate(plan, pace).requests == 500);
}

TEST_CASE("lists are read at the pace of reads, and the canary's accounts are looked at by SCIM",
          "[core][plan][estimate]") {
    plan::Pace pace{.calls_per_second = 1,
                    .write_per_second = 1000,
                    .scim_per_second = 1000,
                    .burst = 1,
                    .latency = Duration(100),
                    .concurrency = 1000,
                    .page = 10};
    const auto plan = town(30, 0, 0);  // three of them become administrators
    // Three pages and an empty one for the ids, as many for the roles, and a look at each role.
    CHECK(seconds(plan::estimate(plan, pace).expected) == Approx(11).margin(1));

    pace.page = 0;
    pace.canary = 1;
    // The first one is looked at in the group and in the role, and three roles are looked at before they change.
    CHECK(seconds(plan::estimate(plan, pace).expected) == Approx(5).margin(1));
}

TEST_CASE("who is taken over first is counted with what follows, once", "[core][plan][estimate]") {
    ChangeSet set;
    set.changes.push_back(change("m1", Adopt{}));
    set.changes.push_back(change("m1", AddToGroups{{group("g1")}}));
    const auto told = plan::estimate(plan::make_plan(std::move(set), {}, {}), {.latency = Duration(100)});
    CHECK(told.longest == 1);
    CHECK(told.expected == Duration(100));
}

TEST_CASE("the ideal is bound by the rate, or by the longest chain", "[core][plan][estimate]") {
    const auto many = town(0, 50, 0);  // 100 calls in chains of two
    const auto fast = plan::estimate(many, {.calls_per_second = 10, .burst = 20, .latency = Duration(100)});
    CHECK(seconds(fast.ideal) == Approx((100.0 - 20.0) / 10.0 + 0.1));
    CHECK(fast.longest == 2);

    const auto one = town(0, 0, 1);  // groups, then a look and the suspension
    const auto slow = plan::estimate(one, {.calls_per_second = 100, .burst = 100, .latency = Duration(1000)});
    CHECK(slow.longest == 3);
    CHECK(slow.calls == 2);
    CHECK(slow.requests == 3);
    CHECK(seconds(slow.ideal) == Approx(3.0));
    CHECK(slow.expected == slow.ideal);
}

TEST_CASE("what has a rate of its own takes its own time: accounts by SCIM, changes by REST",
          "[core][plan][estimate]") {
    const auto joiners = town(1000, 0, 0);
    const plan::Pace fast{.calls_per_second = 100, .burst = 15, .latency = Duration(100), .concurrency = 32};
    auto slow_scim = fast;
    slow_scim.scim_per_second = 2;
    const auto told = plan::estimate(joiners, slow_scim);
    CHECK(seconds(told.expected) > (1000.0 - 15.0) / 2.0);
    CHECK(seconds(told.expected) < 1000.0 / 2.0 + 5.0);
    CHECK(seconds(told.ideal) == Approx((1000.0 - 15.0) / 2.0 + 0.1));
    CHECK(plan::estimate(joiners, fast).expected < Duration(30'000));

    const auto movers = town(0, 500, 0);
    auto slow_writes = fast;
    slow_writes.write_per_second = 5;
    CHECK(seconds(plan::estimate(movers, slow_writes).expected) > (1000.0 - 15.0) / 5.0);
    CHECK(plan::estimate(movers, slow_scim).expected < Duration(15'000));
}

TEST_CASE("calls that will be sent again take their time, and shared invitations spare theirs",
          "[core][plan][estimate]") {
    const auto plan = town(100, 0, 0);
    const plan::Pace pace{.calls_per_second = 10, .burst = 1, .latency = Duration(100), .concurrency = 10};
    auto failing = pace;
    failing.failures = 0.10;
    auto sharing = pace;
    sharing.invitations = 100;

    CHECK(plan::estimate(plan, failing).expected > plan::estimate(plan, pace).expected + Duration(1500));
    CHECK(plan::estimate(plan, sharing).requests == plan::estimate(plan, pace).requests - 99);
}

TEST_CASE("what a call takes is told by the newest operations, else by reads, else it is assumed",
          "[core][plan][estimate]") {
    std::vector<plan::Took> newest;
    for (int i = 0; i < 30; ++i) {
        newest.push_back({.what = AddToGroups{{group("g1")}}, .span = Duration(300)});
        newest.push_back({.what = SuspendUser{.profile = profile_of("1")}, .span = Duration(600)});  // two requests
        newest.push_back({.what = Adopt{}, .span = Duration(0)});                                    // none
    }
    for (int i = 0; i < 5; ++i) newest.push_back({.what = AddToGroups{{group("g1")}}, .span = Duration(90'000)});

    CHECK(plan::latency_of(newest, Duration(80), Duration(200)) ==
          plan::Latency{.of_call = Duration(300), .from = plan::LatencyFrom::ledger});
    newest.resize(9);
    CHECK(plan::latency_of(newest, Duration(80), Duration(200)) ==
          plan::Latency{.of_call = Duration(80), .from = plan::LatencyFrom::reads});
    CHECK(plan::latency_of({}, Duration(0), Duration(200)) ==
          plan::Latency{.of_call = Duration(200), .from = plan::LatencyFrom::assumed});
}

TEST_CASE("operations that waited for the rate make no plan of the same rate look longer", "[core][plan][estimate]") {
    const auto plan = town(200, 100, 50);
    const plan::Pace pace{.calls_per_second = 5, .burst = 5, .latency = Duration(200), .concurrency = 4};
    auto by_ledger = pace;
    by_ledger.latency = Duration(4 * 1000 / 5);  // four under way share five calls a second

    const auto took = carried_out(plan, pace, 7);
    CHECK(seconds(plan::estimate(plan, by_ledger).expected) > 0.95 * took);
    CHECK(seconds(plan::estimate(plan, by_ledger).expected) < 1.05 * took);
}

TEST_CASE("nor a canary, whose people wait for nobody: it takes as long as calls do when nothing else goes",
          "[core][plan][estimate]") {
    const auto plan = town(40, 20, 0);
    plan::Pace pace{
        .calls_per_second = 5, .burst = 5, .latency = Duration(200), .concurrency = 6, .page = 100, .canary = 3};
    auto by_ledger = pace;
    by_ledger.latency = Duration(6 * 1000 / 5);
    by_ledger.latency_alone = pace.latency;

    const auto took = CarryingOut(plan, pace, 7, 0.0).take();
    const auto told = plan::estimate(plan, by_ledger);
    CHECK(seconds(told.expected) > 0.9 * took);
    CHECK(seconds(told.expected) < 1.1 * took);
    CHECK(told.ideal <= told.expected);
}

TEST_CASE("a plan that sends nothing takes no time", "[core][plan][estimate]") {
    CHECK(plan::estimate(Plan{}, {}) == plan::Estimate{});
}

// Who leaves, and when: the removal queue over days of records.

#include "core/plan/removal_queue.hpp"

#include "core/diff/diff.hpp"
#include "tests/support/network_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
using plan::Evidence;

namespace {

using Lines = std::vector<std::string>;

constexpr Time first_day = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)) + 6h;

/// One tenant over days: what each record says, what the network has, what the queue keeps.
class Days {
public:
    explicit Days(plan::QueueLimits limits = {}, diff::LeaverAction action = diff::LeaverAction::suspend)
        : limits(limits) {
        policy.leavers = action;
        for (const auto* key : {"1001", "1002"}) {
            network.users.push_back(account(key, {"g12"}));
            ownership.users.push_back(ours(key, {"g12"}));
        }
    }

    /// A record of the next day; gives what may be done by it. Nothing is done yet.
    Lines record(std::vector<std::string> people, Completeness completeness = Completeness::complete) {
        now += 24h;
        keep(people, completeness);
        desired = should_be({});
        for (const auto& key : people) desired.users.push_back(wanted(key, {"Store 12"}));
        desired.completeness = completeness;
        return look();
    }
    Lines look() {
        changes = diff::diff(desired, network, ownership, policy);
        removals.queued = plan::walk_queue(
            changes, desired, network, ownership, removals,
            {.snapshot = snapshot, .now = now, .can_suspend = policy.can_suspend, .missing = missing()}, limits);
        return lines_of(changes);
    }
    /// Somebody is in the record, and not to be in the network.
    Lines record_with(const NotWanted& person, Completeness completeness = Completeness::complete) {
        now += 24h;
        keep({"1001", person.key.value()}, completeness);
        desired = should_be({wanted("1001", {"Store 12"})});
        desired.not_wanted = {person};
        desired.completeness = completeness;
        return look();
    }
    /// A record of a day on which no run came as far as a plan. The same delivery again: read by other rules.
    void unseen(const std::vector<std::string>& people, Completeness completeness = Completeness::complete) {
        now += 24h;
        keep(people, completeness);
    }
    void keep(const std::vector<std::string>& people, Completeness completeness, const std::string& delivery = {}) {
        snapshot = SnapshotId(snapshot.value() + 1);
        const auto bytes = delivery.empty() ? std::to_string(snapshot.value()) : delivery;
        marks.insert(
            marks.begin(),
            {.id = snapshot, .delivery = fingerprint_of(bytes), .is_good = completeness == Completeness::complete});
        for (const auto& key : people) last_rows[EmployeeKey(key)] = snapshot;
    }
    std::vector<MissingSince> missing() const {
        std::vector<MissingSince> found;
        for (const auto& [key, last_row] : last_rows) {
            if (last_row != snapshot) found.push_back(missing_since(key, last_row, marks));
        }
        return found;
    }
    /// What the plan of this day says is done.
    void carry_out() {
        for (const auto& change : changes.changes) {
            auto& user = account_of(change.employee);
            if (std::holds_alternative<SuspendUser>(change.what)) user.state = UserState::suspended;
            if (std::holds_alternative<EndMembership>(change.what)) user.membership.reset();
            if (std::holds_alternative<ReactivateUser>(change.what)) user.state = UserState::active;
            if (std::holds_alternative<RemoveFromGroups>(change.what)) user.groups.clear();
        }
    }
    ActualUser& account_of(const EmployeeKey& key) {
        return *std::find_if(network.users.begin(), network.users.end(),
                             [&](const ActualUser& user) { return user.xid == key; });
    }
    std::string note_of(const std::string& key) const {
        for (const auto& note : changes.notes) {
            if (note.kind == Note::Kind::queued && note.employee == EmployeeKey(key)) return note.text;
        }
        return {};
    }
    void hold(const std::string& key) {
        removals.holds = {{.key = EmployeeKey(key), .by = "jan", .reason = "is ill", .since = now}};
    }

    plan::QueueLimits limits;
    diff::Policy policy;
    ActualNetwork network = network_of({});
    Ownership ownership;
    DesiredNetwork desired;
    ChangeSet changes;
    plan::Removals removals;
    Time now = first_day;
    SnapshotId snapshot{0};
    std::vector<SnapshotMark> marks;              ///< newest first
    std::map<EmployeeKey, SnapshotId> last_rows;  ///< as the store knows them
};

/// But for which record was looked at last.
std::vector<plan::QueuedRemoval> told_by(const plan::Removals& removals) {
    auto queued = removals.queued;
    for (auto& one : queued) one.counted = {};
    return queued;
}

const Lines leaves{"remove_from_groups 1002 g12", "suspend_user 1002"};

}  // namespace

TEST_CASE("by default one complete record is evidence, and a leaver leaves at once", "[core][queue]") {
    Days days;
    CHECK(days.record({"1001", "1002"}).empty());
    CHECK(days.removals == plan::Removals{});

    CHECK(days.record({"1001"}) == leaves);
    REQUIRE(days.removals.queued.size() == 1);
    CHECK(days.removals.queued[0] == plan::QueuedRemoval{.key = EmployeeKey("1002"),
                                                         .evidence = Evidence::absent,
                                                         .first_snapshot = SnapshotId(2),
                                                         .first_seen = first_day + 48h,
                                                         .snapshots = 1,
                                                         .counted = SnapshotId(2)});
    CHECK(days.note_of("1002").empty());
}

TEST_CASE("with two records, absence counts when the second complete one says so too", "[core][queue]") {
    Days days({.snapshots = 2});
    days.record({"1001", "1002"});

    CHECK(days.record({"1001"}).empty());
    CHECK(days.note_of("1002") ==
          "is to leave: not in the record since 2026-11-03 (snapshot 2), in 1 of 2 complete records");
    CHECK_FALSE(is_open(Note::Kind::queued));
    CHECK(days.look().empty());  // the same record twice is one
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("a partial record neither counts nor takes anything back", "[core][queue]") {
    Days days({.snapshots = 2});
    days.record({"1001"});
    const auto before = days.removals;

    CHECK(days.record({"1001"}, Completeness::partial).empty());
    CHECK(told_by(days.removals) == told_by(before));
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("records of runs that failed count as well, and with one that has them the count begins anew",
          "[core][queue]") {
    Days days({.snapshots = 3, .suspend_after = 12h});
    days.record({"1001", "1002"});
    CHECK(days.record({"1001"}).empty());
    days.unseen({"1001"});
    days.unseen({"1001"}, Completeness::partial);
    CHECK(days.record({"1001"}) == leaves);
    CHECK(days.removals.queued.at(0).first_snapshot == SnapshotId(2));
    CHECK(days.removals.queued.at(0).snapshots == 3);

    const auto completeness = GENERATE(Completeness::complete, Completeness::partial, Completeness::doubtful);
    days.unseen({"1001", "1002"}, completeness);
    CHECK(days.record({"1001"}).empty());
    CHECK(days.removals.queued.at(0).first_snapshot == SnapshotId(7));
    CHECK(days.removals.queued.at(0).first_seen == days.now);
    CHECK(days.removals.queued.at(0).snapshots == 1);
}

TEST_CASE("a last day that the record told counts no more once a record was taken in that no run has judged",
          "[core][queue]") {
    Days days({.snapshots = 2});
    CHECK(days.record_with(not_wanted("1002", Absence::ended)) == leaves);
    days.unseen({"1001", "1002"});  // whatever their row says

    CHECK(days.record({"1001"}).empty());
    CHECK(days.removals.queued.at(0).evidence == Evidence::absent);
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("a delivery that is read again by other rules is no second record", "[core][queue]") {
    Days days({.snapshots = 2});
    days.record({"1001", "1002"});
    CHECK(days.record({"1001"}).empty());

    days.keep({"1001"}, Completeness::complete, "2");
    CHECK(days.look().empty());
    CHECK(days.removals.queued.at(0).snapshots == 1);
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("what a row of a partial record says begins no removal, and ends none", "[core][queue]") {
    const auto absence = GENERATE(Absence::ended, Absence::inactive, Absence::on_leave);
    Days days({.suspend_after = 48h});
    CHECK(days.record_with(not_wanted("1002", absence), Completeness::partial).empty());
    CHECK(days.removals.queued.empty());

    days.record({"1001"});
    const auto before = days.removals;
    REQUIRE(before.queued.size() == 1);
    CHECK(days.record_with(not_wanted("1002", absence), Completeness::partial).empty());
    CHECK(told_by(days.removals) == told_by(before));
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("a doubtful record counts for its own plan, which waits for a person, and for no other", "[core][queue]") {
    Days days({.snapshots = 2});
    days.record({"1001"});

    CHECK(days.record({"1001"}, Completeness::doubtful) == leaves);
    CHECK(days.removals.queued.at(0).snapshots == 1);
    CHECK(days.record({"1001", "1002"}).empty());
    CHECK(days.record({"1001"}).empty());
}

TEST_CASE("coming back in the record cancels the countdown, whatever the record is like", "[core][queue]") {
    const auto completeness = GENERATE(Completeness::complete, Completeness::partial, Completeness::doubtful);
    Days days({.snapshots = 2});
    days.record({"1001"});

    days.record({"1001", "1002"}, completeness);
    CHECK(days.removals.queued.empty());
    CHECK(days.record({"1001"}).empty());
    CHECK(days.removals.queued.at(0).snapshots == 1);
}

TEST_CASE("a row that cannot be used is no absence", "[core][queue]") {
    Days days({.snapshots = 2});
    days.record({"1001"});
    days.record({"1001"});
    days.desired.frozen = {{EmployeeKey("1002"), "row 3: the e-mail address is not valid"}};

    CHECK(days.look().empty());
    CHECK(days.removals.queued.empty());
}

TEST_CASE("an end date and a status need no second record, and are kept as evidence", "[core][queue]") {
    const auto absence = GENERATE(Absence::ended, Absence::inactive);
    Days days({.snapshots = 3});

    CHECK(days.record_with(not_wanted("1002", absence)) == leaves);
    CHECK(days.removals.queued.at(0).evidence ==
          (absence == Absence::ended ? Evidence::end_date : Evidence::leaver_status));
    // Whose row is gone after that has left all the same.
    CHECK(days.record({"1001"}) == leaves);
    CHECK(days.removals.queued.at(0).evidence != Evidence::absent);
}

TEST_CASE("access ends so long after the first evidence", "[core][queue]") {
    Days days({.suspend_after = 24h * 3});
    CHECK(days.record_with(not_wanted("1002", Absence::ended)).empty());
    CHECK(days.note_of("1002") ==
          "is to leave: their last day has passed since 2026-11-02 (snapshot 1); access ends from 2026-11-05");
    days.record_with(not_wanted("1002", Absence::ended));
    CHECK(days.record_with(not_wanted("1002", Absence::ended)).empty());
    CHECK(days.record_with(not_wanted("1002", Absence::ended)) == leaves);
}

TEST_CASE("who is removed is suspended first, and the membership ends so long after that", "[core][queue]") {
    Days days({.remove_after = 24h * 2}, diff::LeaverAction::remove);
    CHECK(days.record({"1001"}) == leaves);
    days.carry_out();

    CHECK(days.record({"1001"}).empty());
    CHECK(days.note_of("1002") ==
          "is suspended, and to be removed: not in the record since 2026-11-02 (snapshot 1); the membership ends from "
          "2026-11-05");
    CHECK(days.record({"1001"}).empty());
    CHECK(days.record({"1001"}) == Lines{"end_membership 1002"});
    days.carry_out();
    days.record({"1001"});
    CHECK(days.removals.queued.empty());
}

TEST_CASE("whoever comes back while suspended is reactivated and begins anew", "[core][queue]") {
    Days days({.remove_after = 24h * 30}, diff::LeaverAction::remove);
    days.record({"1001"});
    days.carry_out();

    const auto back = days.record({"1001", "1002"});
    CHECK(std::find(back.begin(), back.end(), "reactivate_user 1002") != back.end());
    CHECK(days.removals.queued.empty());
}

TEST_CASE("without a way to suspend, the membership waits for both times", "[core][queue]") {
    Days days({.suspend_after = 24h, .remove_after = 24h}, diff::LeaverAction::remove);
    days.policy.can_suspend = false;
    days.record({"1001"});
    CHECK(days.record({"1001"}) == Lines{"remove_from_groups 1002 g12"});
    days.carry_out();
    CHECK(days.record({"1001"}) == Lines{"end_membership 1002"});
}

TEST_CASE("nobody is asked to suspend by hand before it is due", "[core][queue]") {
    Days days({.snapshots = 2});
    days.policy.can_suspend = false;
    days.record({"1001"});
    CHECK(notes_of(days.changes.notes) == Lines{"queued 1002"});
    days.record({"1001"});
    CHECK(notes_of(days.changes.notes) == Lines{"awaits_hand 1002"});
}

TEST_CASE("whoever is held stays until released, whatever the record says", "[core][queue]") {
    Days days;
    days.hold("1002");
    const auto held_since = days.now;
    for (int day = 0; day < 5; ++day) CHECK(days.record({"1001"}).empty());
    CHECK(days.note_of("1002") ==
          "is to leave: not in the record since 2026-11-02 (snapshot 1); held by jan since 2026-11-01");
    CHECK(days.removals.hold_of(EmployeeKey("1002"))->since == held_since);

    days.removals.holds.clear();
    CHECK(days.record({"1001"}) == leaves);
}

TEST_CASE("whoever has another employee ID in the record is no leaver: nothing of them waits or is counted",
          "[core][queue]") {
    Days days({.snapshots = 2, .suspend_after = 72h, .remove_after = 72h});
    days.policy.xid_change_on_reactivation = true;
    days.record({"1001", "1002"});
    days.record({"1001"});
    REQUIRE(days.removals.queued.size() == 1);

    auto same = wanted("1002", {"Store 12"});
    same.key = EmployeeKey("2002");
    days.record({"1001"});
    days.desired.users.push_back(same);
    CHECK(days.look() == Lines{"suspend_user 1002"});
    CHECK(days.note_of("1002").empty());
    CHECK(days.removals.queued.empty());
}

TEST_CASE("leave is waited for by nobody but a hold", "[core][queue]") {
    Days days({.snapshots = 3, .suspend_after = 24h * 30});
    CHECK(days.record_with(not_wanted("1002", Absence::on_leave)) == Lines{"suspend_user 1002"});
    days.hold("1002");
    CHECK(days.record_with(not_wanted("1002", Absence::on_leave)).empty());
    days.removals.holds.clear();
    // Who was on leave begins to leave when the record says so.
    CHECK(days.record_with(not_wanted("1002", Absence::ended)).empty());
    CHECK(days.removals.queued.at(0).first_seen == days.now);
}

TEST_CASE("the countdown of somebody in the queue has dates", "[core][queue]") {
    const plan::QueueLimits limits{.snapshots = 2, .suspend_after = 24h, .remove_after = 48h};
    auto queued = plan::QueuedRemoval{.key = EmployeeKey("1"), .first_seen = first_day, .snapshots = 1, .counted = {}};

    CHECK(plan::countdown_of(queued, limits, true, true) ==
          plan::Countdown{.snapshots_missing = 1, .suspended_from = first_day + 24h});
    // Where no call suspends, the end is known from the beginning.
    CHECK(plan::countdown_of(queued, limits, true, false) ==
          plan::Countdown{.snapshots_missing = 1, .suspended_from = first_day + 24h, .ends_from = first_day + 72h});
    CHECK_FALSE(plan::countdown_of(queued, limits, false, false).ends_from);
    queued.snapshots = 2;
    queued.suspended_at = first_day + 24h;
    CHECK(plan::countdown_of(queued, limits, true, true) == plan::Countdown{.ends_from = first_day + 72h});
    CHECK(plan::countdown_of(queued, limits, false, true) == plan::Countdown{});
}

TEST_CASE("over random days nobody leaves without the evidence, and whoever comes back or is held stays",
          "[core][queue][property]") {
    const unsigned seed = GENERATE(range(1u, 101u));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto one_of = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const auto needed = static_cast<std::size_t>(1 + one_of(4));
    Days days({.snapshots = needed, .suspend_after = 24h * one_of(3), .remove_after = 24h * one_of(3)},
              one_of(2) == 0 ? diff::LeaverAction::suspend : diff::LeaverAction::remove);
    std::size_t absent_in_a_row = 0;
    Time gone_since{};
    bool is_held = false;

    for (int day = 0; day < 60; ++day) {
        const bool is_there = one_of(4) == 0;
        const auto completeness = one_of(3) == 0 ? Completeness::partial : Completeness::complete;
        if (one_of(8) == 0) {
            is_held = !is_held;
            days.removals.holds.clear();
            if (is_held) days.hold("1002");
        }
        const auto lines = is_there ? days.record({"1001", "1002"}, completeness) : days.record({"1001"}, completeness);
        if (is_there) absent_in_a_row = 0;
        if (!is_there && completeness == Completeness::complete && ++absent_in_a_row == 1) gone_since = days.now;

        const bool takes_access = std::find(lines.begin(), lines.end(), "suspend_user 1002") != lines.end();
        const bool ends = std::find(lines.begin(), lines.end(), "end_membership 1002") != lines.end();
        const bool takes =
            takes_access || ends || std::find(lines.begin(), lines.end(), "remove_from_groups 1002 g12") != lines.end();
        CHECK_FALSE((takes && is_there));
        CHECK_FALSE((takes && is_held));
        CHECK_FALSE((takes && completeness == Completeness::partial));
        CHECK((!takes || absent_in_a_row >= needed));
        CHECK((!takes || days.now >= gone_since + days.limits.suspend_after));
        CHECK((!takes || days.removals.find(EmployeeKey("1002")) != nullptr));
        if (ends && days.limits.remove_after > 0h) {
            CHECK_FALSE(takes_access);
            CHECK(days.account_of(EmployeeKey("1002")).state == UserState::suspended);
        }
        // And not later either.
        const bool is_due = absent_in_a_row >= needed && days.now >= gone_since + days.limits.suspend_after;
        const bool must_go = !is_there && !is_held && completeness == Completeness::complete && is_due;
        if (must_go) CHECK((takes_access || days.account_of(EmployeeKey("1002")).state == UserState::suspended));
        days.carry_out();
        auto& user = days.account_of(EmployeeKey("1002"));
        if (!user.membership) user.membership = MembershipEid("m1002");  // ended: they come back as new, some day
    }
}

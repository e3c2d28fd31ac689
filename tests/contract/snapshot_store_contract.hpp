#pragma once
// What every SnapshotStore owes, as a function that a test case calls with an empty store.

#include "core/ports/snapshot_store.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

inline Employee employee(const std::string& key, const std::string& phone = "1") {
    Employee person;
    person.key = EmployeeKey(key);
    person.profile.email = key + "@shop.example";
    person.profile.name = PersonName{.first = "Anna", .infix = "", .last = "Bakker"};
    person.profile.phone = phone;
    person.locations = {"Store 12"};
    person.extra = {{"cost_centre", "7"}};
    return person;
}

inline Delivery delivery(const std::string& bytes) {
    return Delivery{.name = "employees.csv",
                    .bytes = bytes,
                    .fingerprint = fingerprint_of(bytes),
                    .modified = Time(Duration(1000)),
                    .superseded = {}};
}

/// A snapshot of these people that agrees with itself and with `delivery(bytes)`.
inline Snapshot snapshot(std::vector<Employee> employees, const std::string& bytes,
                         Completeness completeness = Completeness::complete) {
    Snapshot result;
    result.meta.content = content_fingerprint(employees);
    result.meta.delivery = fingerprint_of(bytes);
    result.meta.delivery_name = "employees.csv";
    result.meta.taken_at = Time(Duration(1'790'000'000'123));
    result.meta.completeness = completeness;
    if (completeness != Completeness::complete) result.meta.completeness_reasons = {"half of the people are gone"};
    result.meta.columns = {"id", "e-mail \"work\"", "Größe"};
    result.meta.ending = RecordEnding::line_break;
    result.meta.employee_count = employees.size();
    result.employees = std::move(employees);
    result.issues = {
        RecordIssue{.line = 7,
                    .key = EmployeeKey("87"),
                    .column = "e-mail",
                    .code = "bad_email",
                    .message = "the e-mail address is not valid"},
        RecordIssue{.line = 9, .key = {}, .column = "", .code = "no_key", .message = "the row has no key"}};
    result.frozen = {Frozen{.key = EmployeeKey("87"), .reason = "row 7: the e-mail address is not valid"}};
    return result;
}

/// Saves a whole snapshot, as the difference to the newest one.
inline boost::asio::awaitable<Result<SnapshotMeta>> save_whole(SnapshotStore& store, Snapshot made, Delivery original) {
    auto known = co_await store.known({});
    if (!known) co_return known.error();
    auto delta = delta_to(made, *known);
    auto meta = co_await store.save(std::move(delta), std::move(original));
    co_return meta;
}

/// Saves a snapshot made of these people and bytes, and gives it back with its id.
inline Snapshot saved(SnapshotStore& store, Snapshot made, const std::string& bytes) {
    const auto meta = run(save_whole(store, made, delivery(bytes)));
    REQUIRE(meta.has_value());
    made.meta.id = meta->id;
    CHECK(*meta == made.meta);
    return made;
}

inline void snapshot_store_contract(SnapshotStore& store) {
    SECTION("before the first snapshot there is none") {
        CHECK_FALSE(run(store.latest()).value().has_value());
        CHECK_FALSE(run(store.last_good()).value().has_value());
        CHECK_FALSE(run(store.of_delivery(fingerprint_of("x"))).value().has_value());
    }
    SECTION("a snapshot comes back as it was saved, whatever id it claimed") {
        auto made = snapshot({employee("1"), employee("2")}, "day 1");
        made.meta.id = SnapshotId(41);

        const auto expected = saved(store, made, "day 1");

        CHECK(expected.meta.id == SnapshotId(1));
        CHECK(run(store.latest()).value() == expected);
    }
    SECTION("the newest snapshot is the latest one") {
        saved(store, snapshot({employee("1"), employee("2"), employee("4")}, "day 1"), "day 1");
        const auto second =
            saved(store, snapshot({employee("0"), employee("2", "2"), employee("3")}, "day 2"), "day 2");

        CHECK(second.meta.id == SnapshotId(2));
        CHECK(run(store.latest()).value() == second);
    }
    SECTION("an empty record is a snapshot too") {
        saved(store, snapshot({employee("1")}, "day 1"), "day 1");
        const auto empty = saved(store, snapshot({}, "day 2", Completeness::doubtful), "day 2");

        CHECK(run(store.latest()).value() == empty);
    }
    SECTION("the last good snapshot is the newest complete one") {
        const auto good = saved(store, snapshot({employee("1"), employee("2")}, "day 1"), "day 1");
        saved(store, snapshot({employee("1")}, "day 2", Completeness::doubtful), "day 2");
        saved(store, snapshot({employee("2")}, "day 3", Completeness::partial), "day 3");

        CHECK(run(store.last_good()).value() == good.meta);
    }
    SECTION("a doubtful snapshot that a person confirmed is good") {
        saved(store, snapshot({employee("1"), employee("2")}, "day 1"), "day 1");
        const auto doubtful = saved(store, snapshot({employee("1")}, "day 2", Completeness::doubtful), "day 2");

        CHECK(run(store.confirm(doubtful.meta.id)).has_value());

        CHECK(run(store.last_good()).value() == doubtful.meta);
        CHECK(run(store.latest()).value() == doubtful);
    }
    SECTION("a snapshot that does not exist cannot be confirmed") {
        const auto confirmed = run(store.confirm(SnapshotId(1)));

        REQUIRE(confirmed.has_error());
        CHECK(confirmed.error().kind == FailureKind::broken);
        CHECK(confirmed.error().code == "no_such_snapshot");
    }
    SECTION("the same bytes are recognised, and the newest snapshot made of them is meant") {
        saved(store, snapshot({employee("1")}, "same"), "same");
        const auto other = saved(store, snapshot({employee("2")}, "other"), "other");
        const auto again = saved(store, snapshot({employee("3")}, "same"), "same");

        CHECK(run(store.of_delivery(fingerprint_of("same"))).value() == again.meta);
        CHECK(run(store.of_delivery(fingerprint_of("other"))).value() == other.meta);
        CHECK_FALSE(run(store.of_delivery(fingerprint_of("never seen"))).value().has_value());
    }
    SECTION("a snapshot that contradicts itself is refused and leaves nothing behind") {
        const auto good = snapshot({employee("1"), employee("2")}, "day 1");
        auto unsorted = snapshot({employee("2"), employee("1")}, "day 1");
        auto twice = snapshot({employee("1"), employee("1")}, "day 1");
        auto fewer_people = good;
        fewer_people.employees = {employee("1")};
        auto other_delivery = good;
        other_delivery.meta.delivery = fingerprint_of("day 2");

        for (const auto& wrong : {unsorted, twice, fewer_people, other_delivery}) {
            const auto refused = run(save_whole(store, wrong, delivery("day 1")));
            REQUIRE(refused.has_error());
            CHECK(refused.error().kind == FailureKind::broken);
            CHECK(refused.error().code == "bad_snapshot");
        }
        CHECK_FALSE(run(store.latest()).value().has_value());
    }
    SECTION("a difference to an older snapshot is refused") {
        auto known = run(store.known({})).value();
        saved(store, snapshot({employee("1")}, "day 1"), "day 1");

        const auto late = run(store.save(delta_to(snapshot({employee("2")}, "day 2"), known), delivery("day 2")));

        REQUIRE(late.has_error());
        CHECK(late.error().code == "bad_snapshot");
    }
    SECTION("people are known by their rows, as long as rows are read in the same way") {
        const auto how = fingerprint_of("these columns");
        auto nobody = run(store.known(how)).value();
        auto delta = delta_to(snapshot({employee("1"), employee("2")}, "day 1"), nobody);
        delta.reading = how;
        delta.known[0].row = digest_of("row 1");
        delta.known[1].row = digest_of("row 2");
        REQUIRE(run(store.save(delta, delivery("day 1"))).has_value());

        const auto known = run(store.known(how)).value();
        REQUIRE(known.size() == 2);
        CHECK(known.base == SnapshotId(1));
        CHECK(known.key(1) == "2");
        CHECK(known.person(0).row == digest_of("row 1"));
        CHECK(known.person(1).content == delta.known[1].content);
        CHECK(known.person(1).email == email_mark("2@shop.example"));
        CHECK(known.person(1).name == name_mark(employee("2").profile.name));

        const auto other = run(store.known(fingerprint_of("other columns"))).value();
        REQUIRE(other.size() == 2);
        CHECK(other.person(0).row == Digest{});
        CHECK(other.person(0).content == delta.known[0].content);
    }
    SECTION("of people who are gone the newest row is still known") {
        saved(store, snapshot({employee("1", "old"), employee("2"), employee("3")}, "day 1"), "day 1");
        saved(store, snapshot({employee("1", "new"), employee("3")}, "day 2"), "day 2");
        saved(store, snapshot({employee("3", "new")}, "day 3"), "day 3");
        const auto ask = [&](std::vector<EmployeeKey> people) {
            return run(store.last_rows(std::move(people))).value();
        };

        CHECK(ask({EmployeeKey("3"), EmployeeKey("2"), EmployeeKey("1"), EmployeeKey("9")}) ==
              std::vector<Employee>{employee("1", "new"), employee("2")});
        CHECK(ask({}).empty());

        saved(store, snapshot({employee("2", "back"), employee("3", "new")}, "day 4"), "day 4");
        CHECK(ask({EmployeeKey("2")}).empty());
        saved(store, snapshot({employee("3", "new")}, "day 5"), "day 5");
        CHECK(ask({EmployeeKey("2")}) == std::vector<Employee>{employee("2", "back")});
    }
    SECTION("how long somebody is missing is told by good deliveries in a row, each counted once") {
        const auto both = std::vector{employee("1"), employee("2")};
        const auto keep = [&](const std::vector<Employee>& people, const std::string& bytes,
                              Completeness completeness = Completeness::complete) {
            auto made = snapshot(people, bytes, completeness);
            made.frozen.clear();
            return saved(store, std::move(made), bytes).meta.id;
        };
        const auto ask = [&](const std::string& key, std::size_t deliveries = 30, std::int64_t back_to = 99) {
            return run(store.missing({EmployeeKey(key)}, deliveries, SnapshotId(back_to))).value().at(0);
        };
        CHECK(ask("1") == MissingSince{.key = EmployeeKey("1"), .last_row = {}, .since = {}});
        keep(both, "day 1");
        const auto first = keep({employee("1")}, "day 2");
        keep({employee("1")}, "day 3", Completeness::partial);
        const auto doubtful = keep({employee("1")}, "day 4", Completeness::doubtful);
        keep({employee("1", "other")}, "day 2");  // read again, by other rules
        keep({employee("1", "other")}, "day 6");

        CHECK(ask("2") == MissingSince{EmployeeKey("2"), SnapshotId(1), first, 2});
        CHECK(ask("1") == MissingSince{EmployeeKey("1"), SnapshotId(6), {}, 0});
        CHECK(ask("2", 1) == MissingSince{EmployeeKey("2"), {}, SnapshotId(6), 1});
        CHECK(ask("2", 1, 1) == MissingSince{EmployeeKey("2"), SnapshotId(1), first, 2});
        CHECK(run(store.missing({EmployeeKey("9"), EmployeeKey("2")}, 30, SnapshotId(1))).value().size() == 2);
        REQUIRE(run(store.confirm(doubtful)).has_value());
        CHECK(ask("2").snapshots == 3);

        auto frozen = snapshot({employee("1", "other")}, "day 7", Completeness::partial);
        frozen.frozen = {Frozen{.key = EmployeeKey("2"), .reason = "row 7: the e-mail address is not valid"}};
        saved(store, frozen, "day 7");
        CHECK(ask("2") == MissingSince{EmployeeKey("2"), SnapshotId(7), {}, 0});
        const auto again = keep({employee("1", "other")}, "day 8");
        CHECK(ask("2") == MissingSince{EmployeeKey("2"), SnapshotId(7), again, 1});
        keep({employee("1", "other"), employee("2")}, "day 9", Completeness::doubtful);
        const auto last = keep({employee("1", "other")}, "day 10");
        CHECK(ask("2") == MissingSince{EmployeeKey("2"), SnapshotId(9), last, 1});
    }
    SECTION("the newest snapshot is told without its people too") {
        const auto made = saved(store, snapshot({employee("1")}, "day 1"), "day 1");

        const auto head = run(store.newest()).value();

        REQUIRE(head.has_value());
        CHECK(*head == SnapshotHead{.meta = made.meta, .issues = made.issues, .frozen = made.frozen});
    }
}

}  // namespace usersync::test

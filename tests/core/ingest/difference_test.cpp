// A record as the difference to who is known: whatever is skipped, the outcome is that of reading everything.

#include "core/ingest/ingest.hpp"
#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>

using namespace usersync;
using namespace usersync::ingest;

namespace {

using Texts = std::vector<std::string>;

ColumnMap shop() {
    return test::columns({{Field::employee_id, "ID"}, {Field::email, "E-mail"}, {Field::location, "Location"}});
}

Ingested take(const std::string& rows, KnownPeople& known, const ColumnMap& map = shop()) {
    auto outcome = ingest_bytes("ID;E-mail;Location\n" + rows, map, {}, {}, known, {});
    if (const auto* bounce = std::get_if<Bounce>(&outcome)) FAIL(bounce->code);
    return std::move(std::get<Ingested>(outcome));
}

/// The people after a delta, as a store keeps them.
struct People {
    std::map<std::string, Employee> employees;
    std::map<std::string, KnownPerson> known;

    void apply(const Ingested& delta) {
        for (const auto& key : delta.gone) {
            employees.erase(key.value());
            known.erase(key.value());
        }
        for (std::size_t at = 0; at < delta.changed.size(); ++at) {
            auto employee = delta.changed.employee(at);
            known[employee.key.value()] = delta.known[at];
            employees[employee.key.value()] = employee;
        }
    }
    KnownPeople as_known() const {
        KnownPeople people;
        for (const auto& [key, person] : known) people.add(key, person);
        return people;
    }
    std::vector<Employee> list() const {
        std::vector<Employee> people;
        for (const auto& [key, employee] : employees) people.push_back(employee);
        return people;
    }
};

Texts keys_of(const PeopleBytes& people) {
    Texts keys;
    for (std::size_t at = 0; at < people.size(); ++at) keys.emplace_back(people.key(at));
    return keys;
}

Texts keys_of(const std::vector<EmployeeKey>& people) {
    Texts keys;
    for (const auto& key : people) keys.push_back(key.value());
    return keys;
}

}  // namespace

TEST_CASE("the second day says only what is new", "[core][ingest][difference]") {
    KnownPeople nobody;
    People people;
    people.apply(take("1;a@x.example;North\n2;b@x.example;South\n3;c@x.example;West\n", nobody));

    auto known = people.as_known();
    const auto second = take("1;a@x.example;North\n3;c@x.example;East\n4;d@x.example;West\n", known);

    CHECK(second.unchanged == 1);
    CHECK(keys_of(second.changed) == Texts{"3", "4"});
    CHECK(keys_of(second.gone) == Texts{"2"});
    CHECK(second.employee_count() == 3);
    people.apply(second);
    CHECK(second.content == content_fingerprint(people.list()));
}

TEST_CASE("a changed header makes every row new, even where the rows are the same", "[core][ingest][difference]") {
    KnownPeople nobody;
    People people;
    people.apply(take("1;a@x.example;North\n", nobody));
    auto known = people.as_known();
    const auto map =
        test::columns({{Field::employee_id, "ID"}, {Field::email, "E-mail"}, {Field::job_title, "Location"}});

    auto outcome = ingest_bytes("ID;E-mail;Place\n1;a@x.example;North\n", shop(), {}, {}, known, {});

    CHECK(keys_of(std::get<Ingested>(outcome).changed) == Texts{"1"});
}

TEST_CASE("somebody who was fine yesterday and whose key stands twice today is frozen", "[core][ingest][difference]") {
    KnownPeople nobody;
    People people;
    people.apply(take("1;a@x.example;North\n2;b@x.example;South\n", nobody));
    auto known = people.as_known();

    const auto twice = take("1;a@x.example;North\n1;a@x.example;North\n2;b@x.example;South\n", known);

    REQUIRE(twice.frozen.size() == 1);
    CHECK(twice.frozen[0].key.value() == "1");
    CHECK(keys_of(twice.gone) == Texts{"1"});
    CHECK(twice.unchanged == 1);
    CHECK(twice.issues.size() == 2);
}

TEST_CASE("a newcomer with the address of somebody unchanged freezes both", "[core][ingest][difference]") {
    KnownPeople nobody;
    People people;
    people.apply(take("1;a@x.example;North\n2;b@x.example;South\n", nobody));
    auto known = people.as_known();

    const auto same = take("1;a@x.example;North\n2;b@x.example;South\n3;B@x.example;West\n", known);

    REQUIRE(same.frozen.size() == 2);
    CHECK(same.frozen[0].key.value() == "2");
    CHECK(same.frozen[1].key.value() == "3");
    CHECK(same.unchanged == 1);
}

TEST_CASE("an address may pass from one person to another in a day", "[core][ingest][difference]") {
    KnownPeople nobody;
    People people;
    people.apply(take("1;a@x.example;North\n2;b@x.example;South\n", nobody));
    auto known = people.as_known();

    const auto passed = take("1;new@x.example;North\n2;a@x.example;South\n", known);

    CHECK(passed.frozen.empty());
    CHECK(keys_of(passed.changed) == Texts{"1", "2"});
}

TEST_CASE("day after day, the difference leads to what reading everything gives",
          "[core][ingest][difference][property]") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        People people;
        std::vector<std::string> rows;
        for (int day = 0; day < 6; ++day) {
            // Few keys and addresses, so that doubles, moves and returns are frequent; some rows are damaged.
            rows.erase(std::remove_if(rows.begin(), rows.end(), [&](auto&) { return random() % 4 == 0; }), rows.end());
            while (rows.size() < 3 + random() % 8) {
                const auto key = std::to_string(random() % 12);
                const auto mail = random() % 10 == 0 ? "broken" : "p" + std::to_string(random() % 14) + "@x.example";
                const auto tail = random() % 15 == 0 ? "" : ";L" + std::to_string(random() % 3);
                rows.push_back(key + ";" + mail + tail);
            }
            if (random() % 2 == 0) std::shuffle(rows.begin(), rows.end(), random);
            std::string record;
            for (const auto& row : rows) record += row + "\n";

            auto known = people.as_known();
            const auto delta = take(record, known);
            KnownPeople nobody;
            const auto whole = take(record, nobody);
            people.apply(delta);

            std::vector<Employee> expected;
            for (std::size_t at = 0; at < whole.changed.size(); ++at) expected.push_back(whole.changed.employee(at));
            REQUIRE(people.list() == expected);
            REQUIRE(delta.frozen == whole.frozen);
            REQUIRE(delta.issues == whole.issues);
            REQUIRE(delta.content == whole.content);
            REQUIRE(delta.employee_count() == expected.size());
            REQUIRE(delta.facts == whole.facts);
        }
    }
}

TEST_CASE("two records are compared by their rows alone, without reading anybody", "[core][ingest][difference]") {
    const std::string head = "ID;E-mail;Location\n";
    const auto map = shop();
    const auto know = [&](const std::string& rows) {
        const std::string bytes = head + rows;
        auto opened = record::open_record(bytes, {}, {}, {});
        auto known = know_rows(std::move(*opened), map, {});
        REQUIRE(std::holds_alternative<KnownPeople>(known));
        return std::get<KnownPeople>(known);
    };
    auto known =
        know("3;c@x.example;West\n1;a@x.example;North\n2;b@x.example;South\n5;e\n4;d@x.example;x\n4;d@x.example;x\n");
    REQUIRE(known.size() == 3);  // neither the row that is cut nor the key that stands there twice

    const auto second = take("1;a@x.example;North\n3;c@x.example;East\n6;f@x.example;West\n", known);

    CHECK(second.unchanged == 1);
    CHECK(keys_of(second.changed) == Texts{"3", "6"});
    CHECK(keys_of(second.gone) == Texts{"2"});
}

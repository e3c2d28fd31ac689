#include "core/ingest/pickup.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::ingest;

namespace {

Time at(int second) { return Time(std::chrono::seconds(1'700'000'000 + second)); }

FileEntry file(std::string name, std::uint64_t size, int second) {
    return {.name = std::move(name), .size = size, .modified = at(second)};
}

PickupRules csv_files() {
    PickupRules rules;
    rules.pattern = "*.csv";
    return rules;
}

}  // namespace

TEST_CASE("a file is chosen by its name alone, as a person writes patterns", "[core][ingest]") {
    struct Row {
        std::string name;
        std::string pattern;
        bool expected;
    };
    const auto row = GENERATE(values<Row>({
        {"employees.csv", "*", true},
        {"employees.csv", "*.csv", true},
        {"employees.csv", "employees.csv", true},
        {"Employees.csv", "employees.csv", false},
        {"employees.csv.gz", "*.csv", false},
        {"employees-20260102.csv", "employees-????????.csv", true},
        {"employees-2026010.csv", "employees-????????.csv", false},
        {"a1.csv", "[abc][0-9].csv", true},
        {"d1.csv", "[abc][0-9].csv", false},
        {"d1.csv", "[!abc]?.csv", true},
        {"a1.csv", "[!abc]?.csv", false},
        {"[x.csv", "[x.csv", true},
        {"]x", "[]]x", true},
        {"aXbXc", "a*b*c", true},
        {"aXbXd", "a*b*c", false},
        {"m\xC3\xA9.csv", "m?.csv", true},
        {"employees.csv", "", false},
        {"", "*", false},
        {"x", "**", true},
    }));
    CAPTURE(row.name, row.pattern);

    CHECK(matches(row.name, row.pattern) == row.expected);
}

TEST_CASE("a name that could lead out of the folder or spoil a log line never matches", "[core][ingest]") {
    const auto name = GENERATE(as<std::string>{}, "../employees.csv", "a/b", ".employees.csv", ".", "..", "a\nb.csv",
                               "a\x7F.csv", "a\tb.csv");
    CAPTURE(name);

    CHECK_FALSE(matches(name, "*"));
}

TEST_CASE("a hostile pattern costs little", "[core][ingest]") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    pattern += "b";

    CHECK_FALSE(matches(std::string(5000, 'a'), pattern));
}

TEST_CASE("files under a temporary name are not looked at", "[core][ingest]") {
    const std::vector<FileEntry> listing = {file("employees.csv", 10, 1), file("employees.csv.filepart", 5, 2),
                                            file("x.TMP", 5, 2),          file("y.part", 5, 2),
                                            file(".hidden", 5, 2),        file("employees.csv~", 5, 2)};

    const auto found = candidates(listing, PickupRules{});

    CHECK(found == std::vector<FileEntry>{file("employees.csv", 10, 1)});
}

TEST_CASE("a file that did not change between two looks is taken", "[core][ingest]") {
    const std::vector<FileEntry> listing = {file("employees.csv", 10, 1)};

    const auto pickup = choose_file(listing, listing, csv_files());

    CHECK(pickup == Pickup{.take = file("employees.csv", 10, 1), .superseded = {}, .not_ready = {}});
}

TEST_CASE("a file that is still arriving is left alone, and the reason is told", "[core][ingest]") {
    const auto now = file("employees.csv", 10, 5);

    SECTION("it grew") {
        const auto pickup = choose_file({file("employees.csv", 8, 5)}, {now}, csv_files());
        CHECK_FALSE(pickup.take);
        CHECK(pickup.not_ready == std::vector<std::string>{"employees.csv: still growing"});
    }
    SECTION("it was written again with the same length") {
        const auto pickup = choose_file({file("employees.csv", 10, 4)}, {now}, csv_files());
        CHECK_FALSE(pickup.take);
        CHECK(pickup.not_ready == std::vector<std::string>{"employees.csv: still changing"});
    }
    SECTION("it was truncated to be written anew") {
        const auto pickup = choose_file({file("employees.csv", 12, 5)}, {now}, csv_files());
        CHECK_FALSE(pickup.take);
        CHECK(pickup.not_ready == std::vector<std::string>{"employees.csv: still changing"});
    }
    SECTION("it was not there at the first look") {
        const auto pickup = choose_file({}, {now}, csv_files());
        CHECK_FALSE(pickup.take);
        CHECK(pickup.not_ready == std::vector<std::string>{"employees.csv: just arrived"});
    }
}

TEST_CASE("of several complete files the newest is taken and the older ones are superseded, oldest first",
          "[core][ingest]") {
    const std::vector<FileEntry> listing = {file("c.csv", 1, 2), file("a.csv", 1, 3), file("b.csv", 1, 1),
                                            file("notes.txt", 1, 9)};

    const auto pickup = choose_file(listing, listing, csv_files());

    CHECK(pickup.take == file("a.csv", 1, 3));
    CHECK(pickup.superseded == std::vector<std::string>{"b.csv", "c.csv"});
    CHECK(pickup.not_ready.empty());
}

TEST_CASE("files of the same second are ordered by name, so that a date in the name decides", "[core][ingest]") {
    const std::vector<FileEntry> listing = {file("e-20260102.csv", 1, 1), file("e-20260101.csv", 1, 1)};

    const auto pickup = choose_file(listing, listing, csv_files());

    CHECK(pickup.take == file("e-20260102.csv", 1, 1));
    CHECK(pickup.superseded == std::vector<std::string>{"e-20260101.csv"});
}

TEST_CASE("an older record does not win over a newer one that is still arriving", "[core][ingest]") {
    const std::vector<FileEntry> earlier = {file("monday.csv", 10, 1), file("tuesday.csv", 4, 2)};
    const std::vector<FileEntry> now = {file("monday.csv", 10, 1), file("tuesday.csv", 6, 3)};

    const auto pickup = choose_file(earlier, now, csv_files());

    CHECK(pickup == Pickup{.take = {}, .superseded = {}, .not_ready = {"tuesday.csv: still growing"}});
}

TEST_CASE("an older file that still changes does not hold up the newest one", "[core][ingest]") {
    const std::vector<FileEntry> earlier = {file("monday.csv", 10, 1), file("tuesday.csv", 4, 5)};
    const std::vector<FileEntry> now = {file("monday.csv", 11, 2), file("tuesday.csv", 4, 5)};

    const auto pickup = choose_file(earlier, now, csv_files());

    CHECK(pickup.take == file("tuesday.csv", 4, 5));
    CHECK(pickup.superseded.empty());
    CHECK(pickup.not_ready == std::vector<std::string>{"monday.csv: still growing"});
}

TEST_CASE("a file above the size limit is refused and nothing older is taken in its place", "[core][ingest]") {
    auto rules = csv_files();
    rules.bytes_max = 100;
    const std::vector<FileEntry> listing = {file("old.csv", 100, 1), file("huge.csv", 101, 2)};

    const auto pickup = choose_file(listing, listing, rules);

    CHECK_FALSE(pickup.take);
    CHECK(pickup.too_large == file("huge.csv", 101, 2));
    CHECK(pickup.superseded.empty());
    CHECK(pickup.not_ready.empty());
}

TEST_CASE("a file above the size limit is refused only when it has arrived", "[core][ingest]") {
    auto rules = csv_files();
    rules.bytes_max = 100;

    const auto pickup = choose_file({file("huge.csv", 101, 1)}, {file("huge.csv", 150, 2)}, rules);

    CHECK_FALSE(pickup.too_large);
    CHECK(pickup.not_ready == std::vector<std::string>{"huge.csv: still growing"});
}

TEST_CASE("an older file above the size limit does not hold up the newest one", "[core][ingest]") {
    auto rules = csv_files();
    rules.bytes_max = 100;
    const std::vector<FileEntry> listing = {file("huge.csv", 101, 1), file("new.csv", 100, 2)};

    const auto pickup = choose_file(listing, listing, rules);

    CHECK(pickup.take == file("new.csv", 100, 2));
    CHECK_FALSE(pickup.too_large);
    CHECK(pickup.superseded == std::vector<std::string>{"huge.csv"});
}

TEST_CASE("what a spreadsheet program leaves beside an open workbook is never the record", "[core][ingest]") {
    auto rules = csv_files();
    rules.pattern = "*.xlsx";
    const std::vector<FileEntry> listing = {file("staff.xlsx", 100, 1), file("~$staff.xlsx", 165, 2)};

    const auto pickup = choose_file(listing, listing, rules);

    CHECK(pickup.take == file("staff.xlsx", 100, 1));
    CHECK(pickup.superseded.empty());
    CHECK(pickup.passed_over == std::vector<std::string>{"~$staff.xlsx: left beside a workbook that is open, or was"});
    CHECK(candidates({file("~$staff.xlsx", 165, 2)}, rules).empty());
}

TEST_CASE("a file that vanished between two looks is not waited for", "[core][ingest]") {
    const std::vector<FileEntry> earlier = {file("a.csv", 1, 1), file("b.csv", 1, 2)};

    const auto pickup = choose_file(earlier, {file("a.csv", 1, 1)}, csv_files());

    CHECK(pickup.take == file("a.csv", 1, 1));
    CHECK(pickup.not_ready.empty());
}

TEST_CASE("archived files keep their name behind the time of archiving", "[core][ingest]") {
    const Time when = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + std::chrono::hours(3) +
                      std::chrono::minutes(4) + std::chrono::milliseconds(5678);

    CHECK(archive_name("employees.csv", when, 0) == "20260102T030405Z-employees.csv");
    CHECK(archive_name("employees.csv", when, 1) == "20260102T030405Z-1-employees.csv");
}

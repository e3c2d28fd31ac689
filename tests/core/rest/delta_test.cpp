#include "core/rest/delta.hpp"
#include "core/rest/join.hpp"
#include "core/rest/json_line.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;
using namespace std::chrono_literals;

namespace {

const std::string kept =
    "{\"id\":\"1\",\"n\":\"A\",\"t\":\"x\"}\n{\"id\":\"2\",\"n\":\"B\"}\n{\"id\":\"3\",\"n\":\"C\"}\n";

}  // namespace

TEST_CASE("A delta gives the full record that a full read would give", "[core][rest]") {
    const auto merged =
        merge(kept, "+{\"id\":\"2\",\"n\":\"B2\"}\n-{\"id\":\"3\"}\n+{\"id\":\"4\",\"n\":\"D\"}\n", {}, "id");
    REQUIRE(merged.has_value());
    CHECK(merged->lines ==
          "{\"id\":\"1\",\"n\":\"A\",\"t\":\"x\"}\n{\"id\":\"2\",\"n\":\"B2\"}\n{\"id\":\"4\",\"n\":\"D\"}\n");
    CHECK(merged->added == 1);
    CHECK(merged->changed == 1);
    CHECK(merged->removed == 1);
    CHECK(merge(kept, "", {}, "id")->lines == kept);
}

TEST_CASE("A change that leaves out what did not change takes nothing away", "[core][rest]") {
    const DeltaRule partial{.is_partial = true};
    const auto merged =
        merge(kept, "+{\"id\":\"1\",\"n\":\"A2\",\"z\":1}\n+{\"id\":\"1\",\"t\":null}\n", partial, "id");
    REQUIRE(merged.has_value());
    CHECK(merged->lines.starts_with("{\"id\":\"1\",\"n\":\"A2\",\"t\":null,\"z\":1}\n{\"id\":\"2\""));
}

TEST_CASE("What came several times is as it was last", "[core][rest]") {
    const auto merged =
        merge(kept, "-{\"id\":\"1\"}\n+{\"id\":\"1\",\"n\":\"back\"}\n+{\"id\":\"9\"}\n-{\"id\":\"9\"}\n", {}, "id");
    REQUIRE(merged.has_value());
    CHECK(merged->lines.starts_with("{\"id\":\"1\",\"n\":\"back\"}\n{\"id\":\"2\""));
    CHECK(merged->changed == 1);
    CHECK(merged->removed == 0);
    CHECK(merged->lines.find("\"9\"") == std::string::npos);
}

TEST_CASE("All rows of a person come together where a person has several", "[core][rest]") {
    const std::string rows = "{\"id\":\"1\",\"c\":1}\n{\"id\":\"1\",\"c\":2}\n{\"id\":\"2\",\"c\":1}\n";
    const DeltaRule several{.several_rows = true};
    CHECK(merge(rows, "+{\"id\":\"1\",\"c\":8}\n+{\"id\":\"1\",\"c\":9}\n", several, "id")->lines ==
          "{\"id\":\"1\",\"c\":8}\n{\"id\":\"1\",\"c\":9}\n{\"id\":\"2\",\"c\":1}\n");
}

TEST_CASE("Somebody who is gone may stay with another status", "[core][rest]") {
    const DeltaRule stays{.removed_becomes = std::pair<std::string, std::string>("status", "left")};
    CHECK(merge(kept, "-{\"id\":\"2\"}\n", stays, "id")->lines.find("{\"id\":\"2\",\"n\":\"B\",\"status\":\"left\"}") !=
          std::string::npos);
}

TEST_CASE("A damaged copy of the last record is not built upon", "[core][rest]") {
    CHECK(merge("{\"id\":\"1\"", "", {}, "id").error().code == "bad_kept_record");
    CHECK(merge("nonsense\n", "", {}, "id").error().kind == FailureKind::rejected);
    CHECK(merge(kept, "+{\"n\":\"x\"}\n", {}, "id").error().code == "no_key");
}

TEST_CASE("Everything is read when it is due, or when the clock went back", "[core][rest]") {
    const DeltaRule rule;
    const Time began(std::chrono::hours(24 * 20'000));
    const DeltaState state{.link = "L", .read_began = began + 1h, .full_began = began};
    CHECK(next_read(rule, std::nullopt, began) == NextRead::full);
    CHECK(next_read(rule, state, began + 2h) == NextRead::delta);
    CHECK(next_read(rule, state, began + 24h) == NextRead::full);
    CHECK(next_read(rule, state, began) == NextRead::full);
    CHECK(next_read(rule, DeltaState{.read_began = began, .full_began = began}, began + 1h) == NextRead::full);
    const DeltaRule since{.kind = DeltaRule::Kind::since, .overlap = 15min};
    CHECK(since_text(since, state) == "2024-10-04T00:45:00Z");
}

TEST_CASE("Columns of a secondary list are added where the key is the same", "[core][rest]") {
    Additions departments;
    departments.add_lines(
        "{\"code\":\"10\",\"name\":\"Sales\",\"n\":\"no\"}\n{\"code\":20,\"name\":\"IT\"}\n{\"name\":\"?\"}\n", "code");
    CHECK(departments.added_to(
              "{\"id\":1,\"dept\":\"10\",\"n\":\"own\"}\n{\"id\":2,\"dept\":20}\n{\"id\":3,\"dept\":null}\n{}\n",
              "dept") ==
          "{\"id\":1,\"dept\":\"10\",\"n\":\"own\",\"name\":\"Sales\"}\n{\"id\":2,\"dept\":20,\"name\":\"IT\"}\n{"
          "\"id\":3,\"dept\":null}\n{}\n");
}

TEST_CASE("Where the vendor leaves out what is empty, whatever nothing is found for is empty", "[core][rest]") {
    RecordRule records;
    records.key = "code";
    records.fields = {declare::field("code", "code"), declare::field("name", "name"), declare::field("town", "t")};
    CHECK(empty_columns(records).empty());
    records.absent_is_empty = true;
    const auto empty = empty_columns(records);
    CHECK(empty == std::vector<std::string>{"name", "town"});

    const std::string lines =
        "{\"id\":1,\"dept\":\"10\"}\n{\"id\":2,\"dept\":null,\"town\":\"own\"}\n{\"dept\":\"99\"}\n";
    Additions departments;
    CHECK(departments.added_to(lines, "dept", empty) == lines);  // nobody has one: it is not to be believed
    departments.add_lines("{\"code\":\"10\",\"name\":\"Sales\",\"town\":null}\n", "code");
    CHECK(departments.added_to(lines, "dept", empty) ==
          "{\"id\":1,\"dept\":\"10\",\"name\":\"Sales\",\"town\":null}\n"
          "{\"id\":2,\"dept\":null,\"town\":\"own\",\"name\":null}\n"
          "{\"dept\":\"99\",\"name\":null,\"town\":null}\n");
}

TEST_CASE("Several that match give a list, each value once", "[core][rest]") {
    Additions jobs;
    jobs.add_child(
        "7",
        "{\"title\":\"A\",\"site\":[\"x\",\"y\"]}\n{\"title\":\"B\",\"site\":[\"y\",\"z,]\"]}\n{\"title\":null}\n");
    CHECK(jobs.added_to("{\"id\":\"7\"}\n", "id") ==
          "{\"id\":\"7\",\"title\":[\"A\",\"B\"],\"site\":[\"x\",\"y\",\"z,]\"]}\n");
    CHECK(keys_of("{\"id\":\"7\"}\n{\"id\":8}\n{\"id\":\"7\"}\n{\"id\":null}\n", "id") ==
          std::vector<std::string>{"7", "8"});
}

TEST_CASE("A text that a line holds is given without its escapes", "[core][rest]") {
    const std::string line = R"({"a\"b":"\u00e9\ud83d\ude00\n","c":[],"d":["x","y"],"e":1.50,"f":""})";
    CHECK(text_of(line, "a\"b") == "\xC3\xA9\xF0\x9F\x98\x80\n");
    CHECK(text_of(line, "d") == "x");
    CHECK(text_of(line, "e") == "1.50");
    CHECK_FALSE(text_of(line, "c"));
    CHECK_FALSE(text_of(line, "f"));
    CHECK(is_line(line));
    CHECK_FALSE(is_line("{\"a\":}"));
    CHECK_FALSE(is_line("{\"a\":1}x"));
}

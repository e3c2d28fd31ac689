#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rules;
using namespace usersync::test;

namespace {

Trace trace_of(const std::string& text, const Employee& employee) {
    return expression(text).trace(employee, example_names(), example_today());
}

std::string wanted(const std::string& text) { return trace_of(text, anna()).wanted; }

std::string joined_texts(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// "field (values) wanted" of each.
std::vector<std::string> missing(const std::string& text, const Employee& employee) {
    std::vector<std::string> lines;
    for (const auto& obstacle : obstacles(trace_of(text, employee))) {
        const auto field = obstacle.field ? example_names().field(*obstacle.field).name : "-";
        lines.push_back(field + " (" + joined_texts(obstacle.values) + ") " + obstacle.wanted);
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a test says in plain words what would make it true", "[core][rules][trace]") {
    CHECK(wanted(R"(division == "Store 12")") == R"(is "Store 12")");
    CHECK(wanted(R"(division != "x")") == R"(is not "x")");
    CHECK(wanted(R"("x" < division)") == R"(is more than "x")");
    CHECK(wanted(R"(division == "a \"b\" \\")") == R"(is "a \"b\" \\")");
    CHECK(wanted(R"(startsWith(externalId, "0004"))") == R"(begins with "0004")");
    CHECK(wanted(R"(endsWith(externalId, "4"))") == R"(ends with "4")");
    CHECK(wanted(R"(includes(externalId, "4"))") == R"(includes "4")");
    CHECK(wanted(R"(matches(externalId, "^4"))") == R"(matches "^4")");
    CHECK(wanted("empty(division)") == "is empty");
    CHECK(wanted(R"(division in ["a", "b"])") == R"(is one of "a", "b")");
    CHECK(wanted(R"(fte not in [1, 0.5])") == "is not one of 1, 0.5");
    CHECK(wanted("externalId >= 100") == "is at least 100");
    CHECK(wanted("externalId == 0100") == "is the number 0100");
    CHECK(wanted("externalId < -1") == "is less than -1");
    CHECK(wanted(R"(start_date < "2026-03-01")") == "is before 2026-03-01");
    CHECK(wanted(R"(start_date >= date("2026-03-01") + 31)") == "is on or after 2026-04-01");
    CHECK(wanted("start_date <= today + 14") == "is on or before 2026-03-15 (today + 14)");
    CHECK(wanted("start_date + 3 > today") == "is after 2026-02-26 (today - 3)");
    CHECK(wanted("start_date != today") == "is not 2026-03-01 (today)");
    CHECK(wanted("start_date > end_date - 30") == "is after end_date - 30");
    CHECK(wanted(R"(today > "2026-06-30")") == "today is after 2026-06-30");
    CHECK(wanted("email == upn") == "is what upn says");
    CHECK(wanted(R"(any(department) == "IT")") == R"(has a value that is "IT")");
    CHECK(wanted(R"(ignoreCase(division == "Wr"))") == R"(is "Wr", in upper or lower case)");
    CHECK(wanted("ignoreCase(fte == 1)") == "is the number 1");
    CHECK(wanted(R"(start_date > date("9999-12-31") + 9)") == "is after 9999-12-31");
    CHECK(wanted(R"(1 == 2)") == "1 is the number 2");
}

TEST_CASE("a trace follows the expression, with the values that decided", "[core][rules][trace]") {
    const std::string text = R"(division == "WR" and (any(department) == "IT" or not startsWith(externalId, "0004")))";
    const auto trace = trace_of(text, anna());

    const auto piece = [&](const Trace& part) { return text.substr(part.place.offset, part.place.length); };
    CHECK_FALSE(trace.holds);
    CHECK(trace.kind == Trace::Kind::all);
    CHECK(piece(trace) + ")" == text);
    REQUIRE(trace.parts.size() == 2);
    CHECK(trace.parts[0].holds);
    CHECK(trace.parts[0].values == Lines{"WR"});
    CHECK(trace.parts[0].field == example_names().find("division").index);
    CHECK(piece(trace.parts[0]) == R"(division == "WR")");
    const auto& either = trace.parts[1];
    CHECK(either.kind == Trace::Kind::any);
    REQUIRE(either.parts.size() == 2);
    CHECK(either.parts[0].values == Lines{"WW", "HR"});
    const auto& negation = either.parts[1];
    CHECK(negation.kind == Trace::Kind::negation);
    CHECK_FALSE(negation.holds);
    CHECK_FALSE(negation.is_negated);
    REQUIRE(negation.parts.size() == 1);
    CHECK(negation.parts[0].is_negated);
    CHECK(negation.parts[0].holds);
    CHECK(piece(negation.parts[0]) == R"(startsWith(externalId, "0004"))");
}

TEST_CASE("a test that looks at nobody has no field, and an empty cell no value", "[core][rules][trace]") {
    CHECK_FALSE(trace_of("today == \"2026-03-01\"", anna()).field.has_value());
    CHECK(trace_of("today == \"2026-03-01\"", anna()).holds);
    CHECK(trace_of("division == \"\"", bram()).values.empty());
    CHECK(trace_of("any(location) == \"\"", bram()).values.empty());
    CHECK(trace_of("location == \"Store 12\"", anna()).values == Lines{"Store 12"});
}

TEST_CASE("what stands in the way is the least that would have to change", "[core][rules][trace]") {
    CHECK(missing(R"(division == "WR")", anna()).empty());
    CHECK(missing(R"(division == "WS" and status == "away" and fte == 0.8)", anna()) ==
          Lines{R"(division (WR) is "WS")", R"(status (active) is "away")"});
    CHECK(missing(R"((division == "WS" and status == "away") or fte == 1 or fte == 2)", anna()) ==
          Lines{"fte (0,8) is the number 1"});
    CHECK(missing(R"(any(department) in ["IT", "FD"])", anna()) ==
          Lines{R"(department (WW, HR) has a value that is one of "IT", "FD")"});
    CHECK(missing(R"(empty(division) and empty(end_date))", anna()) == Lines{"division (WR) is empty"});
    CHECK(missing(R"("a" == "b")", anna()) == Lines{R"(- () "a" is "b")"});
}

TEST_CASE("under not it is the opposite that is wanted", "[core][rules][trace]") {
    CHECK(missing(R"(Division == "WR" and not(startsWith(externalId, "0004")))", anna()) ==
          Lines{R"(employee_id (0004711) does not begin with "0004")"});
    CHECK(missing(R"(not(division == "WR" and status == "active"))", anna()) == Lines{R"(division (WR) is not "WR")"});
    CHECK(missing(R"(not(division == "WR" or status == "active"))", anna()) ==
          Lines{R"(division (WR) is not "WR")", R"(status (active) is not "active")"});
    CHECK(missing(R"(not(division != "x"))", anna()) == Lines{R"(division (WR) is "x")"});
    CHECK(missing(R"(not not division == "x")", anna()) == Lines{R"(division (WR) is "x")"});
    CHECK(missing(R"(not endsWith(division, "R"))", anna()) == Lines{R"(division (WR) does not end with "R")"});
    CHECK(missing(R"(not includes(division, "R"))", anna()) == Lines{R"(division (WR) does not include "R")"});
    CHECK(missing(R"(not matches(division, "R"))", anna()) == Lines{R"(division (WR) does not match "R")"});
    CHECK(missing("not empty(division)", bram()) == Lines{"division () is not empty"});
    CHECK(missing("not today == date(\"2026-03-01\")", bram()) == Lines{"- () today is not 2026-03-01"});
    CHECK(missing(R"(not any(department) == "HR")", anna()) ==
          Lines{R"(department (WW, HR) has no value that is "HR")"});
    CHECK(missing(R"(not "a" == "a")", anna()) == Lines{R"(- () it is not so that "a" is "a")"});
}

TEST_CASE("a place is underlined for a terminal", "[core][rules][trace]") {
    CHECK(underlined("fte = 1", {4, 1}) == "fte = 1\n    ^");
    CHECK(underlined("fte ==", {6, 0}) == "fte ==\n      ^");
    CHECK(underlined("", {0, 0}) == "\n^");
    CHECK(underlined("straße == grün", {11, 6}) == "straße == grün\n          ^^^^");
    CHECK(underlined("a == 1\n\tand b = 2\nor c", {14, 1}) == " and b = 2\n       ^");
    CHECK(underlined("a == \"x\ny\"", {5, 5}) == "a == \"x\n     ^^");
    CHECK(underlined("x\x1B[2J\xFF", {0, 1}) == "x [2J\uFFFD\n^");
    CHECK(underlined("abc", {90, 7}) == "abc\n   ^");
}

TEST_CASE("of a long expression only what is around the place is shown", "[core][rules][trace]") {
    const std::string text = std::string(500, 'a') + " = " + std::string(500, 'b');
    const auto shown = underlined(text, {501, 1});

    CHECK(shown == std::string(39, 'a') + " = " + std::string(58, 'b') + "\n" + std::string(40, ' ') + "^");
    CHECK(underlined(text, {501, 400}).size() < 210);
    CHECK(underlined(text, {0, 1003}).size() < 210);
    CHECK(underlined(text, {1003, 0}) == std::string(40, 'b') + "\n" + std::string(40, ' ') + "^");
}

#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

struct Case {
    const char* expression;
    Employee (*person)();
    bool matches;
};

void check(const std::vector<Case>& cases) {
    for (const auto& each : cases) {
        INFO(each.expression << " of employee " << each.person().key.value());
        CHECK(matches(each.expression, each.person()) == each.matches);
    }
}

constexpr bool yes = true;
constexpr bool no = false;

}  // namespace

TEST_CASE("texts are compared character by character", "[core][rules]") {
    check({
        {R"(Division == "WR")", anna, yes},
        {R"(Division == "wr")", anna, no},
        {R"(Division == "WR ")", anna, no},
        {R"(Division != "WR")", anna, no},
        {R"(Division != "wr")", anna, yes},
        {R"("WR" == Division)", anna, yes},
        {R"(externalId == "0004711")", anna, yes},
        {R"(externalId == "4711")", anna, no},
        {R"(division < "WS")", anna, yes},
        {R"(division < "WR")", anna, no},
        {R"(division <= "WR")", anna, yes},
        {R"(division >= "WR" and division > "WQ")", anna, yes},
        {R"("WS" > division)", anna, yes},
        {R"(email == upn)", anna, yes},
        {R"(job_title == "C:\\Beheer")", chloe, yes},
        {R"(department == "ICT \"core\"")", chloe, yes},
        {R"(straße == "Hauptstraße")", anna, yes},
        {R"(location == "Зал 3")", chloe, yes},
    });
}

TEST_CASE("an empty cell and an absent column are the empty text", "[core][rules]") {
    check({
        {R"(Division == "")", bram, yes},
        {R"(cost_center == "")", bram, yes},
        {R"(email == upn)", bram, yes},
        {R"(department == "")", bram, yes},
        {R"(Division != "WR")", bram, yes},
        {R"(includes(job_title, "x"))", bram, no},
        {"empty(Division)", bram, yes},
        {"empty(cost_center)", bram, yes},
        {"empty(department)", bram, yes},
        {"empty(start_date)", bram, yes},
        {"empty(last_name)", bram, yes},
        {"empty(externalId)", bram, no},
        {"empty(department)", anna, no},
        {"empty(end_date)", anna, yes},
        {"not empty(start_date)", chloe, yes},
    });
}

TEST_CASE("with a number, a text is taken as a number, exactly and of any length", "[core][rules]") {
    check({
        {"externalId == 4711", anna, yes},
        {"externalId == 0004711.0", anna, yes},
        {"externalId >= 100", anna, yes},
        {"externalId < 100", bram, yes},
        {"100 > externalId", bram, yes},
        {"externalId > 98.999", bram, yes},
        {"cost_center == 420", anna, yes},
        {"fte == 0.8", anna, yes},
        {"fte < 0.80001", anna, yes},
        {"fte > -1", anna, yes},
        {"cost_center == 123456789012345678901234567890", chloe, yes},
        {"cost_center == 123456789012345678901234567891", chloe, no},
        {"cost_center < 123456789012345678901234567891", chloe, yes},
    });
}

TEST_CASE("what is no number is unequal to every number, and neither less nor greater", "[core][rules]") {
    check({
        {"externalId == 17", chloe, no},
        {"externalId != 17", chloe, yes},
        {"fte < 1", chloe, no},
        {"fte >= 1", chloe, no},
        {"fte != 1", chloe, yes},
        {"division == 0", bram, no},
        {"division < 1", bram, no},
        {"division != 0", bram, yes},
    });
}

TEST_CASE("texts are searched at the beginning, at the end, anywhere, and by pattern", "[core][rules]") {
    check({
        {R"(includes(job_title, "bedrijfsleider"))", anna, yes},
        {R"(includes(job_title, "Bedrijfsleider"))", anna, no},
        {R"(startsWith(externalId, "0004"))", anna, yes},
        {R"(startsWith(externalId, "4"))", anna, no},
        {R"(endsWith(externalId, "711"))", anna, yes},
        {R"(endsWith(externalId, "0004"))", anna, no},
        {R"(matches(externalId, "47"))", anna, yes},
        {R"(matches(externalId, "^47"))", anna, no},
        {R"(matches(externalId, "^\d{7}$"))", anna, yes},
        {R"(matches(externalId, "^\\d{7}$"))", anna, yes},
        {R"(matches(location, "^\p{Cyrillic}+ \d$"))", chloe, yes},
        {R"(includes(any(location), "14"))", anna, yes},
        {R"(includes(location, "14"))", anna, no},
    });
}

TEST_CASE("one of several values", "[core][rules]") {
    check({
        {R"(division in ["WR", "WS"])", anna, yes},
        {R"(division in ["WS"])", anna, no},
        {R"(division not in ["WS"])", anna, yes},
        {R"(division not in ["WS", "WR"])", anna, no},
        {R"(externalId in [4711, "x"])", anna, yes},
        {R"(externalId in ["4711"])", anna, no},
        {R"(fte in [-1, 0.8])", anna, yes},
        {R"(start_date in ["2026-03-09", date("2026-03-10")])", anna, yes},
        {R"(division in [""])", bram, yes},
    });
}

TEST_CASE("of several departments the first is looked at, and each of them by any", "[core][rules]") {
    check({
        {R"(department == "WW")", anna, yes},
        {R"(department == "HR")", anna, no},
        {R"(any(department) == "HR")", anna, yes},
        {R"(any(department) == "IT")", anna, no},
        {R"(any(department) != "HR")", anna, yes},
        {R"(any(department) != "ICT \"core\"")", chloe, no},
        {R"(not(any(department) == "HR"))", anna, no},
        {R"(any(department) in ["HR", "IT"])", anna, yes},
        {R"(any(department) not in ["HR", "IT"])", anna, yes},
        {R"(any(department) not in ["HR", "WW"])", anna, no},
        {R"(any(department) == "")", bram, no},
        {R"(any(department) != "WW")", bram, no},
        {R"(any(division) == "WR")", anna, yes},
        {"any(location) == any(department)", anna, no},
        {"any(location) != any(department)", anna, yes},
    });
}

TEST_CASE("dates are compared as days, with today or another date", "[core][rules]") {
    check({
        {R"(start_date == "2026-03-10")", anna, yes},
        {R"(start_date > "2026-03-09")", anna, yes},
        {R"(start_date < date("2026-03-11"))", anna, yes},
        {"start_date > today", anna, yes},
        {"start_date <= today + 14", anna, yes},
        {"start_date <= today+8", anna, no},
        {"start_date - 9 == today", anna, yes},
        {"today+9==start_date", anna, yes},
        {"today > start_date - 10", anna, yes},
        {"end_date == today", chloe, yes},
        {"end_date >= today", chloe, yes},
        {"end_date <= today-1", chloe, no},
        {R"(today == "2026-03-01")", bram, yes},
        {R"(date("2026-02-28") + 1 == today)", bram, yes},
        {"start_date + 365 > end_date", chloe, no},
    });
}

TEST_CASE("what is no date is unequal to every date, and neither earlier nor later", "[core][rules]") {
    check({
        {"start_date == today", chloe, no},
        {"start_date != today", chloe, yes},
        {"start_date < today", chloe, no},
        {"start_date >= today", chloe, no},
        {R"(contract_end == "2026-12-31")", chloe, no},
        {"end_date < today", anna, no},
        {"end_date > today", anna, no},
        {"end_date != start_date", anna, yes},
        {"end_date == contract_end", bram, no},
    });
}

TEST_CASE("upper and lower case count, unless it is said that they do not", "[core][rules]") {
    check({
        {R"(ignoreCase(division == "Wr"))", anna, yes},
        {R"(ignoreCase("wR" == division))", chloe, yes},
        {R"(ignoreCase(last_name == "Åström"))", chloe, yes},
        {R"(ignoreCase(location == "ЗАЛ 3"))", chloe, yes},
        {R"(ignoreCase(includes(job_title, "BEDRIJFS") and startsWith(job_title, "aSS")))", anna, yes},
        {R"(ignoreCase(endsWith(job_title, "LEIDER")))", anna, yes},
        {R"(ignoreCase(matches(job_title, "^ASSISTENT")))", anna, yes},
        {R"(ignoreCase(division in ["x", "wr"]))", anna, yes},
        {R"(ignoreCase(any(department) == "hr"))", anna, yes},
        {R"(ignoreCase(status == internal.status))", anna, yes},
        {R"(status == internal.status)", anna, no},
        {R"(ignoreCase(fte == 0.8) and division == "wr")", anna, no},
        {R"(ignoreCase(division < "wS"))", anna, yes},
    });
}

TEST_CASE("or binds least, then and, then not", "[core][rules]") {
    check({
        {R"(division == "WR" or division == "x" and status == "x")", anna, yes},
        {R"((division == "WR" or division == "x") and status == "x")", anna, no},
        {R"(not division == "x" and status == "x")", anna, no},
        {R"(not (division == "x" and status == "x"))", anna, yes},
        {R"(not not division == "WR")", anna, yes},
        {R"(not division == "x" or status == "x")", anna, yes},
        {R"(((division == "WR")))", anna, yes},
    });
}

TEST_CASE("a field goes by its own name, by its heading, and in any case and spacing", "[core][rules]") {
    check({
        {R"(job_title == "Assistent bedrijfsleider")", anna, yes},
        {R"(Jobtitle == "Assistent bedrijfsleider")", anna, yes},
        {R"(JOB_TITLE == "Assistent bedrijfsleider")", anna, yes},
        {R"('Cost  Center' == "0420")", anna, yes},
        {R"('kostenplaats 2' == "0420")", anna, yes},
        {R"(cost_center == "0420")", anna, yes},
        {"XID == 4711 and externalId == 4711 and employee_id == 4711", anna, yes},
        {R"(first_name == "Anna" and infix == "de" and last_name == "Vries")", anna, yes},
        {R"('internal.status' == "Active")", anna, yes},
    });
}

TEST_CASE("an expression may be spread over lines, and pasted with no-break spaces", "[core][rules]") {
    check({
        {"division == \"WR\"\n\tand\r\n  status == \"active\"\n", anna, yes},
        {"division\u00A0==\u00A0\"WR\"", anna, yes},
        {"division==\"WR\"and status==\"active\"", anna, yes},
    });
}

TEST_CASE("an expression knows what it looks at", "[core][rules]") {
    const auto dated = expression(R"(any(department) == "HR" or start_date < today or Department == "x")");

    CHECK(dated.fields() == std::vector<std::size_t>{8, 11});
    CHECK(dated.looks_at_today());
    CHECK(dated.text() == R"(any(department) == "HR" or start_date < today or Department == "x")");
    CHECK_FALSE(expression("start_date < end_date").looks_at_today());
    CHECK(expression("start_date < end_date").fields() == std::vector<std::size_t>{11, 12});
    CHECK(expression("fte == 1") == expression("fte == 1"));
    CHECK_FALSE(expression("fte == 1") == expression("fte == 2"));
}

TEST_CASE("nothing in the record is neither yes nor no, unless the expression asks for just that", "[core][rules]") {
    using rules::Judgement;
    struct Case {
        std::string expression;
        Judgement of_bram;  // about whom nothing is said but that the division is empty
    };
    const auto c = GENERATE(values<Case>({
        {"internal.status == \"Active\"", Judgement::unknown},
        {"internal.status != \"Active\"", Judgement::unknown},
        {"not(internal.status == \"Active\")", Judgement::unknown},
        {"any(Department) == \"WW\"", Judgement::unknown},
        {"Department not in [\"WW\"]", Judgement::unknown},
        {"matches(cost_center, \"^4\")", Judgement::unknown},
        {"start_date <= today", Judgement::unknown},
        {"Division == cost_center", Judgement::unknown},
        {"empty(internal.status)", Judgement::yes},
        {"not(empty(Department))", Judgement::no},
        {"Division == \"WR\"", Judgement::no},
        {"internal.status == \"Active\" and Division == \"WR\"", Judgement::no},
        {"internal.status == \"Active\" and Division == \"\"", Judgement::unknown},
        {"internal.status == \"Active\" or Division == \"\"", Judgement::yes},
        {"internal.status == \"Active\" or Division == \"WR\"", Judgement::unknown},
        {"not(internal.status == \"Active\" or Division == \"\")", Judgement::no},
    }));
    INFO(c.expression);
    const auto parsed = rules::parse_expression(c.expression, example_names());
    REQUIRE(parsed.expression);

    CHECK(parsed.expression->judge(bram(), example_names(), example_today()) == c.of_bram);
}

TEST_CASE("where the record says something, judging is matching", "[core][rules]") {
    for (const auto* text : {"Department == \"WW\"", "Division != \"WR\"", "fte < 0.5", "not(cost_center == 420)",
                             "internal.status == \"Active\" and Jobtitle == \"Cook\""}) {
        INFO(text);
        const auto parsed = rules::parse_expression(text, example_names());
        REQUIRE(parsed.expression);
        const bool matches = parsed.expression->matches(anna(), example_names(), example_today());

        CHECK(parsed.expression->judge(anna(), example_names(), example_today()) ==
              (matches ? rules::Judgement::yes : rules::Judgement::no));
    }
}

TEST_CASE("a value that is in doubt is no answer either", "[core][rules]") {
    const auto parsed = rules::parse_expression("Department == \"HQ\"", example_names());
    REQUIRE(parsed.expression);
    const auto department = *example_names().find("department").index;

    CHECK(parsed.expression->judge(anna(), example_names(), example_today(), std::array{department}) ==
          rules::Judgement::unknown);
}

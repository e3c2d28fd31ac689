#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rules;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;

/// "code [the piece of the text] sentence"; a warning's code in parentheses; the end of the text is [].
Lines problems(const std::string& text, const FieldNames& names = example_names()) {
    const auto parsed = parse_expression(text, names);
    Lines lines;
    bool wrong = false;
    for (const auto& problem : parsed.problems) {
        const bool warning = problem.severity == ExpressionProblem::Severity::warning;
        wrong = wrong || !warning;
        lines.push_back((warning ? "(" + problem.code + ")" : problem.code) + " [" +
                        text.substr(problem.place.offset, problem.place.length) + "] " + problem.sentence);
    }
    CHECK(parsed.expression.has_value() == !wrong);
    return lines;
}

/// The places of all problems, as the pieces of text that they are.
std::string codes(const std::string& text) {
    std::string all;
    for (const auto& line : problems(text)) {
        all += (all.empty() ? "" : " ") + line.substr(0, line.find("] ") + 1);
    }
    return all;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("a field that does not exist is named, with what may have been meant", "[core][rules][problems]") {
    CHECK(problems(R"(Departmnt == "WW")") ==
          Lines{R"(unknown_field [Departmnt] there is no field "Departmnt"; did you mean Department?)"});
    CHECK(problems(R"(empty(shoe_size))") == Lines{R"(unknown_field [shoe_size] there is no field "shoe_size")"});
    CHECK(problems(R"('Cost centr' == "1")") ==
          Lines{R"(unknown_field ['Cost centr'] there is no field "Cost centr"; did you mean 'Cost center'?)"});
    CHECK(problems(R"(division == 'WR')") ==
          Lines{R"(unknown_field ['WR'] there is no field "WR"; a text is written in double quotes: "WR")"});
    CHECK(problems("person.phone == upn") ==
          Lines{R"(unknown_field [person.phone] there is no field "person.phone"; did you mean phone?)"});
}

TEST_CASE("a heading that two columns have is ambiguous", "[core][rules][problems]") {
    const FieldNames names({{"division", FieldType::text, {"Name"}}, {"team", FieldType::text, {"name"}}});

    CHECK(problems(R"(NAME == "x")", names) ==
          Lines{R"(ambiguous_field [NAME] several columns are headed "NAME"; write the name of the field)"});
}

TEST_CASE("types that do not go together are refused", "[core][rules][problems]") {
    CHECK(problems(R"(start_date > "soon")") ==
          Lines{R"(type_clash ["soon"] "soon" is no date; a date is written "2026-03-01")"});
    CHECK(problems(R"(start_date == "")") ==
          Lines{R"(type_clash [""] "" is no date; empty(…) asks whether there is one)"});
    CHECK(problems(R"(includes(start_date, "2026"))") ==
          Lines{"type_clash [start_date] includes looks into texts, and this is a date"});
    CHECK(problems(R"(startsWith(12, "1"))") ==
          Lines{"type_clash [12] startsWith looks into texts, and this is a number"});
    CHECK(problems("start_date > 2026") ==
          Lines{"type_clash [start_date > 2026] a date can be compared with a date only, and 2026 is a number"});
    CHECK(problems("division == today") ==
          Lines{"type_clash [division == today] a date can be compared with a date only, and division is the text of a "
                "field"});
    CHECK(problems("fte + 1 > 2") ==
          Lines{"type_clash [+ 1] days are counted from dates only, and this is the text of a field"});
    CHECK(codes(R"("2026-03-01" + 3 < today)") == "type_clash [+ 3]");
    CHECK(codes("fte > 1 - 2") == "type_clash [- 2]");
    CHECK(codes("start_date in [\"2026-03-01\", 4]") == "type_clash [4]");
    CHECK(codes("start_date in [\"2026-02-30\", \"x\"]") == R"(type_clash ["2026-02-30"] type_clash ["x"])");
    CHECK(codes(R"(fte in [date("2026-03-01")])") == R"(type_clash [date("2026-03-01")])");
    CHECK(codes(R"(date("01-03-2026") == start_date)") == R"(type_clash [date("01-03-2026")])");
    CHECK(codes("any(start_date) == any(division)") == "type_clash [any(start_date) == any(division)]");
    CHECK(codes("empty(start_date + 1)") == "type_clash [+ 1]");
}

TEST_CASE("a pattern that RE2 does not read is refused with its own words", "[core][rules][problems]") {
    CHECK(problems(R"(matches(division, "W(R"))") ==
          Lines{R"(bad_regex ["W(R"] this is no pattern of RE2: missing ): W(R)"});
    CHECK(codes(R"~(matches(division, "(?=x)"))~") == R"~(bad_regex ["(?=x)"])~");
    CHECK(codes(R"~(matches(division, "((((x{100}){100}){100}){100})"))~") ==
          R"~(bad_regex ["((((x{100}){100}){100}){100})"])~");
}

TEST_CASE("all problems are told at once, in the order of the text", "[core][rules][problems]") {
    CHECK(codes(R"(Divisio == "WR" and (strt_date > "x" or fte = 3) and includes(fte) or matches(fte, "["))") ==
          R"(unknown_field [Divisio] unknown_field [strt_date] syntax [=] syntax [)] bad_regex ["["])");
    CHECK(codes("nope == nada") == "unknown_field [nope] unknown_field [nada]");
    CHECK(codes(R"(fte == and division == or nope == "x" and not)") ==
          "syntax [and] syntax [or] unknown_field [nope] syntax []");
}

TEST_CASE("what was expected is said where something else is", "[core][rules][problems]") {
    CHECK(problems("") ==
          Lines{"syntax [] expected a field, a text in double quotes, a number or a date, but the expression ends "
                "here"});
    CHECK(problems("division") == Lines{"syntax [] expected a comparison (==, !=, <, >, <=, >=) or in, but the "
                                        "expression ends here"});
    CHECK(problems("includes(division)") == Lines{"syntax [)] expected , and a text in double quotes, not )"});
    CHECK(problems("includes(division, upn)") == Lines{"syntax [upn] expected a text in double quotes, not upn"});
    CHECK(problems(R"(includes(division, "a", "b"))") == Lines{"syntax [,] expected ), not ,"});
    CHECK(problems("empty(any(location))") == Lines{"syntax [any] expected a field, not any"});
    CHECK(problems("any(\"x\") == 1") == Lines{R"(syntax ["x"] expected a field, not "x")"});
    CHECK(problems("date(2026) < today") ==
          Lines{R"(syntax [2026] expected a day in double quotes, like "2026-03-01", not 2026)"});
    CHECK(problems("division in []") == Lines{"syntax []] expected a text in double quotes or a number, not ]"});
    CHECK(problems(R"(division in ["a", ])") ==
          Lines{"syntax []] expected a text in double quotes or a number, not ]"});
    CHECK(problems(R"(division in "a")") == Lines{R"(syntax ["a"] expected [ and the values, not "a")"});
    CHECK(problems(R"(division in ["a" "b"])") == Lines{R"(syntax ["b"] expected , or ], not "b")"});
    CHECK(problems("1 < fte < 2") == Lines{"syntax [<] expected and, or, or the end: one comparison at a time, not <"});
    CHECK(problems("fte == 1 fte == 2") == Lines{"syntax [fte] expected and, or, or the end, not fte"});
    CHECK(problems("start_date > today + fte") == Lines{"syntax [fte] expected a whole number of days, not fte"});
    CHECK(problems("start_date > today + 1.5") == Lines{"syntax [1.5] expected a whole number of days, not 1.5"});
    CHECK(codes("start_date > today + 100001") == "syntax [100001]");
    CHECK(codes("start_date > today - 99999999999999999999999") == "syntax [99999999999999999999999]");
    CHECK(codes("fte == -") == "syntax []");
    CHECK(codes("fte == -\"1\"") == R"(syntax ["1"])");
}

TEST_CASE("parentheses come in pairs", "[core][rules][problems]") {
    CHECK(problems("(fte == 1") == Lines{"syntax [(] this ( is never closed"});
    CHECK(problems("fte == 1)") == Lines{"syntax [)] this ) closes nothing"});
    CHECK(codes("fte == 1) and nope == 2") == "syntax [)] unknown_field [nope]");
    CHECK(codes("not(startsWith(upn, \"x\")") == "syntax [(]");
    CHECK(codes("startsWith(upn, \"x\"") == "syntax [(]");
    CHECK(codes(")))") == "syntax [)] syntax [)] syntax [)] syntax [)]");
}

TEST_CASE("the words of other languages are understood, and refused", "[core][rules][problems]") {
    CHECK(problems("fte = 1") == Lines{"syntax [=] write == instead of ="});
    CHECK(problems("fte <> 1") == Lines{"syntax [<>] write != instead of <>"});
    CHECK(problems("fte ≥ 1") == Lines{"syntax [≥] write >= instead of ≥"});
    CHECK(problems("fte == 1 && !(fte == 2)") ==
          Lines{"syntax [&&] write and instead of &&", "syntax [!] write not instead of !"});
    CHECK(problems("fte == 1 OR NOT fte == 2 And fte IN [1]") ==
          Lines{"syntax [OR] write or in small letters", "syntax [NOT] write not in small letters",
                "syntax [And] write and in small letters", "syntax [IN] write in in small letters"});
    CHECK(problems(R"(startswith(upn, "a"))") ==
          Lines{"unknown_function [startswith] there is no function startswith; did you mean startsWith?"});
    CHECK(problems(R"(include(upn, "a"))") ==
          Lines{"unknown_function [include] there is no function include; did you mean includes?"});
    CHECK(problems(R"(lower(upn) == "a")") == Lines{"unknown_function [lower] there is no function lower"});
}

TEST_CASE("quotes that a word processor has made curly are shown", "[core][rules][problems]") {
    CHECK(problems("division == “WR” and nope == 1") ==
          Lines{"syntax [“] use straight quotes: \" instead of “", "unknown_field [nope] there is no field \"nope\""});
    CHECK(problems("includes(‘Jobtitle’, „x“)") ==
          Lines{"syntax [‘] use straight quotes: ' instead of ‘", "syntax [„] use straight quotes: \" instead of „"});
    CHECK(codes("division == “WR") == "syntax [“]");
}

TEST_CASE("a text ends, and its backslashes mean something", "[core][rules][problems]") {
    CHECK(problems(R"(division == "WR)") == Lines{R"(syntax ["] this " has no closing ")"});
    CHECK(problems(R"('Cost center == "x")") == Lines{"syntax ['] this ' has no closing '"});
    CHECK(problems(R"(division == "W\R")") == Lines{R"(syntax [\] a backslash in a text is written \\)"});
    CHECK(problems(R"(matches(division, "\d"))").empty());
    CHECK(codes(R"(division == "WR\")") == R"(syntax ["])");
}

TEST_CASE("a name that is no plain word is quoted", "[core][rules][problems]") {
    CHECK(problems("cost-center == 1") ==
          Lines{"syntax [cost-center] a name with a - is written in single quotes: 'cost-center'"});
    CHECK(problems("2nd == 1") ==
          Lines{"syntax [2nd] \"2nd\" is no number; a field whose name begins with a digit is written '2nd', a text "
                "\"2nd\""});
    CHECK(codes("today – 3 < start_date") == "syntax [–]");
    CHECK(codes("fte == 1; fte == 2") == "syntax [;]");
    CHECK(codes("@fte == 1") == "syntax [@]");
}

TEST_CASE("what is no text at all is refused by its place", "[core][rules][problems]") {
    CHECK(codes(std::string("fte ==\0 1", 9)) == std::string("syntax [\0]", 10));
    CHECK(codes("fte == 1 and division == \"\xC3\"") == "syntax [\xC3]");
}

TEST_CASE("an expression is no longer and no deeper than anybody could read", "[core][rules][problems]") {
    const std::string test = R"(division == "WR")";

    CHECK(problems(repeated("(", 100) + test + repeated(")", 100)).empty());
    CHECK(problems(repeated("(", 101) + test + repeated(")", 101)) ==
          Lines{"too_deep [division] more than 100 parentheses and not within another"});
    CHECK(codes(repeated("not ", 9'000 / 4) + test) == "too_deep [not]");
    CHECK(codes(repeated("(", 9'999)) == "too_deep [(]");

    const auto chain = test + repeated(" or status == \"x\"", 500);
    REQUIRE(chain.size() < expression_bytes_max);
    CHECK(problems(chain).empty());
    CHECK(problems(test + std::string(expression_bytes_max - test.size(), ' ')).empty());
    const auto too_long = test + std::string(expression_bytes_max - test.size(), ' ') + "x";
    CHECK(problems(too_long) == Lines{"too_long [x] an expression has at most 10000 bytes, and this one has 10001"});
}

TEST_CASE("of very many problems the first hundred are told, errors before warnings", "[core][rules][problems]") {
    const auto only_errors = parse_expression(repeated("))(", 3'000), example_names());
    CHECK(only_errors.problems.size() == expression_problems_max);
    CHECK_FALSE(only_errors.expression.has_value());

    const auto both = parse_expression(repeated("department == \"x\" and ", 300) + "nope == 1", example_names());
    REQUIRE(both.problems.size() == expression_problems_max);
    CHECK(both.problems.back().code == "unknown_field");

    const auto only_warnings = parse_expression(repeated("1 == 1 or ", 200) + "fte == 1", example_names());
    CHECK(only_warnings.problems.size() == expression_problems_max);
    CHECK(only_warnings.expression.has_value());

    CHECK(parse_expression(repeated("fte == 1) or ", 700) + "fte == 1", example_names()).problems.size() == 100);
}

TEST_CASE("a test that looks at no field is the same for everybody", "[core][rules][problems]") {
    CHECK(problems(R"("a" == "a")") ==
          Lines{R"((always_true) ["a" == "a"] no field is looked at: this is true for everybody)"});
    CHECK(codes(R"(fte == 1 or 1 > 2)") == "(always_false) [1 > 2]");
    CHECK(codes(R"("0,50" == 0.5)") == R"((always_true) ["0,50" == 0.5])");
    CHECK(codes(R"(includes("abc", "d"))") == R"((always_false) [includes("abc", "d")])");
    CHECK(codes(R"("a" in ["b", "c"])") == R"((always_false) ["a" in ["b", "c"]])");
    CHECK(codes(R"(date("2026-03-01") < "2026-03-02")") == R"((always_true) [date("2026-03-01") < "2026-03-02"])");
    CHECK(codes(R"(startsWith(upn, ""))") == R"((always_true) [startsWith(upn, "")])");
    CHECK(codes(R"(today > "2026-01-01")").empty());
}

TEST_CASE("a field cannot have two values at once", "[core][rules][problems]") {
    CHECK(problems(R"(division == "WR" and division == "WS")") ==
          Lines{R"((always_false) [division == "WR" and division == "WS"] division cannot be both: this is false for )"
                "everybody"});
    CHECK(codes(R"(status == "a" and (division == "WR" and (upn == "x" and division == "WS")))") ==
          R"((always_false) [division == "WR" and (upn == "x" and division == "WS"])");
    CHECK(codes(R"(division == "WR" and not(division == "WR"))") ==
          R"((always_false) [division == "WR" and not(division == "WR"])");
    CHECK(codes("fte > 3 and fte < 2") == "(always_false) [fte > 3 and fte < 2]");
    CHECK(codes("fte > 3 and fte <= 3.0") == "(always_false) [fte > 3 and fte <= 3.0]");
    CHECK(codes("fte == 3 and fte > 4") == "(always_false) [fte == 3 and fte > 4]");
    CHECK(codes(R"(start_date < "2026-03-01" and "2026-03-02" < start_date)") ==
          R"((always_false) [start_date < "2026-03-01" and "2026-03-02" < start_date])");
    CHECK(codes("start_date > today + 14 and start_date < today") ==
          "(always_false) [start_date > today + 14 and start_date < today]");

    CHECK(codes("fte >= 3 and fte <= 3").empty());
    CHECK(codes("fte > 2 and fte < 3").empty());
    CHECK(codes("fte != 2 and fte != 3").empty());
    CHECK(codes(R"(division == "WR" or division == "WS")").empty());
    CHECK(codes(R"(any(location) == "a" and any(location) == "b")").empty());
    CHECK(codes(R"(fte == "1" and fte == 1)").empty());
    CHECK(codes(R"(start_date > today and start_date < "2026-01-01")").empty());
    CHECK(codes(R"(division == "WR" and ignoreCase(division == "wr"))").empty());
}

TEST_CASE("a field always is something, or not", "[core][rules][problems]") {
    CHECK(problems(R"(division == "WR" or division != "WR")") ==
          Lines{R"((always_true) [division == "WR" or division != "WR"] division is always one or the other: this is )"
                "true for everybody"});
    CHECK(codes(R"(division != "WR" or division != "WS")") ==
          R"((always_true) [division != "WR" or division != "WS"])");
    CHECK(codes(R"(fte != 1 or upn == "x" or fte == 1.0)") ==
          R"((always_true) [fte != 1 or upn == "x" or fte == 1.0])");
    CHECK(codes(R"(division == "WR" or not(division == "WR"))") ==
          R"((always_true) [division == "WR" or not(division == "WR"])");

    CHECK(codes("fte < 1 or fte >= 1").empty());
    CHECK(codes(R"(any(location) == "a" or any(location) != "a")").empty());
    CHECK(codes("fte == 1 or fte == 2").empty());
}

TEST_CASE("a value that stands in a list twice, and a list that is looked at by its first value, are warned of",
          "[core][rules][problems]") {
    CHECK(problems(R"(division in ["a", "b", "a"])") ==
          Lines{R"((duplicate) ["a"] this value stands in the list twice)"});
    CHECK(codes("fte in [1, 1.0, \"1\"]") == "(duplicate) [1.0]");
    CHECK(codes(R"(ignoreCase(division in ["a", "A"]))") == R"((duplicate) ["A"])");
    CHECK(problems(R"(Department == "WW")") ==
          Lines{"(list_without_any) [Department] Department may hold several values: this looks at the first; write "
                "any(Department)"});
    CHECK(codes(R"(includes('Store', "1"))") == "(list_without_any) ['Store']");
    CHECK(codes(R"(includes(any(location), "1") and not empty(department))").empty());
}

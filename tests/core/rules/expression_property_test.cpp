// What holds for expressions of any shape: made at random, with a seed that is printed.

#include "tests/core/rules/expression_people.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace usersync;
using namespace usersync::rules;
using namespace usersync::test;

namespace {

class Maker {
public:
    explicit Maker(unsigned seed) : random_(seed) {}

    std::string one_of(const std::vector<std::string>& choices) { return choices[below(choices.size())]; }
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

    std::string expression(int depth) {
        if (depth == 0) return test();
        switch (below(5)) {
            case 0: return "(" + expression(depth - 1) + ") and (" + expression(depth - 1) + ")";
            case 1: return "(" + expression(depth - 1) + ") or (" + expression(depth - 1) + ")";
            case 2: return "not (" + expression(depth - 1) + ")";
            case 3: return "ignoreCase(" + expression(depth - 1) + ")";
            default: return test();
        }
    }

private:
    std::string field() {
        return one_of({"division", "any(department)", "department", "externalId", "fte", "cost_center", "any(location)",
                       "job_title", "'straße'", "end_date"});
    }
    std::string text_field() {
        return one_of({"division", "any(department)", "externalId", "fte", "cost_center", "job_title"});
    }
    std::string comparison() { return one_of({" == ", " != ", " < ", " > ", " <= ", " >= "}); }
    std::string text() { return one_of({R"("")", R"("WR")", R"("wr")", R"("HR")", R"("0004711")", R"("0,8")"}); }
    std::string number() { return one_of({"0", "-1", "4711", "0.8", "99", "420"}); }
    std::string date() {
        return one_of({"today", "start_date", "end_date", "contract_end", R"(date("2026-03-10"))"}) +
               one_of({"", " + 9", " - 9"});
    }

    std::string test() {
        switch (below(7)) {
            case 0: return text_field() + comparison() + text();
            case 1: return number() + comparison() + text_field();
            case 2: return date() + comparison() + date();
            case 3: return text_field() + one_of({" in [", " not in ["}) + text() + ", " + number() + "]";
            case 4:
                return one_of({"includes(", "startsWith(", "endsWith(", "matches("}) + text_field() + ", " + text() +
                       ")";
            case 5: return text_field() + comparison() + text_field();
            default: return "empty(" + one_of({"division", "end_date", "location", "fte"}) + ")";
        }
    }

    std::mt19937 random_;
};

const std::vector<Employee>& people() {
    static const std::vector<Employee> all = {anna(), bram(), chloe()};
    return all;
}

/// Calls back for many expressions and every person.
template <class Check>
void for_many(unsigned seed, Check check) {
    CAPTURE(seed);
    Maker maker(seed);
    for (int round = 0; round < 400; ++round) {
        const auto text = maker.expression(round % 5);
        CAPTURE(text);
        for (const auto& person : people()) check(text, person);
    }
}

bool holds_all_over(const Trace& trace) {
    for (const auto& part : trace.parts) {
        if (!holds_all_over(part)) return false;
    }
    const auto holding = static_cast<std::size_t>(
        std::count_if(trace.parts.begin(), trace.parts.end(), [](const Trace& part) { return part.holds; }));
    switch (trace.kind) {
        case Trace::Kind::test: return trace.parts.empty() && !trace.wanted.empty();
        case Trace::Kind::all: return trace.holds == (holding == trace.parts.size());
        case Trace::Kind::any: return trace.holds == (holding > 0);
        case Trace::Kind::negation: return trace.parts.size() == 1 && trace.holds == (holding == 0);
    }
    return false;
}

}  // namespace

TEST_CASE("twice not is nothing, and not turns everything round", "[core][rules][property]") {
    for_many(1, [](const std::string& text, const Employee& person) {
        const bool holds = matches(text, person);
        CHECK(matches("not(" + text + ")", person) == !holds);
        CHECK(matches("not(not(" + text + "))", person) == holds);
    });
}

TEST_CASE("and and or do what logic says, in any order", "[core][rules][property]") {
    Maker other(20);
    for_many(2, [&](const std::string& text, const Employee& person) {
        const auto second = other.expression(1);
        const bool a = matches(text, person);
        const bool b = matches(second, person);
        CHECK(matches("(" + text + ") and (" + second + ")", person) == (a && b));
        CHECK(matches("(" + second + ") or (" + text + ")", person) == (a || b));
        CHECK(matches("not((" + text + ") and (" + second + "))", person) ==
              matches("not(" + text + ") or not(" + second + ")", person));
    });
}

TEST_CASE("a trace agrees with the verdict, and nothing stands in the way exactly when it holds",
          "[core][rules][property]") {
    for_many(3, [](const std::string& text, const Employee& person) {
        const auto trace = expression(text).trace(person, example_names(), example_today());
        CHECK(trace.holds == matches(text, person));
        CHECK(holds_all_over(trace));
        CHECK(obstacles(trace).empty() == trace.holds);
    });
}

TEST_CASE("what is warned of as always true or false is so", "[core][rules][property]") {
    std::size_t warned = 0;
    for_many(4, [&](const std::string& text, const Employee& person) {
        for (const auto& problem : parse_expression(text, example_names()).problems) {
            const bool always_true = problem.code == "always_true";
            if (!always_true && problem.code != "always_false") continue;
            // A place may begin within a parenthesis that it does not end; only whole expressions can be tried.
            const auto part = text.substr(problem.place.offset, problem.place.length);
            if (!parse_expression(part, example_names()).expression) continue;
            ++warned;
            CHECK(matches(part, person) == always_true);
        }
    });
    CHECK(warned > 20);
}

TEST_CASE("any piece of an expression, and any mixture of its words, is read or refused", "[core][rules][property]") {
    const unsigned seed = 5;
    CAPTURE(seed);
    Maker maker(seed);
    const std::vector<std::string> words = {"(",     ")",    "[",   "]",     ",",     "and",    "or",       "not",
                                            "in",    "any(", "==",  "<",     "+",     "-",      "3",        "0.5",
                                            "\"a\"", "fte",  "'x'", "today", "date(", "empty(", "“",        "\"",
                                            "'",     "\\",   "é",   "\x80",  "=",     "!",      "includes("};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t count = maker.below(14); count > 0; --count)
            text += maker.one_of(words) + maker.one_of({"", " "});
        CAPTURE(text);
        const auto parsed = parse_expression(text, example_names());
        if (!parsed.expression) CHECK_FALSE(parsed.problems.empty());
        for (const auto& problem : parsed.problems) {
            CHECK(problem.place.offset + problem.place.length <= text.size());
            CHECK_FALSE(problem.sentence.empty());
            CHECK_FALSE(underlined(text, problem.place).empty());
        }
    }
}

TEST_CASE("the same text is read in the same way, whatever stands around it", "[core][rules][property]") {
    for_many(6, [](const std::string& text, const Employee& person) {
        CHECK(matches("((" + text + "))", person) == matches(text, person));
        CHECK(matches("\n " + text + " \t", person) == matches(text, person));
        CHECK(expression(text) == expression(text));
    });
}

// What is wrong with rules, as cases: all of it at once, each where it stands.
#include "core/rules/template_text.hpp"
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

using Severity = rules::RuleProblem::Severity;

const std::string local = "local_department";

struct Case {
    std::string code;
    Rules rules;
    std::string rule;  ///< where the problem is
    std::string says;  ///< a part of the sentence
};

WrittenGroup group(std::string kind, std::string by, std::string text) {
    return {.kind = std::move(kind), .by = std::move(by), .text = std::move(text)};
}

template <class Change>
Rules changed(Change change, Rules rules = Rules()) {
    change(rules.text);
    return rules;
}

template <class Change>
Rules with_exception(Change change) {
    auto exception = about("1");
    exception.id = "exception[0]";
    exception.reason = "agreed";
    exception.owner = "HR";
    change(exception);
    Rules rules;
    rules.text.exceptions = {exception};
    return rules;
}

std::vector<rules::RuleProblem> problems_of(const Rules& rules) {
    const rules::FieldNames names(
        {{"shoe", rules::FieldType::text, {"Size"}}, {"glove", rules::FieldType::text, {"Size"}}});
    auto checked = rules::check_rules(rules.text, names, today);
    const auto is_error = [](const auto& problem) { return problem.severity == Severity::error; };
    const bool errors = std::any_of(checked.problems.begin(), checked.problems.end(), is_error);
    CHECK(checked.rules.has_value() != errors);
    return checked.problems;
}

void check(const Case& c, Severity severity) {
    INFO(c.code << " " << c.rule << " " << c.says);
    const auto problems = problems_of(c.rules);
    for (const auto& problem : problems) UNSCOPED_INFO(problem.code << ": " << problem.sentence);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].severity == severity);
    CHECK(problems[0].code == c.code);
    CHECK(problems[0].rule == c.rule);
    CHECK_THAT(problems[0].sentence, Catch::Contains(c.says));
}

const std::string row = "group_mapping[0] row 1";

}  // namespace

TEST_CASE("what makes rules unusable", "[core][rules]") {
    const auto c = GENERATE(values<Case>({
        {"unknown_field", Rules().row({{"locaton", {"A"}}}, unit("A")), row, "did you mean location?"},
        {"ambiguous_field", Rules().row({{"Size", {"A"}}}, unit("A")), row, "two columns are called \"Size\""},
        {"unknown_field", Rules().row({}, unit("{locaton}")), row, "did you mean location?"},
        {"bad_template", Rules().row({}, unit("{location")), row, "a { without its }"},
        {"bad_template", Rules().row({}, unit("location}")), row, "a } without its {"},
        {"personal_group", Rules().row({}, unit("Team of {first_name}")), row, "first_name tells who somebody is"},
        {"personal_group", Rules().role("admin", {}, unit("{email}")), "role_mapping[0]", "{email}"},
        {"personal_group", with_exception([](auto& e) { e.add_groups = {unit("{upn}")}; }), "exception[0]", "{upn}"},
        {"cell_without_values", Rules().row({{"location", {}}}, unit("A")), row, "write \"*\""},
        {"empty_value", Rules().row({{"location", {""}}}, unit("A")), row, "empty(location)"},
        {"unknown_kind", Rules().row({}, group("departement", "", "A")), row, "did you mean department?"},
        {"unknown_kind", Rules().row({}, group("shop", "", "A")), row, "it must be business_unit"},
        {"kind_missing", Rules().row({}, group("", "", "A")), row, "needs a kind"},
        {"unknown_by", Rules().row({}, group("topic", "edi", "A")), row, "did you mean eid?"},
        {"bad_eid", Rules().row({}, group("", "eid", "12ab")), row, "16 hexadecimal digits"},
        {"local_department_without_parents", Rules().row({}, group(local, "", "A")), row, "business unit"},
        {"parents_of_no_local_department",
         changed([](auto& t) { t.groups[0].rules[0].department = department("B"); }, Rules().row({}, unit("A"))), row,
         "only a local department"},
        {"wrong_parent_kind",
         changed([](auto& t) { t.groups[0].rules[0].department = unit("B"); },
                 Rules().row({}, group(local, "xid", "A"))),
         row, "not a business_unit"},
        {"unknown_role", Rules().role("Admin", {}), "role_mapping[0]", "did you mean admin?"},
        {"unknown_role", Rules().role("", {}), "role_mapping[0]", "missing"},
        {"unknown_role", changed([](auto& t) { t.role_order = {"membr"}; }), "role_order", "did you mean member?"},
        {"role_twice", changed([](auto& t) {
             t.role_order = {"admin", "admin"};
         }),
         "role_order", "twice"},
        {"unknown_channel", Rules().invite("e-mail", ""), "invite[0]", "did you mean email?"},
        {"invite_without_effect", Rules().invite("", ""), "invite[0]", "neither"},
        {"unknown_field", Rules().invite("", "{lang}"), "invite[0]", "no field \"lang\""},
        {"bad_days", changed([](auto& t) { t.life_cycle.start_lead_days = -1; }), "life_cycle", "the lead"},
        {"bad_days", changed([](auto& t) { t.life_cycle.end_delay_days = 99'999'999'999; }), "life_cycle", "the delay"},
        {"unknown_field", changed([](auto& t) { t.user_name = written("{nick}"); }), "user_name", "\"nick\""},
        {"bad_template", changed([](auto& t) { t.temporary_password = written(""); }), "temporary_password", "empty"},
        {"exception_without_effect", with_exception([](auto&) {}), "exception[0]", "changes nothing"},
        {"exception_without_reason", with_exception([](auto& e) { e.exclude = true, e.reason = ""; }), "exception[0]",
         "its reason"},
        {"exception_about_two", with_exception([](auto& e) { e.exclude = true, e.when = written("status == \"x\""); }),
         "exception[0]", "not both"},
        {"exception_about_nobody", with_exception([](auto& e) { e.exclude = true, e.person = ""; }), "exception[0]",
         "needs a person"},
        {"role_missing", with_exception([](auto& e) { e.role_in = unit("A"); }), "exception[0]", "the role is not"},
        {"bad_day", with_exception([](auto& e) { e.exclude = true, e.until = written("2026-02-30"); }), "exception[0]",
         "no day"},
    }));
    check(c, Severity::error);
}

TEST_CASE("what is most likely not meant", "[core][rules]") {
    const auto a = [](std::string value) { return Cells{{"location", {std::move(value)}}}; };
    const auto c = GENERATE_COPY(values<Case>({
        {"star_among_values", Rules().row({{"location", {"A", "*"}}}, unit("A")), row, "stands alone"},
        {"same_rule_twice", Rules().row(a("A"), unit("A")).row(a("A"), unit("A")), "group_mapping[0] row 2",
         "group_mapping[0] row 1 (tenant.toml:2)"},
        {"same_rule_twice", Rules().role("admin", a("A")).role("admin", a("A")), "role_mapping[1]", "role_mapping[0]"},
        {"same_rule_twice", Rules().table(true).row(a("A"), unit("A")).row(a("A"), unit("A")), "group_mapping[0] row 2",
         "the same"},
        {"shadowed_rule", Rules().table(true).row(a("*"), unit("A")).row(a("B"), unit("B")), "group_mapping[0] row 2",
         "never applies"},
        {"shadowed_rule", Rules().table(true).row({}, unit("A")).row(a("B"), unit("B"), "status == \"x\""),
         "group_mapping[0] row 2", "never applies"},
        {"exception_ended", with_exception([](auto& e) { e.exclude = true, e.until = written("2026-06-14"); }),
         "exception[0]", "2026-06-14"},
        {"exception_without_owner", with_exception([](auto& e) { e.exclude = true, e.owner = ""; }), "exception[0]",
         "no owner"},
    }));
    check(c, Severity::warning);
}

TEST_CASE("what is no problem", "[core][rules]") {
    const auto a = [](std::string value) { return Cells{{"location", {std::move(value)}}}; };
    const auto rules = GENERATE_COPY(values<Rules>({
        Rules().row({}, group("", "eid", "00ab4567CDEF8901")).row({}, with_xid("anything at all")),
        Rules().row(a("*"), unit("A")).row(a("B"), unit("B")),              // all match: nothing is shadowed
        Rules().table(true).row(a("A"), unit("A")).row(a("*"), unit("B")),  // the narrow one first
        Rules().table(true).row(a("A"), unit("A"), "status == \"x\"").row(a("A"), unit("B")),
        Rules().role("Store planner", {}).role("admin", a("A")),  // a role of the tenant's own
    }));
    CHECK(problems_of(rules).empty());
}

TEST_CASE("a problem in an expression stands where its word stands", "[core][rules]") {
    Rules rules;
    rules.row({}, unit("A"), "\"é\" == status and locaton == \"A\"");

    const auto problems = problems_of(rules);

    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].code == "unknown_field");
    CHECK(problems[0].origin == Origin{"tenant.toml", 2, 10 + 18});
}

TEST_CASE("all problems are found at once, in the order of the file", "[core][rules]") {
    Rules rules;
    rules.row({{"nope_a", {"A"}}}, unit("A")).row({}, group("kindd", "", "B")).role("amdin", {});
    rules.invite("e-mail", "");

    const auto problems = problems_of(rules);

    REQUIRE(problems.size() == 4);
    CHECK(std::is_sorted(problems.begin(), problems.end(),
                         [](const auto& x, const auto& y) { return x.origin < y.origin; }));
}

TEST_CASE("templates are read and filled", "[core][rules]") {
    const rules::FieldNames names({{"location", rules::FieldType::list, {"Shop"}}});
    const auto person = employee("1", {"A", "B"}, {"X"});
    struct Filled {
        std::string text;
        std::optional<std::string> main;
        std::vector<std::string> each;
    };
    const auto c = GENERATE(values<Filled>({
        {"plain", "plain", {"plain"}},
        {"{{plain}}", "{plain}", {"{plain}"}},
        {"{Shop} and {location}", "A and A", {"A and A", "B and B"}},
        {"{location}-{department}-{employee_id}", "A-X-1", {"A-X-1", "B-X-1"}},
        {"{status}", std::nullopt, {}},
    }));
    INFO(c.text);
    const auto parsed = rules::parse_template(c.text, names);
    REQUIRE(parsed.value);
    CHECK(parsed.value->fill(person, names) == c.main);
    CHECK(parsed.value->fill_each(person, names) == c.each);
    CHECK(parsed.value->text() == c.text);
}

TEST_CASE("a role of the network's own that two orders could hold is an error that says what to write",
          "[core][rules]") {
    Rules two;
    two.role("member", {{"job_title", {"Baker"}}}).role("editor", {{"job_title", {"Cook"}}});
    two.role("planner", {{"job_title", {"Chef"}}});
    const auto problems = problems_of(two);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].code == "role_without_rank");
    CHECK(problems[0].rule == "role_mapping[2]");
    CHECK(problems[0].sentence.find("order = ['admin', 'editor', 'planner', 'member']") != std::string::npos);

    // Who writes an order writes where each of them stands.
    two.text.role_order = {"editor", "admin"};
    const auto left_out = problems_of(two);
    REQUIRE(left_out.size() == 1);
    CHECK(left_out[0].sentence.find("\"planner\"") != std::string::npos);
    two.text.role_order = {"planner", "editor"};
    CHECK(problems_of(two).empty());
    CHECK(two.set().role_order ==
          std::vector<RoleId>{RoleId("admin"), RoleId("planner"), RoleId("editor"), RoleId("member")});
}

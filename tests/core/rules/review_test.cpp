// What a mapping leaves open over a record.
#include "core/rules/review.hpp"
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

using Lines = std::vector<std::string>;
using People = std::vector<Employee>;

/// "shadowed group_mapping[0] row 2 (3)": kind, what, how many people.
Lines findings(const Rules& rules, const People& people) {
    const auto snapshot = snapshot_of(people);
    const auto set = rules.set();
    const auto review = rules::review(snapshot, set, rules::desired_network(snapshot, set, today), today);
    CHECK(review.employees == people.size());
    Lines lines;
    for (const auto& finding : review.findings) {
        auto line = std::string(to_string(finding.kind));
        if (!finding.rule.empty()) line += ' ' + finding.rule;
        if (!finding.field.empty()) line += ' ' + finding.field + '=' + finding.value;
        if (finding.group) line += ' ' + finding.group->text;
        if (finding.people > 0) line += " (" + std::to_string(finding.people) + ')';
        lines.push_back(line);
    }
    return lines;
}

struct Case {
    std::string what;
    Rules rules;
    People people;
    Lines lines;
};

const Cells in_a = {{"location", {"A"}}};
const Cells in_b = {{"location", {"B"}}};
const Cells bakers = {{"job_title", {"Baker"}}};
const People two = {employee("1", {"A"}, {}, "Baker"), employee("2", {"A"}, {}, "Cook")};

Rules with(WrittenException exception, Rules rules) { return rules.exception(std::move(exception)); }

WrittenException adding(WrittenException exception, std::string store) {
    exception.add_groups = {unit(std::move(store))};
    return exception;
}
WrittenException forbidding(WrittenException exception, std::string store) {
    exception.not_in_groups = {unit(std::move(store))};
    return exception;
}
WrittenException kept(WrittenException exception) {
    exception.never_remove = true;
    return exception;
}
WrittenException over(WrittenException exception) {
    exception.until = written("2026-06-14");
    return exception;
}

}  // namespace

TEST_CASE("what is open is found, and nothing else", "[core][rules][review]") {
    const auto c = GENERATE(values<Case>({
        {"a mapping that covers everybody", Rules().row(in_a, unit("A")), two, {}},
        {"a value that no row knows",
         Rules().row(in_a, unit("A")),
         {employee("1", {"A"}), employee("2", {"A", "C"}), employee("3", {"C", "A"})},
         {"unmapped_value location=C (2)"}},
        {"a rule that matches nobody, and so a group without members",
         Rules().row(in_a, unit("A")).row(in_b, unit("B")),
         two,
         {"matches_nobody group_mapping[0] row 2", "group_without_members B"}},
        {"a group that another rule fills has members",
         Rules().row(in_a, unit("A")).row(in_b, unit("A")),
         two,
         {"matches_nobody group_mapping[0] row 2"}},
        {"a row of a first-match table that never comes first",
         Rules().table(true).row(in_a, unit("A")).row(bakers, topic("A")),
         two,
         {"shadowed group_mapping[0] row 2 (1)", "group_without_members A"}},
        {"two roles for the same people",
         Rules().row(in_a, unit("A")).role("admin", bakers).role("member", in_a),
         two,
         {"overlapping_roles role_mapping[0] (1)"}},
        {"one role in two ways is one role",
         Rules().row(in_a, unit("A")).role("admin", bakers).role("admin", in_a),
         two,
         {}},
        {"a role that always gives way",
         Rules().row(in_a, unit("A")).role("admin", in_a).role("member", bakers),
         two,
         {"shadowed role_mapping[1] (1)", "overlapping_roles role_mapping[0] (1)"}},
        {"roles in different targets do not overlap",
         Rules().row(in_a, unit("A")).role("admin", bakers).role("member", bakers, unit("A")),
         two,
         {}},
        {"people without any group",
         Rules().row(bakers, unit("A"), "job_title == \"Baker\""),
         {employee("1", {}, {}, "Baker"), employee("2")},
         {"person_without_group (1)"}},
        {"an exception that has ended",
         with(over(adding(about("1"), "A")), Rules().row(in_a, unit("A"))),
         two,
         {"expired_exception exception[0]"}},
        {"an exception about somebody who is not there",
         with(adding(about("9"), "A"), Rules().row(in_a, unit("A"))),
         two,
         {"unused_exception exception[0]"}},
        {"unless it keeps them", with(kept(about("9")), Rules().row(in_a, unit("A"))), two, {}},
        {"an exception that changes nothing by its expression",
         with(adding(about_all("job_title == \"Guard\""), "A"), Rules().row(in_a, unit("A"))),
         two,
         {"unused_exception exception[0]"}},
        {"an exception that is used",
         with(forbidding(about("1"), "A"), Rules().row(in_a, unit("A"))),
         two,
         {"person_without_group (1)"}},
    }));
    INFO(c.what);
    CHECK(findings(c.rules, c.people) == c.lines);
}

TEST_CASE("an exception without owner is open", "[core][rules][review]") {
    auto rules = with(kept(about("1")), Rules().row(in_a, unit("A")));
    rules.text.exceptions[0].owner.clear();

    CHECK(findings(rules, two) == Lines{"exception_without_owner exception[0]"});
}

TEST_CASE("people who have left fill no group and make no overlap", "[core][rules][review]") {
    auto left = employee("1", {"A"}, {}, "Baker");
    left.employment.end_date = "2026-06-01";
    const auto rules = Rules().row(in_a, unit("A")).role("admin", bakers).role("member", in_a);

    CHECK(findings(rules, {left, employee("2", {"A"})}) == Lines{"matches_nobody role_mapping[0]"});
}

TEST_CASE("who somebody is stands in no finding", "[core][rules][review]") {
    const auto rules = Rules().row({{"last_name", {"Jansen"}}}, unit("A"));
    auto person = employee("1");
    person.profile.name = PersonName{"Anna", "", "Secretperson"};
    const auto snapshot = snapshot_of({person});
    const auto set = rules.set();

    const auto review = rules::review(snapshot, set, rules::desired_network(snapshot, set, today), today);

    for (const auto& finding : review.findings) {
        CHECK(finding.value.find("Secretperson") == std::string::npos);
        CHECK(finding.sentence.find("Secretperson") == std::string::npos);
    }
}

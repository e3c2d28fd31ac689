// The table of precedence, one case for each row: what is stronger stands further up.
#include "core/rules/exception_use.hpp"
#include "core/rules/kept_people.hpp"
#include "tests/core/rules/rules_builder.hpp"

using namespace usersync;
using namespace usersync::test;

namespace {

/// A baker in store A: group A and role member by rules.
Rules shop() {
    Rules rules;
    rules.text.role_order = {"admin", "planner", "member"};
    rules.table().row({{"location", {"*"}}}, unit("{location}"));
    rules.role("member", {{"job_title", {"Baker"}}});
    return rules;
}

Employee baker() { return employee("1", {"A"}, {}, "Baker"); }

Employee ended(Employee person) {
    person.employment.end_date = "2026-06-14";
    return person;
}

template <class Change>
WrittenException exception(Change change) {
    auto written = about("1");
    change(written);
    return written;
}

const auto exclude = exception([](auto& e) { e.exclude = true; });
const auto never_remove = exception([](auto& e) { e.never_remove = true; });
const auto do_not_invite = exception([](auto& e) { e.do_not_invite = true; });
const auto not_in_a = exception([](auto& e) { e.not_in_groups = {unit("A")}; });
const auto add_a = exception([](auto& e) { e.add_groups = {unit("A")}; });
const auto add_b = exception([](auto& e) { e.add_groups = {unit("B")}; });
const auto keep_a = exception([](auto& e) { e.keep_in_groups = {unit("A")}; });
const auto keep_b = exception([](auto& e) { e.keep_in_groups = {unit("B")}; });
const auto admin = exception([](auto& e) { e.role = "admin"; });
const auto planner = exception([](auto& e) { e.role = "planner"; });
const auto admin_of_a = exception([](auto& e) {
    e.role = "admin";
    e.role_in = unit("A");
});
const auto member_of_b = exception([](auto& e) {
    e.role = "member";
    e.role_in = unit("B");
});
const auto active_is_false = "job_title == \"Cook\"";

struct Case {
    std::string what;
    Rules rules;
    Employee person;
    std::string outcome;
};

Rules with(std::initializer_list<WrittenException> exceptions, Rules rules = shop()) {
    for (const auto& one : exceptions) rules.exception(one);
    return rules;
}

Rules inactive(Rules rules) {
    rules.text.life_cycle.active = written(active_is_false);
    return rules;
}

}  // namespace

TEST_CASE("who wins", "[core][rules]") {
    const auto c = GENERATE(values<Case>({
        {"rules alone", shop(), baker(), "A, member"},
        // 1. exceptions
        {"exclude is stronger than all other exceptions", with({exclude, add_b, admin, never_remove}), baker(),
         "excluded"},
        {"exclude is stronger than the life cycle", with({exclude}), ended(baker()), "excluded"},
        {"not in a group is stronger than rules", with({not_in_a}), baker(), ", member"},
        {"and than adding", with({add_a, not_in_a}), baker(), ", member"},
        {"and than keeping", with({keep_a, not_in_a}), baker(), ", member"},
        {"and than a role in it", with({admin_of_a, not_in_a}), baker(), ", member"},
        {"and than a rule's role in it", with({not_in_a}, shop().role("admin", {}, unit("A"))), baker(), ", member"},
        {"adding comes on top of rules", with({add_b}), baker(), "A + B, member"},
        {"adding is stronger than keeping", with({keep_b, add_b}), baker(), "A + B, member"},
        {"a rule's membership is stronger than keeping it", with({keep_a}), baker(), "A, member"},
        {"keeping adds nobody", with({keep_b}), baker(), "A + keep B, member"},
        {"a role is stronger than role mapping", with({admin}), baker(), "A, admin"},
        {"also when it is a lower one", with({planner}, shop().role("admin", {})), baker(), "A, planner"},
        {"of two exceptions the higher role", with({planner, admin}), baker(), "A, admin"},
        {"a role in a group makes a member", with({member_of_b}), baker(), "A + B, member, member of B"},
        {"and is stronger than the rule's there", with({member_of_b}, shop().role("admin", {}, unit("B"))), baker(),
         "A + B, member, member of B"},
        {"do not invite goes with everything else", with({do_not_invite, add_b}), baker(),
         "A + B, member, not invited"},
        {"never remove likewise", with({never_remove}), baker(), "A, member, never removed"},
        // 2. life cycle
        {"life cycle is stronger than groups and roles", shop(), ended(baker()), "ended"},
        {"and than adding to a group", with({add_b, admin}), ended(baker()), "ended"},
        {"not active is stronger than ended", inactive(shop()), ended(baker()), "inactive"},
        // 3. role mapping
        {"the highest role of a target", shop().role("admin", {{"location", {"A"}}}), baker(), "A, admin"},
        {"each target by itself", shop().role("admin", {}, unit("A")).role("member", {}, unit("A")), baker(),
         "A, member, admin of A"},
        // 5. defaults
        {"no rule, no group, no role", shop(), employee("1"), ""},
    }));
    INFO(c.what);

    CHECK(outcome(desired(c.rules, {c.person})) == c.outcome);
}

TEST_CASE("not in a business unit or a department is not in what is below it", "[core][rules]") {
    // A local department "Bakery" of each store, by template and by name.
    const auto local = [](const char* text, const char* store) {
        WrittenGroupRule rule;
        rule.when.cells = {{"location", {"*"}}};
        rule.group = {.kind = "local_department", .by = {}, .text = text};
        rule.business_unit = unit(store);
        rule.department = department("Bakery");
        return rule;
    };
    const auto rules_with = [](const WrittenGroupRule& rule, std::initializer_list<WrittenException> exceptions) {
        Rules rules;
        rules.table();
        rules.text.groups.back().rules = {rule};
        return with(exceptions, rules);
    };
    const auto by_template = local("Bakery {location}", "{location}");
    const auto by_name = local("Bakery A", "A");
    const auto not_in_bakery = exception([](auto& e) { e.not_in_groups = {department("Bakery")}; });
    const auto add_bakery_a =
        exception([](auto& e) { e.add_groups = {{.kind = "local_department", .by = {}, .text = "Bakery A"}}; });
    const auto c = GENERATE_COPY(values<Case>({
        {"in all three", rules_with(by_template, {}), baker(), "A + Bakery + Bakery A"},
        {"not in the business unit", rules_with(by_template, {not_in_a}), baker(), "Bakery"},
        {"not in the department", rules_with(by_template, {not_in_bakery}), baker(), "A"},
        {"of two stores only what is below this one", rules_with(by_template, {not_in_a}), employee("1", {"A", "B"}),
         "B + Bakery + Bakery B"},
        {"by name", rules_with(by_name, {not_in_a}), baker(), "Bakery"},
        {"and stronger than adding to what is below", rules_with(by_name, {not_in_a, add_bakery_a}), baker(), "Bakery"},
    }));
    INFO(c.what);
    const auto network = desired(c.rules, {c.person});
    auto names = groups_of(network.users.at(0));
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : " + ") + name;

    CHECK(text == c.outcome);
}

TEST_CASE("whom an exception never removes is told with those who leave", "[core][rules]") {
    const auto network = desired(with({never_remove}), {ended(baker())});

    REQUIRE(network.not_wanted.size() == 1);
    CHECK(network.not_wanted[0].absence == Absence::ended);
    REQUIRE(network.not_wanted[0].never_removed);
    CHECK(network.not_wanted[0].never_removed->rule == "exception[0]");
}

TEST_CASE("a reason names the exception, and nothing that was written about the person", "[core][rules]") {
    auto written = add_b;
    written.reason = "is the CEO's nephew";
    written.owner = "Piet";
    const auto network = desired(Rules().exception(written), {baker()});

    CHECK(network.users.at(0).placement->groups.at(0).reasons ==
          std::vector<Reason>{{"exception[0]", {"tenant.toml", 1, 1}, "", ""}});
}

TEST_CASE("an exception holds on its last day, and not after it", "[core][rules]") {
    auto written = add_b;
    written.until = test::written("2026-06-15");
    const auto rules = Rules().exception(written);

    CHECK(outcome(desired(rules, {baker()}, day("2026-06-15"))) == "B");
    CHECK(outcome(desired(rules, {baker()}, day("2026-06-16"))) == "");
}

TEST_CASE("an exception by expression is about all whom it matches", "[core][rules]") {
    auto written = about_all("employee_id in [\"1\", \"3\"]");
    written.add_groups = {unit("B")};
    const auto network = desired(Rules().exception(written), {employee("1"), employee("2"), employee("3")});

    CHECK(network.users[0].placement->groups.size() == 1);
    CHECK(network.users[1].placement->groups.empty());
    CHECK(network.users[0].placement == network.users[2].placement);
}

TEST_CASE("people whom exceptions keep are known although they left the record", "[core][rules]") {
    auto keep_store = about("8");
    keep_store.keep_in_groups = {unit("{location}"), unit("B")};
    auto keep_account = about("9");
    keep_account.never_remove = true;
    auto left_alone = about("7");
    left_alone.exclude = true;
    const auto rules = Rules().exception(keep_store).exception(keep_account).exception(left_alone);
    const auto a = named(GroupKind::business_unit, "A");
    const auto b = named(GroupKind::business_unit, "B");
    const auto reason = [](const char* rule, std::size_t line) {
        return Reason{rule, {"tenant.toml", line, 1}, "", ""};
    };

    CHECK(desired(rules, {}).never_removed ==
          std::vector<NeverRemoved>{{EmployeeKey("7"), reason("exception[2]", 3), {}, true},
                                    {EmployeeKey("8"), reason("exception[0]", 1), {b}, false},
                                    {EmployeeKey("9"), reason("exception[1]", 2), {}, true}});
    // Of somebody who is in the record, templates are filled, also after their last day.
    CHECK(desired(rules, {ended(employee("8", {"A"}))}).never_removed.at(1).keep_in_groups ==
          std::vector<GroupRef>{a, b});
}

TEST_CASE("an exception is used as long as somebody's outcome would be another one without it", "[core][rules]") {
    using rules::ExceptionUse;
    auto ended_one = about("1");
    ended_one.do_not_invite = true;
    ended_one.until = written("2026-06-14");
    auto nobody = about("99");
    nobody.do_not_invite = true;
    auto protected_leaver = about("98");
    protected_leaver.never_remove = true;
    auto protected_twice = about("98");
    protected_twice.exclude = true;
    auto no_match = about_all("location == \"Z\"");
    no_match.do_not_invite = true;
    auto match = about_all("location == \"A\"");
    match.do_not_invite = true;
    auto adds_leaver = about("2");
    adds_leaver.add_groups = {unit("B")};
    auto keeps_leaver = about("2");
    keeps_leaver.keep_in_groups = {unit("B")};
    auto keeps_store = about("1");
    keeps_store.keep_in_groups = {unit("A")};
    auto unreadable = about("97");
    unreadable.add_groups = {unit("A")};
    const auto c = GENERATE_REF(table<std::string, WrittenException, ExceptionUse>({
        {"that ended yesterday", ended_one, ExceptionUse::ended},
        {"about somebody who is not in the record", nobody, ExceptionUse::about_nobody},
        {"that keeps somebody who has left the record", protected_leaver, ExceptionUse::used},
        {"that excludes somebody who has left the record", protected_twice, ExceptionUse::used},
        {"by an expression that matches nobody", no_match, ExceptionUse::about_nobody},
        {"by an expression that matches somebody", match, ExceptionUse::used},
        {"that adds somebody to a group after their last day", adds_leaver, ExceptionUse::in_vain},
        {"that keeps a membership after somebody's last day", keeps_leaver, ExceptionUse::used},
        {"that keeps a membership which the rules give today", keeps_store, ExceptionUse::used},
        {"about somebody whose row could not be read", unreadable, ExceptionUse::used},
    }));
    INFO("an exception " << std::get<0>(c));
    auto record = snapshot_of({baker(), ended(employee("2", {"B"}))});
    record.frozen = {{.key = EmployeeKey("97"), .reason = {}}};
    const auto set = shop().exception(std::get<1>(c)).set();

    CHECK(rules::use_of(set.exceptions.at(0), record, set, today) == std::get<2>(c));
}

TEST_CASE("of two exceptions that say the same of one person the second is in vain", "[core][rules]") {
    const auto set = shop().exception(do_not_invite).exception(do_not_invite).set();
    const auto record = snapshot_of({baker()});

    CHECK(rules::use_of(set.exceptions.at(0), record, set, today) == rules::ExceptionUse::used);
    CHECK(rules::use_of(set.exceptions.at(1), record, set, today) == rules::ExceptionUse::in_vain);
}

TEST_CASE("an exception that protects holds also while the record does not say whom it is about", "[core][rules]") {
    const auto written_for_board = [](auto change) {
        auto written = about_all("department == \"Board\"");
        change(written);
        return written;
    };
    const auto protect = written_for_board([](auto& e) { e.never_remove = true; });
    const auto exclude_all = written_for_board([](auto& e) { e.exclude = true; });
    const auto add = written_for_board([](auto& e) { e.add_groups = {unit("B")}; });
    auto forbid = about_all("department != \"Board\"");
    forbid.not_in_groups = {unit("A")};
    auto lower = about_all("department != \"Board\"");
    lower.role = "planner";
    const auto cook = [](std::vector<std::string> departments) { return employee("1", {"A"}, departments, "Baker"); };
    const auto emptied = [&] {
        auto person = cook({});
        person.departments_emptied = true;
        return person;
    };
    const auto c = GENERATE_COPY(values<Case>({
        {"never removed, as nobody says that they are not of the board", with({protect}), cook({}),
         "A, member, never removed"},
        {"they are", with({protect}), cook({"Board"}), "A, member, never removed"},
        {"they are not", with({protect}), cook({"Sales"}), "A, member"},
        {"they are in none", with({protect}), emptied(), "A, member"},
        {"perhaps excluded: left alone, and open", with({exclude_all}), cook({}), "unclear"},
        {"excluded", with({exclude_all}), cook({"Board"}), "excluded"},
        {"excluded by another one", with({exclude_all, exclude}), cook({}), "excluded"},
        {"perhaps excluded is stronger than the life cycle", with({exclude_all}), ended(cook({})), "unclear"},
        {"nobody is added by doubt", with({add}), cook({}), "A, member"},
        {"perhaps forbidden: neither added nor taken away", with({forbid}), cook({}), "keep A, member"},
        {"forbidden", with({forbid}), cook({"Sales"}), ", member"},
        {"not forbidden", with({forbid}), cook({"Board"}), "A, member"},
        {"perhaps another role: the rules' own", with({lower}), cook({}), "A, member"},
        {"another role", with({lower}), cook({"Sales"}), "A, planner"},
    }));
    INFO(c.what);

    CHECK(outcome(desired(c.rules, {c.person})) == c.outcome);
}

TEST_CASE("a role that an exception may give is in doubt while the record does not say whom it is about",
          "[core][rules]") {
    auto promote = about_all("department == \"Board\"");
    promote.role = "admin";
    const auto roles_in_doubt = [&](const Employee& person) {
        return desired(with({promote}), {person}).users.at(0).placement->doubted_roles;
    };

    CHECK(roles_in_doubt(employee("1", {"A"}, {}, "Baker")) ==
          std::vector<DoubtedRole>{{RoleId("admin"), {"department"}}});
    CHECK(roles_in_doubt(employee("1", {"A"}, {"Sales"}, "Baker")).empty());
}

TEST_CASE("an exception that protects whoever leaves is of use when nobody in the record matches it", "[core][rules]") {
    auto protect = about_all("department == \"Board\"");
    protect.never_remove = true;
    const auto set = shop().exception(protect).set();

    CHECK(rules::use_of(set.exceptions.at(0), snapshot_of({baker()}), set, today) == rules::ExceptionUse::used);
}

TEST_CASE("whoever may be protected does not leave, and the field that says nothing is told", "[core][rules]") {
    auto protect = about_all("department == \"Board\"");
    protect.never_remove = true;
    auto keep = about_all("job_title == \"Baker\"");
    keep.keep_in_groups = {unit("{location}")};
    const auto network = desired(Rules().exception(protect).exception(keep), {ended(baker())});

    REQUIRE(network.not_wanted.size() == 1);
    CHECK(network.not_wanted[0].never_removed == Reason{"exception[0]", {"tenant.toml", 1, 1}, "department", ""});
    // By expression as by name, memberships are kept after the last day.
    REQUIRE(network.never_removed.size() == 1);
    CHECK(network.never_removed[0].keep_in_groups == std::vector<GroupRef>{named(GroupKind::business_unit, "A")});
}

TEST_CASE("a membership that an exception keeps is in doubt while the record does not say whom it is about",
          "[core][rules]") {
    auto keep = about_all("department == \"Board\"");
    keep.keep_in_groups = {unit("B")};
    const auto network = desired(Rules().exception(keep), {baker()});

    CHECK(network.field_groups == std::vector<FieldGroups>{{"department", {named(GroupKind::business_unit, "B")}, {}}});
    CHECK(network.users.at(0).placement->empty_fields == std::vector<std::string>{"department"});
}

TEST_CASE("people who are gone are kept by what their rows said last", "[core][rules]") {
    auto protect = about_all("department == \"Board\"");
    protect.never_remove = true;
    auto keep = about_all("job_title == \"Baker\"");
    keep.keep_in_groups = {unit("{location}")};
    const auto set = Rules().exception(protect).exception(keep).set();
    const auto key = [](const char* text) { return EmployeeKey(text); };
    const std::vector<Employee> last_rows{
        employee("1", {"A"}, {"Board"}, "Director"),
        employee("2", {"A"}, {"Sales"}, "Baker"),
        employee("3", {"A"}, {"Sales"}, "Cook"),
        employee("4", {"A"}, {}, "Cook"),
    };

    const auto kept =
        rules::kept_after_leaving({key("1"), key("2"), key("3"), key("4"), key("5")}, last_rows, set, today);

    const auto by = [](std::size_t place, const char* fields) {
        return Reason{"exception[" + std::to_string(place) + "]", {"tenant.toml", place + 1, 1}, fields, ""};
    };
    CHECK(kept == std::vector<NeverRemoved>{
                      {key("1"), by(0, ""), {}, true},
                      {key("2"), by(1, ""), {named(GroupKind::business_unit, "A")}, false},
                      {key("4"), by(0, "department"), {}, true},
                      {key("5"), by(0, "department"), {}, true},  // of whom no row is known
                  });
    CHECK(rules::keeps_by_expression(set, today));
    CHECK_FALSE(rules::keeps_by_expression(shop().exception(never_remove).set(), today));
}

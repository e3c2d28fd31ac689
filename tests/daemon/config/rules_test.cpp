#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::string rule = "[[group_mapping]]\nkind = 'topic'\n[[group_mapping.rules]]\ngroup = 'A'\n";

std::vector<ConfigProblem> told(const std::string& tenant) {
    Sample sample;
    sample.tenant("shop", tenant);
    return sample.load().problems;
}

}  // namespace

TEST_CASE("what is wrong with an expression is said with its place, and underlined", "[daemon][config]") {
    const auto problems = told(good_tenant + rule + "when = 'job_title == \"A\" and locatoin == \"B\"'\n");

    REQUIRE(problems.size() == 1);
    CHECK(problems[0].line == 22);
    CHECK(problems[0].column == 30);
    CHECK(problems[0].path == "group_mapping[1].rules[1]");
    CHECK_THAT(problems[0].message, Catch::Contains("locatoin") && Catch::Contains("location"));
    CHECK(problems[0].excerpt ==
          "job_title == \"A\" and locatoin == \"B\"\n"
          "                     ^^^^^^^^");
    CHECK(describe_at_length(problems[0]) == describe(problems[0]) +
                                                 "\n    job_title == \"A\" and locatoin == \"B\"\n"
                                                 "                         ^^^^^^^^\n");
}

TEST_CASE("an expression about a field that no column fills is an error", "[daemon][config]") {
    const auto problems = told(good_tenant + "[life_cycle]\nactive = 'job_title == \"A\" or status == \"on\"'\n");

    REQUIRE(problems.size() == 1);
    CHECK(describe(problems[0]) ==
          "tenants/shop/tenant.toml:19:31: error: life_cycle.active: no column is mapped to status: add "
          "columns.status");
    CHECK_THAT(problems[0].excerpt, Catch::EndsWith("^^^^^^^^^^^^^^"));
    CHECK(problems_of(with(good_tenant, "[columns]", "[columns]\nname = 'Name'") +
                      "[life_cycle]\nactive = 'last_name != \"X\"'\n")
              .empty());
}

TEST_CASE("an expression over several lines is told by the line within it", "[daemon][config]") {
    const auto problems = told(good_tenant + rule + "when = '''\njob_title == \"A\"\n  and locatoin == \"B\"'''\n");

    REQUIRE(problems.size() == 1);
    CHECK(problems[0].line == 24);
    CHECK(problems[0].column == 7);
    CHECK(problems[0].excerpt == "  and locatoin == \"B\"\n      ^^^^^^^^");
}

TEST_CASE("an expression in double quotes is told by its place, too, unless it has escapes", "[daemon][config]") {
    const auto plain = told(good_tenant + rule + "when = \"locatoin == 5\"\n");
    REQUIRE(plain.size() == 1);
    CHECK(plain[0].column == 9);
    const auto escaped = told(good_tenant + rule + "when = \"job_title == \\\"A\\\" and locatoin == 5\"\n");
    REQUIRE(escaped.size() == 1);
    CHECK(escaped[0].line == 22);
    CHECK(!escaped[0].excerpt.empty());
}

TEST_CASE("the life cycle says who is active, who is on leave, and what dates mean", "[daemon][config]") {
    const auto columns = with(good_tenant, "[columns]", "[columns]\nstatus = 'State'");
    const auto life = tenant_of(columns + R"([life_cycle]
active = 'status != "gone"'
leave = 'status == "leave"'
on_leave = 'suspend'
start_lead = '14d'
end_delay = '2d'
use_start_date = false
use_end_date = false
)")
                          .rules.life_cycle;

    REQUIRE(life.active);
    CHECK(life.active->text() == "status != \"gone\"");
    CHECK(life.active_at == Origin{.file = "tenant.toml", .line = 20, .column = 11});
    REQUIRE(life.leave);
    CHECK(life.leave_suspends);
    CHECK(life.start_lead_days == 14);
    CHECK(life.end_delay_days == 2);
    CHECK(!life.uses_start_date);
    CHECK(!life.uses_end_date);
    CHECK(tenant_of(good_tenant).rules.life_cycle == rules::LifeCycle{});
    CHECK(problems_of(good_tenant + "[life_cycle]\nstart_lead = '36h'\n") ==
          Lines{"19:14: error: life_cycle.start_lead: expected whole days such as \"14d\""});
    CHECK(problems_of(good_tenant + "[life_cycle]\non_leave = 'suspend'\n") ==
          Lines{"19:12: error: life_cycle.on_leave: nobody is on leave: life_cycle.leave says who is"});
}

TEST_CASE("people are asked in by the first rule that says how", "[daemon][config]") {
    const auto invites = tenant_of(good_tenant + R"([[invite]]
when = 'job_title == "Cashier"'
channel = 'printable'
[[invite]]
language = 'nl-NL'
)")
                             .rules.invites;

    REQUIRE(invites.size() == 2);
    CHECK(invites[0].id == "invite[1]");
    CHECK(invites[0].channel == InviteChannel::printable);
    REQUIRE(invites[0].when);
    CHECK(!invites[1].when);
    REQUIRE(invites[1].language);
    CHECK(invites[1].language->text() == "nl-NL");
    CHECK(problems_of(good_tenant + "[[invite]]\nchannel = 'mail'\n") ==
          Lines{"19:11: error: invite[1].channel: expected one of \"email\", \"sms\", \"printable\", "
                "\"single_sign_on\", \"none\", got \"mail\", did you mean \"email\"?"});
}

TEST_CASE("accounts have templates, and say who is admitted", "[daemon][config]") {
    const auto rules = tenant_of(good_tenant + R"([accounts]
user_name = '{employee_id}'
temporary_password = '{last_name}{employee_id}'
without_email = 'allow'
without_business_unit = 'report'
without_group = 'report'
)")
                           .rules;

    REQUIRE(rules.user_name);
    CHECK(rules.user_name->text() == "{employee_id}");
    REQUIRE(rules.temporary_password);
    CHECK(rules.without_email == rules::Admit::yes);
    CHECK(rules.without_business_unit == rules::Admit::report);
    CHECK(rules.without_group == rules::Admit::report);
    const auto wrong = problems_of(good_tenant + "[accounts]\nuser_name = 'x{employe_id}'\n");
    REQUIRE(wrong.size() == 1);
    CHECK_THAT(wrong[0], Catch::StartsWith("19:1") && Catch::Contains("employee_id"));
}

TEST_CASE("a profile's fields are filled always, on invitation or when empty", "[daemon][config]") {
    const auto fill = tenant_of(good_tenant + "[profile]\nname = 'on_invite'\nphone = 'if_empty'\n").policy.fill;

    CHECK(fill.name == diff::Fill::on_invite);
    CHECK(fill.email == diff::Fill::always);
    CHECK(fill.job_title == diff::Fill::always);
    CHECK(fill.phone == diff::Fill::if_empty);
}

TEST_CASE("an exception says of whom it speaks, what it does, why, for whom and until when", "[daemon][config]") {
    const auto exceptions = tenant_of(good_tenant + R"([[exception]]
person = '000123'
add_to = [{ kind = 'topic', group = 'Choir' }, { group = 'board', by = 'xid' }]
keep_in = [{ kind = 'topic', group = 'Alumni' }]
not_in = [{ kind = 'department', group = 'Sales' }]
role = 'admin'
role_in = { kind = 'topic', group = 'Choir' }
do_not_invite = true
never_remove = true
reason = 'founder'
owner = 'HR'
until = '2999-12-31'
[[exception]]
when = 'job_title == "Auditor"'
exclude = true
reason = 'external'
owner = 'HR'
)")
                                .rules.exceptions;

    REQUIRE(exceptions.size() == 2);
    const auto& one = exceptions[0];
    CHECK(one.id == "exception[1]");
    CHECK(one.origin == Origin{.file = "tenant.toml", .line = 18, .column = 1});
    CHECK(one.person == EmployeeKey("000123"));
    REQUIRE(one.add_groups.size() == 2);
    CHECK(one.add_groups[0].text.text() == "Choir");
    CHECK(one.add_groups[1].by == GroupRef::By::xid);
    CHECK(one.keep_in_groups.size() == 1);
    CHECK(one.not_in_groups.size() == 1);
    CHECK(one.role == RoleId("admin"));
    REQUIRE(one.role_in);
    CHECK(one.do_not_invite);
    CHECK(one.never_remove);
    CHECK(!one.exclude);
    CHECK(one.reason == "founder");
    CHECK(one.owner == "HR");
    CHECK(one.until == day_from("2999-12-31"));
    CHECK(exceptions[1].exclude);
    REQUIRE(exceptions[1].when);
}

TEST_CASE("what is wrong with an exception is said once", "[daemon][config]") {
    const std::string head = "[[exception]]\nperson = '1'\nreason = 'r'\nowner = 'o'\n";
    CHECK(problems_of(good_tenant + head + "add_to = [{ kind = 'topik', group = 'A' }]\n") ==
          Lines{"22:20: error: exception[1].add_to[1].kind: expected one of \"business_unit\", \"department\", "
                "\"local_department\", \"topic\", got \"topik\", did you mean \"topic\"?"});
    CHECK(problems_of(good_tenant + head + "add_to = 'A'\n") ==
          Lines{"22:10: error: exception[1].add_to: expected an array of groups, [{ kind = 'topic', group = 'NAME' }], "
                "got \"A\""});
    CHECK(problems_of(good_tenant + head + "add_to = [{ kind = 'topic', grup = 'A' }]\n") ==
          Lines{"22:11: error: exception[1].add_to[1].group: missing",
                "22:29: error: exception[1].add_to[1].grup: unknown key, did you mean group?"});
    CHECK(problems_of(good_tenant + head).size() == 1);
}

TEST_CASE("whether an exception has ended is told by the day that is given", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant +
                              "[[exception]]\nperson = '1'\nexclude = true\nreason = 'r'\nowner = 'o'\nuntil = "
                              "'2026-03-01'\n");
    const auto problems_on = [&](const char* day) {
        return load_environment(sample.folder(), {.credentials_folder = sample.credentials(), .today = day_from(day)})
            .problems;
    };

    CHECK(problems_on("2026-03-01").empty());
    REQUIRE(problems_on("2026-03-02").size() == 1);
    CHECK(problems_on("2026-03-02")[0].severity == Severity::warning);
}

TEST_CASE("a version of the rules holds every file that was read, and who says what about it", "[daemon][config]") {
    Sample sample;
    sample.file("tenants/shop/codes.csv", "A;Active\n");
    sample.file("tenants/shop/groups.csv", "Site;kind;group\n12;topic;A\n");
    const auto text = with(good_tenant, "[columns]\n",
                           "[columns]\nstatus = { column = 'State', steps = [{ lookup = 'codes.csv' }] }\n") +
                      "[[group_mapping]]\nsheet = 'groups.csv'\n[version]\nauthor = 'Kim'\ncomment = 'New stores'\n";
    sample.tenant("shop", text);

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& tenant = loaded.config->tenants[0];
    CHECK(tenant.version.fingerprint == tenant.fingerprint);
    CHECK(tenant.version.author == "Kim");
    CHECK(tenant.version.comment == "New stores");
    CHECK(tenant.version.files == std::vector<RuleFile>{{"codes.csv", "A;Active\n"},
                                                        {"groups.csv", "Site;kind;group\n12;topic;A\n"},
                                                        {"tenant.toml", text}});
    const auto again = load_rules(tenant.version.files, tenant.id);
    REQUIRE(again.config);
    CHECK(again.problems.empty());
    CHECK(again.config->id == tenant.id);
    CHECK(again.config->rules == tenant.rules);
    CHECK(again.config->version == tenant.version);
    CHECK(again.config->target.rest_token.empty());
    const auto from_folder = load_rules(sample.folder() / "tenants/shop");
    REQUIRE(from_folder.config);
    CHECK(from_folder.config->id == TenantId("shop"));
    CHECK(from_folder.config->version == tenant.version);
}

TEST_CASE("rules are read without secrets and without the machine's other files", "[daemon][config]") {
    const std::vector<RuleFile> files{
        {"tenant.toml", with(good_sftp_tenant(), "[target]", "[target]\nca_file = '/nowhere/ca.pem'")}};

    const auto loaded = load_rules(files, TenantId("shop"));

    for (const auto& problem : loaded.problems) UNSCOPED_INFO(describe(problem));
    CHECK(loaded.config);
    CHECK(load_rules({}, TenantId("shop")).problems.at(0).message == "does not exist");
}

TEST_CASE("a rule may use the heading of the column that fills a field", "[daemon][config]") {
    CHECK(problems_of(good_tenant + rule + "when = 'Function == \"A\" and ID == \"5\"'\n").empty());
    CHECK(
        problems_of(good_tenant + "[columns.extra]\nregion = ['Region', 'Area']\n" + rule + "when = 'Area == \"A\"'\n")
            .size() == 1);
}

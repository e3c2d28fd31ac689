#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

TEST_CASE("a tenant without a schedule runs daily at six in the morning, UTC", "[daemon][config]") {
    const auto schedule = tenant_of(good_tenant).schedule;

    CHECK(std::get<pace::Cron>(schedule.when) == pace::parse_cron("0 6 * * *").value());
    CHECK(schedule.time_zone == "UTC");
    CHECK(schedule.jitter == 0ms);
}

TEST_CASE("a schedule is an interval or a cron expression in the tenant's time zone", "[daemon][config]") {
    const auto interval = tenant_of(good_tenant + "[schedule]\nevery = '15m'\njitter = '1m'\n").schedule;
    CHECK(std::get<pace::Interval>(interval.when).every == 15min);
    CHECK(interval.jitter == 1min);

    const auto cron = tenant_of(good_tenant +
                                "[schedule]\ncron = '*/15 6-22 * * mon-fri'\n"
                                "time_zone = 'Europe/Amsterdam'\n")
                          .schedule;
    CHECK(std::get<pace::Cron>(cron.when) == pace::parse_cron("*/15 6-22 * * mon-fri").value());
    CHECK(cron.time_zone == "Europe/Amsterdam");
}

TEST_CASE("a schedule that nobody can follow is refused with its place", "[daemon][config]") {
    const auto both = problems_of(good_tenant + "[schedule]\nevery = '15m'\ncron = 'daily'\n");
    CHECK(both == Lines{"20:8: error: schedule.cron: either every or cron, not both"});

    const auto cron = problems_of(good_tenant + "[schedule]\ncron = '61 6 * * *'\n");
    REQUIRE(cron.size() == 1);
    CHECK(cron[0] == "19:8: error: schedule.cron: " + pace::parse_cron("61 6 * * *").error().detail);

    const auto zone = problems_of(good_tenant + "[schedule]\ntime_zone = 'Europe/Atlantis'\n");
    REQUIRE(zone.size() == 1);
    CHECK(zone[0] == "19:13: error: schedule.time_zone: " + pace::check_time_zone("Europe/Atlantis").error().detail);

    CHECK(problems_of(good_tenant + "[schedule]\nevery = '0s'\n") ==
          Lines{"19:9: error: schedule.every: expected at least 1s, got \"0s\""});
}

TEST_CASE("columns say where each field stands", "[daemon][config]") {
    const auto tenant = tenant_of(with(good_tenant, "job_title = 'Function'", R"(job_title = 'Function'
phone = 'Phone'
first_name = 'First'
infix = 'Infix'
last_name = 'Last'
extra = { region = 'Region' })"));

    ingest::FieldMap fields;
    fields.employee_id = "ID";
    fields.email = "Mail";
    fields.first_name = "First";
    fields.infix = "Infix";
    fields.last_name = "Last";
    fields.job_title = "Function";
    fields.phone = "Phone";
    fields.location = "Site";
    fields.department = "Team";
    fields.extra = {{"region", "Region"}};
    CHECK(tenant.fields == fields);
}

TEST_CASE("a tenant that cannot invite anybody is warned about", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "email = 'Mail'\n", "")) ==
          Lines{"11:1: warning: columns.email: missing: nobody can be invited without an e-mail address"});
}

TEST_CASE("fields of the tenant's own have names that rules can use", "[daemon][config]") {
    CHECK(
        problems_of(good_tenant + "[columns.extra]\nlocation = 'A'\n'Cost centre' = 'B'\nregion = 5\n") ==
        Lines{"19:1: error: columns.extra.location: this is columns.location",
              "20:1: error: columns.extra.Cost centre: a field's name has small letters, digits and _, and begins with "
              "a letter",
              "21:10: error: columns.extra.region: expected a column's name in quotes, got 5"});
}

TEST_CASE("the form of the record is read", "[daemon][config]") {
    const auto format =
        tenant_of(good_tenant + "[record]\ndelimiter = 'tab'\nlist_separators = ''\nrow_bytes_max = '64KiB'\n").format;
    CHECK(format == ingest::RecordFormat{.delimiter = '\t', .list_separators = "", .row_bytes_max = 65536});

    CHECK(tenant_of(good_tenant).format == ingest::RecordFormat{});
    CHECK(problems_of(good_tenant + "[record]\ndelimiter = '::'\n") ==
          Lines{"19:13: error: record.delimiter: expected one of \",\", \";\", \"|\", \"tab\""});
}

TEST_CASE("brakes and completeness are shares and counts", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([completeness]
drop_share_max = '10%'
rise_share_max = '300%'
[brakes]
removals_max = 7
removals_share_max = 0.02
memberships_lost_share_max = '1%'
role_grants_max = 0
)");

    CHECK(tenant.completeness.drop_share_max == Approx(0.10));
    CHECK(tenant.completeness.rise_share_max == Approx(3.0));
    CHECK(tenant.guard.removals_max == 7);
    CHECK(tenant.guard.removals_share_max == Approx(0.02));
    CHECK(tenant.guard.memberships_lost_share_max == Approx(0.01));
    CHECK(tenant.guard.role_grants_max == 0);
    CHECK(tenant_of(good_tenant).guard == plan::GuardLimits{});
    CHECK(tenant_of(good_tenant).completeness == ingest::CompletenessLimits{});
}

TEST_CASE("a bare 5 is not taken for five percent", "[daemon][config]") {
    for (const std::string key : {"[brakes]\nremovals_share_max", "[completeness]\nrise_share_max"}) {
        for (const std::string wrong : {"5", "-0.1"}) {
            const auto problems = problems_of(good_tenant + key + " = " + wrong + "\n");
            REQUIRE(problems.size() == 1);
            CHECK_THAT(problems[0],
                       Catch::EndsWith("expected a share such as \"5%\", or a number from 0 to 1, got " + wrong));
        }
    }
    CHECK(problems_of(good_tenant + "[brakes]\nremovals_share_max = '101%'\n").size() == 1);
}

TEST_CASE("leavers, roles and retry are the tenant's choice", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([record]
empty_cell = 'clear'
[leavers]
action = 'remove'
[roles]
default = 'viewer'
invitee = 'guest'
protected = 'owner'
before_activation = false
[retry]
first = '2s'
longest = '1m'
attempts_max = 2
server_wait_max = '5m'
)");

    CHECK(tenant.policy == diff::Policy{.leavers = diff::LeaverAction::remove,
                                        .empty_cell = diff::EmptyCell::clear,
                                        .default_role = RoleId("viewer"),
                                        .invitee_role = RoleId("guest"),
                                        .protected_role = RoleId("owner"),
                                        .roles_before_activation = false});
    CHECK(tenant.retry ==
          pace::BackoffLimits{.first = 2s, .longest = 1min, .attempts_max = 2, .server_wait_max = 5min});
    CHECK(tenant_of(good_tenant).policy == diff::Policy{});
    CHECK(tenant_of(good_tenant).retry == pace::BackoffLimits{});
    CHECK(problems_of(good_tenant + "[retry]\nfirst = '10m'\nlongest = '1m'\n") ==
          Lines{"20:11: error: retry.longest: must not be shorter than retry.first"});
    CHECK(problems_of(good_tenant + "[roles]\nbefore_activation = 'no'\n") ==
          Lines{"19:21: error: roles.before_activation: expected true or false, got \"no\""});
}

TEST_CASE("a tenant has a source, a target and columns", "[daemon][config]") {
    CHECK(problems_of("") ==
          Lines{"1:1: error: columns: missing", "1:1: error: source: missing", "1:1: error: target: missing"});
    CHECK(problems_of(with(good_tenant, "[source]\nkind = 'folder'\nfolder = '/srv/records'", "source = 'sftp'")) ==
          Lines{"1:10: error: source: expected a table, got \"sftp\""});
}

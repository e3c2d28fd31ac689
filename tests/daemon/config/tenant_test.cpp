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
    CHECK(interval.quiet.spans.empty());

    const auto quiet = tenant_of(good_tenant + "[schedule]\nquiet = ['22:00-06:00', 'sat-sun 00:00-24:00']\n").schedule;
    CHECK(quiet.quiet.spans == std::vector<pace::QuietSpan>{pace::parse_quiet("22:00-06:00").value(),
                                                            pace::parse_quiet("sat-sun 00:00-24:00").value()});

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

    CHECK(problems_of(good_tenant + "[schedule]\nquiet = ['22:00-06:00', 'night']\n") ==
          Lines{"19:9: error: schedule.quiet: " + pace::parse_quiet("night").error().detail});
    CHECK(problems_of(good_tenant + "[schedule]\nquiet = ['00:00-24:00']\n") ==
          Lines{"19:9: error: schedule.quiet: nothing would ever run: a part of the week must be left"});
    CHECK(problems_of(good_tenant + "[schedule]\nevery = '0s'\n") ==
          Lines{"19:9: error: schedule.every: expected at least 1s, got \"0s\""});
}

TEST_CASE("brakes and completeness are shares and counts", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([completeness]
drop_share_max = '10%'
rise_share_max = '300%'
key_fill_min = '99%'
fill_drop_max = '20%'
age_max = '36h'
[brakes]
removals_max = 7
removals_share_max = 0.02
memberships_lost_share_max = '1%'
role_grants_max = 0
)");

    CHECK(tenant.completeness.drop_share_max == Approx(0.10));
    CHECK(tenant.completeness.rise_share_max == Approx(3.0));
    CHECK(tenant.completeness.key_fill_min == Approx(0.99));
    CHECK(tenant.completeness.fill_drop_max == Approx(0.20));
    CHECK(tenant.completeness.age_max == 36h);
    CHECK(tenant.guard.removals_max == 7);
    CHECK(tenant.guard.removals_share_max == Approx(0.02));
    CHECK(tenant.guard.memberships_lost_share_max == Approx(0.01));
    CHECK(tenant.guard.role_grants_max == 0);
    CHECK(tenant_of(good_tenant).guard == plan::GuardLimits{});
    CHECK(tenant_of(good_tenant).completeness == ingest::CompletenessLimits{});
}

TEST_CASE("every kind of operation may have a budget, by count and by share, and so may days together",
          "[daemon][config]") {
    const auto guard = tenant_of(good_tenant + R"([brakes]
accounts_made_max = 50
profiles_changed_share_max = '30%'
memberships_lost_max = 40
role_grants_share_max = '2%'
group_loss_share_max = '40%'
group_loss_max = 3
values_cleared_share_max = '5%'
values_cleared_max = 0
[brakes.day]
removals_max = 12
[brakes.week]
removals_share_max = '8%'
memberships_lost_share_max = '20%'
[brakes.month]
role_grants_max = 15
)")
                           .guard;

    using plan::Budgeted;
    CHECK(guard.counts ==
          std::map<Budgeted, std::size_t>{{Budgeted::accounts_made, 50}, {Budgeted::memberships_lost, 40}});
    CHECK(guard.shares.size() == 2);
    CHECK(guard.shares.at(Budgeted::profiles_changed) == Approx(0.30));
    CHECK(guard.shares.at(Budgeted::role_grants) == Approx(0.02));
    CHECK(guard.group_loss_share_max == Approx(0.40));
    CHECK(guard.group_loss_max == 3);
    CHECK(guard.values_cleared_share_max == Approx(0.05));
    CHECK(guard.values_cleared_max == 0);
    CHECK(guard.day == plan::WindowLimits{.removals_max = 12});
    CHECK(*guard.week.removals_share_max == Approx(0.08));
    CHECK(*guard.week.memberships_lost_share_max == Approx(0.20));
    CHECK(guard.month.role_grants_max == 15);
    CHECK(*guard.month.removals_share_max == Approx(0.20));
    CHECK(problems_of(good_tenant + "[brakes]\nsuspensions_max = 'many'\n").size() == 1);
    CHECK(problems_of(good_tenant + "[brakes.week]\nremovals = 3\n").size() == 1);
}

TEST_CASE("how long leavers wait is the tenant's choice", "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([leavers]
action = 'remove'
snapshots = 2
suspend_after = '3d'
remove_after = '30d'
)");

    CHECK(tenant.queue == plan::QueueLimits{.snapshots = 2, .suspend_after = 72h, .remove_after = 720h});
    CHECK(tenant_of(good_tenant).queue == plan::QueueLimits{});
    CHECK(problems_of(good_tenant + "[leavers]\nsnapshots = 0\n").size() == 1);
    CHECK(problems_of(good_tenant + "[leavers]\nremove_after = '3d'\n") ==
          Lines{"19:16: error: leavers.remove_after: nobody is removed: leavers.action says \"suspend\""});
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
    const auto tenant = tenant_of(good_tenant + R"([leavers]
action = 'remove'
[roles]
default = 'viewer'
invitee = 'guest'
protected = ['owner']
before_activation = false
[retry]
first = '2s'
longest = '1m'
attempts_max = 2
server_wait_max = '5m'
)");

    CHECK(tenant.policy == diff::Policy{.leavers = diff::LeaverAction::remove,
                                        .default_role = RoleId("viewer"),
                                        .invitee_role = RoleId("guest"),
                                        .protected_roles = {RoleId("owner")},
                                        .roles_before_activation = false});
    CHECK(tenant.target.protected_roles == Lines{"owner"});
    CHECK(tenant.retry ==
          pace::BackoffLimits{.first = 2s, .longest = 1min, .attempts_max = 2, .server_wait_max = 5min});
    CHECK(tenant.target.server_wait_max == 5min);
    CHECK(tenant_of(good_tenant).policy == diff::Policy{});
    CHECK(tenant_of(good_tenant).retry == pace::BackoffLimits{});
    CHECK(problems_of(good_tenant + "[retry]\nfirst = '10m'\nlongest = '1m'\n") ==
          Lines{"20:11: error: retry.longest: must not be shorter than retry.first"});
    CHECK(problems_of(good_tenant + "[roles]\nbefore_activation = 'no'\n") ==
          Lines{"19:21: error: roles.before_activation: expected true or false, got \"no\""});
}

TEST_CASE("notes about refused records are in HR's language, in a folder of the tenant's own", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    const auto standard = sample.load().config.value().tenants[0].notes;
    CHECK(standard.language == ingest::Language::en);
    CHECK(standard.folder == "/var/lib/usersync/production/notes/shop");

    sample.tenant("shop", good_tenant + "[notes]\nlanguage = 'nl'\nfolder = 'to-hr'\n");
    const auto own = sample.load().config.value().tenants[0].notes;
    CHECK(own.language == ingest::Language::nl);
    CHECK(own.folder == sample.folder() / "tenants/shop/to-hr");

    CHECK(problems_of(good_tenant + "[notes]\nlanguage = 'fr'\n") ==
          Lines{"19:12: error: notes.language: expected one of \"en\", \"nl\", \"de\", got \"fr\""});
}

TEST_CASE("a tenant has a source, a target and columns", "[daemon][config]") {
    CHECK(problems_of("") ==
          Lines{"1:1: error: columns: missing", "1:1: error: source: missing", "1:1: error: target: missing"});
    CHECK(problems_of(with(good_tenant, "[source]\nkind = 'folder'\nfolder = '/srv/records'", "source = 'sftp'")) ==
          Lines{"1:10: error: source: expected a table, got \"sftp\""});
}

TEST_CASE("what becomes of drift, of accounts that were there, and of people who do not accept is the tenant's choice",
          "[daemon][config]") {
    const auto tenant = tenant_of(good_tenant + R"([drift]
memberships = 'adopt'
roles = 'ignore'
accounts = 'adopt'
settle = '20m'
[accounts]
adopt_by_email = true
xid_change_on_reactivation = true
email_of_active = 'stays'
[invitations]
again_after = '7d'
again_times = 2
)");

    diff::Policy expected;
    expected.drift = {
        .memberships = Drift::Answer::adopt, .roles = Drift::Answer::ignore, .accounts = Drift::Answer::adopt};
    expected.adopt_by_email = true;
    expected.xid_change_on_reactivation = true;
    expected.active_email = diff::ActiveEmail::stays;
    CHECK(tenant.policy == expected);
    CHECK(tenant.drift_settle == std::chrono::minutes(20));
    CHECK(tenant_of(good_tenant).drift_settle == std::chrono::minutes(10));
    CHECK(tenant.ask_again == diff::AskAgain{.after = std::chrono::days(7), .times = 2});
    CHECK(tenant_of(good_tenant).ask_again == diff::AskAgain{});
    CHECK(problems_of(good_tenant + "[invitations]\nagain_after = '36h'\n") ==
          Lines{"19:15: error: invitations.again_after: expected whole days such as \"7d\""});
    CHECK(problems_of(good_tenant + "[invitations]\nagain_times = 2\n") ==
          Lines{"19:15: error: invitations.again_times: nobody is asked again: invitations.again_after says after how "
                "long"});
    CHECK(problems_of(good_tenant + "[drift]\nroles = 'forgive'\n") ==
          Lines{"19:9: error: drift.roles: expected one of \"repair\", \"adopt\", \"ignore\", got \"forgive\""});
}

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace usersync;
using namespace usersync::config;

namespace {

/// With a phone that is made like this; a plain column when nothing is said.
std::string made_of(const std::string& recipe) {
    return with(good_tenant, "[columns]",
                recipe.empty() ? "[columns]\nphone = 'Phone'" : "[columns]\nphone = { " + recipe + " }");
}

}  // namespace

TEST_CASE("whatever decides what a plan holds changes the fingerprint", "[daemon][config]") {
    const std::vector<std::string> tenants{
        good_tenant,
        good_tenant + "[record]\nlist_separators = '/'\n",
        good_tenant + "[record]\naddress_domains = ['shop.example']\n",
        good_tenant + "[record]\naddress_domains = ['shop.example']\nother_domains_share_max = '20%'\n",
        good_tenant + "[completeness]\ndrop_share_max = '1%'\n",
        good_tenant + "[brakes]\nremovals_max = 1\n",
        good_tenant + "[brakes]\nremovals_share_max = '1%'\n",
        good_tenant + "[brakes]\nrole_grants_max = 1\n",
        good_tenant + "[brakes]\naccounts_made_max = 1\n",
        good_tenant + "[brakes]\nprofiles_changed_max = 1\n",
        good_tenant + "[brakes]\naccounts_made_share_max = '1%'\n",
        good_tenant + "[brakes]\ngroup_loss_share_max = '1%'\n",
        good_tenant + "[brakes]\ngroup_loss_max = 1\n",
        good_tenant + "[brakes]\nvalues_cleared_share_max = '1%'\n",
        good_tenant + "[brakes]\nvalues_cleared_max = 1\n",
        good_tenant + "[brakes]\nholds = 'kind'\n",
        good_tenant + "[brakes.day]\nremovals_max = 1\n",
        good_tenant + "[brakes.week]\nremovals_max = 1\n",
        good_tenant + "[brakes.month]\nrole_grants_max = 1\n",
        good_tenant + "[brakes.month]\ninvitations_max = 1\n",
        good_tenant + "[brakes.month]\ngroup_loss_share_max = '1%'\n",
        good_tenant + "[brakes]\nclock_ahead_max = '2d'\n",
        good_tenant + "[leavers]\nsnapshots = 2\n",
        good_tenant + "[leavers]\nsuspend_after = '1d'\n",
        good_tenant + "[leavers]\naction = 'remove'\nremove_after = '1d'\n",
        good_tenant + "[leavers]\naction = 'remove'\n",
        good_tenant + "[roles]\ndefault = 'viewer'\n",
        good_tenant + "[roles]\ninvitee = 'viewer'\n",
        good_tenant + "[roles]\nprotected = ['viewer']\n",
        good_tenant + "[record]\nempty_cell = 'clear'\n",
        good_tenant + "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Boss' = 'admin' }\n",
        good_tenant + "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Boss' = 'member' }\n",
        good_tenant + "[[role_mapping]]\n[[role_mapping.rules]]\nwhen = 'job_title == \"Boss\"'\nrole = 'admin'\n",
        good_tenant + "[[group_mapping]]\nfield = 'location'\nkind = 'topic'\nvalues = 'same'\n",
        good_tenant + "[[group_mapping]]\nfield = 'location'\nkind = 'topic'\nvalues = 'same'\nmatch = 'first'\n",
        good_tenant + "[[group_mapping]]\nfield = 'location'\nkind = 'topic'\nvalues = 'same'\nmissing = 'create'\n",
        good_tenant + "[roles]\norder = ['member', 'admin']\n",
        good_tenant + "[life_cycle]\nactive = 'job_title != \"Left\"'\n",
        good_tenant + "[life_cycle]\nleave = 'job_title == \"Left\"'\n",
        good_tenant + "[life_cycle]\nleave = 'job_title == \"Left\"'\non_leave = 'suspend'\n",
        good_tenant + "[life_cycle]\nstart_lead = '1d'\n",
        good_tenant + "[life_cycle]\nend_delay = '1d'\n",
        good_tenant + "[life_cycle]\nuse_start_date = false\n",
        good_tenant + "[life_cycle]\nuse_end_date = false\n",
        good_tenant + "[[invite]]\nchannel = 'sms'\n",
        good_tenant + "[[invite]]\nlanguage = 'nl-NL'\n",
        good_tenant + "[accounts]\nuser_name = '{employee_id}'\n",
        good_tenant + "[accounts]\ntemporary_password = '{employee_id}'\n",
        good_tenant + "[accounts]\nwithout_email = 'allow'\n",
        good_tenant + "[accounts]\nwithout_business_unit = 'report'\n",
        good_tenant + "[accounts]\nwithout_group = 'report'\n",
        good_tenant + "[[exception]]\nperson = '1'\nexclude = true\nreason = 'x'\n",
        good_tenant + "[[exception]]\nperson = '1'\nexclude = true\nreason = 'x'\nuntil = '2999-12-31'\n",
        good_tenant + "[accounts]\nadopt_by_email = true\n",
        good_tenant + "[accounts]\nxid_change_on_reactivation = true\n",
        good_tenant + "[accounts]\nemail_of_active = 'stays'\n",
        good_tenant + "[drift]\nmemberships = 'adopt'\n",
        good_tenant + "[drift]\nmemberships = 'ignore'\n",
        good_tenant + "[drift]\nroles = 'adopt'\n",
        good_tenant + "[drift]\naccounts = 'adopt'\n",
        good_tenant + "[drift]\nsettle = '2h'\n",
        good_tenant + "[invitations]\nagain_after = '7d'\n",
        good_tenant + "[invitations]\nagain_after = '7d'\nagain_times = 1\n",
        with(good_tenant, "[target]", "[target]\ngroup_roles = true"),
        with(good_tenant, "[target]", "[target]\nown_lock = 'app'"),
        with(good_tenant, "[target]", "[target]\ncreate_by_invite = true"),
        good_tenant + "[profile]\nname = 'on_invite'\n",
        good_tenant + "[profile]\nname = 'if_empty'\n",
        good_tenant + "[profile]\nemail = 'on_invite'\n",
        good_tenant + "[profile]\njob_title = 'on_invite'\n",
        good_tenant + "[profile]\nphone = 'on_invite'\n",
        good_tenant + "[record]\nformat = 'csv'\n",
        good_tenant + "[record]\nencoding = 'windows-1252'\n",
        good_tenant + "[record]\ndelimiter = ';'\n",
        good_tenant + "[record]\nquoting = 'backslash'\n",
        good_tenant + "[record]\nsheet = 'People'\n",
        good_tenant + "[record]\nheader_row = 3\n",
        good_tenant + "[record]\nrecords = 'data'\n",
        good_tenant + "[record]\nrow_bytes_max = '64KiB'\n",
        good_tenant + "[record]\nrows_per_person = 'first'\n",
        good_tenant + "[record]\nrows_per_person = { highest = 'Share' }\n",
        good_tenant + "[record]\nrows_per_person = { flag = 'Share', value = 'J' }\n",
        good_tenant + "[record]\nrows_per_person = { flag = 'Share', value = 'Y' }\n",
        good_tenant + "[record]\nmerge_lists = false\n",
        good_tenant + "[completeness]\nrise_share_max = '1%'\n",
        good_tenant + "[completeness]\nkey_fill_min = '1%'\n",
        good_tenant + "[completeness]\nfill_drop_max = '1%'\n",
        good_tenant + "[completeness]\nage_max = '1h'\n",
        good_tenant + "[columns.extra]\nregion = 'Region'\n",
        good_tenant + "[columns.extra]\nregions = 'Region'\n",
        made_of(""),
        made_of("column = 'Phone', empty = 'clear'"),
        made_of("column = 'Phone', empty = { default = 'x' }"),
        made_of("column = 'Phone', empty = { default = 'y' }"),
        made_of("columns = ['Phone', 'Mobile']"),
        made_of("column = 'Phone', steps = ['lower']"),
        made_of("column = 'Phone', steps = ['upper']"),
        made_of("column = 'Phone', steps = ['title']"),
        made_of("column = 'Phone', steps = ['nfc']"),
        made_of("column = 'Phone', steps = ['email']"),
        made_of("column = 'Phone', steps = ['join']"),
        made_of("column = 'Phone', steps = [{ join = '' }]"),
        made_of("column = 'Phone', steps = ['split']"),
        made_of("column = 'Phone', steps = [{ split = ',' }]"),
        made_of("column = 'Phone', steps = ['strip_apostrophe']"),
        made_of("column = 'Phone', steps = [{ pad_left = 5 }]"),
        made_of("column = 'Phone', steps = [{ pad_left = 6 }]"),
        made_of("column = 'Phone', steps = [{ phone = 'NL' }]"),
        made_of("column = 'Phone', steps = [{ phone = 'BE' }]"),
        made_of("column = 'Phone', steps = [{ date = 'yyyyMMdd' }]"),
        made_of("column = 'Phone', steps = [{ date = 'ddMMyyyy' }]"),
        made_of("steps = [{ constant = 'x' }]"),
        made_of("steps = [{ constant = 'y' }]"),
        made_of("column = 'Phone', steps = [{ lookup = { a = 'b' } }]"),
        made_of("column = 'Phone', steps = [{ lookup = { a = 'c' } }]"),
        made_of("column = 'Phone', steps = [{ lookup = { a = 'b', c = 'd' } }]"),
        made_of("column = 'Phone', steps = [{ lookup = { a = 'b' }, any_case = true }]"),
        made_of("column = 'Phone', steps = [{ lookup = { a = 'b' }, otherwise = 'keep' }]"),
        made_of("column = 'Phone', steps = ['lower', 'nfc']"),
        made_of("column = 'Phone', steps = ['nfc', 'lower']"),
        with(good_tenant, "[columns]", "[columns]\nname = 'Name'"),
        with(good_tenant, "[columns]", "[columns]\nname = 'Name'\nname_order = 'last_comma_first'"),
        with(good_tenant, "[columns]", "[columns]\nname = 'Name'\ninfixes = ['van']"),
        with(good_tenant, "email = 'Mail'", "email = 'E-mail'"),
        with(good_tenant, "job_title =", "phone ="),
        with(good_tenant, "0123456789abcdef", "0123456789abcdee"),
        with(good_tenant, "[target]", "[target]\nphone_by_scim = false"),
        with(good_tenant, "[target]", "[target]\nlogin_in_bag = false"),
        // It says which day it is, for rules that ask.
        good_tenant + "[schedule]\ntime_zone = 'Europe/Amsterdam'\n",
        good_tenant + "[schedule]\ntime_zone = 'America/New_York'\n",
    };

    std::set<std::string> fingerprints;
    for (const auto& text : tenants) fingerprints.insert(tenant_of(text).fingerprint.hex());

    CHECK(fingerprints.size() == tenants.size());
    CHECK(tenant_of(good_tenant).fingerprint == tenant_of(good_tenant).fingerprint);
    CHECK(tenant_of(good_tenant).fingerprint != Fingerprint{});
}

TEST_CASE("how often and how fast leaves an approved plan as it is", "[daemon][config]") {
    const auto fingerprint = tenant_of(good_tenant).fingerprint;

    CHECK(tenant_of(good_tenant + "[schedule]\nevery = '15m'\n").fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[schedule]\ntime_zone = 'UTC'\n").fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[retry]\nattempts_max = 2\n").fingerprint == fingerprint);
    CHECK(tenant_of(with(good_tenant, "[target]", "[target]\ncalls_per_second = 1")).fingerprint == fingerprint);
    CHECK(tenant_of(with(good_tenant, "[target]", "[target]\nread_whole_every = '1h'")).fingerprint == fingerprint);
    CHECK(tenant_of(with(good_tenant, "[target]", "[target]\ninvite_batch = 10")).fingerprint == fingerprint);
    CHECK(tenant_of(good_sftp_tenant()).fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[version]\nauthor = 'Kim'\n").fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[notes]\nlanguage = 'nl'\n").fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[history]\nkeep = '400d'\n").fingerprint == fingerprint);
    CHECK(tenant_of(good_tenant + "[record]\npgp_key = { credential = 'key' }\n").fingerprint == fingerprint);
}

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace usersync;
using namespace usersync::config;

TEST_CASE("whatever decides what a plan holds changes the fingerprint", "[daemon][config]") {
    const std::vector<std::string> tenants{
        good_tenant,
        good_tenant + "[record]\nlist_separators = '/'\n",
        good_tenant + "[completeness]\ndrop_share_max = '1%'\n",
        good_tenant + "[brakes]\nremovals_max = 1\n",
        good_tenant + "[brakes]\nremovals_share_max = '1%'\n",
        good_tenant + "[brakes]\nrole_grants_max = 1\n",
        good_tenant + "[leavers]\naction = 'remove'\n",
        good_tenant + "[roles]\ndefault = 'viewer'\n",
        good_tenant + "[roles]\ninvitee = 'viewer'\n",
        good_tenant + "[roles]\nprotected = 'viewer'\n",
        good_tenant + "[record]\nempty_cell = 'clear'\n",
        good_tenant + "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Boss' = 'admin' }\n",
        good_tenant + "[[role_mapping]]\nfield = 'job_title'\nvalues = { 'Boss' = 'member' }\n",
        with(good_tenant, "email = 'Mail'", "email = 'E-mail'"),
        with(good_tenant, "job_title =", "phone ="),
        with(good_tenant, "0123456789abcdef", "0123456789abcdee"),
        with(good_tenant, "[target]", "[target]\nphone_by_scim = false"),
        with(good_tenant, "[target]", "[target]\nlogin_in_bag = false"),
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
    CHECK(tenant_of(good_tenant + "[retry]\nattempts_max = 2\n").fingerprint == fingerprint);
    CHECK(tenant_of(with(good_tenant, "[target]", "[target]\ncalls_per_second = 1")).fingerprint == fingerprint);
    CHECK(tenant_of(good_sftp_tenant()).fingerprint == fingerprint);
}

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

TEST_CASE("every setting of the target is read", "[daemon][config]") {
    Sample sample;
    const auto authority = sample.file("tenants/shop/ca.pem", "certificates");
    sample.tenant("shop", with(good_tenant, "[target]", R"([target]
rest_url = 'https://proxy.example/speakap/'
ca_file = 'ca.pem'
calls_per_second = '120/min'
burst = 3
concurrency = 2
call_max = '30s'
rest_version = '1.9'
page_size = 50
scim_page_size = 10
phone_by_scim = false
login_in_bag = false
own_lock = 'usersync'
group_roles = true
invite_batch = 200
invite_resend = true
counts_agree = false
read_whole_every = '12h')"));

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& target = loaded.config->tenants[0].target;
    CHECK(target.rest_url == "https://proxy.example/speakap");
    CHECK(target.scim_url == "https://scim.example/v2");
    CHECK(target.network == "0123456789abcdef");
    CHECK(target.rest_token.expose() == "secret");
    CHECK(target.scim_token.expose() == "secret");
    CHECK(target.ca_file == authority.string());
    CHECK(target.rate == pace::BucketLimits{.calls_per_second = 2.0, .burst = 3.0});
    CHECK(target.concurrency == 2);
    CHECK(target.call_max == 30s);
    CHECK(target.rest_version == "1.9");
    CHECK(target.page_size == 50);
    CHECK(target.scim_page_size == 10);
    CHECK(!target.phone_by_scim);
    CHECK(!target.login_in_bag);
    CHECK(target.own_lock == "usersync");
    CHECK(target.group_roles);
    CHECK(loaded.config->tenants[0].policy.group_roles_by_call);
    CHECK(target.invite_batch == 200);
    CHECK(target.invite_resend);
    CHECK(!target.counts_agree);
    CHECK(loaded.config->tenants[0].read_whole_every == 12h);
}

TEST_CASE("whoever makes accounts by invitation needs no SCIM, and finds the accounts by their address",
          "[daemon][config]") {
    auto text = with(good_tenant, "scim_url = 'https://scim.example/v2'\n", "create_by_invite = true\n");
    text = with(text, "scim_token = { credential = 'scim' }\n", "");

    const auto tenant = tenant_of(text);
    CHECK(tenant.target.create_by_invite);
    CHECK(tenant.policy.adopt_by_email);
    CHECK_FALSE(tenant.policy.can_suspend);
    CHECK(tenant_of(good_tenant).policy.can_suspend);
    const auto warned = problems_of(text);
    REQUIRE(warned.size() == 1);
    CHECK(warned.front().find("warning: leavers.action: without SCIM") != std::string::npos);
    CHECK(problems_of(text + "[accounts]\nadopt_by_email = false\n[leavers]\naction = 'remove'\n") ==
          Lines{"18:18: error: accounts.adopt_by_email: accounts that are made by invitation "
                "(target.create_by_invite) are found by their address"});
}

TEST_CASE("what the target leaves out has the defaults of its options", "[daemon][config]") {
    const auto target = tenant_of(good_tenant).target;

    const speakap::SpeakapOptions defaults;
    CHECK(target.rest_url == defaults.rest_url);
    CHECK(target.rate == defaults.rate);
    CHECK(target.concurrency == defaults.concurrency);
    CHECK(target.call_max == defaults.call_max);
    CHECK(target.page_size == defaults.page_size);
}

TEST_CASE("a target without an address, a network or a token is not one", "[daemon][config]") {
    auto text = with(good_tenant, "scim_url = 'https://scim.example/v2'\n", "");
    text = with(text, "network = '0123456789abcdef'\n", "");
    text = with(text, "rest_token = { credential = 'rest' }\n", "");
    text = with(text, "scim_token = { credential = 'scim' }\n", "");

    CHECK(problems_of(text) == Lines{"5:1: error: target.network: missing", "5:1: error: target.rest_token: missing",
                                     "5:1: error: target.scim_token: missing", "5:1: error: target.scim_url: missing"});
}

TEST_CASE("a token never travels in the clear beyond this machine", "[daemon][config]") {
    CHECK(
        problems_of(with(good_tenant, "https://scim.example/v2", "http://scim.example/v2")) ==
        Lines{"6:12: error: target.scim_url: plain http is for loopback addresses only, since a token would travel in "
              "the clear"});
    CHECK(tenant_of(with(good_tenant, "https://scim.example/v2", "http://127.0.0.1:8180/scim")).target.scim_url ==
          "http://127.0.0.1:8180/scim");
}

TEST_CASE("a base URL that cannot be used is never shown, since a password may stand in it", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "https://scim.example", "https://me:hunter2@scim.example")) ==
          Lines{"6:12: error: target.scim_url: a base URL holds no user and no password"});
    CHECK(problems_of(with(good_tenant, "https://scim.example/v2", "scim.example")) ==
          Lines{"6:12: error: target.scim_url: a base URL begins with https://"});
}

TEST_CASE("a network is named by hexadecimal digits", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "'0123456789abcdef'", "'my network'")) ==
          Lines{"7:11: error: target.network: expected the network's EID, 16 hexadecimal digits"});
    CHECK(problems_of(with(good_tenant, "'0123456789abcdef'", "'abc'")) ==
          Lines{"7:11: warning: target.network: an EID usually has 16 hexadecimal digits, this one has 3"});
}

TEST_CASE("a rate is above nothing", "[daemon][config]") {
    const auto rate = [](std::string_view value) {
        return problems_of(with(good_tenant, "[target]", "[target]\ncalls_per_second = " + std::string(value)));
    };

    CHECK(rate("2.5").empty());
    CHECK(rate("'10/s'").empty());
    for (const std::string wrong : {"0", "-1", "'fast'", "nan", "inf"}) {
        const auto shown = wrong == "'fast'" ? "\"fast\"" : wrong;
        CHECK(rate(wrong) == Lines{"6:20: error: target.calls_per_second: expected a rate such as \"10/s\" or "
                                   "\"300/min\", or a number per second, got " +
                                   shown});
    }
}

TEST_CASE("a list of trusted authorities must be there", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", with(good_tenant, "[target]", "[target]\nca_file = 'ca.pem'"));

    CHECK(sample.problems() == Lines{"tenants/shop/tenant.toml:6:11: error: target.ca_file: " +
                                     (sample.folder() / "tenants/shop/ca.pem").string() + " is not a file"});
}

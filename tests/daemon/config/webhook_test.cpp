#include "daemon/config/until_restart.hpp"
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <variant>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

namespace {

const std::string bamboohr = "[webhook]\npreset = 'bamboohr'\nsecret = { credential = 'key' }\n";

}  // namespace

TEST_CASE("nobody listens for events unless it is asked for", "[daemon][config][webhook]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    const auto config = sample.load().config.value();
    CHECK(config.webhooks == WebhookListener{});
    CHECK(config.webhooks.address.empty());
    CHECK_FALSE(config.tenants.front().webhook);
}

TEST_CASE("beyond this machine nobody listens for events without TLS and without being told",
          "[daemon][config][webhook]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    sample.file("hook.pem", "certificate");
    sample.file("hook.key", "key");
    const std::string tls = "certificate = 'hook.pem'\nkey = 'hook.key'\n";
    const auto said = [&](const std::string& keys) {
        sample.environment("[webhooks]\n" + keys);
        return sample.problems();
    };
    CHECK(said("listen = '127.0.0.1:8081'\n").empty());
    CHECK(said("listen = '0.0.0.0:8443'\n" + tls) ==
          Lines{"usersync.toml:2:10: error: webhooks.listen: others could reach this address; write beyond_loopback = "
                "true if that is meant"});
    CHECK(said("listen = '0.0.0.0:8443'\nbeyond_loopback = true\n") ==
          Lines{"usersync.toml:2:10: error: webhooks.listen: beyond this machine nobody listens without TLS: say "
                "certificate and key"});
    CHECK(said("listen = '0.0.0.0:8443'\nbeyond_loopback = true\n" + tls).empty());
    const auto webhooks = sample.load().config.value().webhooks;
    CHECK(webhooks.address == "0.0.0.0");
    CHECK(webhooks.port == 8443);
    CHECK(webhooks.certificate == sample.folder() / "hook.pem");
    CHECK(webhooks.key == sample.folder() / "hook.key");
    CHECK(said("listen = '127.0.0.1:8081'\ncertificate = 'hook.pem'\n").size() == 1);
    CHECK(said("beyond_loopback = true\n") == Lines{"usersync.toml:1:1: error: webhooks.listen: missing"});

    SECTION("a key that others may read is none") {
        sample.file("hook.key", "key", 0644);
        CHECK(said("listen = '127.0.0.1:8081'\n" + tls).size() == 1);
    }
}

TEST_CASE("a preset and its secret are all that a vendor's webhook needs", "[daemon][config][webhook]") {
    const auto webhook = tenant_of(good_tenant + bamboohr).webhook.value();
    CHECK(webhook.rule == webhook::find_preset("bamboohr")->rule);
    REQUIRE(webhook.secrets.values.size() == 1);
    CHECK(webhook.secrets.values[0].expose() == "secret");
    CHECK(webhook.path_token.empty());
    CHECK_FALSE(webhook.one_person);
    CHECK(webhook.min_distance == Duration(30s));
}

TEST_CASE("every setting of a webhook is read", "[daemon][config][webhook]") {
    Sample sample;
    sample.credential("token", "0123456789abcdefXYZ\n");
    sample.tenant("shop", good_tenant + R"([webhook]
proof = 'signature'
header = 'X-Ours'
algorithm = 'sha512'
encoding = 'base64'
prefix = 'v1='
signed_text = '{timestamp}.{body}'
timestamp_header = 'X-Time'
window = '2m'
person_path = 'people[*].key'
one_person = true
min_distance = '5s'
secret = { credential = 'key' }
former_secret = { credential = 'password' }
path_token = { credential = 'token' }
)");
    for (const auto& problem : sample.problems()) UNSCOPED_INFO(problem);
    const auto webhook = sample.load().config.value().tenants.front().webhook.value();
    CHECK(std::get<webhook::Signature>(webhook.rule.proof) ==
          webhook::Signature{.header = "X-Ours",
                             .algorithm = webhook::Algorithm::sha512,
                             .encoding = webhook::Encoding::base64,
                             .prefix = "v1=",
                             .signed_text = "{timestamp}.{body}",
                             .timestamp_header = "X-Time"});
    CHECK(webhook.rule.window == Duration(2min));
    CHECK(webhook.rule.person_path == "people[*].key");
    CHECK(webhook.one_person);
    CHECK(webhook.min_distance == Duration(5s));
    CHECK(webhook.secrets.values.size() == 2);
    CHECK(webhook.path_token.expose() == "0123456789abcdefXYZ");
}

TEST_CASE("Personio may show up to three headers of the tenant's own", "[daemon][config][webhook]") {
    const auto webhook = tenant_of(good_tenant + R"([webhook]
preset = 'personio'
[[webhook.headers]]
name = 'X-One'
value = { credential = 'key' }
[[webhook.headers]]
name = 'X-Two'
value = { credential = 'password' }
)")
                             .webhook.value();
    CHECK(std::get<webhook::SharedHeaders>(webhook.rule.proof).headers == Lines{"X-One", "X-Two"});
    CHECK(webhook.secrets.values.size() == 2);
}

TEST_CASE("what is wrong with a webhook is said", "[daemon][config][webhook]") {
    const auto problems = [](const std::string& keys) { return problems_of(good_tenant + "[webhook]\n" + keys); };
    const std::string secret = "secret = { credential = 'key' }\n";
    CHECK(problems("preset = 'bamboo'\n" + secret).front() ==
          "19:10: error: webhook.preset: there is no preset \"bamboo\"; there are bamboohr, hibob, personio, "
          "afas-profit, entra-id");
    CHECK(problems("preset = 'hibob'\n") == Lines{"18:1: error: webhook.secret: missing"});
    CHECK(problems("preset = 'afas-profit'\none_person = true\n" + secret) ==
          Lines{"20:14: error: webhook.one_person: no person_path says where the event names the person"});
    CHECK(problems("preset = 'hibob'\nsecret = 'abc'\n").size() == 1);
    CHECK(problems("preset = 'hibob'\npath_token = { credential = 'key' }\n" + secret) ==
          Lines{"20:14: error: webhook.path_token: expected 16 to 200 letters, digits, - and _"});
    CHECK(problems("proof = 'signature'\nheader = 'X'\nsigned_text = 'x'\n" + secret).size() == 1);
    CHECK(problems(secret).size() == 2);
}

TEST_CASE("another webhook is taken over by a restart, and leaves plans as they are", "[daemon][config][webhook]") {
    CHECK(changed_until_restart(good_tenant, good_tenant + bamboohr) == Lines{"webhook"});
    CHECK(tenant_of(good_tenant).fingerprint == tenant_of(good_tenant + bamboohr).fingerprint);
}

#include "daemon/config/secret_file.hpp"
#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace usersync;
using namespace usersync::config;

namespace {

const std::string rest_token = "{ credential = 'rest' }";
const std::string place = "tenants/shop/tenant.toml:8:14: error: target.rest_token: ";

/// A tenant whose REST token is referred to like this.
std::string tenant_with(std::string_view reference) { return with(good_tenant, rest_token, reference); }

}  // namespace

TEST_CASE("a secret is a file beside the configuration, without its last newline", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with("{ file = 'rest.token' }"));
    for (const auto& [written, read] : {std::pair{"abc_def", "abc_def"}, std::pair{"abc_def\n", "abc_def"},
                                        std::pair{"abc_def\r\n", "abc_def"}, std::pair{" a\nb \n\n", " a\nb \n"}}) {
        sample.file("tenants/shop/rest.token", written);
        CHECK(sample.load().config.value().tenants[0].target.rest_token.expose() == read);
    }
}

TEST_CASE("a secret that is rotated is there at the next load", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    const auto before = sample.load().config.value().tenants[0];

    sample.credential("rest", "rotated");
    const auto after = sample.load().config.value().tenants[0];

    CHECK(before.target.rest_token.expose() == "secret");
    CHECK(after.target.rest_token.expose() == "rotated");
    CHECK(before.fingerprint == after.fingerprint);
}

TEST_CASE("a secret that others may read is refused", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with("{ file = 'rest.token' }"));
    for (const int mode : {0640, 0604, 0620, 0644, 0666, 0610}) {
        const auto file = sample.file("tenants/shop/rest.token", "abc", mode);
        CHECK(sample.problems() == Lines{place + file.string() + " must not be readable by others (chmod 600)"});
    }
    for (const int mode : {0400, 0600, 0700}) {
        sample.file("tenants/shop/rest.token", "abc", mode);
        CHECK(sample.problems() == Lines{});
    }
}

TEST_CASE("a credential may show the group entry by which systemd grants it, but nothing for everybody",
          "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);

    sample.credential("rest", "abc", 0440);
    CHECK(sample.problems() == Lines{});

    const auto file = sample.credential("rest", "abc", 0444);
    CHECK(sample.problems() == Lines{place + file.string() + " must not be readable by others (chmod 600)"});
}

TEST_CASE("a secret belongs to the service or to root", "[daemon][config]") {
    if (geteuid() != 0) return;  // only root can give a file away
    Sample sample;
    sample.tenant("shop", tenant_with("{ file = 'rest.token' }"));
    const auto file = sample.file("tenants/shop/rest.token", "abc");
    constexpr uid_t somebody = 12345;
    REQUIRE(chown(file.c_str(), somebody, somebody) == 0);

    CHECK(sample.problems() == Lines{place + file.string() + " must belong to the service's own user or to root"});
}

TEST_CASE("a secret that is not there, or not a secret, is said with its path", "[daemon][config]") {
    Sample sample;
    const auto folder = sample.folder() / "tenants/shop";
    sample.tenant("shop", tenant_with("{ file = 'rest.token' }"));
    CHECK(sample.problems() == Lines{place + (folder / "rest.token").string() + " does not exist"});

    sample.file("tenants/shop/rest.token", "");
    CHECK(sample.problems() == Lines{place + (folder / "rest.token").string() + " is empty"});
    sample.file("tenants/shop/rest.token", "\n");
    CHECK(sample.problems() == Lines{place + (folder / "rest.token").string() + " is empty"});
    sample.file("tenants/shop/rest.token", std::string(70000, 'x'));
    CHECK(sample.problems() == Lines{place + (folder / "rest.token").string() + " is larger than 64 KiB"});

    sample.tenant("shop", tenant_with("{ file = '.' }"));
    CHECK(sample.problems().size() == 1);
}

TEST_CASE("a credential is looked up where the service manager has put it", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with("{ credential = 'other' }"));
    CHECK(sample.problems() == Lines{place + (sample.credentials() / "other").string() + " does not exist"});

    sample.tenant("shop", tenant_with("{ credential = '../rest' }"));
    CHECK(sample.problems() == Lines{place + "a credential is a plain name, without a folder"});

    sample.tenant("shop", good_tenant);
    const auto loaded = load_environment(sample.folder(), {});
    REQUIRE(loaded.problems.size() == 2);
    CHECK(describe(loaded.problems[0]) ==
          place + "no credentials were handed to this service, so \"rest\" cannot be read");
}

TEST_CASE("a secret in the configuration itself is refused and never shown", "[daemon][config]") {
    for (const auto* reference : {"'hunter2'", "12345", "['hunter2']"}) {
        const auto problems = problems_of(tenant_with(reference));
        CHECK(problems ==
              Lines{"8:14: error: target.rest_token: expected { file = \"PATH\" } or { credential = \"NAME\" "
                    "}: secrets do not stand in the configuration"});
    }
    for (const auto* reference : {"{}", "{ file = 'a', credential = 'b' }"}) {
        CHECK(problems_of(tenant_with(reference)) ==
              Lines{"8:14: error: target.rest_token: expected { file = \"PATH\" } or { credential = \"NAME\" }"});
    }
    CHECK(problems_of(tenant_with("{ credental = 'hunter2' }")) ==
          Lines{"8:14: error: target.rest_token: expected { file = \"PATH\" } or { credential = \"NAME\" }",
                "8:16: error: target.rest_token.credental: unknown key, did you mean credential?"});
}

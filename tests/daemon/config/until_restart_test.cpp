#include "daemon/config/until_restart.hpp"

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync::config;

TEST_CASE("rules, columns and comments may change without a restart", "[config][restart]") {
    CHECK(changed_until_restart(good_tenant, good_tenant).empty());
    CHECK(changed_until_restart(good_tenant, "# May\n" + with(good_tenant, "'Mail'", "'E-mail'")).empty());
    CHECK(changed_until_restart(good_tenant, good_tenant + "[notes]\nlanguage = 'nl'\n").empty());
}

TEST_CASE("the same connection written in another order is the same", "[config][restart]") {
    const auto other_order = with(good_tenant, "kind = 'folder'\nfolder = '/srv/records'",
                                  "folder = \"/srv/records\" # ours\nkind = 'folder'");
    CHECK(changed_until_restart(good_tenant, other_order).empty());
}

TEST_CASE("where records come from, where people go and when is taken over by a restart", "[config][restart]") {
    CHECK(changed_until_restart(good_tenant, with(good_tenant, "/srv/records", "/srv/other")) == Lines{"source"});
    CHECK(changed_until_restart(good_tenant, with(good_tenant, "0123456789abcdef", "0123456789abcdee")) ==
          Lines{"target"});
    CHECK(changed_until_restart(good_tenant, good_tenant + "[schedule]\nevery = '1 h'\n") == Lines{"schedule"});
    CHECK(changed_until_restart(good_tenant, good_tenant + "[retry]\nserver_wait_max = '1m'\n") ==
          Lines{"retry.server_wait_max"});
    CHECK(changed_until_restart(good_tenant + "[notes]\nfolder = 'a'\n", good_tenant + "[notes]\nfolder = 'b'\n") ==
          Lines{"notes.folder"});
    CHECK(changed_until_restart(good_sftp_tenant(), good_tenant + "[record]\npgp_key = { credential = 'key' }\n") ==
          Lines{"source", "record.pgp_key"});
}

TEST_CASE("a secret that is taken from somewhere else needs a restart", "[config][restart]") {
    const auto other = with(good_tenant, "{ credential = 'rest' }", "{ credential = 'rest2' }");
    CHECK(changed_until_restart(good_tenant, other) == Lines{"target"});
}

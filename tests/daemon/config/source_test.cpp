#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

TEST_CASE("every setting of an SFTP source is read", "[daemon][config]") {
    const auto tenant = tenant_of(with(good_sftp_tenant(), "user = 'shop'", R"(port = 2222
user = 'shop'
private_key_passphrase = { credential = 'password' }
folder = 'upload'
pattern = 'people-*.csv'
stable_for = '30s'
temporary_suffixes = ['.upload']
bytes_max = '10MiB'
after_reading = 'keep'
archive_folder = 'done/2'
idle_max = '45s'
expected_every = '26h')"));

    const auto& source = std::get<sftp::SftpOptions>(tenant.source);
    CHECK(source.host == "files.example");
    CHECK(source.port == 2222);
    CHECK(source.user == "shop");
    CHECK(source.private_key.expose() == "secret");
    CHECK(source.private_key_passphrase.expose() == "secret");
    CHECK(source.password.empty());
    CHECK(source.host_keys == Lines{"SHA256:0000000000000000000000000000000000000000000"});
    CHECK(source.folder == "upload");
    CHECK(source.pickup ==
          ingest::PickupRules{
              .pattern = "people-*.csv", .stable_for = 30s, .temporary_suffixes = {".upload"}, .bytes_max = 10u << 20});
    CHECK(source.after_reading == sftp::AfterReading::keep);
    CHECK(source.archive_folder == "done/2");
    CHECK(source.idle_max == 45s);
    CHECK(tenant.expected_every == Duration(26h));
}

TEST_CASE("what an SFTP source leaves out has the defaults of its options", "[daemon][config]") {
    const auto tenant = tenant_of(good_sftp_tenant());

    const auto& source = std::get<sftp::SftpOptions>(tenant.source);
    const sftp::SftpOptions defaults;
    CHECK(source.port == defaults.port);
    CHECK(source.folder == defaults.folder);
    CHECK(source.pickup == defaults.pickup);
    CHECK(source.after_reading == defaults.after_reading);
    CHECK(source.archive_folder == defaults.archive_folder);
    CHECK(source.idle_max == defaults.idle_max);
    CHECK(tenant.expected_every == std::nullopt);
}

TEST_CASE("a folder of this machine is a source, relative to its file", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", with(good_tenant, "'/srv/records'", "'../../records'\npattern = '*.csv'"));

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& source = std::get<folder::FolderOptions>(loaded.config->tenants[0].source);
    CHECK(source.folder == (sample.folder() / "records").string());
    CHECK(source.pickup.pattern == "*.csv");
    CHECK(source.after_reading == folder::FolderOptions().after_reading);
}

TEST_CASE("a folder has no login and no server", "[daemon][config]") {
    CHECK(problems_of(with(good_tenant, "'/srv/records'", "'/srv/records'\nport = 22")) ==
          Lines{"4:8: error: source.port: only a source of kind \"sftp\" has this"});
}

TEST_CASE("an SFTP source must pin its server's key", "[daemon][config]") {
    const auto good = good_sftp_tenant();
    const std::string key = "['SHA256:0000000000000000000000000000000000000000000']";

    CHECK(
        problems_of(with(good, "host_keys = " + key, "")) ==
        Lines{"1:1: error: source.host_keys: missing: the server's key must be pinned, as `ssh-keygen -lf` prints it"});
    CHECK(problems_of(with(good, key, "[]")) ==
          Lines{"6:13: error: source.host_keys: at least one key must be pinned"});
    for (const auto* wrong :
         {"['any']", "['SHA256:short']", "['MD5:00:11']", "['SHA256:000000000000000000000000000000000000000000=']"}) {
        CHECK(
            problems_of(with(good, key, wrong)) ==
            Lines{"6:13: error: source.host_keys: expected \"SHA256:\" and 43 letters and digits, as `ssh-keygen -lf` "
                  "prints it"});
    }
}

TEST_CASE("an SFTP source has exactly one way to log in", "[daemon][config]") {
    const auto good = good_sftp_tenant();
    const std::string key = "private_key = { credential = 'key' }";
    const std::string password = "password = { credential = 'password' }";

    CHECK(std::get<sftp::SftpOptions>(tenant_of(with(good, key, password)).source).password.expose() == "secret");
    CHECK(problems_of(with(good, key, "")) ==
          Lines{"1:1: error: source.private_key: missing: a private_key or a password is needed"});
    CHECK(problems_of(with(good, key, key + "\n" + password)) ==
          Lines{"6:12: error: source.password: either private_key or password, not both"});
    CHECK(problems_of(with(good, key, password + "\nprivate_key_passphrase = { credential = 'key' }")) ==
          Lines{"6:26: error: source.private_key_passphrase: there is no private_key that it could open"});
}

TEST_CASE("a host is a name, not a URL", "[daemon][config]") {
    CHECK(problems_of(with(good_sftp_tenant(), "'files.example'", "'sftp://files.example'")) ==
          Lines{"3:8: error: source.host: expected a host name or an IP address, nothing around it"});
}

TEST_CASE("a setting outside its range names the range", "[daemon][config]") {
    const auto source = [](std::string_view line) {
        return problems_of(with(good_sftp_tenant(), "user = 'shop'", "user = 'shop'\n" + std::string(line)));
    };

    CHECK(source("port = 0") == Lines{"5:8: error: source.port: expected a whole number, 1 to 65535, got 0"});
    CHECK(source("port = 65536") == Lines{"5:8: error: source.port: expected a whole number, 1 to 65535, got 65536"});
    CHECK(source("port = '22'") == Lines{"5:8: error: source.port: expected a whole number, 1 to 65535, got \"22\""});
    CHECK(source("idle_max = '10ms'") == Lines{"5:12: error: source.idle_max: expected at least 1s, got \"10ms\""});
    CHECK(source("idle_max = '2h'") == Lines{"5:12: error: source.idle_max: expected at most 1h, got \"2h\""});
    CHECK(source("bytes_max = 5") ==
          Lines{"5:13: error: source.bytes_max: expected a size such as \"64KiB\" or \"256MiB\", got 5"});
    CHECK(source("pattern = ''") == Lines{"5:11: error: source.pattern: must not be empty"});
    CHECK(source("folder = 2024-01-01") ==
          Lines{"5:10: error: source.folder: expected a text in quotes, got a date or time"});
    CHECK(source("archive_folder = '../x'") ==
          Lines{"5:18: error: source.archive_folder: must be within source.folder"});
    CHECK(source("temporary_suffixes = ['.a', 5]") ==
          Lines{"5:29: error: source.temporary_suffixes: expected an array of texts, got 5 in it"});
}

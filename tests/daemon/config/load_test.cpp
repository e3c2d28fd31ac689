#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;

TEST_CASE("an environment without settings has the folders of its name", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);

    const auto loaded = sample.load();

    REQUIRE(loaded.problems.empty());
    REQUIRE(loaded.config);
    CHECK(loaded.config->folder == sample.folder());
    CHECK(loaded.config->state_folder == "/var/lib/usersync/production");
    CHECK(loaded.config->runtime_folder == "/run/usersync/production");
    CHECK(loaded.config->control_socket == "/run/usersync/production/control.sock");
    CHECK(loaded.config->health == HealthListener{});
    REQUIRE(loaded.config->tenants.size() == 1);
    CHECK(loaded.config->tenants[0].id == TenantId("shop"));
    CHECK(loaded.config->tenants[0].file == sample.folder() / "tenants/shop/tenant.toml");
}

TEST_CASE("an environment's name does not depend on how its folder is written", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    const LoadOptions options{.credentials_folder = sample.credentials()};

    const auto slashed = load_environment(sample.folder() / "", options);
    const auto dotted = load_environment(sample.folder() / "tenants" / "..", options);

    CHECK(slashed.config.value().state_folder == "/var/lib/usersync/production");
    CHECK(dotted.config.value().state_folder == "/var/lib/usersync/production");
}

TEST_CASE("an environment's settings are read, paths counting from their file", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    sample.environment(R"([state]
folder = 'state'
[runtime]
folder = '/run/elsewhere'
[health]
listen = '[::1]:9000'
[log]
level = 'debug'
format = 'json'
[shutdown]
drain_max = '2s'
)");

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    CHECK(loaded.config->state_folder == sample.folder() / "state");
    CHECK(loaded.config->control_socket == "/run/elsewhere/control.sock");
    CHECK(loaded.config->health == HealthListener{.address = "::1", .port = 9000});
    CHECK(loaded.config->log.level == log::Level::debug);
    CHECK(loaded.config->log.format == log::Format::json);
    CHECK(loaded.config->shutdown.drain_max == std::chrono::seconds(2));
}

TEST_CASE("the control socket can stand where the operator wants it, if the kernel can keep its path",
          "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    sample.environment("[control]\nsocket = '/run/here.sock'\n");
    CHECK(sample.load().config.value().control_socket == "/run/here.sock");

    const std::string path = "/run/" + std::string(120, 'x');
    sample.environment("[control]\nsocket = '" + path + "'\n");
    CHECK(sample.problems() ==
          Lines{"usersync.toml:2:10: error: control.socket: the path of a socket may have 107 bytes "
                "at most, this one is longer: " +
                path});
}

TEST_CASE("everything that is wrong is said at once, sorted by file and place", "[daemon][config]") {
    Sample sample;
    sample.environment("[health]\nlissten = '127.0.0.1:80'\n\n[log]\nlevel = 'loud'\n");
    sample.tenant("office", "[source\n");
    auto shop = with(good_tenant, "kind = 'folder'", "kind = 'foldr'");
    shop = with(shop, "employee_id = 'ID'", "employe_id = 'ID'");
    sample.tenant("shop", shop + "[schedule]\n  every = 5\n");

    CHECK(sample.problems() ==
          Lines{
              "tenants/office/tenant.toml:1:8: error: not valid TOML: table header: expected ']', saw '\\n'",
              "tenants/shop/tenant.toml:2:8: error: source.kind: expected one of \"sftp\", \"folder\", \"exec\", "
              "\"ldap\", \"rest\", got \"foldr\", "
              "did you mean \"folder\"?",
              "tenants/shop/tenant.toml:11:1: error: columns.employee_id: missing",
              "tenants/shop/tenant.toml:12:1: error: columns.employe_id: unknown key, did you mean employee_id?",
              "tenants/shop/tenant.toml:19:11: error: schedule.every: expected a duration such as \"15m\", got 5",
              "usersync.toml:2:1: error: health.lissten: unknown key, did you mean listen?",
              "usersync.toml:5:9: error: log.level: expected one of \"debug\", \"info\", \"warn\", \"error\", got "
              "\"loud\"",
          });
    CHECK(!sample.load().config);
}

TEST_CASE("an unknown key is an error, with the key that was probably meant", "[daemon][config]") {
    CHECK(problems_of(with(good_sftp_tenant(), "user =", "  prot = 22\nuser =")) ==
          Lines{"4:3: error: source.prot: unknown key, did you mean port?"});
    CHECK(problems_of(good_tenant + "[shedule]\nevery = '15m'\n") ==
          Lines{"18:2: error: shedule: unknown key, did you mean schedule?"});
    CHECK(problems_of(good_tenant + "[weather]\n") == Lines{"18:2: error: weather: unknown key"});
}

TEST_CASE("the health listener stays on the machine unless it is asked beyond it", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);

    sample.environment("[health]\nlisten = '0.0.0.0:8080'\n");
    CHECK(sample.problems() == Lines{"usersync.toml:2:10: error: health.listen: others could reach this address; write "
                                     "beyond_loopback = true if that is meant"});
    sample.environment("[health]\nlisten = '0.0.0.0:8080'\nbeyond_loopback = true\n");
    CHECK(sample.load().config.value().health == HealthListener{.address = "0.0.0.0", .port = 8080});
    sample.environment("[health]\nlisten = 'localhost:8080'\n");
    CHECK(sample.problems() == Lines{"usersync.toml:2:10: error: health.listen: expected an IP address and a port such "
                                     "as \"127.0.0.1:8080\""});
}

TEST_CASE("an environment that is not there is said to be missing", "[daemon][config]") {
    test::TempDir dir;
    const auto nowhere = (dir / "nowhere").string();

    const auto loaded = load_environment(nowhere, {});

    REQUIRE(loaded.problems.size() == 1);
    CHECK(describe(loaded.problems[0]) == nowhere + ": error: this environment has no such folder");
    CHECK(!loaded.config);
}

TEST_CASE("a missing file is an error of its own", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    std::filesystem::create_directories(sample.folder() / "tenants/office");
    std::filesystem::remove(sample.folder() / "usersync.toml");

    CHECK(sample.problems() ==
          Lines{"tenants/office/tenant.toml: error: does not exist", "usersync.toml: error: does not exist"});
}

TEST_CASE("a tenant's folder has a name that can stand anywhere", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    sample.tenant("Shop 2", good_tenant);
    sample.tenant(".hidden", "nonsense");
    sample.file("tenants/notes.txt", "");

    CHECK(sample.problems() ==
          Lines{"tenants: error: \"Shop 2\" cannot be a tenant's name: a to z, 0 to 9, _ and -, 63 "
                "at most, beginning with a letter or digit",
                "tenants: warning: notes.txt is not a folder, so it is not a tenant"});
}

TEST_CASE("a warning leaves the environment usable", "[daemon][config]") {
    Sample sample;
    std::filesystem::create_directories(sample.folder() / "tenants");

    const auto loaded = sample.load();

    REQUIRE(loaded.problems.size() == 1);
    CHECK(describe(loaded.problems[0]) == "tenants: warning: there is no tenant");
    CHECK(loaded.config);
}

TEST_CASE("two tenants cannot keep one network", "[daemon][config]") {
    Sample sample;
    sample.tenant("office", good_tenant);
    sample.tenant("shop", with(good_tenant, "'0123456789abcdef'", "'0123456789ABCDEF'"));
    CHECK(sample.problems() == Lines{"tenants/shop/tenant.toml:7:11: error: target.network: tenant office has the same "
                                     "network: each would remove the other's people"});

    sample.tenant("shop", with(good_tenant, "[target]", "[target]\nrest_url = 'https://test.example/'"));
    CHECK(sample.problems() == Lines{});
}

TEST_CASE("the service's own file is read without looking at any tenant", "[daemon][config]") {
    Sample sample;
    sample.environment("[control]\nsocket = '/tmp/here.sock'\n");
    sample.tenant("shop", "no TOML at all");

    const auto loaded = load_service(sample.folder());

    CHECK(loaded.problems.empty());
    REQUIRE(loaded.config);
    CHECK(loaded.config->control_socket == "/tmp/here.sock");
    CHECK(loaded.config->tenants.empty());
}

TEST_CASE("tenants that alone have errors are named, and the others with the environment are there",
          "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant + "[life_cycle]\nactive = 'citty == 1'\n");
    sample.tenant("town", with(good_tenant, "0123456789abcdef", "0123456789abcdee"));

    const auto loaded = sample.load();

    CHECK_FALSE(loaded.config);
    CHECK(loaded.refused == std::vector{TenantId("shop")});
    REQUIRE(loaded.others);
    REQUIRE(loaded.others->tenants.size() == 1);
    CHECK(loaded.others->tenants[0].id == TenantId("town"));

    sample.environment("[state]\nfodler = 'x'\n");
    CHECK_FALSE(sample.load().others);
}

TEST_CASE("kept rules count instead of refused ones, by the connection that the folder names now", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", good_tenant);
    const auto kept = sample.load().config->tenants.front();
    const auto moved = with(good_tenant, "/srv/records", "/srv/other");
    sample.tenant("shop", moved + "[life_cycle]\nactive = 'citty == 1'\n");
    LoadOptions options;
    options.credentials_folder = sample.credentials();
    options.instead[TenantId("shop")] = kept.version.files;

    const auto loaded = load_environment(sample.folder(), options);

    REQUIRE(loaded.config);
    const auto& shop = loaded.config->tenants.front();
    CHECK(shop.fingerprint == kept.fingerprint);
    CHECK(shop.version.files == kept.version.files);
    CHECK(std::get<folder::FolderOptions>(shop.source).folder == "/srv/other");
    REQUIRE(shop.refused.size() == 1);
    CHECK(shop.refused[0].file == "tenant.toml");
    CHECK(shop.refused[0].code == "unknown_field");

    // The network and the rules that speak of it belong together.
    sample.tenant("shop",
                  with(moved, "0123456789abcdef", "0123456789abcdee") + "[life_cycle]\nactive = 'citty == 1'\n");
    const auto elsewhere = load_environment(sample.folder(), options);
    REQUIRE(elsewhere.config);
    CHECK(elsewhere.config->tenants.front().target.network == "0123456789abcdef");
    CHECK(std::get<folder::FolderOptions>(elsewhere.config->tenants.front().source).folder == "/srv/records");
}

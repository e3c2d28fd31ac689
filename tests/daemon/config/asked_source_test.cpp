// Sources that are asked at every run: programs and directories.

#include "tests/daemon/config/sample.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

namespace {

std::string tenant_with(const std::string& source) {
    return with(good_tenant, "[source]\nkind = 'folder'\nfolder = '/srv/records'\n", "[source]\n" + source);
}

const std::string program = "kind = 'exec'\ncommand = ['./export.sh', '--all']\n";

const std::string directory =
    "kind = 'ldap'\nurl = 'ldaps://dc1.shop.example'\nbind_dn = 'sync@shop.example'\n"
    "password = { credential = 'password' }\nbase = 'dc=shop,dc=example'\nfilter = '(objectClass=user)'\n"
    "attributes = ['employeeID', 'mail']\n";

Lines problems_with(const std::string& source) { return problems_of(tenant_with(source)); }

ldap::LdapOptions directory_at(const std::string& url) {
    return std::get<ldap::LdapOptions>(tenant_of(tenant_with(with(directory, "ldaps://dc1.shop.example", url))).source);
}

}  // namespace

TEST_CASE("every setting of a program is read, its paths from the tenant's file", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with(program + "folder = '/srv/work'\nenvironment = { REGION = 'nl' }\n"
                                                "secrets = { API_TOKEN = { credential = 'password' } }\n"
                                                "time_max = '90s'\nbytes_max = '10MiB'\nexpected_every = '26h'\n"));

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& tenant = loaded.config->tenants.front();
    const auto& source = std::get<exec::ExecOptions>(tenant.source);
    CHECK(source.command == Lines{(sample.folder() / "tenants/shop/export.sh").string(), "--all"});
    CHECK(source.folder == "/srv/work");
    CHECK(source.environment == std::map<std::string, std::string>{{"REGION", "nl"}});
    REQUIRE(source.secrets.count("API_TOKEN") == 1);
    CHECK(source.secrets.at("API_TOKEN").expose() == "secret");
    CHECK(source.time_max == 90s);
    CHECK(source.bytes_max == 10u << 20);
    CHECK(tenant.expected_every == Duration(26h));
}

TEST_CASE("what a program leaves out has the defaults on the page, and it starts beside the tenant's file",
          "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with(program));

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& source = std::get<exec::ExecOptions>(loaded.config->tenants.front().source);
    CHECK(std::filesystem::path(source.folder) / "" == sample.folder() / "tenants/shop" / "");
    CHECK(source.environment.empty());
    CHECK(source.secrets.empty());
    CHECK(source.time_max == 5min);
    CHECK(source.bytes_max == 256u << 20);
}

TEST_CASE("mistakes about a program are told with their place", "[daemon][config]") {
    CHECK(problems_with("kind = 'exec'\n") == Lines{"1:1: error: source.command: missing"});
    CHECK(problems_with("kind = 'exec'\ncommand = []\n") ==
          Lines{"3:11: error: source.command: expected the program and its arguments: ['./export.sh', '--all']"});
    CHECK(problems_with("kind = 'exec'\ncommand = ['export']\n") ==
          Lines{"3:11: error: source.command: the program is named by its path, such as \"./export\": it is not looked "
                "for elsewhere"});
    CHECK(problems_with("kind = 'exec'\ncommand = [\"./a\\u0000b\"]\n") ==
          Lines{"3:11: error: source.command: a program cannot be given a zero byte"});
    CHECK(problems_with(program + "comand = 1\n") ==
          Lines{"4:1: error: source.comand: unknown key, did you mean command?"});
    CHECK(problems_with(program + "time_max = '10m'\n").size() == 1);
    CHECK(
        problems_with(program + "environment = { 'A-B' = '1', C = 2 }\n") ==
        Lines{"4:17: error: source.environment.A-B: a variable's name has letters, digits and _ only, and begins with "
              "no digit",
              "4:34: error: source.environment.C: expected a text, found 2"});
    CHECK(
        problems_with(program + "secrets = { TOKEN = 's3cret' }\n") ==
        Lines{
            "4:21: error: source.secrets.TOKEN: expected { file = \"PATH\" } or { credential = \"NAME\" }: secrets do "
            "not stand in the configuration"});
    CHECK(problems_with(program + "environment = { TOKEN = 'a' }\nsecrets = { TOKEN = { credential = 'key' } }\n") ==
          Lines{"5:21: error: source.secrets.TOKEN: stands in source.environment as well"});
}

TEST_CASE("every setting of a directory is read", "[daemon][config]") {
    Sample sample;
    sample.tenant("shop", tenant_with(directory + "ca_file = 'ca.pem'\nscope = 'one_level'\npage_size = 250\n"
                                                  "entries_max = 9000\nbytes_max = '10MiB'\nidle_max = '45s'\n"));

    const auto loaded = sample.load();

    REQUIRE(loaded.config);
    const auto& source = std::get<ldap::LdapOptions>(loaded.config->tenants.front().source);
    CHECK(source.host == "dc1.shop.example");
    CHECK(source.port == 636);
    CHECK(source.encryption == ldap::Encryption::from_the_start);
    CHECK(source.ca_file == (sample.folder() / "tenants/shop/ca.pem").string());
    CHECK(source.bind_dn == "sync@shop.example");
    CHECK(source.password.expose() == "secret");
    CHECK(source.base == "dc=shop,dc=example");
    CHECK(source.scope == ldap::Scope::one_level);
    CHECK(source.filter == "(objectClass=user)");
    CHECK(source.attributes == Lines{"employeeID", "mail"});
    CHECK(source.page_size == 250);
    CHECK(source.entries_max == 9000);
    CHECK(source.bytes_max == 10u << 20);
    CHECK(source.idle_max == 45s);
}

TEST_CASE("what a directory leaves out has the defaults on the page", "[daemon][config]") {
    const auto source = directory_at("ldaps://dc1.shop.example");

    CHECK(source.ca_file.empty());
    CHECK(source.scope == ldap::Scope::subtree);
    CHECK(source.page_size == 500);
    CHECK(source.entries_max == 1'000'000);
    CHECK(source.bytes_max == 256u << 20);
    CHECK(source.idle_max == 60s);
}

TEST_CASE("a directory's address says how it is encrypted, and that it is", "[daemon][config]") {
    const auto start_tls = directory_at("ldap://dc1.shop.example/");
    CHECK(start_tls.encryption == ldap::Encryption::start_tls);
    CHECK(start_tls.host == "dc1.shop.example");
    CHECK(start_tls.port == 389);
    CHECK(directory_at("ldaps://dc1.shop.example:3269").port == 3269);
    const auto ipv6 = directory_at("ldap://[::1]:1389");
    CHECK(ipv6.host == "::1");
    CHECK(ipv6.port == 1389);
    for (const auto* url : {"https://dc1", "ldaps://", "ldaps://a b", "ldaps://dc1:0", "ldaps://dc1:99999",
                            "ldaps://dc1:", "ldaps://dc1/dc=shop", "ldaps://[::1", "dc1", "ldap:"}) {
        INFO(url);
        CHECK(
            problems_with(with(directory, "ldaps://dc1.shop.example", url)) ==
            Lines{
                "3:7: error: source.url: expected \"ldaps://HOST\" or, for StartTLS, \"ldap://HOST\", with :PORT where "
                "it is another"});
    }
}

TEST_CASE("mistakes about a directory are told with their place", "[daemon][config]") {
    CHECK(problems_with("kind = 'ldap'\n").size() == 6);
    CHECK(problems_with(with(directory, "'mail'", "'mail', 'MAIL', '*', 'a b'")) ==
          Lines{"8:14: error: source.attributes: \"*\" is no name of an attribute",
                "8:14: error: source.attributes: \"MAIL\" stands there twice",
                "8:14: error: source.attributes: \"a b\" is no name of an attribute"});
    CHECK(problems_with(with(directory, "['employeeID', 'mail']", "[]")) ==
          Lines{"8:14: error: source.attributes: at least one attribute is needed"});
    CHECK(problems_with(directory + "scope = 'sub'\n").size() == 1);
    CHECK(problems_with(directory + "tls = false\n").size() == 1);
}

TEST_CASE("where the kind of a source is mistaken, its keys tell which one was meant", "[daemon][config]") {
    CHECK(problems_with(with(program, "'exec'", "'program'")).size() == 1);
    CHECK(problems_with(with(directory, "'ldap'", "'active_directory'")).size() == 1);
}

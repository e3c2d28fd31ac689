#include "connectors/ldap/ldap_source.hpp"

#include "tests/contract/live_source_contract.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/slapd.hpp"
#include "tests/support/stalling_peer.hpp"

#include <boost/asio/thread_pool.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>

using namespace usersync;
using namespace usersync::test;

namespace {

constexpr std::size_t everybody = 5000;
constexpr std::size_t middle_of_the_answer = 200'000;  // bytes; the handshake is long over, the people are not

/// Filled once: filters choose how many people a test sees.
Slapd& big_directory() {
    static Slapd slapd(everybody);
    return slapd;
}

class LdapWorld final : public LiveSourceWorld {
public:
    explicit LdapWorld(Slapd& slapd) : peer_(slapd.tls_port()) {
        std::signal(SIGPIPE, SIG_IGN);  // as the daemon does
        options_.host = "127.0.0.1";
        options_.port = peer_.port();
        options_.ca_file = slapd.ca_file();
        options_.bind_dn = Slapd::bind_dn;
        options_.password = Secret(Slapd::password);
        options_.base = Slapd::base;
        options_.filter = "(objectClass=inetOrgPerson)";
        options_.attributes = {"uidNumber", "givenName"};
    }

    boost::asio::io_context& context() override { return context_; }
    ManualClock& clock() override { return clock_; }
    Source& source() override {
        if (!source_) source_ = ldap::make_ldap_source(options_, clock_, lane_.get_executor());
        return *source_;
    }
    void set_people(std::size_t count) override {
        options().filter = "(&(objectClass=inetOrgPerson)(uidNumber<=" + std::to_string(count) + "))";
    }
    std::string record_of(std::size_t count) const override {
        std::string record;
        for (std::size_t i = 1; i <= count; ++i) {
            record += "{\"uidNumber\":\"" + std::to_string(i) + "\",\"givenName\":\"" + Slapd::given_name(i) + "\"}\n";
        }
        return record;
    }
    void break_off_once() override { peer_.fail_at(peer_.connections(), middle_of_the_answer, Fault::hang_up); }
    void stall_once() override { peer_.fail_at(peer_.connections(), middle_of_the_answer, Fault::stall); }
    void set_bytes_max(std::size_t bytes) override { options().bytes_max = bytes; }

    ldap::LdapOptions& options() {
        source_.reset();
        return options_;
    }
    StallingPeer& peer() { return peer_; }

private:
    StallingPeer peer_;
    boost::asio::io_context context_;
    ManualClock clock_{context_};
    boost::asio::thread_pool lane_{1};
    ldap::LdapOptions options_;
    std::unique_ptr<Source> source_;
};

Failure failure_of(LdapWorld& world) {
    const auto fetched = fetch(world);
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().where == "ldap");
    UNSCOPED_INFO(describe(fetched.error()));
    return fetched.error();
}

std::string record_from(LdapWorld& world) {
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return fetched->delivery->bytes;
}

}  // namespace

TEST_CASE("a directory keeps the contract of a source that is asked", "[connectors][ldap]") {
    check_live_source_contract([] { return std::make_unique<LdapWorld>(big_directory()); });
}

TEST_CASE("everybody is read in pages, however many the server gives at once", "[connectors][ldap]") {
    LdapWorld world(big_directory());
    for (const std::uint32_t page_size : {1000u, 499u, 10'000u}) {
        INFO(page_size);
        world.options().page_size = page_size;
        if (page_size <= 1000) {
            CHECK((record_from(world) == world.record_of(everybody)));
        } else {
            // More than its limit for one page: refused or cut down by the server, and never taken for everybody.
            const auto fetched = fetch(world);
            CHECK((!fetched || fetched->delivery->bytes == world.record_of(everybody)));
        }
    }
}

TEST_CASE("without pages a limit of the server is a failure, never a part of the people", "[connectors][ldap]") {
    LdapWorld world(big_directory());
    world.options().page_size = 0;

    const auto failure = failure_of(world);

    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == "size_limit_exceeded");
    CHECK(failure.detail.find("source.page_size") != std::string::npos);
    world.set_people(500);
    CHECK((record_from(world) == world.record_of(500)));
}

TEST_CASE("more entries than a tenant may have are a failure", "[connectors][ldap]") {
    LdapWorld world(big_directory());
    world.options().entries_max = everybody - 1;

    CHECK(failure_of(world).code == "too_many_entries");
}

TEST_CASE("a directory is asked over an encrypted connection that is verified, or not at all", "[connectors][ldap]") {
    Slapd slapd(3);
    LdapWorld world(slapd);
    SECTION("ldaps") { CHECK(record_from(world) == world.record_of(3)); }
    SECTION("StartTLS") {
        world.options().port = slapd.port();
        world.options().encryption = ldap::Encryption::start_tls;

        CHECK(record_from(world) == world.record_of(3));
    }
    SECTION("a certificate by somebody else") {
        const Certificates others;
        world.options().ca_file = others.ca_file();
        SECTION("ldaps") {}
        SECTION("StartTLS") {
            world.options().port = slapd.port();
            world.options().encryption = ldap::Encryption::start_tls;
        }
        SECTION("even where the library is told to trust everybody") { ::setenv("LDAPTLS_REQCERT", "never", 1); }

        const auto failure = failure_of(world);

        ::unsetenv("LDAPTLS_REQCERT");
        CHECK(failure.kind == FailureKind::blocked);
        CHECK(failure.code == "tls_not_trusted");
    }
    SECTION("authorities that cannot be read") {
        world.options().ca_file = "/nowhere/ca.pem";

        CHECK(failure_of(world).code == "bad_ca_file");
    }
    SECTION("a server that does not encrypt where it should") {
        world.options().port = slapd.port();

        CHECK(failure_of(world).code != "login_refused");
    }
}

TEST_CASE("a certificate by the right authority for another server is not trusted", "[connectors][ldap]") {
    Slapd slapd(1, "", {.names = {"DNS:dc1.other.example"}});
    LdapWorld world(slapd);

    CHECK(failure_of(world).code == "tls_not_trusted");
}

TEST_CASE("a login that is refused blocks", "[connectors][ldap]") {
    Slapd slapd(1);
    LdapWorld world(slapd);
    SECTION("a wrong password") { world.options().password = Secret("wrong"); }
    SECTION("somebody who is not there") { world.options().bind_dn = "cn=nobody,dc=shop,dc=example"; }

    const auto failure = failure_of(world);

    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == "login_refused");
    CHECK(failure.detail.find("cn=") == std::string::npos);
}

TEST_CASE("nobody is asked for without a password, since servers take that for a guest", "[connectors][ldap]") {
    Slapd slapd(1);
    LdapWorld world(slapd);
    world.options().password = Secret();

    CHECK(failure_of(world).code == "bad_options");
}

TEST_CASE("a mistake in what is asked for blocks, and is no empty record", "[connectors][ldap]") {
    Slapd slapd(1);
    LdapWorld world(slapd);
    SECTION("a base that is not there") {
        world.options().base = "ou=nowhere,dc=shop,dc=example";
        CHECK(failure_of(world).code == "base_missing");
    }
    SECTION("a base that is no name") {
        world.options().base = "shop";
        CHECK(failure_of(world).code == "base_missing");
    }
    SECTION("a filter that is none") {
        world.options().filter = "(objectClass=inetOrgPerson";
        CHECK(failure_of(world).code == "bad_filter");
    }
}

TEST_CASE("a scope says how deep the directory is read", "[connectors][ldap]") {
    Slapd slapd(2,
                "dn: ou=more,ou=people,dc=shop,dc=example\nobjectClass: organizationalUnit\nou: more\n\n"
                "dn: uid=p3,ou=more,ou=people,dc=shop,dc=example\nobjectClass: inetOrgPerson\nobjectClass: user\n"
                "uid: p3\nuidNumber: 3\ncn: P3\nsn: Person\ngivenName: P3\n");
    LdapWorld world(slapd);
    world.options().base = "ou=people,dc=shop,dc=example";

    CHECK(record_from(world) == world.record_of(3));
    world.options().scope = ldap::Scope::one_level;
    CHECK(record_from(world) == world.record_of(2));
    world.options().scope = ldap::Scope::base;
    CHECK(record_from(world).empty());
}

TEST_CASE("what a person has several times, not at all, or as Active Directory does, is told", "[connectors][ldap]") {
    Slapd slapd(0,
                "dn: uid=p1,ou=people,dc=shop,dc=example\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: p1\n"
                "cn: Zoë\nsn: Person\nou: Store 12\nou: Store 14\nobjectGUID:: MyIRAFVEd2aImaq7zN3u/w==\n"
                "userAccountControl: 514\naccountExpires: 134432316000000000\n");
    LdapWorld world(slapd);
    world.options().attributes = {"CN", "ou", "mail", "objectGUID", "userAccountControl", "accountExpires"};

    CHECK(record_from(world) ==
          "{\"CN\":\"Zoë\",\"ou\":[\"Store 12\",\"Store 14\"],\"objectGUID\":\"00112233-4455-6677-8899-aabbccddeeff\","
          "\"userAccountControl\":\"514\",\"enabled\":\"false\",\"accountExpires\":\"134432316000000000\","
          "\"account_expires\":\"2026-12-31\"}\n");
}

TEST_CASE("a referral to another server is told, and not followed", "[connectors][ldap]") {
    Slapd slapd(2,
                "dn: ou=elsewhere,dc=shop,dc=example\nobjectClass: referral\nobjectClass: extensibleObject\n"
                "ou: elsewhere\nref: ldap://127.0.0.1:1/ou=elsewhere,dc=shop,dc=example\n");
    LdapWorld world(slapd);

    const auto fetched = fetch(world);

    REQUIRE(fetched);
    CHECK(fetched->delivery->bytes == world.record_of(2));
    CHECK(fetched->passed_over == std::vector<std::string>{"ldap://127.0.0.1:1: a referral, not followed"});
    world.options().base = "ou=elsewhere,dc=shop,dc=example";
    CHECK(failure_of(world).code == "referred_elsewhere");
}

TEST_CASE("a directory that does not answer is a failure that passes", "[connectors][ldap]") {
    Slapd slapd(1);
    LdapWorld world(slapd);
    SECTION("nobody listens there") {
        world.options().port = 1;
        CHECK(failure_of(world).code == "connect_failed");
    }
    SECTION("it hangs up at once") {
        world.peer().fail_at(0, 0, Fault::hang_up);
        CHECK(failure_of(world).code == "connection_lost");
    }
    SECTION("it hangs up in the middle of the handshake") {
        world.peer().fail_at(0, 100, Fault::hang_up);
        CHECK(failure_of(world).code == "connection_lost");
    }
    SECTION("it says nothing any more") {
        world.options().idle_max = std::chrono::milliseconds(200);
        world.peer().fail_at(0, 1000, Fault::stall);
        CHECK(failure_of(world).code == "peer_stalled");
    }
}

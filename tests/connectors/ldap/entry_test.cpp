#include "connectors/ldap/entry.hpp"

#include "connectors/ldap/meaning.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ldap;

namespace {

using Names = std::vector<std::string>;

std::string line(const std::vector<Attribute>& attributes, const Names& wanted) {
    const auto text = line_of({.dn = "uid=p1", .attributes = attributes}, wanted);
    REQUIRE(text);
    return *text;
}

std::string code_of(const std::vector<Attribute>& attributes, const Names& wanted) {
    const auto text = line_of({.dn = "uid=p1", .attributes = attributes}, wanted);
    REQUIRE_FALSE(text);
    CHECK(text.error().kind == FailureKind::blocked);
    return text.error().code;
}

std::string expires(const std::string& value) {
    const auto text = line({{"accountExpires", {value}}}, {"accountExpires"});
    const std::string name = "\"account_expires\":";
    return text.substr(text.find(name) + name.size(), text.find('}') - text.find(name) - name.size());
}

}  // namespace

TEST_CASE("an entry is one line, its names as they were asked for, in that order", "[connectors][ldap]") {
    CHECK(line({{"mail", {"a@b.example"}}, {"employeeid", {"0042"}}, {"other", {"x"}}},
               {"employeeID", "mail", "title"}) == "{\"employeeID\":\"0042\",\"mail\":\"a@b.example\"}\n");
}

TEST_CASE("several values are a list, and one is not", "[connectors][ldap]") {
    CHECK(line({{"ou", {"a", "b"}}, {"cn", {"c"}}, {"sn", {}}}, {"ou", "cn", "sn"}) ==
          "{\"ou\":[\"a\",\"b\"],\"cn\":\"c\"}\n");
}

TEST_CASE("what would end a line or a text in JSON is written so that it does not", "[connectors][ldap]") {
    CHECK(line({{"cn", {"a \"b\"\n\\ é"}}}, {"cn"}) == "{\"cn\":\"a \\\"b\\\"\\n\\\\ é\"}\n");
}

TEST_CASE("Active Directory's binary names are written as its own tools do", "[connectors][ldap]") {
    const std::string guid("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
    const std::string sid("\x01\x02\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00\x20\x02\x00\x00", 16);

    CHECK(line({{"objectGUID", {guid}}}, {"objectguid"}) ==
          "{\"objectguid\":\"00112233-4455-6677-8899-aabbccddeeff\"}\n");
    CHECK(line({{"objectSid", {sid}}}, {"objectSid"}) == "{\"objectSid\":\"S-1-5-32-544\"}\n");
    CHECK(code_of({{"objectGUID", {"short"}}}, {"objectGUID"}) == "bad_value");
    CHECK(code_of({{"objectSid", {sid.substr(1)}}}, {"objectSid"}) == "bad_value");
}

TEST_CASE("a value that is no text stops the reading, and says where it stands", "[connectors][ldap]") {
    const auto text = line_of({.dn = "", .attributes = {{"cn", {"a"}}, {"photo", {"\xff\xd8"}}}}, {"cn", "photo"});

    REQUIRE_FALSE(text);
    CHECK(text.error().code == "value_not_text");
    CHECK(text.error().detail == "a value of photo is no UTF-8 text");
}

TEST_CASE("an account that is disabled in Active Directory is told so", "[connectors][ldap]") {
    CHECK(line({{"userAccountControl", {"512"}}}, {"userAccountControl"}) ==
          "{\"userAccountControl\":\"512\",\"enabled\":\"true\"}\n");
    CHECK(line({{"userAccountControl", {"66050"}}}, {"userAccountControl"}) ==
          "{\"userAccountControl\":\"66050\",\"enabled\":\"false\"}\n");
    CHECK(code_of({{"userAccountControl", {"many"}}}, {"userAccountControl"}) == "bad_value");
}

TEST_CASE("the last day of an account is that of whoever set it, in Europe and America alike", "[connectors][ldap]") {
    CHECK(expires("0") == "null");
    CHECK(expires("9223372036854775807") == "null");
    // End of 31 December 2026: in Amsterdam 23:00, in New York 05:00, in Auckland 11:00 UTC.
    CHECK(expires("134432316000000000") == "\"2026-12-31\"");
    CHECK(expires("134432532000000000") == "\"2026-12-31\"");
    CHECK(expires("134431884000000000") == "\"2026-12-31\"");
    CHECK(expires("134432352000000000") == "\"2026-12-31\"");
    CHECK(code_of({{"accountExpires", {"-1"}}}, {"accountExpires"}) == "bad_value");
    CHECK(code_of({{"accountExpires", {"9223372036854775808"}}}, {"accountExpires"}) == "bad_value");
}

TEST_CASE("a range of values is read from the name of its attribute", "[connectors][ldap]") {
    const auto first = range_of("member;range=0-1499");
    REQUIRE(first);
    CHECK(first->name == "member");
    CHECK(first->first == 0);
    CHECK(first->next == 1500u);
    const auto last = range_of("member;Range=1500-*");
    REQUIRE(last);
    CHECK(last->first == 1500);
    CHECK_FALSE(last->next);
    for (const auto* other : {"member", "cn;lang-nl", "member;range=5-2", "member;range=a-b", "member;range=1",
                              "member;range=0-18446744073709551615"}) {
        CHECK_FALSE(range_of(other));
    }
    CHECK(range_from("member", 1500) == "member;range=1500-*");
}

TEST_CASE("Active Directory's reason for a refused login is told, and nothing else of its message",
          "[connectors][ldap]") {
    const auto failure = bind_failure(49,
                                      "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data "
                                      "533, v4563 for somebody");

    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == "login_refused");
    CHECK(failure.detail == "the server refused the login: the account is disabled: Invalid credentials (49)");
}

TEST_CASE("an answer of a directory is a failure that passes, or one that a person must look at",
          "[connectors][ldap]") {
    struct Case {
        int code;
        FailureKind kind;
        std::string name;
    };
    for (const auto& one : std::vector<Case>{{-1, FailureKind::transient, "connection_lost"},
                                             {51, FailureKind::transient, "server_busy"},
                                             {3, FailureKind::transient, "time_limit_exceeded"},
                                             {4, FailureKind::blocked, "size_limit_exceeded"},
                                             {10, FailureKind::blocked, "referred_elsewhere"},
                                             {12, FailureKind::blocked, "paging_refused"},
                                             {32, FailureKind::blocked, "base_missing"},
                                             {50, FailureKind::blocked, "read_refused"},
                                             {53, FailureKind::blocked, "refused"}}) {
        INFO(one.code);
        const auto failure = search_failure(one.code, true);
        CHECK(failure.kind == one.kind);
        CHECK(failure.code == one.name);
    }
}

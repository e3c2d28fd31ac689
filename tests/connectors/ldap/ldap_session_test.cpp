#include "connectors/ldap/directory.hpp"
#include "tests/connectors/ldap/play_directory.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

usersync::ldap::LdapOptions options() {
    usersync::ldap::LdapOptions options;
    options.base = "DC=shop";
    options.filter = "(objectClass=user)";
    options.attributes = {"cn", "member"};
    return options;
}

Result<usersync::ldap::Found> read(PlayDirectory& directory, const usersync::ldap::LdapOptions& asked) {
    const auto breaker = session::make_breaker(directory.connection());
    return usersync::ldap::read_directory(directory.session(), asked, *breaker);
}

usersync::ldap::Entry person(const std::string& name) { return {.dn = "CN=" + name, .attributes = {{"cn", {name}}}}; }

std::string code_of(PlayDirectory& directory, const usersync::ldap::LdapOptions& asked = options()) {
    const auto found = read(directory, asked);
    REQUIRE_FALSE(found);
    return found.error().code;
}

}  // namespace

TEST_CASE("the values that Active Directory keeps back are asked for, until there are no more", "[connectors][ldap]") {
    std::vector<std::string> asked;
    PlayDirectory directory([&](const Asked& search) -> Answer {
        asked.push_back(search.base + " " + search.attributes.back());
        if (search.attributes.back() == "member") {
            return {.entries = {
                        {.dn = "CN=a", .attributes = {{"cn", {"a"}}, {"member", {}}, {"member;range=0-1", {"1", "2"}}}},
                        person("b")}};
        }
        if (search.attributes.back() == "member;range=2-*") {
            return {.entries = {{.dn = "CN=a", .attributes = {{"member;range=2-3", {"3", "4"}}}}}};
        }
        return {.entries = {{.dn = "CN=a", .attributes = {{"member;range=4-*", {"5"}}}}}};
    });

    const auto found = read(directory, options());

    REQUIRE(found);
    CHECK(found->record == "{\"cn\":\"a\",\"member\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}\n{\"cn\":\"b\"}\n");
    CHECK(asked == std::vector<std::string>{"DC=shop member", "CN=a member;range=2-*", "CN=a member;range=4-*"});
}

TEST_CASE("values that are gone while they are read make no shorter list", "[connectors][ldap]") {
    const auto answer = GENERATE(as<int>(), 0, 1, 2);
    PlayDirectory directory([&](const Asked& search) -> Answer {
        if (search.attributes.back() == "member") {
            return {.entries = {{.dn = "CN=a", .attributes = {{"member;range=0-1", {"1", "2"}}}}}};
        }
        if (answer == 0) return {.code = 32};
        if (answer == 1) return {.entries = {{.dn = "CN=a", .attributes = {}}}};
        return {.entries = {{.dn = "CN=a", .attributes = {{"member;range=9-*", {"9"}}}}}};
    });

    const auto found = read(directory, options());

    REQUIRE_FALSE(found);
    CHECK(found.error().kind == FailureKind::transient);
    CHECK(found.error().code == "changed_while_reading");
}

TEST_CASE("a directory that hangs up after some people has told nothing", "[connectors][ldap]") {
    PlayDirectory directory([](const Asked&) -> Answer { return {.entries = {person("a")}, .hang_up = true}; });

    CHECK(code_of(directory) == "connection_lost");
}

TEST_CASE("a limit that strikes in the middle of the pages has told nothing", "[connectors][ldap]") {
    int pages = 0;
    PlayDirectory directory([&](const Asked&) -> Answer {
        if (++pages == 1) return {.entries = {person("a")}, .cookie = "1"};
        return {.entries = {person("b")}, .code = 4};
    });

    CHECK(code_of(directory) == "size_limit_exceeded");
}

TEST_CASE("empty pages are passed through, and pages that lead to themselves are not followed for ever",
          "[connectors][ldap]") {
    int pages = 0;
    SECTION("an empty page among others") {
        PlayDirectory directory([&](const Asked&) -> Answer {
            ++pages;
            if (pages == 1) return {.entries = {person("a")}, .cookie = "1"};
            if (pages == 2) return {.cookie = "2"};
            return {.entries = {person("b")}};
        });

        const auto found = read(directory, options());

        REQUIRE(found);
        CHECK(found->record == "{\"cn\":\"a\"}\n{\"cn\":\"b\"}\n");
    }
    SECTION("the same empty page again") {
        PlayDirectory directory([](const Asked&) -> Answer { return {.cookie = "1"}; });

        CHECK(code_of(directory) == "paging_in_circles");
    }
    SECTION("the same people again and again") {
        PlayDirectory directory([](const Asked&) -> Answer { return {.entries = {person("a")}, .cookie = "1"}; });
        auto asked = options();
        asked.entries_max = 100;

        CHECK(code_of(directory, asked) == "too_many_entries");
    }
}

TEST_CASE("the referrals of Active Directory's own partitions are told, each once", "[connectors][ldap]") {
    int pages = 0;
    PlayDirectory directory([&](const Asked&) -> Answer {
        return {.entries = {person("a")},
                .referral = "ldap://DomainDnsZones.shop.example/DC=DomainDnsZones,DC=shop",
                .cookie = ++pages < 3 ? std::to_string(pages) : ""};
    });

    const auto found = read(directory, options());

    REQUIRE(found);
    CHECK(found->referrals == std::vector<std::string>{"ldap://DomainDnsZones.shop.example: a referral, not followed"});
}

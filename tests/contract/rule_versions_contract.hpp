#pragma once
// What every RuleVersions owes, as a function that a test case calls with an empty store.

#include "core/ports/rule_versions.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// A version whose fingerprint begins with these digits.
inline RuleVersion rule_version(const std::string& digits, Time first_used) {
    return RuleVersion{.fingerprint = Fingerprint::from_hex(digits + std::string(32 - digits.size(), '0')),
                       .first_used = first_used,
                       .state = MappingState::feedback,
                       .author = "Ann de Vries",
                       .comment = "Store 14 is a business unit of its own",
                       .files = {{.name = "groups.csv", .bytes = "location;business_unit\n14;Store 14\n"},
                                 {.name = "tenant.toml", .bytes = std::string("# \0 \xff\n", 6)}}};
}

inline std::vector<std::string> fingerprints(const std::vector<RuleVersion>& versions) {
    std::vector<std::string> result;
    for (const auto& version : versions) result.push_back(version.fingerprint.hex().substr(0, 4));
    return result;
}

inline void rule_versions_contract(RuleVersions& store) {
    const Time monday(Duration(1'790'000'000'456));
    const Time tuesday = monday + std::chrono::hours(24);

    SECTION("before the first version there is none") {
        CHECK(run(store.list()).value().empty());
        CHECK_FALSE(run(store.find("")).value().has_value());
    }
    SECTION("a version is found again by its fingerprint, byte for byte") {
        const auto version = rule_version("abcd", monday);

        CHECK(run(store.keep(version)).has_value());

        CHECK(run(store.find(version.fingerprint.hex())).value() == version);
    }
    SECTION("a version is found by the beginning of its fingerprint, in capitals too") {
        CHECK(run(store.keep(rule_version("abcd", monday))).has_value());
        CHECK(run(store.keep(rule_version("ab12", tuesday))).has_value());

        CHECK(run(store.find("abc")).value() == rule_version("abcd", monday));
        CHECK(run(store.find("AB1")).value() == rule_version("ab12", tuesday));
        CHECK_FALSE(run(store.find("b")).value().has_value());
        CHECK_FALSE(run(store.find("ab%")).value().has_value());
    }
    SECTION("a beginning that several versions share names none of them") {
        CHECK(run(store.keep(rule_version("abcd", monday))).has_value());
        CHECK(run(store.keep(rule_version("ab12", tuesday))).has_value());

        const auto found = run(store.find("ab"));

        REQUIRE(found.has_error());
        CHECK(found.error().kind == FailureKind::rejected);
        CHECK(found.error().code == "ambiguous_version");
    }
    SECTION("a version that is kept again stays as it was the first time") {
        const auto version = rule_version("abcd", monday);
        auto again = rule_version("abcd", tuesday);
        again.author = "Somebody else";
        again.files[0].bytes = "other bytes";
        CHECK(run(store.keep(version)).has_value());

        CHECK(run(store.keep(again)).has_value());

        CHECK(run(store.find("abcd")).value() == version);
        CHECK(run(store.list()).value().size() == 1);
    }
    SECTION("all versions are told newest first, without the bytes of their files") {
        CHECK(run(store.keep(rule_version("bbbb", tuesday))).has_value());
        CHECK(run(store.keep(rule_version("aaaa", monday))).has_value());
        CHECK(run(store.keep(rule_version("cccc", tuesday))).has_value());

        const auto versions = run(store.list()).value();

        CHECK(fingerprints(versions) == std::vector<std::string>{"cccc", "bbbb", "aaaa"});
        for (const auto& version : versions) CHECK(version.files.empty());
        CHECK(versions.front().author == "Ann de Vries");
        CHECK(versions.front().comment == "Store 14 is a business unit of its own");
        CHECK(versions.front().first_used == tuesday);
    }
    SECTION("a version without author, comment and files is one, too") {
        const RuleVersion bare{.fingerprint = rule_version("0a", monday).fingerprint,
                               .first_used = monday,
                               .author = {},
                               .comment = {},
                               .files = {}};

        CHECK(run(store.keep(bare)).has_value());

        CHECK(run(store.find("0a")).value() == bare);
    }
}

}  // namespace usersync::test

#include "connectors/speakap/sandbox/sandbox_faults.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using sandbox::FaultKind;
using sandbox::FaultPlan;
using sandbox::parse_fault;

namespace {

/// Which of the first ten such calls go wrong, as text: "..x" for the third.
std::string played(const char* spec, const char* method, const char* path) {
    FaultPlan plan({parse_fault(spec).value()});
    std::string text;
    for (int i = 0; i < 10; ++i) text += plan.next(method, path) ? 'x' : '.';
    return text;
}

}  // namespace

TEST_CASE("a fault strikes the named call, every so many, or all", "[connectors][speakap][sandbox]") {
    CHECK(played("POST:/scim/Users:2:lost", "POST", "/scim/Users") == ".x........");
    CHECK(played("POST:/scim/Users:every=3:lost", "POST", "/scim/Users") == "..x..x..x.");
    CHECK(played("POST:/scim/Users:*:lost", "POST", "/scim/Users") == "xxxxxxxxxx");
}

TEST_CASE("a fault strikes only its method and path", "[connectors][speakap][sandbox]") {
    CHECK(played("POST:/scim/Users:*:500", "PUT", "/scim/Users") == "..........");
    CHECK(played("*:/scim/Users:*:500", "PUT", "/scim/Users") == "xxxxxxxxxx");
    CHECK(played("POST:/scim/Users:*:500", "POST", "/scim/Users/abc") == "..........");
    CHECK(played("POST:*/groups/*:*:500", "POST", "/networks/f00d/users/1/groups/add") == "xxxxxxxxxx");
}

TEST_CASE("only matching calls are counted", "[connectors][speakap][sandbox]") {
    FaultPlan plan({parse_fault("PUT:*:2:closed").value()});

    CHECK_FALSE(plan.next("PUT", "/a"));
    CHECK_FALSE(plan.next("GET", "/a"));
    CHECK(plan.next("PUT", "/b")->kind == FaultKind::closed);
}

TEST_CASE("of two faults for one call the first is played and both count it", "[connectors][speakap][sandbox]") {
    FaultPlan plan({parse_fault("PUT:*:1:503").value(), parse_fault("PUT:*:every=2:slow=250").value()});

    CHECK(plan.next("PUT", "/a")->kind == FaultKind::error_503);
    const auto slow = plan.next("PUT", "/a");
    REQUIRE(slow);
    CHECK(slow->kind == FaultKind::slow);
    CHECK(slow->wait == Duration(250));
}

TEST_CASE("a glob's star is any text and its question mark one character", "[connectors][speakap][sandbox]") {
    CHECK(sandbox::glob_matches("*", ""));
    CHECK(sandbox::glob_matches("/a/*/c", "/a/b/b/c"));
    CHECK(sandbox::glob_matches("/a?c", "/abc"));
    CHECK(sandbox::glob_matches("*bc*", "abcbcd"));
    CHECK_FALSE(sandbox::glob_matches("/a?c", "/ac"));
    CHECK_FALSE(sandbox::glob_matches("/a/*/c", "/a/b/d"));
    CHECK_FALSE(sandbox::glob_matches("", "a"));
}

TEST_CASE("a fault that cannot be read is refused", "[connectors][speakap][sandbox]") {
    for (const auto* spec : {"", "POST", "POST:/a:1", ":/a:1:lost", "POST::1:lost", "POST:/a:0:lost", "POST:/a:x:lost",
                             "POST:/a:every=0:lost", "POST:/a:1:explode", "POST:/a:1:slow=", "POST:/a:1:slow=-5"}) {
        INFO(spec);
        const auto read = parse_fault(spec);
        REQUIRE(read.has_error());
        CHECK(read.error().code == "bad_fault");
    }
    CHECK(parse_fault("GET:/odd:path/*:1:429").value().path == "/odd:path/*");
}

#include "connectors/speakap/sandbox/rest_version.hpp"

#include "tests/connectors/speakap/sandbox/sandbox_world.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using test::body_of;
using test::SandboxWorld;

namespace {

http::Response asked(SandboxWorld& world, const std::string& accept, const std::string& path = "") {
    return world.call({.method = "GET",
                       .target = "/networks/f00d/" + path,
                       .headers = {{"Authorization", "Bearer rest-token"}, {"Accept", accept}},
                       .body = ""});
}

std::string type_of(const http::Response& response) {
    return std::string(http::find_header(response.headers, "Content-Type").value_or(""));
}

}  // namespace

TEST_CASE("a version is pinned by Accept or by v, and named in the answer", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    CHECK(type_of(world.rest("")) == "application/vnd.speakap.api-v1.8.2+json+hal");
    CHECK(type_of(asked(world, "application/vnd.speakap.api-v1.3.8+json+hal")) ==
          "application/vnd.speakap.api-v1.3.8+json+hal");
    CHECK(type_of(asked(world, "application/vnd.speakap.api-v2024.3.2+json+hal")) ==
          "application/vnd.speakap.api-v2024.3.2+json+hal");
    CHECK(type_of(asked(world, "application/vnd.speakap.api-v1.4+json")) == "application/vnd.speakap.api-v1.4+json");
    CHECK(type_of(world.rest("?v=1.7.0")) == "application/vnd.speakap.api-v1.7.0+json+hal");
    CHECK(asked(world, "*/*").status == 200);
}

TEST_CASE("of several types the best that can be answered is", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    CHECK(type_of(asked(world,
                        "text/html, application/vnd.speakap.api-v1.8.2+json;q=0.5, "
                        "application/vnd.speakap.api-v1.8.1+json+hal;q=0.9")) ==
          "application/vnd.speakap.api-v1.8.1+json+hal");
}

TEST_CASE("a version that never was is refused", "[connectors][speakap][sandbox]") {
    SandboxWorld world;

    for (const auto* accept :
         {"application/vnd.speakap.api-v9.9.9+json+hal", "application/vnd.speakap.api-v1.8.3+json+hal",
          "application/vnd.speakap.api-v1+json", "application/vnd.speakap.api-vx+json+hal",
          "application/vnd.speakap.api-v1.8.2+minimal+json", "text/html"}) {
        INFO(accept);
        CHECK(asked(world, accept).status == 406);
    }
    CHECK(world.rest("?v=9.9.9").status == 406);
}

TEST_CASE("plain JSON has its members beside their properties and no links", "[connectors][speakap][sandbox]") {
    SandboxWorld world;
    const std::string plain = "application/vnd.speakap.api-v1.8.2+json";

    const auto embedded = body_of(asked(world, plain, "users/?embed=users.organizationGroups"));
    const auto links = body_of(asked(world, plain, "users/"));

    CHECK_FALSE(embedded.contains("_links"));
    CHECK_FALSE(embedded.contains("_embedded"));
    REQUIRE(embedded["users"].size() == 2);
    CHECK(embedded["users"][0]["XID"] == "100");
    CHECK_FALSE(embedded["users"][0].contains("_links"));
    CHECK(embedded["users"][0]["organizationGroups"][0]["name"] == "Store 12");
    CHECK(links["users"][0]["href"] == "/networks/f00d/users/" + world.person("100").eid + "/");
}

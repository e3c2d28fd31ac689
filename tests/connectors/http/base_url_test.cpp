#include "connectors/http/base_url.hpp"

#include "connectors/http/client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;
using namespace usersync::http;

TEST_CASE("a base URL says where, how and under which path", "[connectors][http]") {
    const auto plain = parse_base_url("https://api.example").value();
    CHECK(plain == BaseUrl{.scheme = Scheme::https,
                           .host = "api.example",
                           .is_address = false,
                           .port = 443,
                           .path = "",
                           .authority = "api.example"});

    const auto whole = parse_base_url("https://api.example:8443/scim/v2/").value();
    CHECK(whole.port == 8443);
    CHECK(whole.path == "/scim/v2");
    CHECK(whole.authority == "api.example:8443");

    const auto address = parse_base_url("http://[::1]:8080").value();
    CHECK(address.scheme == Scheme::http);
    CHECK(address.host == "::1");
    CHECK(address.is_address);
    CHECK(address.authority == "[::1]:8080");
}

TEST_CASE("plain http is for loopback alone", "[connectors][http]") {
    for (const std::string url :
         {"http://127.0.0.1", "http://127.8.9.1:80", "http://localhost:1", "http://[::1]/scim"}) {
        CAPTURE(url);
        CHECK(check_base_url(url).has_value());
    }
    for (const std::string url : {"http://api.example", "http://10.0.0.1", "http://0.0.0.0", "http://[::]",
                                  "http://localhost.example", "http://127.0.0.1.example", "http://128.0.0.1"}) {
        CAPTURE(url);
        const auto checked = check_base_url(url);
        REQUIRE(checked.has_error());
        CHECK(checked.error().kind == FailureKind::blocked);
        CHECK(checked.error().code == "bad_base_url");
    }
}

TEST_CASE("what is not a base URL is refused without being repeated", "[connectors][http]") {
    for (const std::string url :
         {"", "api.example", "ftp://api.example", "https://", "https:///x", "https://:443",
          "https://api.example:", "https://api.example:0", "https://api.example:65536", "https://api.example:44x",
          "https://user:secret@api.example", "https://api.example/x?y=1", "https://api.example/x#y",
          "https://api example", "https://[::1", "https://[api]", "https://[127.0.0.1]",
          "https://api.example\r\nX: y"}) {
        CAPTURE(url);
        const auto checked = check_base_url(url);
        REQUIRE(checked.has_error());
        CHECK(checked.error().code == "bad_base_url");
        CHECK(checked.error().detail.find("secret") == std::string::npos);
    }
}

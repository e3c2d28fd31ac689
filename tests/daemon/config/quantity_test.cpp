#include "daemon/config/quantity.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::config;
using namespace std::chrono_literals;

TEST_CASE("a duration is a whole number and its unit", "[daemon][config]") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("10s") == 10s);
    CHECK(parse_duration("15m") == 15min);
    CHECK(parse_duration("24h") == 24h);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("0s") == 0s);
    for (const auto* wrong : {"", "5", "m", "-5m", "+5m", "5 m", "1.5h", "5min", "1h30m", "99999999999999999999s",
                              "9223372036854775807d"}) {
        CAPTURE(wrong);
        CHECK(parse_duration(wrong) == std::nullopt);
    }
}

TEST_CASE("a duration is shown in the unit that fits it", "[daemon][config]") {
    CHECK(format_duration(0ms) == "0ms");
    CHECK(format_duration(250ms) == "250ms");
    CHECK(format_duration(1500ms) == "1500ms");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(15min) == "15m");
    CHECK(format_duration(48h) == "2d");
}

TEST_CASE("a percent is a share", "[daemon][config]") {
    CHECK(parse_percent("5%") == Approx(0.05));
    CHECK(parse_percent("0.5%") == Approx(0.005));
    CHECK(parse_percent("300%") == Approx(3.0));
    for (const auto* wrong : {"", "%", "5", "-5%", "5 %", "x%", "nan%", "inf%"}) {
        CAPTURE(wrong);
        CHECK(parse_percent(wrong) == std::nullopt);
    }
}

TEST_CASE("a rate is calls in a second or in a minute", "[daemon][config]") {
    CHECK(parse_rate("10/s") == 10.0);
    CHECK(parse_rate("300/min") == 5.0);
    CHECK(parse_rate("0.5/s") == 0.5);
    for (const auto* wrong : {"", "10", "/s", "10/h", "-1/s", "10 /s"}) {
        CAPTURE(wrong);
        CHECK(parse_rate(wrong) == std::nullopt);
    }
}

TEST_CASE("a size is a whole number and its unit", "[daemon][config]") {
    CHECK(parse_size("10B") == 10);
    CHECK(parse_size("64KiB") == 65536);
    CHECK(parse_size("256MiB") == 268435456);
    CHECK(parse_size("1GiB") == 1073741824);
    for (const auto* wrong : {"", "10", "1MB", "1.5MiB", "-1B", "9223372036854775807GiB"}) {
        CAPTURE(wrong);
        CHECK(parse_size(wrong) == std::nullopt);
    }
}

TEST_CASE("an endpoint is an IP address and a port, and knows whether others can reach it", "[daemon][config]") {
    CHECK(parse_endpoint("127.0.0.1:8080") == IpEndpoint{"127.0.0.1", 8080, true});
    CHECK(parse_endpoint("127.9.9.9:0") == IpEndpoint{"127.9.9.9", 0, true});
    CHECK(parse_endpoint("[::1]:8080") == IpEndpoint{"::1", 8080, true});
    CHECK(parse_endpoint("0.0.0.0:80") == IpEndpoint{"0.0.0.0", 80, false});
    CHECK(parse_endpoint("[::]:80") == IpEndpoint{"::", 80, false});
    for (const auto* wrong : {"", "8080", ":8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                              "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "127.0.0.1:80x"}) {
        CAPTURE(wrong);
        CHECK(parse_endpoint(wrong) == std::nullopt);
    }
}

// core/pace: hours in which nothing begins by itself.

#include "core/pace/quiet_hours.hpp"

#include "core/base/time_text.hpp"
#include "core/pace/schedule.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace usersync;
using namespace std::chrono_literals;
using pace::out_of_quiet;
using pace::parse_quiet;
using pace::QuietHours;

namespace {

QuietHours quiet(const std::vector<std::string>& spans) {
    QuietHours hours;
    for (const auto& span : spans) hours.spans.push_back(parse_quiet(span).value());
    return hours;
}

/// March 2026, in which the 2nd is a Monday; the clocks of Amsterdam go forward on the 29th at 02:00.
Time march(int day, std::chrono::minutes since_midnight) {
    return std::chrono::sys_days(std::chrono::year(2026) / 3 / day) + since_midnight;
}

std::string out(const std::vector<std::string>& spans, Time when, const std::string& zone = "UTC") {
    return utc_text(out_of_quiet(quiet(spans), zone, when));
}

}  // namespace

TEST_CASE("what is due in quiet hours waits until they end", "[core][pace]") {
    CHECK(out({}, march(2, 3h)) == "2026-03-02T03:00:00Z");
    CHECK(out({"01:00-06:30"}, march(2, 59min)) == "2026-03-02T00:59:00Z");
    CHECK(out({"01:00-06:30"}, march(2, 1h)) == "2026-03-02T06:30:00Z");
    CHECK(out({"01:00-06:30"}, march(2, 6h + 29min) + 59s) == "2026-03-02T06:30:00Z");
    CHECK(out({"01:00-06:30"}, march(2, 6h + 30min)) == "2026-03-02T06:30:00Z");
}

TEST_CASE("quiet hours may reach over midnight, hold on some days, and follow one another", "[core][pace]") {
    CHECK(out({"22:00-06:00"}, march(2, 23h)) == "2026-03-03T06:00:00Z");
    CHECK(out({"22:00-06:00"}, march(3, 5h)) == "2026-03-03T06:00:00Z");
    CHECK(out({"22:00-06:00"}, march(3, 12h)) == "2026-03-03T12:00:00Z");
    // A night belongs to the day on which it begins.
    CHECK(out({"fri 22:00-06:00"}, march(7, 5h)) == "2026-03-07T06:00:00Z");
    CHECK(out({"fri 22:00-06:00"}, march(6, 5h)) == "2026-03-06T05:00:00Z");
    CHECK(out({"sat-sun 00:00-24:00"}, march(7, 0min)) == "2026-03-09T00:00:00Z");
    CHECK(out({"Sat,7 00:00-24:00", "22:00-06:00"}, march(6, 23h)) == "2026-03-09T06:00:00Z");
}

TEST_CASE("quiet hours go by the clocks of the tenant's place, also when these are set", "[core][pace]") {
    const std::string amsterdam = "Europe/Amsterdam";
    CHECK(out({"22:00-06:00"}, march(2, 21h), amsterdam) == "2026-03-03T05:00:00Z");
    CHECK(out({"22:00-06:00"}, march(28, 21h), amsterdam) == "2026-03-29T04:00:00Z");
    // 02:30 does not exist that night.
    CHECK(out({"01:00-02:30"}, march(29, 30min), amsterdam) == "2026-03-29T01:00:00Z");
}

TEST_CASE("a tenant that waited for the end of quiet hours has its own place behind it", "[core][pace]") {
    const pace::Schedule schedule{.when = pace::Interval{15min}, .jitter = 10min, .quiet = quiet({"22:00-06:00"})};
    const auto place = 4min;
    const auto spread = static_cast<std::uint64_t>(Duration(place).count());
    CHECK(pace::allowed_from(schedule, march(2, 23h), spread) == march(3, 6h) + place);
    CHECK(pace::allowed_from(schedule, march(3, 6h), spread) == march(3, 6h));
    CHECK(pace::allowed_from(schedule, march(3, 7h), spread) == march(3, 7h));
}

TEST_CASE("what is no span of quiet hours is refused, and so is a week without an end to them", "[core][pace]") {
    for (const auto* text : {"", "22:00", "22:00-22:00", "22-06", "24:00-06:00", "22:60-06:00", "-1:00-06:00",
                             "22:00-24:01", "sun-fry 22:00-06:00", " 22:00-06:00", "mon 22:00-06:00x"}) {
        CAPTURE(text);
        const auto span = parse_quiet(text);
        REQUIRE(span.has_error());
        CHECK(span.error().code == "bad_quiet_hours");
    }
    CHECK(pace::never_ends(quiet({"00:00-24:00"})));
    CHECK_FALSE(pace::never_ends(quiet({"00:00-23:59"})));
    CHECK(pace::never_ends(quiet({"22:00-06:00", "06:00-22:00"})));
    CHECK_FALSE(pace::never_ends({}));
}

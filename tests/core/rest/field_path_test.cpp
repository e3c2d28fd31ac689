#include "core/rest/vendor_dates.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;

namespace {

std::string steps_of(std::string_view text) {
    const auto parsed = parse_field_path(text);
    if (const auto* problem = std::get_if<std::string>(&parsed)) return "! " + *problem;
    std::string all;
    for (const auto& step : std::get<FieldPath>(parsed).steps) {
        switch (step.kind) {
            case FieldPath::Kind::member: all += "/" + step.name; break;
            case FieldPath::Kind::index: all += "#" + std::to_string(step.index); break;
            case FieldPath::Kind::all: all += "*"; break;
            case FieldPath::Kind::where:
                all += "?";
                for (const auto& name : step.left) all += name + ".";
                all += step.is_not ? "!" : "=";
                all += step.right;
        }
    }
    return all;
}

}  // namespace

TEST_CASE("A path names members, elements and predicates the way vendors write them", "[core][rest]") {
    CHECK(steps_of("$").empty());
    CHECK(steps_of("work.title") == "/work/title");
    CHECK(steps_of("$.work") == "/work");
    CHECK(steps_of("@odata.nextLink") == "/@odata/nextLink");
    CHECK(steps_of("\"@odata.nextLink\"") == "/@odata.nextLink");
    CHECK(steps_of("[\"E-mail work\"]") == "/E-mail work");
    CHECK(steps_of("\"a\\\"b\".c") == "/a\"b/c");
    CHECK(steps_of("\"urn:x:2.0:User\".department") == "/urn:x:2.0:User/department");
    CHECK(steps_of("emails[0].value") == "/emails#0/value");
    CHECK(steps_of("emails[*].value") == "/emails*/value");
    CHECK(steps_of("map.*") == "/map*");
    CHECK(steps_of("emails[type=work].value") == "/emails?type.=work/value");
    CHECK(steps_of("emails[type eq \"work]\"].value") == "/emails?type.=work]/value");
    CHECK(steps_of("jobs[code.value!=x]") == "/jobs?code.value.!x");
}

TEST_CASE("A path that cannot be meant is refused with a sentence", "[core][rest]") {
    for (const auto* text : {"", "a..b", "a.", ".a", "a[", "a[]", "a[1", "a[x]", "a[type=", "\"a", "a]b", "$a",
                             "a[99999999999999]", "a[0]b"}) {
        CAPTURE(text);
        CHECK(steps_of(text).starts_with("! "));
    }
    std::string deep = "a";
    for (int i = 0; i < 20; ++i) deep += ".a";
    CHECK(steps_of(deep).starts_with("! "));
}

TEST_CASE("A day is the one that the vendor means, whatever zone it pretends", "[core][rest]") {
    const DateRule as_written;
    DateRule amsterdam{.day = DateRule::Day::in_zone, .zone = "Europe/Amsterdam"};
    CHECK(day_of("2026-03-01", as_written) == "2026-03-01");
    CHECK(day_of("2026-03-01T00:00:00Z", as_written) == "2026-03-01");
    CHECK(day_of("2026-03-01T00:00:00+01:00", as_written) == "2026-03-01");
    CHECK(day_of("2026-02-28T23:00:00.0000000Z", amsterdam) == "2026-03-01");
    CHECK(day_of("2026-03-01T00:00:00+01:00", amsterdam) == "2026-03-01");
    CHECK(day_of("2026-03-01T00:30:00", amsterdam) == "2026-03-01");
    CHECK(day_of("/Date(1772323200000)/", as_written) == "2026-03-01");
    CHECK(day_of("/Date(1772319600000+0060)/", amsterdam) == "2026-03-01");
    CHECK(day_of("/Date(-86400000)/", as_written) == "1969-12-31");
    DateRule epoch{.epoch = DateRule::Epoch::seconds};
    CHECK(day_of("1772323200", epoch) == "2026-03-01");
    for (const auto* text : {"", "soon", "2026-02-30", "2026-03-01T", "2026-03-01T99:00:00Z", "/Date(x)/", "/Date()/",
                             "2026-03-01x", "99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(day_of(text, epoch));
    }
}

TEST_CASE("A moment is written as the vendor's filter wants it", "[core][rest]") {
    const Time when(std::chrono::seconds(1'795'428'000));
    CHECK(written(when, {}) == "2026-11-23T10:00:00Z");
    CHECK(written(when, {SinceForm::As::local, "Europe/Amsterdam"}) == "2026-11-23T11:00:00");
    CHECK(written(when, {SinceForm::As::day, "Pacific/Auckland"}) == "2026-11-23");
    CHECK(written(when, {SinceForm::As::epoch_seconds, "UTC"}) == "1795428000");
    CHECK(written(when, {SinceForm::As::epoch_milliseconds, "UTC"}) == "1795428000000");
}

#pragma once
// Days and times as vendors write them.

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest {

/// How the days of a field are read.
///
/// | written                                    | as_written | in_zone                                        |
/// |--------------------------------------------|------------|------------------------------------------------|
/// | 2026-03-01                                 | that day   | that day                                       |
/// | 2026-03-01T00:00:00(.123)(Z, +01:00, none) | that day, the zone is not believed | the day that it is in `zone` (no zone written: that day) |
/// | /Date(1772323200000)/, …+0060)/            | the day in UTC | the day that it is in `zone`                |
/// | 1772323200000, with `epoch`                | the day in UTC | the day that it is in `zone`                |
struct DateRule {
    enum class Day : std::uint8_t { as_written, in_zone };
    enum class Epoch : std::uint8_t { none, seconds, milliseconds };  ///< what a plain number counts since 1970
    Day day = Day::as_written;
    Epoch epoch = Epoch::none;
    std::string zone = "UTC";  ///< IANA name, "Europe/Amsterdam"
    bool operator==(const DateRule&) const = default;
};

/// "2026-03-01"; nullopt: it is not written in any of these ways, or is no day. REQUIRES: `zone` exists.
std::optional<std::string> day_of(std::string_view text, const DateRule& rule);

/// How a moment is written in a request, such as the one since which changes are asked for.
struct SinceForm {
    enum class As : std::uint8_t {
        utc,                 ///< 2026-11-23T10:00:00Z
        local,               ///< 2026-11-23T11:00:00, on the clocks of `zone`
        day,                 ///< 2026-11-23, in `zone`
        epoch_seconds,       ///< 1795428000
        epoch_milliseconds,  ///< 1795428000000
    };
    As as = As::utc;
    std::string zone = "UTC";
    bool operator==(const SinceForm&) const = default;
};
std::string written(Time when, const SinceForm& form);

}  // namespace usersync::rest

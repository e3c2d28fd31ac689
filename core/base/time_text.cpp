#include "core/base/time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace usersync {

std::string utc_text(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::string span_text(Duration span) {
    struct Unit {
        long long seconds;
        const char* word;
    };
    static constexpr std::array<Unit, 4> units = {{{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
    auto rest = std::max(std::chrono::duration_cast<std::chrono::seconds>(span).count(), std::int64_t(0));
    for (std::size_t i = 0; i + 1 < units.size(); ++i) {
        if (rest < units[i].seconds) continue;
        const auto first = std::to_string(rest / units[i].seconds) + units[i].word;
        const auto second = rest % units[i].seconds / units[i + 1].seconds;
        return second == 0 ? first : first + " " + std::to_string(second) + units[i + 1].word;
    }
    return std::to_string(rest) + " s";
}

}  // namespace usersync

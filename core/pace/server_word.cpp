#include "core/pace/server_word.hpp"

#include "core/base/ascii.hpp"
#include "core/pace/retry_after.hpp"

#include <algorithm>
#include <charconv>

namespace usersync::pace {
namespace {

using std::chrono::seconds;

// Seconds to wait are few; a larger number is a moment.
constexpr long long first_moment = 1'000'000'000;
constexpr long long number_max = 100'000'000'000;

std::optional<std::string_view> value_of(const std::vector<HeaderField>& headers, std::string_view name) {
    for (const auto& [own, value] : headers) {
        if (equal_but_for_case(own, name)) return value;
    }
    return std::nullopt;
}

/// A whole number at the beginning, after space.
std::optional<long long> number_at(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range && !text.empty() && text.front() != '-') return number_max;
    if (error != std::errc() || number < 0) return std::nullopt;
    return std::min(number, number_max);
}

bool begins_word(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const char before = text[at - 1];
    return before == ';' || before == ',' || before == ' ' || before == '\t';
}

/// The number of one parameter: `"default";r=0;t=30`, `limit=100, remaining=0`.
std::optional<long long> parameter_of(std::string_view field, std::string_view name) {
    const std::string wanted = std::string(name) + '=';
    for (auto at = field.find(wanted); at != std::string_view::npos; at = field.find(wanted, at + 1)) {
        if (begins_word(field, at)) return number_at(field.substr(at + wanted.size()));
    }
    return std::nullopt;
}

std::optional<long long> number_of(const std::vector<HeaderField>& headers, const std::string& name) {
    const auto value = value_of(headers, name);
    return value ? number_at(*value) : std::nullopt;
}

/// Seconds, or a moment in seconds since 1970.
Duration until_reset(long long reset, Time now) {
    if (reset < first_moment) return seconds(reset);
    return std::max(Duration(0), Duration(Time(seconds(reset)) - now));
}

std::optional<Duration> spent_by_field(const std::vector<HeaderField>& headers) {
    const auto field = value_of(headers, "RateLimit");
    if (!field) return std::nullopt;
    for (const auto& [left_name, wait_name] : {std::pair("r", "t"), std::pair("remaining", "reset")}) {
        const auto left = parameter_of(*field, left_name);
        const auto wait = parameter_of(*field, wait_name);
        if (left == 0 && wait) return Duration(seconds(std::min(*wait, first_moment)));
    }
    return std::nullopt;
}

std::optional<Duration> spent(const std::vector<HeaderField>& headers, Time now, const WordSettings& settings) {
    if (const auto by_field = spent_by_field(headers)) return by_field;
    for (const auto& prefix : settings.prefixes) {
        const auto left = number_of(headers, prefix + "Remaining");
        const auto reset = number_of(headers, prefix + "Reset");
        if (left == 0 && reset) return until_reset(*reset, now);
    }
    return std::nullopt;
}

std::optional<double> rate_of(std::optional<long long> calls, std::optional<long long> in_seconds) {
    if (!calls || !in_seconds || *calls == 0 || *in_seconds == 0) return std::nullopt;
    return static_cast<double>(*calls) / static_cast<double>(*in_seconds);
}

std::optional<double> stated_rate(const std::vector<HeaderField>& headers, const WordSettings& settings) {
    if (const auto policy = value_of(headers, "RateLimit-Policy")) {
        auto calls = parameter_of(*policy, "q");
        if (!calls) calls = number_at(*policy);
        if (const auto rate = rate_of(calls, parameter_of(*policy, "w"))) return rate;
    }
    for (const auto& prefix : settings.prefixes) {
        const auto limit = value_of(headers, prefix + "Limit");
        if (!limit) continue;
        const auto calls = number_at(*limit);
        if (const auto rate = rate_of(calls, parameter_of(*limit, "w"))) return rate;
        if (!settings.window || settings.window->count() <= 0 || !calls || *calls == 0) continue;
        return static_cast<double>(*calls) / std::chrono::duration<double>(*settings.window).count();
    }
    return std::nullopt;
}

}  // namespace

ServerWord server_word(const std::vector<HeaderField>& headers, Time now, const WordSettings& settings) {
    ServerWord word;
    if (const auto later = value_of(headers, "Retry-After")) {
        const auto asked = parse_retry_after(*later, now);
        word.is_unreadable = !asked;
        if (asked) word.retry_after = std::min(*asked, settings.wait_max);
        if (asked && *asked > settings.wait_max) word.asked = asked;
    }
    if (const auto wait = spent(headers, now, settings)) word.spent_for = std::min(*wait, settings.wait_max);
    word.calls_per_second = stated_rate(headers, settings);
    return word;
}

}  // namespace usersync::pace

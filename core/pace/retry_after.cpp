#include "core/pace/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace usersync::pace {
namespace {

constexpr auto longest = std::chrono::seconds(std::chrono::hours(24 * 365 * 100));

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> number(std::string_view word) {
    int value = 0;
    if (!is_digits(word) || word.size() > 4) return std::nullopt;
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
}

std::optional<int> month_number(std::string_view word) {
    static constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) return std::nullopt;
    return static_cast<int>(found - names.begin()) + 1;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto length = std::min(text.find_first_of(" ,-:"), text.size());
        if (length > 0) words.push_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return words;
}

// A two-digit year is the one that is not more than fifty years ahead (RFC 9110).
int full_year(int year, std::size_t digits, Time now) {
    if (digits > 2) return year;
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    const int candidate = this_year / 100 * 100 + year;
    return candidate > this_year + 50 ? candidate - 100 : candidate;
}

std::optional<Time> parse_http_date(std::string_view text, Time now) {
    // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or "Sun Nov  6 08:49:37 1994".
    auto words = words_of(text);
    if (words.size() == 7) {
        words = {words[0], words[2], words[1], words[6], words[3], words[4], words[5], "GMT"};
    }
    if (words.size() != 8 || words[7] != "GMT") return std::nullopt;
    const auto day = number(words[1]);
    const auto month = month_number(words[2]);
    const auto year = number(words[3]);
    const auto hour = number(words[4]);
    const auto minute = number(words[5]);
    const auto second = number(words[6]);
    if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(full_year(*year, words[3].size(), now)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, Time now) {
    value = trimmed(value);
    if (is_digits(value)) {
        long long seconds = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
        if (read.ec != std::errc() || seconds > longest.count()) return longest;
        return std::chrono::seconds(seconds);
    }
    const auto date = parse_http_date(value, now);
    if (!date) return std::nullopt;
    return std::max(*date - now, Duration(0));
}

}  // namespace usersync::pace

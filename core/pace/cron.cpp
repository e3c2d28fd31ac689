#include "core/pace/schedule.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace usersync::pace {
namespace {

struct Field {
    std::string_view title;
    unsigned first;
    unsigned last;
    std::vector<std::string_view> names;  // names[0] is the word for `first`
};

const std::array<Field, 5>& fields() {
    static const std::array<Field, 5> all = {
        Field{"minute", 0, 59, {}},
        Field{"hour", 0, 23, {}},
        Field{"day of month", 1, 31, {}},
        Field{"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
        Field{"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
    };
    return all;
}

Failure bad_cron(std::string detail) {
    return Failure{.kind = FailureKind::rejected, .code = "bad_cron", .where = "schedule", .detail = std::move(detail)};
}

Failure bad_field(const Field& field, std::string_view text, std::string_view complaint) {
    return bad_cron(std::string(field.title) + ": \"" + std::string(text) + "\" " + std::string(complaint));
}

std::optional<unsigned> whole_number(std::string_view text) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<unsigned> parse_point(const Field& field, std::string_view text) {
    const auto named = std::find(field.names.begin(), field.names.end(), text);
    if (named != field.names.end()) return field.first + static_cast<unsigned>(named - field.names.begin());
    const auto value = whole_number(text);
    if (!value)
        return bad_field(field, text, field.names.empty() ? "is not a number" : "is neither a number nor a name");
    if (*value < field.first || *value > field.last) {
        return bad_field(field, text,
                         "is not between " + std::to_string(field.first) + " and " + std::to_string(field.last));
    }
    return *value;
}

struct Range {
    unsigned first;
    unsigned last;
};

Result<Range> parse_range(const Field& field, std::string_view text) {
    if (text == "*") return Range{field.first, field.last};
    const auto dash = text.find('-');
    const auto first = parse_point(field, text.substr(0, dash));
    if (!first) return first.error();
    if (dash == std::string_view::npos) return Range{*first, *first};
    const auto last = parse_point(field, text.substr(dash + 1));
    if (!last) return last.error();
    // Sunday closes a week as well as it opens one: sat-sun.
    const bool to_sunday = field.last == 7 && *last == 0 && *first > 0;
    const Range range{*first, to_sunday ? 7 : *last};
    if (range.first > range.last) return bad_field(field, text, "runs backwards");
    return range;
}

/// One element of a list: "*", "5", "mon-fri", "*/15" or "8-18/2".
Result<std::uint64_t> parse_element(const Field& field, std::string_view text) {
    const auto slash = text.find('/');
    const auto range = parse_range(field, text.substr(0, slash));
    if (!range) return range.error();
    unsigned step = 1;
    if (slash != std::string_view::npos) {
        const auto given = whole_number(text.substr(slash + 1));
        if (!given || *given == 0) return bad_field(field, text, "has no step of 1 or more after the slash");
        if (range->first == range->last) return bad_field(field, text, "has a step but no range");
        step = std::min(*given, 64u);
    }
    std::uint64_t bits = 0;
    for (unsigned value = range->first; value <= range->last; value += step) bits |= std::uint64_t(1) << value;
    return bits;
}

Result<std::uint64_t> parse_field(const Field& field, std::string_view text) {
    std::uint64_t bits = 0;
    while (true) {
        const auto comma = text.find(',');
        const auto element = parse_element(field, text.substr(0, comma));
        if (!element) return element.error();
        bits |= *element;
        if (comma == std::string_view::npos) return bits;
        text.remove_prefix(comma + 1);
    }
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto start = text.find_first_not_of(" \t");
        if (start == std::string_view::npos) return parts;
        text.remove_prefix(start);
        const auto length = std::min(text.find_first_of(" \t"), text.size());
        parts.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
}

/// Sunday may be written as 0 and as 7.
std::uint64_t with_one_sunday(std::uint64_t bits) { return (bits & 0x7f) | (bits >> 7 & 1); }

std::string_view meaning_of(std::string_view word) {
    if (word == "hourly") return "0 * * * *";
    if (word == "daily") return "0 6 * * *";
    if (word == "weekly") return "0 6 * * mon";
    if (word == "monthly") return "0 6 1 * *";
    return word;
}

}  // namespace

Result<Cron> parse_cron(std::string_view expression) {
    const std::string text = lower_case(expression);
    auto parts = split(text);
    if (parts.size() == 1) parts = split(meaning_of(parts.front()));
    if (parts.size() != fields().size()) {
        return bad_cron(
            "expected five fields (minute, hour, day of month, month, day of week) or one of hourly, "
            "daily, weekly, monthly");
    }
    std::array<std::uint64_t, 5> bits{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto parsed = parse_field(fields()[i], parts[i]);
        if (!parsed) return parsed.error();
        bits[i] = *parsed;
    }
    return Cron{.minutes = bits[0],
                .hours = bits[1],
                .days = bits[2],
                .months = bits[3],
                .weekdays = with_one_sunday(bits[4]),
                .any_day = parts[2].find('*') != std::string_view::npos,
                .any_weekday = parts[4].find('*') != std::string_view::npos};
}

Result<std::uint64_t> parse_weekdays(std::string_view text) {
    const auto bits = parse_field(fields().back(), lower_case(text));
    if (!bits) return bits.error();
    return with_one_sunday(*bits);
}

}  // namespace usersync::pace

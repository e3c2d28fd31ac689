#include "connectors/ldap/entry.hpp"

#include "connectors/ldap/failures.hpp"
#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"
#include "core/base/day.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <limits>
#include <utility>

namespace usersync::ldap {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view range_option = ";range=";

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

/// The first three groups are numbers with their lowest byte first.
std::optional<std::string> guid_text(std::string_view bytes) {
    constexpr std::array<std::size_t, 16> order{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    if (bytes.size() != order.size()) return std::nullopt;
    std::string text;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += hex_text(bytes.substr(order[i], 1));
    }
    return text;
}

/// Revision, count, six bytes of authority (highest first), and the parts (lowest byte first).
std::optional<std::string> sid_text(std::string_view bytes) {
    if (bytes.size() < 8 || bytes.size() != 8 + 4 * byte_at(bytes, 1)) return std::nullopt;
    std::uint64_t authority = 0;
    for (std::size_t i = 2; i < 8; ++i) authority = authority << 8 | byte_at(bytes, i);
    std::string text = "S-" + std::to_string(byte_at(bytes, 0)) + "-" + std::to_string(authority);
    for (std::size_t at = 8; at < bytes.size(); at += 4) {
        const auto part = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16 |
                          byte_at(bytes, at + 3) << 24;
        text += "-" + std::to_string(part);
    }
    return text;
}

Result<std::string> text_of(const std::string& name, const std::string& value) {
    std::optional<std::string> text = value;
    if (same_name(name, "objectGUID") || same_name(name, "mS-DS-ConsistencyGuid")) text = guid_text(value);
    if (same_name(name, "objectSid")) text = sid_text(value);
    if (!text) return blocked("bad_value", "a value of " + name + " has not the form that it has in Active Directory");
    return *std::move(text);
}

/// In a type of its own, since JSON can be made of anything, a Result included.
struct Shown {
    Json json;
};

Result<Shown> json_of(const std::string& name, const std::vector<std::string>& values) {
    Json list = Json::array();
    for (const auto& value : values) {
        auto text = text_of(name, value);
        if (!text) return text.error();
        list.push_back(std::move(*text));
    }
    if (list.size() == 1) return Shown{std::move(list.front())};
    return Shown{std::move(list)};
}

/// "true" unless bit 2, ACCOUNTDISABLE, is set.
Result<Shown> enabled(const std::string& value) {
    const auto flags = number_from<std::int64_t>(value);
    if (!flags) return blocked("bad_value", "a value of userAccountControl is no whole number");
    constexpr std::int64_t disabled = 2;
    return Shown{Json((*flags & disabled) != 0 ? "false" : "true")};
}

/// Counted in tenths of microseconds since 1601 in UTC. It is set as "end of 31 December" in the zone of whoever sets
/// it, and stored as the midnight that follows there. Eleven hours earlier it is that day in UTC too, for every zone
/// from ten hours behind to thirteen ahead.
Result<Shown> account_expires(const std::string& value) {
    const auto ticks = number_from<std::int64_t>(value);
    if (!ticks || *ticks < 0) return blocked("bad_value", "a value of accountExpires is no time of Active Directory");
    constexpr std::int64_t ticks_per_second = 10'000'000;
    constexpr std::int64_t seconds_to_1970 = 11'644'473'600;
    const std::chrono::sys_seconds ends{std::chrono::seconds(*ticks / ticks_per_second - seconds_to_1970)};
    const auto last = std::chrono::floor<std::chrono::days>(ends - std::chrono::hours(11));
    const Day beyond_calendars = std::chrono::year(9999) / 12 / 31;
    const bool never = *ticks == 0 || last >= beyond_calendars;
    return Shown{never ? Json(nullptr) : Json(to_string(Day(last)))};
}

/// nullopt when it is no UTF-8.
std::optional<std::string> written(const Json& json) {
    try {
        return json.dump();
    } catch (const Json::type_error&) {
        return std::nullopt;
    }
}

Result<void> add_derived(Json& line, const Attribute& attribute) {
    if (attribute.values.empty()) return Result<void>();
    const bool is_control = same_name(attribute.name, "userAccountControl");
    const bool is_end = same_name(attribute.name, "accountExpires");
    if (!is_control && !is_end) return Result<void>();
    auto derived = is_control ? enabled(attribute.values.front()) : account_expires(attribute.values.front());
    if (!derived) return derived.error();
    line[is_control ? "enabled" : "account_expires"] = std::move(derived->json);
    return Result<void>();
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<Range> range_of(std::string_view name) {
    const auto at = std::search(name.begin(), name.end(), range_option.begin(), range_option.end(),
                                [](char x, char y) { return lower(x) == y; });
    if (at == name.end()) return std::nullopt;
    const auto begin = static_cast<std::size_t>(at - name.begin());
    const auto bounds = name.substr(begin + range_option.size());
    const auto dash = bounds.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = number_from<std::uint64_t>(bounds.substr(0, dash));
    const auto last = number_from<std::uint64_t>(bounds.substr(dash + 1));
    if (!first) return std::nullopt;
    Range range{.name = std::string(name.substr(0, begin)), .first = *first, .next = std::nullopt};
    if (bounds.substr(dash + 1) == "*") return range;
    if (!last || *last < *first || *last == std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
    range.next = *last + 1;
    return range;
}

std::string range_from(std::string_view name, std::uint64_t first) {
    return std::string(name) + std::string(range_option) + std::to_string(first) + "-*";
}

Result<std::string> line_of(const Entry& entry, const std::vector<std::string>& wanted) {
    Json line = Json::object();
    for (const auto& name : wanted) {
        for (const auto& attribute : entry.attributes) {
            if (!same_name(attribute.name, name) || attribute.values.empty()) continue;
            auto value = json_of(name, attribute.values);
            if (!value) return value.error();
            line[name] = std::move(value->json);
            if (const auto added = add_derived(line, attribute); !added) return added.error();
        }
    }
    auto text = written(line);
    if (text) return *std::move(text) + "\n";
    for (const auto& [name, value] : line.items()) {
        if (!written(value)) return blocked("value_not_text", "a value of " + name + " is no UTF-8 text");
    }
    return blocked("value_not_text", "an entry is no UTF-8 text");
}

}  // namespace usersync::ldap

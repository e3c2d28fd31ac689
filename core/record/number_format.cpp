#include "core/record/number_format.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace usersync::record {
namespace {

constexpr std::int64_t exact_integers = 1'000'000'000'000'000;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_any(std::string_view letters, char c) { return letters.find(c) != std::string_view::npos; }

bool is_elapsed(std::string_view bracket) {
    if (bracket.empty() || !is_any("hms", lower(bracket.front()))) return false;
    return std::all_of(bracket.begin(), bracket.end(), [&](char c) { return lower(c) == lower(bracket.front()); });
}

// German office programs call their default format so, with three letters of dates in it.
bool is_standard(std::string_view code) {
    constexpr std::string_view name = "standard";
    return code.size() == name.size() &&
           std::equal(code.begin(), code.end(), name.begin(), [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// `digits` with the point after `whole` of them, which may be less than none or more than all.
std::string with_point(const std::string& digits, int whole) {
    const auto count = static_cast<int>(digits.size());
    if (whole <= 0) return "0." + std::string(static_cast<std::size_t>(-whole), '0') + digits;
    if (whole >= count) return digits + std::string(static_cast<std::size_t>(whole - count), '0');
    return digits.substr(0, static_cast<std::size_t>(whole)) + "." + digits.substr(static_cast<std::size_t>(whole));
}

}  // namespace

bool is_date_format(std::uint32_t builtin) {
    const auto within = [&](std::uint32_t first, std::uint32_t last) { return builtin >= first && builtin <= last; };
    return within(14, 22) || within(27, 36) || builtin == 45 || builtin == 47 || within(50, 58);
}

bool is_date_format(std::string_view code) {
    if (is_standard(code)) return false;
    bool has_date = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '\\' || c == '_' || c == '*') {
            ++i;  // the next character is shown, left free or repeated
        } else if (c == '"' || c == '[') {
            const auto end = code.find(c == '"' ? '"' : ']', i + 1);
            if (end == std::string_view::npos) break;
            if (c == '[' && is_elapsed(code.substr(i + 1, end - i - 1))) return false;
            i = end;
        } else if (is_any("ymdhs", lower(c))) {
            has_date = true;
        }
    }
    return has_date;
}

std::string number_text(double number) {
    if (!std::isfinite(number)) return {};
    std::array<char, 40> buffer;
    if (std::abs(number) < static_cast<double>(exact_integers) && number == std::trunc(number)) {
        const auto whole = static_cast<std::int64_t>(number);
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), whole).ptr;
        return {buffer.data(), end};
    }
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number), std::chars_format::scientific)
            .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto e = text.find('e');
    std::string digits(text.substr(0, e));
    std::erase(digits, '.');
    const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
    std::string result = number < 0 ? "-" : "";
    if (exponent >= -6 && exponent < 21) return result + with_point(digits, exponent + 1);
    result += digits.substr(0, 1);
    if (digits.size() > 1) result += "." + digits.substr(1);
    return result + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

std::optional<double> number_from(std::string_view text) {
    text = trimmed(text);
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

bool is_shortest_number(std::string_view text) {
    // Fifteen digits survive the way into a double and back, whatever they are.
    constexpr std::size_t length_max = 16;
    const bool is_negative = !text.empty() && text.front() == '-';
    if (is_negative) text.remove_prefix(1);
    std::size_t whole = 0;
    while (whole < text.size() && is_digit(text[whole])) ++whole;
    if (whole == 0 || text.size() > length_max || (text.front() == '0' && whole > 1)) return false;
    if (whole == text.size()) return whole < length_max && !(is_negative && text == "0");
    if (text[whole] != '.' || text.back() == '0' || text.back() == '.') return false;
    const auto fraction = text.substr(whole + 1);
    if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return false;
    // Below a millionth an exponent is shorter.
    return text.front() != '0' || fraction.substr(0, 6).find_first_not_of('0') != std::string_view::npos;
}

}  // namespace usersync::record

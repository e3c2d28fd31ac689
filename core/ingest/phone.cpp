#include "core/ingest/phone.hpp"

#include "core/base/ascii.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <utility>

namespace usersync::ingest {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t number_bytes_max = 100;

struct Mark {
    std::string_view written;
    std::string_view means;
};
constexpr std::array<Mark, 12> wide_marks{{{"\xC2\xA0", " "},      // no-break space
                                           {"\xE2\x80\xAF", " "},  // narrow no-break space
                                           {"\xE2\x80\x90", "-"},  // hyphen
                                           {"\xE2\x80\x91", "-"},  // no-break hyphen
                                           {"\xE2\x80\x93", "-"},  // en dash
                                           {"\xE2\x88\x92", "-"},  // minus
                                           {"\xE2\x80\x8B", ""},   // zero-width space
                                           {"\xE2\x80\x8E", ""},   // directions of writing, as address books leave
                                           {"\xE2\x80\xAA", ""},   // them around numbers
                                           {"\xE2\x80\xAC", ""},
                                           {"\xE2\x80\xAD", ""},
                                           {"\xE2\x80\xAE", ""}}};

/// The number in ASCII alone; nothing when there is anything in it that no number has.
std::optional<std::string> plain(std::string_view number) {
    constexpr std::string_view others = "+()-./ ";
    std::string text;
    while (!number.empty()) {
        const char c = number.front();
        if (is_digit(c) || others.find(c) != std::string_view::npos) {
            text += c;
            number.remove_prefix(1);
            continue;
        }
        const auto mark = std::find_if(wide_marks.begin(), wide_marks.end(),
                                       [&](const Mark& wide) { return number.starts_with(wide.written); });
        if (mark == wide_marks.end()) return std::nullopt;
        text += mark->means;
        number.remove_prefix(mark->written.size());
    }
    return text;
}

/// "12 ext. 34", "12 x34", "12 #34", "12 toestel 34": a number, and behind letters or a # another one.
bool has_extension(std::string_view number) {
    const auto at = std::find_if(number.begin(), number.end(), [](char c) { return is_letter(c) || c == '#'; });
    const auto before = std::any_of(number.begin(), at, is_digit);
    return before && std::any_of(at, number.end(), is_digit);
}

/// "030/1234567" is an area code and a number; "030 123456/78" and "…/0612345678" are two numbers in one cell.
bool is_one_number(std::string_view text) {
    constexpr std::ptrdiff_t area_digits_max = 8;  // with a country code
    constexpr std::ptrdiff_t number_digits_min = 5;
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return true;
    const auto count = [](std::string_view part) { return std::count_if(part.begin(), part.end(), is_digit); };
    const auto behind = text.substr(slash + 1);
    return behind.find('/') == std::string_view::npos && count(text.substr(0, slash)) <= area_digits_max &&
           count(behind) >= number_digits_min;
}

const PhoneNumberUtil& library() { return *PhoneNumberUtil::GetInstance(); }

bool is_possible(const PhoneNumber& number) {
    return library().IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
}

/// What is dialled in front of a number within its country, "0" in most; empty where nothing is.
std::string trunk_prefix(std::int32_t country_code) {
    std::string region;
    std::string prefix;
    library().GetRegionCodeForCountryCode(country_code, &region);
    library().GetNddPrefixForRegion(region, true, &prefix);
    return prefix;
}

/// "00000000": the library takes the first zero for the trunk prefix, and would take the next one the next time.
bool has_zeros_left(const PhoneNumber& number) {
    return number.italian_leading_zero() && trunk_prefix(number.country_code()).starts_with('0');
}

/// True of a number that is written in E.164 and needs no parsing, which takes twenty times as long: its length fits
/// its country, and it does not begin with the digits that are dialled within the country only.
bool is_e164(std::string_view text) {
    constexpr std::size_t digits_max = 15;
    if (text.size() < 5 || text.size() > digits_max + 1 || text.front() != '+') return false;
    text.remove_prefix(1);
    if (!std::all_of(text.begin(), text.end(), is_digit)) return false;
    std::string region;
    std::int32_t code = 0;
    for (std::size_t width = 1; width <= 3; ++width) {
        code = code * 10 + (text[width - 1] - '0');
        library().GetRegionCodeForCountryCode(code, &region);
        if (region == "ZZ") continue;
        const auto national = text.substr(width);
        const auto prefix = trunk_prefix(code);
        if (national.empty() || national.front() == '0' || (!prefix.empty() && national.starts_with(prefix))) break;
        PhoneNumber number;
        number.set_country_code(code);
        std::uint64_t digits = 0;
        for (const char c : national) digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
        number.set_national_number(digits);
        return is_possible(number);
    }
    return false;
}

std::string as_e164(const PhoneNumber& number) {
    std::string text;
    library().Format(number, PhoneNumberUtil::E164, &text);
    return text;
}

PhoneFlaw parse(std::string& number, const std::string& country) {
    const auto text = number.size() > number_bytes_max ? std::nullopt : plain(number);
    if (!text) return has_extension(number) ? PhoneFlaw::has_extension : PhoneFlaw::not_plain;
    if (!is_one_number(*text)) return PhoneFlaw::not_plain;
    auto digits = *text;
    digits.erase(std::remove_if(digits.begin(), digits.end(), [](char c) { return c != '+' && !is_digit(c); }),
                 digits.end());
    if (is_e164(digits)) {
        number = std::move(digits);
        return PhoneFlaw::none;
    }
    PhoneNumber parsed;
    if (library().Parse(*text, country, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return PhoneFlaw::not_possible;
    if (parsed.has_extension()) return PhoneFlaw::has_extension;
    if (!is_possible(parsed) || has_zeros_left(parsed)) return PhoneFlaw::not_possible;
    auto formatted = as_e164(parsed);
    // Some digits are taken for a trunk prefix only when they are written out: such a number is none.
    PhoneNumber again;
    const bool stays =
        is_e164(formatted) || (library().Parse(formatted, country, &again) == PhoneNumberUtil::NO_PARSING_ERROR &&
                               is_possible(again) && !has_zeros_left(again) && as_e164(again) == formatted);
    if (!stays) return PhoneFlaw::not_possible;
    number = std::move(formatted);
    return PhoneFlaw::none;
}

}  // namespace

PhoneFlaw read_phone(std::string& number, const std::string& country) {
    try {
        return is_e164(number) ? PhoneFlaw::none : parse(number, country);
    } catch (const std::exception&) {
        return PhoneFlaw::not_possible;
    }
}

bool is_phone_country(const std::string& country) {
    std::set<std::string> regions;
    library().GetSupportedRegions(&regions);
    return regions.count(country) != 0;
}

}  // namespace usersync::ingest

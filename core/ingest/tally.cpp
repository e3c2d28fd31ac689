#include "core/ingest/tally.hpp"

#include "core/base/ascii.hpp"
#include "core/base/fingerprint.hpp"
#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <optional>

namespace usersync::ingest {
namespace {

using record::CellKind;

constexpr std::size_t masked_letters_max = 20;
constexpr std::size_t samples_max = 3;
constexpr std::size_t date_forms_max = 8;
constexpr std::size_t value_bytes_max = 4096;  // what is looked at of a value
constexpr std::size_t name_bytes_max = 60;
constexpr std::size_t id_bytes_max = 40;
constexpr std::size_t phone_digits_min = 8;
constexpr std::size_t phone_digits_max = 15;
constexpr std::size_t boolean_values_max = 3;
constexpr unsigned serial_day_min = 10'000;  // 1927
constexpr unsigned serial_day_max = 80'000;  // 2119
constexpr std::string_view list_separators = ";|+\n";

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool continues_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

char masked(char c) {
    if (is_digit(c)) return '9';
    if (is_upper(c)) return 'X';
    if (is_lower(c) || is_beyond_ascii(c)) return 'x';
    return is_control(c) ? ' ' : c;
}

// How many characters of each sort a value has.
struct Makeup {
    std::size_t digits = 0;
    std::size_t letters = 0;
    std::size_t spaces = 0;
    std::size_t number_signs = 0;  ///< + - . ,
    std::size_t phone_signs = 0;   ///< space + - ( ) / .
    std::size_t name_signs = 0;    ///< space - ' . ,
    bool has_at = false;
};

enum Sort : unsigned char {
    digit = 1,
    letter = 2,
    space = 4,
    number_sign = 8,
    phone_sign = 16,
    name_sign = 32,
    at = 64
};

constexpr std::array<unsigned char, 256> sorts = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) {
        const bool is_a_digit = c >= '0' && c <= '9';
        const bool is_a_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        table[c] = is_a_digit ? digit : is_a_letter ? letter : 0;
    }
    const auto mark = [&table](std::string_view signs, unsigned char sort) {
        for (const char sign : signs) table[static_cast<unsigned char>(sign)] |= sort;
    };
    mark(" ", space);
    mark("+-.,", number_sign);
    mark(" +-()/.", phone_sign);
    mark(" -'.,", name_sign);
    mark("@", at);
    return table;
}();

Makeup makeup_of(std::string_view value) {
    Makeup makeup;
    for (const char c : value) {
        const unsigned sort = sorts[static_cast<unsigned char>(c)];
        makeup.digits += sort & digit;
        makeup.letters += (sort & letter) / letter;
        makeup.spaces += (sort & space) / space;
        makeup.number_signs += (sort & number_sign) / number_sign;
        makeup.phone_signs += (sort & phone_sign) / phone_sign;
        makeup.name_signs += (sort & name_sign) / name_sign;
        makeup.has_at = makeup.has_at || (sort & at) != 0;
    }
    return makeup;
}

bool is_number(std::string_view value, const Makeup& makeup) {
    return makeup.digits > 0 && makeup.digits + makeup.number_signs == value.size();
}

bool is_percentage(std::string_view value, const Makeup& makeup) {
    return value.ends_with('%') && makeup.digits > 0 && makeup.letters == 0;
}

bool is_phone(std::string_view value, const Makeup& makeup) {
    const bool may_begin = value.front() == '+' || value.front() == '0' || value.front() == '(';
    return may_begin && makeup.digits + makeup.phone_signs == value.size() && makeup.digits >= phone_digits_min &&
           makeup.digits <= phone_digits_max;
}

bool is_name(std::string_view value, const Makeup& makeup) {
    const bool may_begin = is_upper(value.front()) || is_beyond_ascii(value.front()) || value.front() == '\'';
    return may_begin && makeup.letters > 0 && makeup.letters + makeup.name_signs == value.size() &&
           value.size() <= name_bytes_max;
}

bool is_id(std::string_view value, const Makeup& makeup) {
    return makeup.digits > 0 && makeup.spaces == 0 && !makeup.has_at && value.size() <= id_bytes_max;
}

constexpr std::array<std::string_view, 22> boolean_words = {
    "true", "false",  "yes",  "no",   "ja", "nee", "nein", "oui", "non", "waar", "onwaar",
    "wahr", "falsch", "vrai", "faux", "y",  "n",   "j",    "o",   "x",   "0",    "1"};

bool is_boolean(std::string_view value) {
    constexpr std::size_t longest = 6;
    if (value.size() > longest) return false;
    std::array<char, longest> lower{};
    std::transform(value.begin(), value.end(), lower.begin(),
                   [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::string_view word(lower.data(), value.size());
    return std::find(boolean_words.begin(), boolean_words.end(), word) != boolean_words.end();
}

// ---- dates

struct DateParts {
    char separator = '\0';
    std::array<std::string_view, 3> parts;
    bool has_time = false;
};

std::string_view leading_digits(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool is_time_tail(std::string_view tail) {
    return tail.size() >= 5 && (tail[0] == ' ' || tail[0] == 'T') && is_digit(tail[1]) &&
           tail.find(':') != std::string_view::npos;
}

std::optional<DateParts> split_compact(std::string_view value) {
    constexpr std::size_t compact_size = 8;
    if (value.size() != compact_size || leading_digits(value).size() != compact_size) return std::nullopt;
    return DateParts{.separator = '\0', .parts = {value.substr(0, 4), value.substr(4, 2), value.substr(6, 2)}};
}

std::optional<DateParts> split_date(std::string_view value) {
    DateParts date;
    auto rest = value;
    for (std::size_t part = 0; part < date.parts.size(); ++part) {
        date.parts[part] = leading_digits(rest);
        if (date.parts[part].empty() || date.parts[part].size() > 4) return split_compact(value);
        rest.remove_prefix(date.parts[part].size());
        if (part == 2) break;
        if (rest.empty() || (part == 1 && rest[0] != date.separator)) return std::nullopt;
        if (rest[0] != '-' && rest[0] != '/' && rest[0] != '.') return std::nullopt;
        date.separator = rest[0];
        rest.remove_prefix(1);
    }
    if (rest.empty()) return date;
    date.has_time = is_time_tail(rest);
    return date.has_time ? std::optional(date) : std::nullopt;
}

unsigned number_of(std::string_view digits) {
    unsigned number = 0;
    for (const char digit : digits) number = number * 10 + static_cast<unsigned>(digit - '0');
    return number;
}

bool has_lengths(const DateParts& date, std::size_t first, std::size_t last) {
    const auto is_short = [](std::string_view part) { return part.size() == 1 || part.size() == 2; };
    const bool fits_first = first == 4 ? date.parts[0].size() == 4 : is_short(date.parts[0]);
    const bool fits_last = last == 4 ? date.parts[2].size() == 4 : is_short(date.parts[2]);
    return fits_first && is_short(date.parts[1]) && fits_last;
}

bool is_plausible_compact(const DateParts& date) {
    const auto year = number_of(date.parts[0]);
    const auto month = number_of(date.parts[1]);
    const auto day = number_of(date.parts[2]);
    return year >= 1900 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

}  // namespace

std::string masked(std::string_view value) {
    std::string mask;
    std::size_t letters = 0;
    bool is_cut = false;
    for (const char c : value) {
        if (continues_letter(c)) continue;
        is_cut = ++letters > masked_letters_max;
        if (is_cut) break;
        mask += masked(c);
    }
    if (mask == value) return std::string(mask.size(), '.') == value ? "…" : std::string(mask.size(), '.');
    return is_cut ? mask + "…" : mask;
}

bool may_be_heading(std::string_view trimmed, CellKind kind) {
    if (kind != CellKind::text || trimmed.size() > value_bytes_max) return false;
    const auto makeup = makeup_of(trimmed);
    return makeup.letters > 0 && !makeup.has_at && !split_date(trimmed);
}

bool Tally::is_nearly_all(std::size_t count) const { return filled_ > 0 && count * 20 >= filled_ * 19; }

void Tally::add_sample(std::string_view value) {
    if (samples_.size() >= samples_max) return;
    auto sample = masked(value);
    if (std::find(samples_.begin(), samples_.end(), sample) == samples_.end()) samples_.push_back(std::move(sample));
}

bool Tally::is_new(std::uint64_t hash) {
    if (distinct_.size() < distinct_max_) {
        const bool is_inserted = distinct_.insert(hash).second;
        repeated_ += is_inserted ? 0 : 1;
        return is_inserted;
    }
    const bool is_known = distinct_.contains(hash);
    repeated_ += is_known ? 1 : 0;
    is_beyond_distinct_ = is_beyond_distinct_ || !is_known;
    return false;
}

void Tally::add(std::string_view trimmed, CellKind kind) {
    ++filled_;
    if (trimmed.empty()) return;
    const auto value = trimmed.substr(0, value_bytes_max);
    if (is_new(digest_of(trimmed).low)) add_sample(value);
    const auto makeup = makeup_of(value);
    with_comma_ += makeup.letters > 0 && value.find(',') != std::string_view::npos ? 1 : 0;
    for (const char separator : list_separators) {
        if (makeup.letters == 0 || separators_.find(separator) != std::string::npos) continue;
        if (value.find(separator) != std::string_view::npos) separators_ += separator;
    }
    emails_ += makeup.has_at && is_email(value) ? 1 : 0;
    booleans_ += kind == CellKind::boolean || is_boolean(value) ? 1 : 0;
    percentages_ += is_percentage(value, makeup) ? 1 : 0;
    names_ += is_name(value, makeup) ? 1 : 0;
    ids_ += is_id(value, makeup) ? 1 : 0;
    cell_dates_ += kind == CellKind::date ? 1 : 0;
    if (add_date(value)) {
        ++dates_;
    } else if (is_phone(value, makeup)) {
        ++phones_;
        plain_phones_ += makeup.digits < value.size() ? 1 : 0;
    }
    if (is_number(value, makeup)) add_number(value);
}

void Tally::add_number(std::string_view value) {
    constexpr std::size_t share_size_max = 6;
    ++numbers_;
    const auto whole = leading_digits(value);
    const bool is_small = whole.size() <= 3 && !whole.empty() && number_of(whole) <= 100;
    shares_ += is_small && value.size() <= share_size_max ? 1 : 0;
    if (whole.size() != value.size()) return;
    digits_min_ = whole_numbers_ == 0 ? value.size() : std::min(digits_min_, value.size());
    digits_max_ = std::max(digits_max_, value.size());
    ++whole_numbers_;
    has_leading_zero_ = has_leading_zero_ || value.front() == '0';
    const bool is_serial =
        value.size() == 5 && number_of(value) >= serial_day_min && number_of(value) <= serial_day_max;
    serial_days_ += is_serial ? 1 : 0;
}

bool Tally::add_date(std::string_view value) {
    const auto date = split_date(value);
    if (!date) return false;
    const bool year_first = date->parts[0].size() == 4;
    const bool short_year = !year_first && date->parts[2].size() != 4;
    if (date->separator == '\0' ? !is_plausible_compact(*date)
                                : !has_lengths(*date, year_first ? 4 : 2, year_first || short_year ? 2 : 4)) {
        return false;
    }
    auto form = std::find_if(date_forms_.begin(), date_forms_.end(), [&](const DateForm& known) {
        return known.separator == date->separator && known.year_first == year_first && known.short_year == short_year;
    });
    if (form == date_forms_.end()) {
        if (date_forms_.size() >= date_forms_max) return true;
        form = date_forms_.insert(form,
                                  {.separator = date->separator, .year_first = year_first, .short_year = short_year});
    }
    ++form->count;
    form->has_times = form->has_times || date->has_time;
    for (std::size_t part = 0; part < 3; ++part) {
        form->highest[part] = std::max(form->highest[part], number_of(date->parts[part]));
        form->has_single_digits = form->has_single_digits || date->parts[part].size() == 1;
    }
    return true;
}

std::vector<std::string> Tally::patterns_of(const DateForm& form) {
    const std::string between = form.separator == '\0' ? std::string() : std::string(1, form.separator);
    const std::string day = form.has_single_digits ? "d" : "dd";
    const std::string month = form.has_single_digits ? "M" : "MM";
    const std::string year = form.short_year ? "yy" : "yyyy";
    const std::string tail = form.has_times ? " *" : "";
    const auto& highest = form.highest;
    constexpr unsigned last_month = 12;
    constexpr unsigned last_day = 31;
    std::vector<std::string> patterns;
    if (form.year_first) {
        if (highest[1] <= last_month && highest[2] <= last_day) {
            patterns.push_back(year + between + month + between + day + tail);
        }
        return patterns;
    }
    if (highest[0] <= last_day && highest[1] <= last_month) {
        patterns.push_back(day + between + month + between + year + tail);
    }
    if (highest[0] <= last_month && highest[1] <= last_day) {
        patterns.push_back(month + between + day + between + year + tail);
    }
    if (form.short_year && highest[1] <= last_month && highest[2] <= last_day) {
        patterns.push_back(year + between + month + between + day + tail);
    }
    return patterns;
}

std::vector<std::string> Tally::date_patterns() const {
    if (cell_dates_ == dates_) return {"yyyy-MM-dd"};  // the spreadsheet says so: any pattern does
    const auto most = std::max_element(date_forms_.begin(), date_forms_.end(),
                                       [](const DateForm& a, const DateForm& b) { return a.count < b.count; });
    if (most == date_forms_.end() || !is_nearly_all(most->count)) return {};
    return patterns_of(*most);
}

bool Tally::may_be_serial_days() const { return is_nearly_all(serial_days_); }
bool Tally::may_be_shares() const { return is_nearly_all(shares_); }
bool Tally::is_plainly_phone() const { return is_nearly_all(phones_) && is_nearly_all(plain_phones_); }

Look Tally::look() const {
    if (filled_ == 0) return Look::empty;
    if (is_nearly_all(emails_)) return Look::email;
    if (is_nearly_all(dates_)) return Look::date;
    if (is_nearly_all(booleans_) && !is_beyond_distinct_ && distinct_.size() <= boolean_values_max) {
        return Look::boolean;
    }
    if (is_nearly_all(percentages_)) return Look::percentage;
    if (is_nearly_all(phones_)) return Look::phone;
    if (is_nearly_all(ids_) && repeated_ == 0) return Look::id;
    if (is_nearly_all(numbers_)) return Look::number;
    if (is_nearly_all(names_)) return Look::name;
    return Look::text;
}

void Tally::fill_in(ColumnSurvey& column) const {
    column.filled = filled_;
    column.distinct = distinct_.size();
    column.is_more_than_distinct = is_beyond_distinct_;
    column.samples = samples_;
    column.look = look();
    if (column.look == Look::date) column.date_patterns = date_patterns();
    if (is_nearly_all(whole_numbers_)) {
        column.digits_min = digits_min_;
        column.digits_max = digits_max_;
        column.zeros_may_be_lost = digits_min_ < digits_max_ && !has_leading_zero_;
    }
    column.separators = separators_;
    column.with_comma = with_comma_;
}

}  // namespace usersync::ingest

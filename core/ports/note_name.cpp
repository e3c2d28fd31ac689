#include "core/ports/notes.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace usersync {
namespace {

constexpr std::size_t delivery_bytes_max = 100;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t refusal_digits = 16;
constexpr std::size_t time_letters = 16;

bool is_plain(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '.' || letter == '-' || letter == '_';
}

// The number's last digits, with zeros in front.
std::string digits(std::int64_t number, std::size_t width) {
    std::string text(width, '0');
    for (std::size_t at = width; at > 0; --at, number /= 10) text[at - 1] = static_cast<char>('0' + number % 10);
    return text;
}

std::string compact(Time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    return digits(static_cast<int>(date.year()), 4) + digits(static_cast<unsigned>(date.month()), 2) +
           digits(static_cast<unsigned>(date.day()), 2) + 'T' + digits(time.hours().count(), 2) +
           digits(time.minutes().count(), 2) + digits(time.seconds().count(), 2) + 'Z';
}

}  // namespace

std::string note_name(Time at, const Fingerprint& refusal, std::string_view delivery) {
    std::string name = compact(at) + '-' + refusal.hex().substr(0, refusal_digits) + '-';
    for (const char letter : delivery.substr(0, delivery_bytes_max)) name += is_plain(letter) ? letter : '_';
    return name;
}

std::string_view note_subject(std::string_view name) {
    const bool has_time = name.size() > time_letters && name[time_letters - 1] == 'Z' && name[time_letters] == '-';
    return has_time ? name.substr(time_letters + 1) : name;
}

bool is_note_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), is_plain);
}

}  // namespace usersync

#include "core/ingest/pickup.hpp"

#include "core/base/ascii.hpp"
#include "core/record/detect.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace usersync::ingest {
namespace {

/// The length of the UTF-8 character that begins at `at`, so that `?` stands for a letter and not for half of one.
std::size_t character_length(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) ++end;
    return end - at;
}

/// One step of a glob: where it ends in the pattern, and whether it accepts the character.
struct Step {
    bool accepts = false;
    std::size_t pattern_end = 0;
};

/// `[abc]`, `[a-z]`, `[!abc]`. Without a closing bracket it is an ordinary '['. Sets hold single bytes.
Step match_set(std::string_view pattern, std::size_t at, std::string_view character) {
    std::size_t first = at + 1;
    const bool negated = first < pattern.size() && (pattern[first] == '!' || pattern[first] == '^');
    if (negated) ++first;
    const std::size_t close = pattern.find(']', first + 1);
    if (close == std::string_view::npos) return {.accepts = character == "[", .pattern_end = at + 1};
    bool found = false;
    for (std::size_t i = first; i < close; ++i) {
        const auto low = static_cast<unsigned char>(pattern[i]);
        auto high = low;
        if (i + 2 < close && pattern[i + 1] == '-') {
            high = static_cast<unsigned char>(pattern[i + 2]);
            i += 2;
        }
        const auto byte = static_cast<unsigned char>(character.front());
        found = found || (character.size() == 1 && low <= byte && byte <= high);
    }
    return {.accepts = found != negated, .pattern_end = close + 1};
}

Step match_one(std::string_view pattern, std::size_t at, std::string_view character) {
    if (pattern[at] == '?') return {.accepts = true, .pattern_end = at + 1};
    if (pattern[at] == '[') return match_set(pattern, at, character);
    const std::size_t length = character_length(pattern, at);
    return {.accepts = pattern.substr(at, length) == character, .pattern_end = at + length};
}

/// Remembers only the last star, so that a hostile pattern or name costs at most their product.
bool glob(std::string_view name, std::string_view pattern) {
    std::size_t n = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
            continue;
        }
        const std::size_t length = character_length(name, n);
        if (p < pattern.size()) {
            const Step step = match_one(pattern, p, name.substr(n, length));
            if (step.accepts) {
                p = step.pattern_end;
                n += length;
                continue;
            }
        }
        if (star == std::string_view::npos) return false;
        p = star + 1;
        star_name += character_length(name, star_name);
        n = star_name;
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// Without regard to case: the suffix comes from the uploading program, and Windows programs write ".TMP".
bool ends_with(std::string_view name, std::string_view suffix) {
    if (suffix.empty() || name.size() < suffix.size()) return false;
    const std::string_view end = name.substr(name.size() - suffix.size());
    return std::equal(end.begin(), end.end(), suffix.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool is_temporary(std::string_view name, const PickupRules& rules) {
    return std::any_of(rules.temporary_suffixes.begin(), rules.temporary_suffixes.end(),
                       [&](const std::string& suffix) { return ends_with(name, suffix); });
}

bool is_expected(std::string_view name, const PickupRules& rules) {
    return matches(name, rules.pattern) && !is_temporary(name, rules);
}

/// Why the file must wait; empty when it is complete.
std::string reason_to_wait(const FileEntry& file, const std::vector<FileEntry>& earlier) {
    const auto before = std::find_if(earlier.begin(), earlier.end(),
                                     [&](const FileEntry& candidate) { return candidate.name == file.name; });
    if (before == earlier.end()) return "just arrived";
    if (before->size < file.size) return "still growing";
    if (*before != file) return "still changing";
    return {};
}

}  // namespace

bool matches(std::string_view name, std::string_view pattern) {
    if (name.empty() || name.front() == '.') return false;
    if (std::any_of(name.begin(), name.end(), [](char c) { return c == '/' || is_control(c); })) return false;
    return glob(name, pattern);
}

std::vector<FileEntry> candidates(const std::vector<FileEntry>& listing, const PickupRules& rules) {
    std::vector<FileEntry> found;
    for (const auto& file : listing) {
        if (is_expected(file.name, rules) && !record::is_lock_file_name(file.name)) found.push_back(file);
    }
    std::sort(found.begin(), found.end(), [](const FileEntry& a, const FileEntry& b) {
        return std::tie(a.modified, a.name) < std::tie(b.modified, b.name);
    });
    return found;
}

std::vector<std::string> passed_over(const std::vector<FileEntry>& listing, const PickupRules& rules) {
    std::vector<std::string> found;
    for (const auto& file : listing) {
        if (!is_expected(file.name, rules) || !record::is_lock_file_name(file.name)) continue;
        found.push_back(file.name + ": left beside a workbook that is open, or was");
    }
    std::sort(found.begin(), found.end());
    return found;
}

Pickup choose_file(const std::vector<FileEntry>& earlier, const std::vector<FileEntry>& now, const PickupRules& rules) {
    Pickup pickup;
    pickup.passed_over = passed_over(now, rules);
    const std::vector<FileEntry> files = candidates(now, rules);
    for (const auto& file : files) {
        const std::string reason = reason_to_wait(file, earlier);
        const bool newest = &file == &files.back();
        if (!reason.empty()) {
            pickup.not_ready.push_back(file.name + ": " + reason);
            if (newest) pickup.superseded.clear();
        } else if (newest && file.size > rules.bytes_max) {
            pickup.too_large = file;
            pickup.superseded.clear();
        } else if (newest) {
            pickup.take = file;
        } else {
            pickup.superseded.push_back(file.name);
        }
    }
    return pickup;
}

std::string archive_name(std::string_view name, Time when, int attempt) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(when - day));
    const auto digits = [](long long value, std::size_t width) {
        std::string text = std::to_string(value);
        return text.size() < width ? std::string(width - text.size(), '0') + text : text;
    };
    std::string text = digits(static_cast<int>(date.year()), 4) + digits(static_cast<unsigned>(date.month()), 2) +
                       digits(static_cast<unsigned>(date.day()), 2) + "T" + digits(time.hours().count(), 2) +
                       digits(time.minutes().count(), 2) + digits(time.seconds().count(), 2) + "Z";
    if (attempt > 0) text += "-" + std::to_string(attempt);
    return text + "-" + std::string(name);
}

}  // namespace usersync::ingest

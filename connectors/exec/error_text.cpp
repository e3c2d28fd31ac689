#include "connectors/exec/error_text.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace usersync::exec {
namespace {

// Secrets are looked for in all that is kept, so that none is cut in two at the beginning of what is shown.
constexpr std::size_t kept_max = 8192;
constexpr std::size_t shown_max = 400;
constexpr std::size_t lines_max = 4;
/// What is shorter is found in ordinary words, and guessed sooner than read here.
constexpr std::size_t secret_min = 4;

void blot_out(std::string& text, const std::string& secret) {
    if (secret.size() < secret_min) return;
    constexpr std::string_view blot = "***";
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + blot.size())) {
        text.replace(at, secret.size(), blot);
    }
}

/// Its length when a well-formed character of several bytes begins here; 0 otherwise.
std::size_t wide_character(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first >= 0xF0 && first <= 0xF4   ? 4
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xC3 && first <= 0xDF ? 2
                                                                : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
    }
    return length;
}

/// Control characters, and bytes that are no text, could make a terminal or a log show something else.
std::string printable(std::string_view line) {
    std::string text;
    for (std::size_t at = 0; at < line.size();) {
        const auto byte = static_cast<unsigned char>(line[at]);
        const auto wide = wide_character(line, at);
        if (wide > 0) {
            text += line.substr(at, wide);
            at += wide;
            continue;
        }
        text += byte >= 0x20 && byte < 0x7F ? line[at] : byte == '\t' ? ' ' : '?';
        ++at;
    }
    return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find_first_of("\r\n");
        const auto line = text.substr(0, end);
        if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

}  // namespace

void TextEnd::add(std::string_view text) {
    text_ += text;
    if (text_.size() <= kept_max) return;
    text_.erase(0, text_.size() - kept_max);
    is_cut_ = true;
}

std::string last_lines(const TextEnd& end, const std::map<std::string, Secret>& secrets) {
    std::string text = end.text();
    for (const auto& [name, secret] : secrets) blot_out(text, secret.expose());
    auto lines = lines_of(text);
    // The first may have lost its beginning, which may have been that of a secret.
    if (end.is_cut() && !lines.empty()) lines.erase(lines.begin());
    if (lines.size() > lines_max) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(lines_max));
    std::string shown;
    for (const auto line : lines) shown += (shown.empty() ? "" : " | ") + printable(line);
    if (shown.size() <= shown_max) return shown;
    auto begin = shown.size() - shown_max;
    while (begin < shown.size() && (static_cast<unsigned char>(shown[begin]) & 0xC0) == 0x80) ++begin;
    return "…" + shown.substr(begin);
}

}  // namespace usersync::exec

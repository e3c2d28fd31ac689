#include "core/base/ascii.hpp"
#include "core/record/text.hpp"
#include "core/rules/expression.hpp"

#include <algorithm>

namespace usersync::rules {
namespace {

constexpr std::size_t columns_max = 100;    // of the text that is shown
constexpr std::size_t columns_before = 40;  // what is left of the place when not all can be shown

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

/// From the column on, at most so many.
std::string_view columns(std::string_view text, std::size_t first, std::size_t count) {
    std::size_t begin = text.size();
    std::size_t end = text.size();
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_continuation(text[at])) continue;
        if (column == first) begin = at;
        if (column++ == first + count) {
            end = at;
            break;
        }
    }
    return text.substr(begin, end - begin);
}

/// What a terminal shows in as many columns as there are characters.
std::string printable(std::string_view text) {
    auto shown = record::shown_as_utf8(text);
    for (auto& c : shown) {
        if (is_control(c)) c = ' ';
    }
    return shown;
}

std::string_view line_around(std::string_view text, std::size_t offset) {
    const auto begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    return text.substr(begin, text.find('\n', offset) - begin);
}

}  // namespace

std::string underlined(std::string_view text, Place place) {
    const auto offset = std::min(place.offset, text.size());
    const auto written = line_around(text, offset);
    const auto in_line = offset - static_cast<std::size_t>(written.data() - text.data());
    const auto before = printable(written.substr(0, in_line));
    const auto below = printable(written.substr(in_line, place.length));
    const auto line = before + printable(written.substr(in_line));

    const auto column = columns_of(before);
    const bool cut = columns_of(line) > columns_max && column > columns_before;
    const auto first = cut ? column - columns_before : 0;
    const auto shown = columns(line, first, columns_max);
    const auto width = std::clamp<std::size_t>(columns_of(below), 1, first + columns_max + 1 - column);
    return std::string(shown) + '\n' + std::string(column - first, ' ') + std::string(width, '^');
}

}  // namespace usersync::rules

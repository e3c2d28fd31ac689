#include "core/record/html_cell_text.hpp"

#include "core/record/html_tokens.hpp"

#include <algorithm>

namespace usersync::record {
namespace {

constexpr std::string_view white_space = " \t\n\r\f";
constexpr std::string_view no_break_space = "\u00A0";

bool is_filling(std::string_view text) {
    while (!text.empty()) {
        const bool is_no_break = text.starts_with(no_break_space);
        if (!is_no_break && text.front() != ' ' && text.front() != '\n') return false;
        text.remove_prefix(is_no_break ? no_break_space.size() : 1);
    }
    return true;
}

}  // namespace

void HtmlCellText::clear() {
    text_.clear();
    breaks_ = 0;
    space_ = false;
    is_too_long_ = false;
}

void HtmlCellText::add(std::string_view text) {
    while (!text.empty() && !is_too_long_) {
        if (white_space.find(text.front()) != std::string_view::npos) {
            space_ = true;
            text.remove_prefix(1);
            continue;
        }
        flush_white_space();
        std::size_t length = text.front() == '&' ? append_html_reference(text, text_) : 0;
        if (length == 0) {
            length = std::min(text.find_first_of(" \t\n\r\f&", 1), text.size());
            text_ += text.substr(0, length);
        }
        text.remove_prefix(length);
        is_too_long_ = text_.size() > bytes_max_;
    }
}

void HtmlCellText::flush_white_space() {
    if (!text_.empty() && breaks_ > 0) {
        if (breaks_ > bytes_max_) is_too_long_ = true;
        text_.append(std::min(breaks_, bytes_max_), '\n');
    } else if (!text_.empty() && space_) {
        text_ += ' ';
    }
    breaks_ = 0;
    space_ = false;
}

std::string_view HtmlCellText::finish() { return is_filling(text_) ? std::string_view() : std::string_view(text_); }

}  // namespace usersync::record

#pragma once
// The text of a table's cell as a browser shows it.

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync::record {

/// White space becomes one space, and none at the ends; a line break in the file is white space, "<br>" and the
/// borders of blocks are line breaks. No-break spaces stay, but a cell of nothing else is empty: so programs fill
/// cells that have no content.
class HtmlCellText {
public:
    /// Texts longer than `bytes_max` are given up: `is_too_long`.
    explicit HtmlCellText(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    void clear();
    /// As it stands in the document, with its references.
    void add(std::string_view text);
    void add_space() { space_ = true; }
    /// "<br>": two of them leave a line empty.
    void add_line_break() { ++breaks_; }
    /// The beginning or the end of a block: one line break, however many blocks begin or end.
    void add_border() { breaks_ = breaks_ == 0 ? 1 : breaks_; }

    /// What was added since `clear`.
    std::string_view finish();
    bool is_too_long() const { return is_too_long_; }

private:
    void flush_white_space();

    std::size_t bytes_max_;
    std::string text_;
    std::size_t breaks_ = 0;
    bool space_ = false;
    bool is_too_long_ = false;
};

}  // namespace usersync::record

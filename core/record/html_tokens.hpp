#pragma once
// HTML as tags and texts, as a browser would cut it, one after another.

#include <cstddef>
#include <string>
#include <string_view>

namespace usersync::record {

struct HtmlToken {
    enum class Kind { text, start, end };
    Kind kind = Kind::text;
    std::string name;             ///< of a tag, in lower case; of a very long name its beginning
    std::string_view attributes;  ///< of a tag, as they stand there
    std::string_view text;        ///< of a text, with its references still in it
};

/// Comments, declarations, scripts, styles and the title are passed over. Nothing is an error: what is cut off at the
/// end of the document is left away. Every byte is looked at once or twice, whatever the document holds.
class HtmlTokens {
public:
    /// REQUIRES: `html` outlives the tokens.
    explicit HtmlTokens(std::string_view html) : html_(html) {}

    /// False at the end.
    bool next(HtmlToken& token);

private:
    bool read_markup(HtmlToken& token);
    bool read_tag(HtmlToken& token);
    bool pass(std::size_t from, std::string_view closing);
    void pass_raw_text(std::string_view name);

    std::string_view html_;
    std::size_t at_ = 0;
};

/// The value of the first attribute of that name; empty without one. `name` is in lower case.
std::string_view html_attribute(std::string_view attributes, std::string_view name);

/// Reads the character reference at the front of `text`, "&eacute;", "&#233;" or "&#xE9;", and appends what it means;
/// returns its length, 0 when it is none. Numbers from 128 to 159 mean windows-1252, as HTML defines.
std::size_t append_html_reference(std::string_view text, std::string& out);

}  // namespace usersync::record

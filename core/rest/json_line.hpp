#pragma once
// Lines of JSON as this room writes them: one flat object each, without white space outside of texts.

#include "core/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::rest {

/// Appends a JSON string with its quotes. REQUIRES: `text` is UTF-8.
void append_json_text(std::string_view text, std::string& json);
std::string json_text(std::string_view text);

/// A name as it stands in the line, without quotes and with its escapes, and the value with all it has.
struct RawMember {
    std::string_view name;
    std::string_view value;
};
/// The members of a line. REQUIRES: a line that a PageReader wrote, or that `is_line`.
std::vector<RawMember> members_of(std::string_view line);
/// The value of a member as text: of a string without escapes, of anything else as it stands; of a list the first.
/// nullopt: it is not there, null or empty.
std::optional<std::string> text_of(std::string_view line, std::string_view name);
std::string text_of_value(std::string_view value);
/// The elements of a list, each as it stands. REQUIRES: `value` is a list of a line.
std::vector<std::string_view> elements_of(std::string_view value);
/// Whether it is one flat object that members_of can take apart: for what comes from a file.
bool is_line(std::string_view line);

/// Takes the first line from `lines`. False at the end.
bool next_line(std::string_view& lines, std::string_view& line);

}  // namespace usersync::rest

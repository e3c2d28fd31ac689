#pragma once
// What a program wrote to its standard error, as an operator's log may have it.

#include "core/base/secret.hpp"

#include <map>
#include <string>
#include <string_view>

namespace usersync::exec {

/// Keeps the end of a text, however long it gets.
class TextEnd {
public:
    void add(std::string_view text);
    const std::string& text() const { return text_; }
    bool is_cut() const { return is_cut_; }

private:
    std::string text_;
    bool is_cut_ = false;
};

/// The last lines in one, at most 400 bytes of them, in printable UTF-8, every secret blotted out.
std::string last_lines(const TextEnd& end, const std::map<std::string, Secret>& secrets);

}  // namespace usersync::exec

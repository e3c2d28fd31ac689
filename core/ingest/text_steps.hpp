#pragma once
// The steps that need nothing but the text. Each leaves a text that needs no change untouched.

#include "core/ingest/column_map.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::ingest {

bool is_ascii(std::string_view text);

/// Unicode's rules without those of any language. Title: the first letter of each word large, the others small; a word
/// begins behind anything but a letter, a digit, an accent and an apostrophe, so "jan-pieter d'angelo" becomes
/// "Jan-Pieter D'angelo".
void change_case(std::string& text, step::Case to);

/// Zeros in front of a text of digits that is shorter than `width`.
void pad_left(std::string& text, std::size_t width);

void strip_apostrophe(std::string& text);

/// Unicode's composed form.
void compose(std::string& text);

/// `texts` at any of the separators, into `texts`; `parts` is room to work in.
void split(std::vector<std::string>& texts, std::string_view separators, std::vector<std::string>& parts);

/// All of `texts` into one; nothing stays nothing.
void join(std::vector<std::string>& texts, std::string_view separator);

}  // namespace usersync::ingest

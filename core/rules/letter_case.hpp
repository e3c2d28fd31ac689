#pragma once
// Texts without regard to upper and lower case.

#include <string>
#include <string_view>

namespace usersync::rules {

/// Unicode's simple case folding, character by character: the same number of characters comes out. What is no UTF-8
/// stays as it is.
std::string fold_case(std::string_view text);

}  // namespace usersync::rules

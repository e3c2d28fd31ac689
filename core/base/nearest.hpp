#pragma once
// "Did you mean …": the known word that a mistyped one is closest to.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// The first of the closest words, when few enough keystrokes away to be a likely slip: swapped, missing, extra or
/// wrong letters; one in a short word, two in a longer one.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace usersync

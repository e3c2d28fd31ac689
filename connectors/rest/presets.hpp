#pragma once
// The declarations that come with the program.

#include <string>
#include <string_view>
#include <vector>

namespace usersync::rest_api {

struct Preset {
    std::string name;  ///< "afas-get-connector"
    std::string text;  ///< TOML, as docs/write-a-preset.md describes it
};

/// Sorted by name.
const std::vector<Preset>& presets();

/// nullptr: there is none of that name.
const Preset* find_preset(std::string_view name);

}  // namespace usersync::rest_api

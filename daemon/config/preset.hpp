#pragma once
// The declarations that come with the program, read.

#include "core/rest/connector.hpp"
#include "daemon/config/config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::config {

struct LoadedPreset {
    rest::Connector connector;
    std::string text;  ///< TOML, as it stands in its file
    std::vector<ConfigProblem> problems;
};

/// nullopt: there is none of that name.
std::optional<LoadedPreset> load_preset(std::string_view name);
/// All, sorted by name.
std::vector<LoadedPreset> load_presets();

}  // namespace usersync::config

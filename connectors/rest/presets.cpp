#include "connectors/rest/presets.hpp"

#include <algorithm>

namespace usersync::rest_api {

const Preset* find_preset(std::string_view name) {
    const auto& all = presets();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Preset& preset) { return preset.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace usersync::rest_api

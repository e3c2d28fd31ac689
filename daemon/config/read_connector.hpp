#pragma once
// A declaration of a REST source (docs/write-a-preset.md) from TOML to what the engine runs.

#include "core/rest/connector.hpp"
#include "daemon/config/readers.hpp"

#include <optional>
#include <string>

namespace usersync::config {

/// A file that holds a declaration.
struct PresetFile {
    std::string text;
    Reading reading;  ///< with what is wrong with it
    Document document;
};

/// What `preset` or `preset_file` of this `[source]` names; nullopt after it was noted why there is none.
std::optional<PresetFile> open_preset(TableReader& source);

/// All of it but `[columns]`. Everything that is wrong is noted in the file's reading, what the engine has to say about
/// it included.
rest::Connector read_connector(PresetFile& preset);

}  // namespace usersync::config

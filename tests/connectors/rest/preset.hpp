#pragma once
// A preset as the daemon reads it: the file, what it declares, and the columns that it proposes.

#include "core/ingest/column_map.hpp"
#include "core/rest/connector.hpp"

#include <set>
#include <string>
#include <vector>

namespace usersync::test {

struct LoadedPreset {
    rest::Connector connector;
    ingest::ColumnMap columns;
    std::string webhook;
    std::vector<std::string> problems;  ///< "12 paging.size: …"
    std::set<std::string> keys;         ///< that were looked for, there or not: "settings.name"
};

/// The names of all files of connectors/rest/presets, without ".toml", sorted.
std::vector<std::string> preset_names();
std::string preset_text(const std::string& name);
/// A page of docs.
std::string page_text(const std::string& name);
LoadedPreset load_preset(const std::string& name);
LoadedPreset load_preset_text(std::string text);

}  // namespace usersync::test

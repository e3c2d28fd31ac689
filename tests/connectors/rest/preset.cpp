#include "tests/connectors/rest/preset.hpp"

#include "daemon/config/read_connector.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace usersync::test {
namespace {

const std::filesystem::path source_folder = USERSYNC_SOURCE_DIR;
const std::filesystem::path folder = source_folder / "connectors/rest/presets";

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::vector<std::string> preset_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string preset_text(const std::string& name) { return text_of(folder / (name + ".toml")); }

std::string page_text(const std::string& name) { return text_of(source_folder / "docs" / name); }

LoadedPreset load_preset(const std::string& name) { return load_preset_text(preset_text(name)); }

LoadedPreset load_preset_text(std::string text) {
    config::PresetFile file;
    file.text = std::move(text);
    file.reading.text = file.text;
    file.document = config::parse_document(file.text);
    LoadedPreset loaded;
    if (file.document.error) {
        loaded.problems.push_back("no TOML: " + file.document.error->message);
        return loaded;
    }
    loaded.connector = config::read_connector(file);
    if (const auto* webhook = config::find(file.document.root, "webhook")) {
        loaded.webhook = std::get<std::string>(webhook->value.content);
    }
    loaded.keys = file.reading.keys;
    std::erase_if(file.document.root, [](const config::Entry& entry) { return entry.key != "columns"; });
    {
        config::TableReader columns(file.reading, file.document.root);
        config::read_columns(columns, {}, loaded.columns);
    }
    for (const auto& problem : file.reading.problems) {
        loaded.problems.push_back(std::to_string(problem.line) + " " + problem.path + ": " + problem.message);
    }
    return loaded;
}

}  // namespace usersync::test

#include "connectors/rest/presets.hpp"
#include "core/base/nearest.hpp"
#include "core/rest/check_connector.hpp"
#include "daemon/config/preset.hpp"
#include "daemon/config/read_connector.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>

namespace usersync::config {
namespace {

/// The text of a preset that comes with the program.
std::optional<std::string> text_of_preset(TableReader& source, const std::string& name) {
    if (const auto* preset = rest_api::find_preset(name)) return preset->text;
    std::vector<std::string> known;
    for (const auto& preset : rest_api::presets()) known.push_back(preset.name);
    const auto meant = nearest(name, known);
    source.error("preset", "there is no preset \"" + name + "\"" + (meant ? ", did you mean \"" + *meant + "\"?" : "") +
                               " (usersyncd connector list shows all)");
    return std::nullopt;
}

std::optional<std::string> text_of_file(TableReader& source, const std::string& name) {
    auto bytes = source.open(name);
    if (bytes) return std::move(*bytes);
    source.error("preset_file", name + " " + bytes.error().detail);
    return std::nullopt;
}

/// As the tenant's own problems name its file, for another one beside it.
std::string beside(const std::string& file, const std::string& name) {
    return (std::filesystem::path(file).parent_path() / name).lexically_normal().string();
}

PresetFile parsed(std::string text, Reading reading) {
    PresetFile preset{.text = std::move(text), .reading = std::move(reading), .document = {}};
    preset.reading.text = preset.text;
    preset.document = parse_document(preset.text);
    if (const auto& error = preset.document.error) {
        preset.reading.note(Severity::error, error->at, "", error->message, "bad_toml");
    }
    return preset;
}

void pass_on(PresetFile& preset, TableReader& to) {
    for (auto& problem : preset.reading.problems) to.note(std::move(problem));
    preset.reading.problems.clear();
}

void add(FingerprintBuilder& builder, const rest::Values& values) {
    for (const auto& [name, texts] : values.settings) {
        builder.add(name).add(std::uint64_t{texts.size()});
        for (const auto& text : texts) builder.add(text);
    }
}

void read_settings(TableReader& source, rest::Values& values) {
    const auto* value = source.raw("settings");
    if (value == nullptr) return;
    const auto* table = std::get_if<Table>(&value->content);
    if (table == nullptr) return source.error("settings", "expected a table, got " + describe(*value));
    for (const auto& entry : *table) {
        const auto where = source.path_of("settings") + "." + entry.key;
        auto& texts = values.settings[entry.key];
        const auto* array = std::get_if<Array>(&entry.value.content);
        const auto take = [&](const Value& one) {
            const auto* text = std::get_if<std::string>(&one.content);
            if (text != nullptr) texts.push_back(*text);
            if (text == nullptr) source.error_at(one.at, where, "expected a text in quotes, got " + describe(one));
        };
        if (array == nullptr) take(entry.value);
        for (const auto& one : array == nullptr ? Array() : *array) take(one);
    }
}

void read_secrets(TableReader& source, rest::Values& values) {
    const auto* value = source.raw("secrets");
    const auto* table = value == nullptr ? nullptr : std::get_if<Table>(&value->content);
    auto secrets = source.table("secrets");
    if (table == nullptr) return;
    for (const auto& entry : *table) {
        // One that could not be read was said to be; and where secrets are not looked at it only counts that it is
        // given.
        Secret secret("-");
        secrets.secret(entry.key, secret);
        values.secrets[entry.key] = std::move(secret);
    }
}

Position place_of(TableReader& source, std::string_view where) {
    const auto dot = where.find('.');
    const auto key = where.substr(0, dot);
    const auto* value = source.raw(key);
    const auto* table = value == nullptr ? nullptr : std::get_if<Table>(&value->content);
    const auto* entry =
        table == nullptr || dot == std::string_view::npos ? nullptr : find(*table, where.substr(dot + 1));
    return entry == nullptr ? source.at(key) : entry->at;
}

void check_blanks(TableReader& source, const rest_api::RestOptions& options) {
    for (const auto& problem : rest::check_values(options.connector, options.values)) {
        source.error_at(place_of(source, problem.where), source.path_of(problem.where), problem.sentence);
    }
}

void read_file(TableReader& source, std::string_view key, std::string& target) {
    std::filesystem::path path;
    source.path(key, path);
    if (path.empty() || !source.reading().wants_secrets) return;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return source.error(key, path.string() + " is not a file");
    target = path.string();
}

std::string text_at(const Table& table, std::string_view key) {
    const auto* entry = find(table, key);
    const auto* text = entry == nullptr ? nullptr : std::get_if<std::string>(&entry->value.content);
    return text == nullptr ? std::string() : *text;
}

void read_certificate(TableReader& source, rest_api::RestOptions& options) {
    read_file(source, "certificate", options.certificate_file);
    source.secret("certificate_key", options.certificate_key);
    const bool has_both = source.has("certificate") && source.has("certificate_key");
    const bool has_one = source.has("certificate") != source.has("certificate_key");
    if (has_one) source.error("certificate", "certificate and certificate_key belong together");
    if (options.connector.client_certificate && !has_both && !has_one) {
        source.error("certificate",
                     "missing: this source asks for a client certificate (certificate, certificate_key)");
    }
}

}  // namespace

std::optional<PresetFile> open_preset(TableReader& source) {
    std::string name;
    std::string file;
    source.text("preset", name);
    source.text("preset_file", file);
    if (name.empty() == file.empty()) {
        source.error("preset", "either preset or preset_file says what is asked for and how");
        return std::nullopt;
    }
    auto text = name.empty() ? text_of_file(source, file) : text_of_preset(source, name);
    if (!text) return std::nullopt;
    Reading reading;
    reading.file = name.empty() ? beside(source.reading().file, file) : "preset " + name;
    reading.folder = source.reading().folder;
    return parsed(std::move(*text), std::move(reading));
}

rest_api::RestOptions read_rest(TableReader& source) {
    rest_api::RestOptions options;
    auto preset = open_preset(source);
    read_settings(source, options.values);
    read_secrets(source, options.values);
    read_file(source, "ca_file", options.ca_file);
    source.bytes("bytes_max", options.bytes_max);
    source.duration("read_max", options.read_max, {.min = std::chrono::seconds(1), .max = std::chrono::hours(24)});
    if (preset && !preset->document.error) options.connector = read_connector(*preset);
    const bool is_good = preset && preset->reading.problems.empty();
    if (preset) pass_on(*preset, source);
    read_certificate(source, options);
    if (!is_good) return options;
    check_blanks(source, options);
    options.values = rest::with_fallbacks(options.connector, std::move(options.values));
    FingerprintBuilder builder;
    builder.add(preset->text);
    add(builder, options.values);
    options.declaration = builder.finish();
    return options;
}

std::optional<LoadedPreset> load_preset(std::string_view name) {
    const auto* known = rest_api::find_preset(name);
    if (known == nullptr) return std::nullopt;
    Reading reading;
    reading.file = "preset " + known->name;
    auto preset = parsed(known->text, std::move(reading));
    LoadedPreset loaded{.connector = {}, .text = known->text, .problems = {}};
    if (!preset.document.error) loaded.connector = read_connector(preset);
    loaded.problems = std::move(preset.reading.problems);
    std::sort(loaded.problems.begin(), loaded.problems.end());
    return loaded;
}

std::vector<LoadedPreset> load_presets() {
    std::vector<LoadedPreset> all;
    for (const auto& preset : rest_api::presets()) all.push_back(*load_preset(preset.name));
    return all;
}

bool read_preset_columns(TableReader& root, const RecordDefaults& defaults, ingest::ColumnMap& map) {
    const auto* value = root.raw("source");
    const auto* source = value == nullptr ? nullptr : std::get_if<Table>(&value->content);
    if (source == nullptr || text_at(*source, "kind") != "rest") return false;
    const auto name = text_at(*source, "preset");
    const auto file = text_at(*source, "preset_file");
    // What cannot be opened or read was noted with the source.
    const auto* known = rest_api::find_preset(name);
    const auto bytes =
        file.empty() ? Result<std::string>(known == nullptr ? std::string() : known->text) : root.open(file);
    if (!bytes || (file.empty() && known == nullptr)) return true;
    auto document = parse_document(*bytes);
    if (document.error) return true;
    std::erase_if(document.root, [](const Entry& entry) { return entry.key != "columns"; });
    if (document.root.empty()) return false;
    Reading reading;
    reading.file = file.empty() ? "preset " + name : beside(root.reading().file, file);
    {
        TableReader columns(reading, document.root);
        read_columns(columns, defaults, map);
    }
    for (auto& problem : reading.problems) root.note(std::move(problem));
    return true;
}

}  // namespace usersync::config

#include "daemon/config/readers.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::config {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A program would see such a text end there.
bool has_zero_byte(std::string_view text) { return text.find('\0') != std::string_view::npos; }

bool is_variable(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void read_command(TableReader& source, exec::ExecOptions& options) {
    source.texts("command", options.command);
    if (!source.has("command")) return;
    if (options.command.empty() || options.command.front().empty()) {
        return source.error("command", "expected the program and its arguments: ['./export.sh', '--all']");
    }
    auto& program = options.command.front();
    if (program.find('/') == std::string::npos) {
        return source.error("command", "the program is named by its path, such as \"./" + program +
                                           "\": it is not looked for elsewhere");
    }
    if (std::any_of(options.command.begin(), options.command.end(), has_zero_byte)) {
        return source.error("command", "a program cannot be given a zero byte");
    }
    program = (source.reading().folder / program).lexically_normal().string();
}

/// The names that a table holds, with the places of their values.
std::vector<const Entry*> variables_of(TableReader& source, std::string_view key) {
    std::vector<const Entry*> variables;
    const auto* value = source.raw(key);
    const auto* table = value == nullptr ? nullptr : std::get_if<Table>(&value->content);
    if (value != nullptr && table == nullptr) {
        source.error(key, "expected variables and their values: { NAME = … }");
    }
    if (table == nullptr) return variables;
    for (const auto& entry : *table) {
        if (is_variable(entry.key)) {
            variables.push_back(&entry);
        } else {
            source.error_at(entry.at, source.path_of(key) + "." + entry.key,
                            "a variable's name has letters, digits and _ only, and begins with no digit");
        }
    }
    return variables;
}

void read_environment(TableReader& source, exec::ExecOptions& options) {
    for (const auto* entry : variables_of(source, "environment")) {
        const auto path = source.path_of("environment") + "." + entry->key;
        const auto* text = std::get_if<std::string>(&entry->value.content);
        if (text == nullptr) {
            source.error_at(entry->value.at, path, "expected a text, found " + describe(entry->value));
        } else if (has_zero_byte(*text)) {
            source.error_at(entry->value.at, path, "a program cannot be given a zero byte");
        } else {
            options.environment[entry->key] = *text;
        }
    }
}

void read_secrets(TableReader& source, exec::ExecOptions& options) {
    const auto variables = variables_of(source, "secrets");
    if (variables.empty()) return;
    const auto* value = source.raw("secrets");
    auto secrets = source.within(std::get<Table>(value->content), value->at, source.path_of("secrets"));
    for (const auto* entry : variables) {
        Secret secret;
        secrets.secret(entry->key, secret);
        if (options.environment.count(entry->key) != 0) {
            secrets.error(entry->key, "stands in source.environment as well");
        } else if (has_zero_byte(secret.expose())) {
            secrets.error(entry->key, "a program cannot be given a zero byte");
        }
        options.secrets[entry->key] = std::move(secret);
    }
}

}  // namespace

exec::ExecOptions read_exec(TableReader& source) {
    exec::ExecOptions options;
    source.require({"command"});
    read_command(source, options);
    std::filesystem::path folder = source.reading().folder;
    source.path("folder", folder);
    options.folder = folder.string();
    read_environment(source, options);
    read_secrets(source, options);
    // A run gives the finding of a record ten minutes, and the program's end takes some of them.
    source.duration("time_max", options.time_max, {.min = seconds(1), .max = minutes(9)});
    source.bytes("bytes_max", options.bytes_max);
    return options;
}

}  // namespace usersync::config

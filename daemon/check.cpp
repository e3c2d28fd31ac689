#include "daemon/check.hpp"

#include "daemon/control/command.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace usersync {
namespace {

using Json = nlohmann::ordered_json;

bool is_error(const config::ConfigProblem& problem) { return problem.severity == config::Severity::error; }

std::string as_json(const config::LoadedConfig& loaded) {
    Json json{{"usable", loaded.config.has_value()}, {"problems", Json::array()}, {"tenants", Json::array()}};
    for (const auto& problem : loaded.problems) {
        json["problems"].push_back({{"file", problem.file},
                                    {"line", problem.line},
                                    {"column", problem.column},
                                    {"path", problem.path},
                                    {"severity", is_error(problem) ? "error" : "warning"},
                                    {"message", problem.message},
                                    {"excerpt", problem.excerpt}});
                                    {"code", problem.code},
    }
    if (loaded.config) {
        for (const auto& tenant : loaded.config->tenants) {
            json["tenants"].push_back({{"name", tenant.id.value()}, {"fingerprint", tenant.fingerprint.hex()}});
        }
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string as_text(const config::LoadedConfig& loaded) {
    std::string out;
    for (const auto& problem : loaded.problems) out += describe_at_length(problem);
    const auto errors = std::count_if(loaded.problems.begin(), loaded.problems.end(), is_error);
    if (!loaded.config) return out + std::to_string(errors) + (errors == 1 ? " error\n" : " errors\n");
    out += "the configuration is good: " + std::to_string(loaded.config->tenants.size()) + " tenants\n";
    for (const auto& tenant : loaded.config->tenants) {
        out += "  " + tenant.id.value() + "  rules " + tenant.fingerprint.hex() + '\n';
    }
    return out;
}

config::LoadedConfig load(const cli::EnvironmentArguments& where) {
    // A command on a terminal has no credentials from systemd; it may read the folder that the unit hands over.
    std::filesystem::path credentials = where.credentials;
    const auto beside = std::filesystem::path(where.environment) / "credentials";
    std::error_code ignored;
    if (credentials.empty() && std::filesystem::is_directory(beside, ignored)) credentials = beside;
    return config::load_environment(where.environment, config::LoadOptions{.credentials_folder = credentials});
}

}  // namespace

int check_configuration(const cli::Check& arguments) {
    const auto loaded = load(arguments.where);
    std::cout << (arguments.json ? as_json(loaded) : as_text(loaded));
    return static_cast<int>(loaded.config ? control::ExitCode::done : control::ExitCode::usage);
}

std::optional<config::EnvironmentConfig> load_or_complain(const cli::EnvironmentArguments& where) {
    auto loaded = load(where);
    for (const auto& problem : loaded.problems) std::cerr << describe_at_length(problem);
    return std::move(loaded.config);
}

}  // namespace usersync

#include "daemon/check.hpp"

#include "daemon/control/command.hpp"
#include "daemon/kept_rules.hpp"
#include "daemon/serve.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

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
                                    {"code", problem.code},
                                    {"severity", is_error(problem) ? "error" : "warning"},
                                    {"message", problem.message},
                                    {"excerpt", problem.excerpt}});
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
    out += "the configuration is good: " + std::to_string(loaded.config->tenants.size()) +
           (loaded.config->tenants.size() == 1 ? " tenant\n" : " tenants\n");
    for (const auto& tenant : loaded.config->tenants) {
        out += "  " + tenant.id.value() + "  rules " + tenant.fingerprint.hex() + '\n';
    }
    return out;
}

config::LoadOptions options_of(const cli::EnvironmentArguments& where) {
    // A command on a terminal has no credentials from systemd; it may read the folder that the unit hands over.
    std::filesystem::path credentials = where.credentials;
    const auto beside = std::filesystem::path(where.environment) / "credentials";
    std::error_code ignored;
    if (credentials.empty() && std::filesystem::is_directory(beside, ignored)) credentials = beside;
    config::LoadOptions options;
    options.credentials_folder = std::move(credentials);
    return options;
}

config::LoadedConfig load(const cli::EnvironmentArguments& where) {
    return config::load_environment(where.environment, options_of(where));
}

std::optional<config::EnvironmentConfig> config_or_complain(config::LoadedConfig loaded) {
    for (const auto& problem : loaded.problems) std::cerr << describe_at_length(problem);
    return std::move(loaded.config);
}

/// For the journal: where and what, and nothing of what stands there.
std::optional<config::EnvironmentConfig> config_or_name_problems(config::LoadedConfig loaded) {
    for (auto& problem : loaded.problems) {
        problem.message = problem.code;
        std::cerr << describe(problem) << '\n';
    }
    if (!loaded.config) std::cerr << "usersyncd check says more\n";
    return std::move(loaded.config);
}

/// Puts the version that counted last into `options`; false when none is kept. No older one is tried: whom that one
/// would remove, nobody has asked for.
bool choose_kept(const std::filesystem::path& state_folder, const TenantId& tenant, config::LoadOptions& options) {
    auto version = kept_rules(state_folder / (tenant.value() + ".db"));
    if (!version) {
        std::cerr << describe(version.error()) << '\n';
        return false;
    }
    if (!*version) return false;
    options.instead[tenant] = std::move((*version)->files);
    return true;
}

}  // namespace

int check_configuration(const cli::Check& arguments) {
    const auto loaded = load(arguments.where);
    std::cout << (arguments.json ? as_json(loaded) : as_text(loaded));
    return static_cast<int>(loaded.config ? control::ExitCode::done : control::ExitCode::usage);
}

std::optional<config::EnvironmentConfig> load_or_complain(const cli::EnvironmentArguments& where) {
    return config_or_complain(load(where));
}

std::optional<config::EnvironmentConfig> service_or_complain(const cli::EnvironmentArguments& where) {
    return config_or_complain(config::load_service(where.environment));
}

std::optional<config::EnvironmentConfig> load_to_serve(const cli::EnvironmentArguments& where) {
    auto loaded = load(where);
    if (loaded.config || !loaded.others) return config_or_name_problems(std::move(loaded));
    // Stores are opened: nobody else may work on them.
    const auto lock = take_state_folder(*loaded.others);
    if (!lock) {
        std::cerr << describe(lock.error()) << '\n';
        return config_or_name_problems(std::move(loaded));
    }
    auto options = options_of(where);
    for (const auto& tenant : loaded.refused) {
        if (!choose_kept(loaded.others->state_folder, tenant, options)) {
            return config_or_name_problems(std::move(loaded));
        }
    }
    // The log tells of the refused files, without what stands in them.
    auto kept = config::load_environment(where.environment, options);
    return kept.config ? std::move(kept.config) : config_or_name_problems(std::move(loaded));
}

}  // namespace usersync

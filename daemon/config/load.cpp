#include "daemon/config/readers.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view environment_file = "usersync.toml";
constexpr std::string_view tenants_folder = "tenants";
constexpr std::string_view tenant_file = "tenant.toml";
constexpr std::uintmax_t file_bytes_max = 16u << 20;

/// [a-z0-9][a-z0-9_-]{0,62}: it becomes a file name, a label and a word on a command line.
bool is_tenant_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return plain(c) || c == '_' || c == '-'; };
    constexpr std::size_t length_max = 63;
    return !name.empty() && name.size() <= length_max && plain(name.front()) &&
           std::all_of(name.begin(), name.end(), fits);
}

class Loading {
public:
    Loading(const fs::path& folder, const LoadOptions& options)
        : folder_(fs::absolute(folder).lexically_normal()), options_(options) {
        if (!folder_.has_filename()) folder_ = folder_.parent_path();
    }

    LoadedConfig load();
    LoadedMapping load_mapping(const std::string& file);

private:
    void load_environment_file(EnvironmentConfig& config);
    std::vector<std::string> tenant_names();
    void load_tenant(const std::string& name, EnvironmentConfig& config);
    std::optional<Table> open(Reading& reading);
    Reading reading_of(std::string file) const;
    void keep_problems(Reading& reading);
    void check_networks(const std::vector<TenantConfig>& tenants);

    fs::path folder_;
    const LoadOptions& options_;
    std::vector<ConfigProblem> problems_;
    std::map<TenantId, Position> network_places_;
};

Reading Loading::reading_of(std::string file) const {
    Reading reading;
    reading.folder = (folder_ / file).parent_path();
    reading.file = std::move(file);
    reading.credentials_folder = options_.credentials_folder;
    return reading;
}

void Loading::keep_problems(Reading& reading) {
    std::move(reading.problems.begin(), reading.problems.end(), std::back_inserter(problems_));
}

std::optional<Table> Loading::open(Reading& reading) {
    const auto path = folder_ / reading.file;
    std::error_code error;
    const auto size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) {
        const bool missing = !fs::exists(path, error);
        reading.note(Severity::error, {}, "", missing ? "does not exist" : "cannot be read");
        return std::nullopt;
    }
    if (size > file_bytes_max) {
        reading.note(Severity::error, {}, "", "is larger than 16 MiB");
        return std::nullopt;
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto document = parse_document(text);
    if (document.error) {
        reading.note(Severity::error, document.error->at, "", document.error->message);
        return std::nullopt;
    }
    return std::move(document.root);
}

void Loading::load_environment_file(EnvironmentConfig& config) {
    const auto name = folder_.filename();
    config.folder = folder_;
    config.state_folder = "/var/lib/usersync" / name;
    config.runtime_folder = "/run/usersync" / name;
    auto reading = reading_of(std::string(environment_file));
    if (const auto table = open(reading)) {
        TableReader root(reading, *table);
        read_environment_file(root, config);
    }
    keep_problems(reading);
}

std::vector<std::string> Loading::tenant_names() {
    std::vector<std::string> names;
    std::error_code error;
    auto reading = reading_of(std::string(tenants_folder));
    for (fs::directory_iterator entry(folder_ / tenants_folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = entry->path().filename().string();
        if (name.front() == '.') continue;
        std::error_code unknown;
        if (!entry->is_directory(unknown)) {
            reading.note(Severity::warning, {}, "", name + " is not a folder, so it is not a tenant");
        } else if (!is_tenant_name(name)) {
            reading.note(Severity::error, {}, "",
                         "\"" + name +
                             "\" cannot be a tenant's name: a to z, 0 to 9, _ and -, 63 at most, "
                             "beginning with a letter or digit");
        } else {
            names.push_back(name);
        }
    }
    if (error) reading.note(Severity::error, {}, "", "this folder cannot be read: " + error.message());
    if (!error && names.empty()) reading.note(Severity::warning, {}, "", "there is no tenant");
    std::sort(names.begin(), names.end());
    keep_problems(reading);
    return names;
}

void Loading::load_tenant(const std::string& name, EnvironmentConfig& config) {
    TenantConfig tenant;
    tenant.id = TenantId(name);
    const auto file = fs::path(tenants_folder) / name / tenant_file;
    tenant.file = folder_ / file;
    auto reading = reading_of(file.string());
    if (const auto table = open(reading)) {
        TableReader root(reading, *table);
        read_tenant_file(root, tenant);
        if (tenant.notes.folder.empty()) tenant.notes.folder = config.state_folder / "notes" / name;
        const auto* target = find(*table, "target");
        const auto* keys = target == nullptr ? nullptr : std::get_if<Table>(&target->value.content);
        const auto* network = keys == nullptr ? nullptr : find(*keys, "network");
        if (network != nullptr) network_places_[tenant.id] = network->value.at;
        tenant.fingerprint = fingerprint_of(tenant);
        config.tenants.push_back(std::move(tenant));
    }
    keep_problems(reading);
}

/// Two tenants in one network would remove each other's people, every day.
void Loading::check_networks(const std::vector<TenantConfig>& tenants) {
    std::map<std::pair<std::string, std::string>, TenantId> first;
    for (const auto& tenant : tenants) {
        if (tenant.target.network.empty()) continue;
        std::string network = tenant.target.network;
        std::transform(network.begin(), network.end(), network.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
        const auto [owner, fresh] = first.emplace(std::pair{tenant.target.rest_url, network}, tenant.id);
        if (fresh) continue;
        auto reading = reading_of(tenant.file.lexically_relative(folder_).string());
        reading.note(Severity::error, network_places_[tenant.id], "target.network",
                     "tenant " + owner->second.value() + " has the same network: each would remove the other's people");
        keep_problems(reading);
    }
}

LoadedConfig Loading::load() {
    EnvironmentConfig config;
    std::error_code error;
    if (!fs::is_directory(folder_, error)) {
        return {.config = std::nullopt,
                .problems = {{.file = folder_.string(), .path = {}, .message = "this environment has no such folder"}}};
    }
    load_environment_file(config);
    for (const auto& name : tenant_names()) load_tenant(name, config);
    check_networks(config.tenants);

    LoadedConfig loaded;
    loaded.problems = std::move(problems_);
    std::sort(loaded.problems.begin(), loaded.problems.end());
    const bool usable = std::none_of(loaded.problems.begin(), loaded.problems.end(),
                                     [](const ConfigProblem& problem) { return problem.severity == Severity::error; });
    if (usable) loaded.config = std::move(config);
    return loaded;
}

bool has_error(const std::vector<ConfigProblem>& problems) {
    return std::any_of(problems.begin(), problems.end(),
                       [](const ConfigProblem& problem) { return problem.severity == Severity::error; });
}

LoadedMapping Loading::load_mapping(const std::string& file) {
    TenantConfig config;
    auto reading = reading_of(file);
    if (auto table = open(reading)) {
        std::erase_if(*table, [](const auto& entry) { return entry.key != "columns" && entry.key != "record"; });
        TableReader root(reading, *table);
        root.require({"columns"});
        const auto defaults = read_record(root, config);
        read_columns(root, defaults, config.columns);
        check_record(root, defaults, config.columns);
    }
    keep_problems(reading);
    LoadedMapping loaded{.config = {}, .problems = std::move(problems_)};
    std::sort(loaded.problems.begin(), loaded.problems.end());
    if (!has_error(loaded.problems)) loaded.config = std::move(config);
    return loaded;
}

/// The keys that this function asks for while it reads this text.
std::vector<std::string> keys_asked(void (*read)(TableReader&), std::string_view text) {
    Reading reading;
    const auto document = parse_document(text);
    {
        TableReader root(reading, document.root);
        read(root);
    }
    // Tables are not keys: only what has a value of its own is.
    std::vector<std::string> leaves;
    for (const auto& key : reading.keys) {
        const auto inner = reading.keys.lower_bound(key + ".");
        const bool is_table = inner != reading.keys.end() && inner->compare(0, key.size() + 1, key + ".") == 0;
        if (!is_table) leaves.push_back(key);
    }
    return leaves;
}

}  // namespace

LoadedConfig load_environment(const fs::path& folder, const LoadOptions& options) {
    return Loading(folder, options).load();
}

LoadedMapping load_mapping(const fs::path& file, const LoadOptions& options) {
    const auto whole = fs::absolute(file).lexically_normal();
    return Loading(whole.parent_path(), options).load_mapping(whole.filename().string());
}

std::string describe(const ConfigProblem& problem) {
    std::string text = problem.file;
    if (problem.line != 0) text += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
    text += problem.severity == Severity::error ? ": error: " : ": warning: ";
    if (!problem.path.empty()) text += problem.path + ": ";
    return text + problem.message;
}

KnownKeys known_keys() {
    // The readers themselves know: they are run over files that lead them into every branch.
    constexpr auto read_environment = [](TableReader& root) {
        EnvironmentConfig config;
        read_environment_file(root, config);
    };
    constexpr auto read_tenant = [](TableReader& root) {
        TenantConfig config;
        read_tenant_file(root, config);
    };
    constexpr std::string_view every_branch = "[source]\nkind = 'folder'\n[[group_mapping]]\n[[role_mapping]]\n";
    return {.environment = keys_asked(read_environment, ""), .tenant = keys_asked(read_tenant, every_branch)};
}

}  // namespace usersync::config

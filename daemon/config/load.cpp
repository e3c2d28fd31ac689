#include "daemon/config/readers.hpp"
#include "daemon/config/until_restart.hpp"

#include <algorithm>
#include <array>
#include <chrono>
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

/// [a-z0-9][a-z0-9_-]{0,62}: it becomes a file name, a label and a word on a command line.
bool is_tenant_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return plain(c) || c == '_' || c == '-'; };
    constexpr std::size_t length_max = 63;
    return !name.empty() && name.size() <= length_max && plain(name.front()) &&
           std::all_of(name.begin(), name.end(), fits);
}

/// nullopt after it was noted that the file is not there, or is no TOML.
std::optional<Table> open(Reading& reading) {
    auto bytes = reading.open(reading.name());
    if (!bytes) {
        reading.note(Severity::error, {}, "", bytes.error().detail, bytes.error().code);
        return std::nullopt;
    }
    reading.text = std::move(*bytes);
    auto document = parse_document(reading.text);
    if (document.error) {
        reading.note(Severity::error, document.error->at, "", document.error->message, "bad_toml");
        return std::nullopt;
    }
    return std::move(document.root);
}

Day today_or(std::optional<Day> today) {
    return today.value_or(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

/// What is said of a tenant and what was read for it.
void read_tenant(Reading& reading, const Table& table, Day today, TenantConfig& tenant) {
    {
        TableReader root(reading, table);
        read_tenant_file(root, today, tenant);
    }
    tenant.connection_text = reading.text;
    tenant.fingerprint = fingerprint_of(tenant);
    tenant.version.fingerprint = tenant.fingerprint;
    tenant.version.files = reading.used;
    std::sort(tenant.version.files.begin(), tenant.version.files.end());
}

bool has_error(const std::vector<ConfigProblem>& problems) {
    return std::any_of(problems.begin(), problems.end(),
                       [](const ConfigProblem& problem) { return problem.severity == Severity::error; });
}

LoadedMapping loaded_of(TenantConfig config, std::vector<ConfigProblem> problems) {
    LoadedMapping loaded{.config = {}, .problems = std::move(problems), .files = {}};
    std::sort(loaded.problems.begin(), loaded.problems.end());
    if (!has_error(loaded.problems)) loaded.config = std::move(config);
    return loaded;
}

LoadedMapping load_rules_from(const ConfigFiles& files, TenantId id, std::optional<Day> today) {
    TenantConfig tenant;
    tenant.id = std::move(id);
    tenant.file = tenant_file;
    Reading reading;
    reading.file = std::string(tenant_file);
    reading.files = files;
    reading.wants_secrets = false;
    if (const auto table = open(reading)) read_tenant(reading, *table, today_or(today), tenant);
    auto loaded = loaded_of(std::move(tenant), std::move(reading.problems));
    for (const auto& file : reading.used) loaded.files.push_back(file.name);
    return loaded;
}

class Loading {
public:
    Loading(const fs::path& folder, const LoadOptions& options)
        : folder_(fs::absolute(folder).lexically_normal()), options_(options) {
        if (!folder_.has_filename()) folder_ = folder_.parent_path();
    }

    LoadedConfig load();
    LoadedConfig load_service();
    LoadedMapping load_mapping(const std::string& file);

private:
    void load_environment_file(EnvironmentConfig& config);
    std::vector<std::string> tenant_names();
    void load_tenant(const std::string& name, EnvironmentConfig& config);
    std::optional<TenantConfig> read_files(Reading& reading, const std::string& name);
    std::optional<TenantConfig> read_kept(Reading& reading, const std::string& name, const std::vector<RuleFile>& kept);
    bool folder_is_missing() const;
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
    reading.files = files_in(reading.folder);
    reading.file = std::move(file);
    reading.credentials_folder = options_.credentials_folder;
    return reading;
}

void Loading::keep_problems(Reading& reading) {
    std::move(reading.problems.begin(), reading.problems.end(), std::back_inserter(problems_));
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

/// Where the network is told in tenant.toml, for problems with it.
Position network_place(const Table& table) {
    const auto* target = find(table, "target");
    const auto* keys = target == nullptr ? nullptr : std::get_if<Table>(&target->value.content);
    const auto* network = keys == nullptr ? nullptr : find(*keys, "network");
    return network == nullptr ? Position{} : network->value.at;
}

std::optional<TenantConfig> Loading::read_files(Reading& reading, const std::string& name) {
    const auto table = open(reading);
    if (!table) return std::nullopt;
    TenantConfig tenant;
    tenant.id = TenantId(name);
    tenant.file = folder_ / reading.file;
    read_tenant(reading, *table, today_or(options_.today), tenant);
    network_places_[tenant.id] = network_place(*table);
    return tenant;
}

/// The tables that say where records come from and where calls go, as another text says them. Not the source where the
/// other text reads records in another way: kept columns and a new export do not belong together.
Table with_connection_of(Table kept, const Table& other) {
    constexpr std::array<std::string_view, 3> tables{"source", "schedule", "target"};
    const bool read_alike = reads_alike(kept, other);
    for (const auto name : tables) {
        if (name == "source" && !read_alike) continue;
        std::erase_if(kept, [&](const Entry& entry) { return entry.key == name; });
        if (const auto* entry = find(other, name)) kept.push_back(*entry);
    }
    return kept;
}

/// By the rules of kept files. A password or a server may have been replaced since they were kept, so the connection is
/// that of the folder; not, where it cannot be read or where it would lead those rules to another network.
std::optional<TenantConfig> Loading::read_kept(Reading& reading, const std::string& name,
                                               const std::vector<RuleFile>& kept) {
    const auto as_they_are = reading;
    reading.files = files_of(kept);
    auto tenant = read_files(reading, name);
    if (!tenant) return tenant;
    auto whole = as_they_are;  // with the secrets that it refers to
    read_files(whole, name);
    tenant->refused = std::move(whole.problems);
    const auto folder = fs::path(reading.file).parent_path().string() + '/';
    for (auto& problem : tenant->refused) {
        if (problem.file.starts_with(folder)) problem.file.erase(0, folder.size());
    }
    const auto now = as_they_are.files(std::string(tenant_file));
    if (!now) return tenant;
    const auto document = parse_document(*now);
    if (document.error) return tenant;

    auto joined = as_they_are;
    joined.files = files_of(kept);
    const auto table = open(joined);
    if (!table) return tenant;
    TenantConfig other;
    other.id = tenant->id;
    other.file = tenant->file;
    read_tenant(joined, with_connection_of(*table, document.root), today_or(options_.today), other);
    if (has_error(joined.problems) || other.fingerprint != tenant->fingerprint) return tenant;
    other.connection_text = *now;
    other.refused = std::move(tenant->refused);
    reading = std::move(joined);
    return other;
}

void Loading::load_tenant(const std::string& name, EnvironmentConfig& config) {
    auto reading = reading_of((fs::path(tenants_folder) / name / tenant_file).string());
    const auto kept = options_.instead.find(TenantId(name));
    auto tenant = kept == options_.instead.end() ? read_files(reading, name) : read_kept(reading, name, kept->second);
    if (tenant) {
        if (tenant->notes.folder.empty()) tenant->notes.folder = config.state_folder / "notes" / name;
        config.tenants.push_back(std::move(*tenant));
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

bool Loading::folder_is_missing() const {
    std::error_code error;
    return !fs::is_directory(folder_, error);
}

LoadedConfig no_such_folder(const fs::path& folder) {
    LoadedConfig loaded;
    loaded.problems.push_back({.file = folder.string(), .path = {}, .message = "this environment has no such folder"});
    return loaded;
}

LoadedConfig Loading::load() {
    if (folder_is_missing()) return no_such_folder(folder_);
    EnvironmentConfig config;
    LoadedConfig loaded;
    load_environment_file(config);
    const auto names = tenant_names();
    bool others_are_good = !has_error(problems_);
    for (const auto& name : names) {
        const auto before = std::exchange(problems_, {});
        load_tenant(name, config);
        if (has_error(problems_)) loaded.refused.emplace_back(name);
        problems_.insert(problems_.begin(), before.begin(), before.end());
    }
    const auto before = std::exchange(problems_, {});
    check_networks(config.tenants);
    others_are_good = others_are_good && !has_error(problems_);
    problems_.insert(problems_.begin(), before.begin(), before.end());

    loaded.problems = std::move(problems_);
    std::sort(loaded.problems.begin(), loaded.problems.end());
    if (!has_error(loaded.problems)) {
        loaded.config = std::move(config);
    } else if (others_are_good) {
        std::erase_if(config.tenants, [&](const TenantConfig& tenant) {
            return std::find(loaded.refused.begin(), loaded.refused.end(), tenant.id) != loaded.refused.end();
        });
        loaded.others = std::move(config);
    }
    return loaded;
}

LoadedConfig Loading::load_service() {
    if (folder_is_missing()) return no_such_folder(folder_);
    EnvironmentConfig config;
    load_environment_file(config);
    LoadedConfig loaded;
    loaded.problems = std::move(problems_);
    if (!has_error(loaded.problems)) loaded.config = std::move(config);
    return loaded;
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
    return loaded_of(std::move(config), std::move(problems_));
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

LoadedConfig load_service(const fs::path& folder) {
    const LoadOptions options;
    return Loading(folder, options).load_service();
}

LoadedMapping load_mapping(const fs::path& file, const LoadOptions& options) {
    const auto whole = fs::absolute(file).lexically_normal();
    return Loading(whole.parent_path(), options).load_mapping(whole.filename().string());
}

LoadedMapping load_rules(const std::vector<RuleFile>& files, TenantId tenant, std::optional<Day> today) {
    return load_rules_from(files_of(files), std::move(tenant), today);
}

LoadedMapping load_rules(const fs::path& folder, std::optional<Day> today) {
    auto whole = fs::absolute(folder).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    return load_rules_from(files_in(whole), TenantId(whole.filename().string()), today);
}

std::string describe_at_length(const ConfigProblem& problem) {
    std::string text = describe(problem) + '\n';
    for (std::size_t at = 0; at < problem.excerpt.size();) {
        const auto end = std::min(problem.excerpt.find('\n', at), problem.excerpt.size());
        text += "    " + problem.excerpt.substr(at, end - at) + '\n';
        at = end + 1;
    }
    return text;
}

std::string describe(const ConfigProblem& problem) {
    std::string text = problem.file;
    if (problem.line != 0) text += ":" + std::to_string(problem.line);
    if (problem.line != 0 && problem.column != 0) text += ":" + std::to_string(problem.column);
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
        read_tenant_file(root, Day(), config);
    };
    const std::string other_branches =
        "[webhook]\n[[webhook.headers]]\n[[group_mapping]]\n[[group_mapping.rules]]\n"
        "[[role_mapping]]\n[[role_mapping.rules]]\n[[invite]]\n[[exception]]\n";
    std::set<std::string> keys;
    for (const std::string kind : {"folder", "exec", "ldap", "rest"}) {
        const auto asked = keys_asked(read_tenant, "[source]\nkind = '" + kind + "'\n" + other_branches);
        keys.insert(asked.begin(), asked.end());
    }
    return {.environment = keys_asked(read_environment, ""), .tenant = {keys.begin(), keys.end()}};
}

}  // namespace usersync::config

#pragma once
// An environment on disk that is right, for tests that make one thing in it wrong.

#include "daemon/config/config.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::config {

/// 17 lines; what a test appends begins on line 18.
inline const std::string good_tenant = R"([source]
kind = 'folder'
folder = '/srv/records'

[target]
scim_url = 'https://scim.example/v2'
network = '0123456789abcdef'
rest_token = { credential = 'rest' }
scim_token = { credential = 'scim' }

[columns]
employee_id = 'ID'
email = 'Mail'
location = 'Site'
department = 'Team'
job_title = 'Function'

)";

/// The same with a source of kind sftp: lines 1 to 6, all else three lines further down.
inline const std::string sftp_source = R"([source]
kind = 'sftp'
host = 'files.example'
user = 'shop'
private_key = { credential = 'key' }
host_keys = ['SHA256:0000000000000000000000000000000000000000000'])";

/// `text` with the one place that reads `from` changed. Throws when there is none, so that no test passes by mistake.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto place = text.find(from);
    if (place == std::string::npos) throw std::logic_error("the sample does not hold " + std::string(from));
    return text.replace(place, from.size(), to);
}

inline std::string good_sftp_tenant() {
    return with(good_tenant, "[source]\nkind = 'folder'\nfolder = '/srv/records'", sftp_source);
}

class Sample {
public:
    Sample() {
        environment("");
        for (const auto* name : {"rest", "scim", "key", "password"}) credential(name, "secret\n");
    }

    std::filesystem::path folder() const { return dir_ / "production"; }
    std::filesystem::path credentials() const { return dir_ / "credentials"; }

    void environment(std::string_view text) { dir_.write("production/usersync.toml", text); }
    void tenant(const std::string& name, std::string_view text) {
        dir_.write("production/tenants/" + name + "/tenant.toml", text);
    }
    std::filesystem::path file(const std::string& name, std::string_view text, int mode = 0600) {
        const auto path = dir_.write("production/" + name, text);
        std::filesystem::permissions(path, std::filesystem::perms(mode));
        return path;
    }
    std::filesystem::path credential(const std::string& name, std::string_view text, int mode = 0400) {
        std::filesystem::remove(credentials() / name);
        const auto path = dir_.write("credentials/" + name, text);
        std::filesystem::permissions(path, std::filesystem::perms(mode));
        return path;
    }

    LoadedConfig load() const { return load_environment(folder(), {.credentials_folder = credentials()}); }
    std::vector<std::string> problems() const {
        std::vector<std::string> lines;
        for (const auto& problem : load().problems) lines.push_back(describe(problem));
        return lines;
    }

private:
    test::TempDir dir_;
};

using Lines = std::vector<std::string>;

/// The problems of an environment with this tenant alone, without the file's name in front.
inline Lines problems_of(std::string_view tenant_toml) {
    Sample sample;
    sample.tenant("shop", tenant_toml);
    Lines lines = sample.problems();
    for (auto& line : lines) line = with(line, "tenants/shop/tenant.toml:", "");
    return lines;
}

/// The one tenant of an environment that must be right.
inline TenantConfig tenant_of(std::string_view tenant_toml) {
    Sample sample;
    sample.tenant("shop", tenant_toml);
    auto loaded = sample.load();
    if (!loaded.config) throw std::logic_error("not usable: " + describe(loaded.problems.front()));
    return loaded.config->tenants.front();
}

}  // namespace usersync::config

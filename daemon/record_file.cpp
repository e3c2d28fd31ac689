#include "daemon/record_file.hpp"

#include "core/record/detect.hpp"
#include "daemon/check.hpp"
#include "daemon/record_key.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace usersync {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{1} << 30;

Failure unusable(std::string sentence) {
    return {.kind = FailureKind::rejected, .code = "file_unusable", .where = "file", .detail = std::move(sentence)};
}

/// A key ring for as long as the command runs.
fs::path scratch_folder() {
    std::error_code ignored;
    const auto folder = fs::temp_directory_path(ignored);
    return folder.empty() ? "/tmp" : folder;
}

}  // namespace

int complain(control::ExitCode code, const std::string& sentence) {
    std::cerr << "usersyncd: " << sentence << '\n';
    return static_cast<int>(code);
}

Result<std::string> read_record_file(const std::string& file) {
    std::error_code error;
    if (!fs::exists(file, error)) return unusable(file + " does not exist");
    if (!fs::is_regular_file(file, error)) return unusable(file + " is not a file");
    if (record::is_lock_file_name(fs::path(file).filename().string())) {
        return unusable(file + " is what Excel leaves beside a workbook that is open, not the workbook itself");
    }
    const auto size = fs::file_size(file, error);
    if (!error && size > file_bytes_max) return unusable(file + " is larger than 1 GiB");
    std::ifstream in(file, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (error || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        return unusable(file + " cannot be read");
    }
    return bytes;
}

Reading reading_of(const config::TenantConfig& tenant) {
    return {
        .mapping =
            ingest::Mapping{.columns = tenant.columns, .format = tenant.format, .completeness = tenant.completeness},
        .decrypt = decrypt_by(tenant.pgp, scratch_folder(), {})};
}

std::optional<config::TenantConfig> tenant_or_complain(const cli::EnvironmentArguments& where,
                                                       const std::string& name) {
    auto config = load_or_complain(where);
    if (!config) return std::nullopt;
    const auto tenant = std::find_if(config->tenants.begin(), config->tenants.end(),
                                     [&](const auto& each) { return each.id.value() == name; });
    if (tenant != config->tenants.end()) return std::move(*tenant);
    complain(control::ExitCode::usage, "there is no tenant " + name);
    return std::nullopt;
}

}  // namespace usersync

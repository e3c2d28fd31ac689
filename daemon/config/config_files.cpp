#include "daemon/config/config_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace usersync::config {
namespace {

constexpr std::uintmax_t file_bytes_max = 16u << 20;

Failure unusable(const char* code, std::string detail) {
    return {.kind = FailureKind::blocked, .code = code, .where = "config", .detail = std::move(detail)};
}

Result<std::string> read_file(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) {
        const bool is_missing = !std::filesystem::exists(path, error);
        if (is_missing) return unusable("file_missing", "does not exist");
        return unusable("file_unreadable", "cannot be read");
    }
    if (size > file_bytes_max) return unusable("file_too_large", "is larger than 16 MiB");
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

ConfigFiles files_in(const std::filesystem::path& folder) {
    return [folder](const std::string& name) { return read_file((folder / name).lexically_normal()); };
}

ConfigFiles files_of(const std::vector<RuleFile>& files) {
    return [&files](const std::string& name) -> Result<std::string> {
        const auto found =
            std::find_if(files.begin(), files.end(), [&](const RuleFile& file) { return file.name == name; });
        if (found == files.end()) return unusable("file_missing", "does not exist");
        return found->bytes;
    };
}

}  // namespace usersync::config

#pragma once
// Where the files of a configuration come from: a folder, or a version that was kept.

#include "core/base/result.hpp"
#include "core/model/rule_version.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace usersync::config {

/// A file's bytes by its name. Failures are `blocked`, their detail says what is wrong and not of which file:
/// "file_missing" ("does not exist"), "file_unreadable", "file_too_large" (over 16 MiB).
using ConfigFiles = std::function<Result<std::string>(const std::string& name)>;

/// Names count from this folder.
ConfigFiles files_in(const std::filesystem::path& folder);

/// The files themselves, under exactly these names. REQUIRES: they outlive it.
ConfigFiles files_of(const std::vector<RuleFile>& files);

}  // namespace usersync::config

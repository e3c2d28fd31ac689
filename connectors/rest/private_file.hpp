#pragma once
// Files that nobody but the service may read.

#include "core/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest_api {

/// The whole file; nullopt when there is none. `blocked`/"state_too_open" when anybody but its owner may read or write
/// it, or when it belongs to somebody who is neither us nor root: what is in it counts as known to others, or as
/// written by them. `blocked`/"state_unreadable", "state_too_large". Links are not followed.
Result<std::optional<std::string>> read_private(const std::filesystem::path& file, std::size_t bytes_max);

/// Puts a new file (mode 0600) in the place of the old one, at once and on disk; makes its folder (0700). Whoever reads
/// meanwhile sees one of the two, whole. Two parts, so that a long one need not be copied behind a short one.
/// `broken`/"state_not_written".
Result<void> write_private(const std::filesystem::path& file, std::string_view first, std::string_view second = {});

/// Gives `from` the name `to`, on disk. `broken`/"state_not_written".
Result<void> rename_private(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace usersync::rest_api

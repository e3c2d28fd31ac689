#pragma once
// The numbered .sql files of this folder, compiled in.

#include <span>
#include <string_view>

namespace usersync::storage {

/// Script n (from 0) brings a file from schema version n to n + 1. A script that was ever shipped never changes.
std::span<const std::string_view> schema_scripts();

}  // namespace usersync::storage

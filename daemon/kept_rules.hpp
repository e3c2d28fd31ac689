#pragma once
// The rules of a tenant as its store has kept them.

#include "core/base/result.hpp"
#include "core/model/rule_version.hpp"

#include <filesystem>
#include <optional>

namespace usersync {

/// The version in the tenant's store that counted last, with its files: that of the newest plan, else the newest.
/// nullopt when none is kept, or the store is not there. Blocks. REQUIRES: no other process works on it.
Result<std::optional<RuleVersion>> kept_rules(const std::filesystem::path& store);

}  // namespace usersync

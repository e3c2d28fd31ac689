#pragma once
// The rules of a tenant as its store has kept them.

#include "core/base/result.hpp"
#include "core/model/rule_version.hpp"

#include <filesystem>
#include <vector>

namespace usersync {

/// Every version in the tenant's store with its files: first the one of the newest plan, then the others, the newest
/// first. Empty when the store is not there. Blocks. REQUIRES: no other process works on it.
Result<std::vector<RuleVersion>> kept_rules(const std::filesystem::path& store);

}  // namespace usersync

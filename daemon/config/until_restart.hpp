#pragma once
// Which changes of a tenant's file the running daemon cannot follow.

#include "daemon/config/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace usersync::config {

/// Whether both texts of tenant.toml read a record in the same way: by the same `[columns]` and `[record]`. Another way
/// is for another export: it says nothing about the one that still comes.
bool reads_alike(std::string_view before, std::string_view now);
bool reads_alike(const Table& before, const Table& now);

/// What only a start applies and what `now` says otherwise than `before`, both the text of a tenant.toml: "source",
/// "target", "schedule", "retry.server_wait_max", "notes.folder", "record.pgp_key", "record.pgp_passphrase", in this
/// order. A secret counts as changed when another one is referred to; secrets are not read. A text that is no TOML says
/// nothing.
std::vector<std::string> changed_until_restart(std::string_view before, std::string_view now);

}  // namespace usersync::config

#pragma once
// Files that are given to a command by name, and how a tenant reads a record.

#include "core/base/result.hpp"
#include "core/ingest/inspection.hpp"
#include "daemon/cli.hpp"
#include "daemon/config/config.hpp"
#include "daemon/control/command.hpp"

#include <optional>
#include <string>

namespace usersync {

/// The bytes of a file of 1 GiB at most. `rejected`/"file_unusable" with a sentence for whoever named it.
Result<std::string> read_record_file(const std::string& file);

/// How a file is to be read, and the key for it: a key ring for as long as the command runs.
struct Reading {
    std::optional<ingest::Mapping> mapping;
    record::Decrypt decrypt;
};
Reading reading_of(const config::TenantConfig& tenant);

/// nullopt after the reasons were told.
std::optional<config::TenantConfig> tenant_or_complain(const cli::EnvironmentArguments& where, const std::string& name);

/// Tells why on standard error.
int complain(control::ExitCode code, const std::string& sentence);

}  // namespace usersync

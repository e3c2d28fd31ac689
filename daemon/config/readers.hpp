#pragma once
// The parts of the two files, each read by one function from a table into the options it stands for.

#include "daemon/config/config.hpp"
#include "daemon/config/table_reader.hpp"

namespace usersync::config {

/// usersync.toml. REQUIRES: `config` holds the folders that stand when the file names none.
void read_environment_file(TableReader& root, EnvironmentConfig& config);

/// tenant.toml, all of it, with the checks within one tenant.
void read_tenant_file(TableReader& root, TenantConfig& config);

// The parts of tenant.toml.
void read_source(TableReader& root, TenantConfig& config);
void read_target(TableReader& root, speakap::SpeakapOptions& options);
/// REQUIRES: the columns are read: a rule about a field without a column is a mistake.
void read_mappings(TableReader& root, const ingest::FieldMap& fields, rules::RuleSet& rules);

}  // namespace usersync::config

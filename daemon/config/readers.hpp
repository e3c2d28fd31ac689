#pragma once
// The parts of the two files, each read by one function from a table into the options it stands for.

#include "daemon/config/config.hpp"
#include "daemon/config/table_reader.hpp"

#include <optional>

namespace usersync::config {

/// usersync.toml. REQUIRES: `config` holds the folders that stand when the file names none.
void read_environment_file(TableReader& root, EnvironmentConfig& config);

/// tenant.toml, all of it, with the checks within one tenant. `today` tells which exceptions have ended.
void read_tenant_file(TableReader& root, Day today, TenantConfig& config);

// The parts of tenant.toml.
void read_source(TableReader& root, TenantConfig& config);
void read_target(TableReader& root, TenantConfig& config);

/// `[webhook]`: nothing where the tenant has none.
void read_webhook(TableReader& root, std::optional<WebhookOptions>& target);
// Of one kind each, from the table that `read_source` found.
exec::ExecOptions read_exec(TableReader& source);
ldap::LdapOptions read_ldap(TableReader& source);
rest_api::RestOptions read_rest(TableReader& source);

/// What `[record]` says for fields that say nothing else themselves.
struct RecordDefaults {
    std::string list_separators = "|";  ///< of locations and departments; empty: such a cell is one value
    ingest::OnEmpty on_empty = ingest::OnEmpty::keep;
    /// @{ for problems that only the columns show
    Position rows_per_person_at;
    Position address_domains_at;
    /// @}
};
RecordDefaults read_record(TableReader& root, TenantConfig& config);
void read_columns(TableReader& root, const RecordDefaults& defaults, ingest::ColumnMap& map);
/// Those of the preset that the source names, for a tenant without columns of its own. False: there are none.
bool read_preset_columns(TableReader& root, const RecordDefaults& defaults, ingest::ColumnMap& map);
/// What the record and the columns say of one another.
void check_record(TableReader& root, const RecordDefaults& defaults, const ingest::ColumnMap& map);

/// All that is about whom and where: mappings, life cycle, invitations, accounts, exceptions.
/// REQUIRES: the columns are read: a rule about a field without a column is a mistake.
void read_rules(TableReader& root, Day today, std::vector<std::string> role_order, TenantConfig& config);

}  // namespace usersync::config

#pragma once
// The sandbox on disk: its state between two starts, and the network description it is first built from.

#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace usersync::sandbox {

/// The state as JSON and back. `broken`/"bad_state_file" when the text is not a state.
std::string state_to_json(const SandboxState& state);
Result<SandboxState> state_from_json(std::string_view text);

/// Replaces the file at once (temporary file, fsync, rename, fsync of the folder): after a kill at any moment the
/// file holds either the old state or the new one. The file is readable by its owner only, since it holds tokens.
/// `broken`/"cannot_save_state".
Result<void> save_state(const SandboxState& state, const std::filesystem::path& file);

/// `broken`/"cannot_read_state" or "bad_state_file".
Result<SandboxState> load_state(const std::filesystem::path& file);

/// Builds a network from its description, a JSON object. Every key may be missing; an unknown one is an error.
///
///     network      EID
///     name         of the network
///     seed         number; the same seed gives the same ids
///     token        bearer token of REST
///     scim_token   bearer token of SCIM
///     permissions  app permissions; missing: all
///     behaviour    {group_roles, strict_put, q_finds_xid, refuses_resend, role_change_modifies,
///                  scim_conflict, key_change}: see `Behaviour`
///     groups       [{kind, name, xid, eid, description, hidden, business_unit, department, parent}]
///                  kind is a word of `GroupType`; a local department names its business unit and its department, a
///                  basic group may name a parent
///     roles        [{name, eid, permissions}]
///     users        [{xid, first, infix, family, email, phone, job_title, status, role, groups, eid, scim_id, birthday,
///                  external, other_emails, invited_at, suspended_at, locked_by}]
///                  status is "active" (default), "inactive" or "suspended"; role "member" by default; a group is a
///                  name, or {group, role, locked_by}; locked_by is an app's EID, outside of groups for the network
///     labels       [{name, eid, groups}]
///
/// Groups and roles are named by name, XID or EID. Missing ids and tokens are generated from the seed; `seed` is
/// used when the description has none. Existing people were invited before: no invitation is recorded for them.
/// `rejected`/"bad_network_file" with the place in the description.
Result<SandboxState> build_network(std::string_view description, std::uint64_t seed, Time now);

/// The description used when there is none: a small network of two business units and two departments.
std::string_view default_network();

}  // namespace usersync::sandbox

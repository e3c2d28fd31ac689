#pragma once
// The sandbox on disk: its state between two starts, and the network description it is first built from.

#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// The state as JSON and back. `broken`/"bad_state_file" when the text is not a state.
std::string state_to_json(const SandboxState& state);
Result<SandboxState> state_from_json(std::string_view text);

/// What of the logs is stored already.
struct Stored {
    std::uint64_t calls_seen = 0;
    std::vector<JudgeRow> judgement;
};
/// What has changed since `begin_changes`, as one line without its break: each row that differs with its place, the
/// events, calls and counts that are not stored yet. Its length does not depend on the size of the network.
std::string change_to_json(const SandboxState& state, const Stored& stored);
/// Makes the changes of a journal, one line each; those that the state has already are passed over, and so is a last
/// line without its break. `broken`/"bad_state_file".
Result<void> apply_changes(SandboxState& state, std::string_view journal);

/// Replaces the file at once (temporary file, fsync, rename, fsync of the folder): after a kill at any moment the
/// file holds either the old state or the new one. The file is readable by its owner only, since it holds tokens. The
/// journal beside it is over. `broken`/"cannot_save_state".
Result<void> save_state(const SandboxState& state, const std::filesystem::path& file);

/// The file, and what the journal beside it adds. `broken`/"cannot_read_state" or "bad_state_file".
Result<SandboxState> load_state(const std::filesystem::path& file);

/// Where the changes since the last `save_state` stand: FILE.journal.
std::filesystem::path journal_of(const std::filesystem::path& file);

/// The state on disk while it changes: a snapshot now and then, and a line of the journal for each change. A line costs
/// the same in a large network as in a small one.
class StateFile {
public:
    /// `in_sync`: every line is on the disk before `append` returns, so that it outlives the machine's end as well;
    /// otherwise it is with the system, and outlives the end of this process alone.
    StateFile(std::filesystem::path file, bool in_sync);

    /// As `save_state`.
    Result<void> save(const SandboxState& state);

    /// Stores what has changed since `begin_changes` and counts it in `state.changes`. When it fails, nothing is
    /// stored and nothing counted. `broken`/"cannot_save_state".
    Result<void> append(SandboxState& state);

private:
    std::filesystem::path file_;
    bool in_sync_;
    Stored stored_;
    std::uintmax_t snapshot_bytes_ = 0;
    std::uintmax_t journal_bytes_ = 0;
    bool is_torn_ = false;  ///< the journal ends in the middle of a line
};

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

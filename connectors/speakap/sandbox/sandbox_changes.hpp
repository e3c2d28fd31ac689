#pragma once
// Which rows one call changes. Whoever changes a row touches it first: its old value is kept, so that the change can be
// stored as these rows alone, whatever the size of the network, or be taken back.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

namespace usersync::sandbox {

/// From now on what is touched is kept. REQUIRES: the call before has ended (`end_changes` or `take_back`).
void begin_changes(SandboxState& state);
/// Forgets the old values.
void end_changes(SandboxState& state);
/// The network is as it was at `begin_changes`; the log of calls stays, and so does what the judge counted.
void take_back(SandboxState& state);

/// True when a row, a role, a removal or the log of events differs from what it was at `begin_changes`.
bool has_changed(const SandboxState& state);

// A row that is no row of this state, or a new one, need not be kept.
void touch(SandboxState& state, const User& user);
void touch(SandboxState& state, const Group& group);
void touch(SandboxState& state, const Invitation& invitation);
void touch_roles(SandboxState& state);
void touch_removals(SandboxState& state);

}  // namespace usersync::sandbox

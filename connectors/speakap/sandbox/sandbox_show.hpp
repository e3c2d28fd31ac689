#pragma once
// The network as people see it, as text.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <string>

namespace usersync::sandbox {

/// Units, departments and groups with their members, then everybody with status and role, then the network's own roles,
/// then the invitations sent. What differs from the usual stands in brackets: a role in a group, a hidden group, a
/// lock, somebody from outside.
std::string show(const SandboxState& state);

/// What happened, one line each: number, time, what, XID, group, role. Nobody is named but by XID or EID.
std::string show_events(const SandboxState& state);

}  // namespace usersync::sandbox

#pragma once
// The network as people see it, as text.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <string>

namespace usersync::sandbox {

/// Units, departments and groups with their members, then everybody with status and role, then the invitations sent.
std::string show(const SandboxState& state);

}  // namespace usersync::sandbox

#pragma once
// Every call the sandbox answers: REST, SCIM, and its own few under /sandbox/.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <string_view>

namespace usersync::sandbox {

/// Answers one call. Suspensions that have lasted too long end first.
///
///     /networks/…               REST, with the REST token
///     /scim/Users…              SCIM, with the SCIM token
///     POST /sandbox/accept      form xid=… (repeatable) or all=true: invitees accept; answers {"accepted": n}
///     GET  /sandbox/invitations the invitations that went out, oldest first (a JSON list)
///     GET  /sandbox/calls       the last calls to REST and SCIM, oldest first (a JSON list)
///     GET  /sandbox/network     the network as people see it, as text
///
/// The last four need the REST token and are the sandbox's own: neither limits nor faults touch them, and the log of
/// calls leaves them out.
http::Response answer(SandboxState& state, const http::Request& request, Time now);

/// True for the sandbox's own calls.
bool is_own_call(std::string_view path);

/// A refusal in the shape of the API that was called. REQUIRES: `kind` is one that answers.
http::Response fault_answer(std::string_view path, FaultKind kind, std::chrono::seconds retry_after);

}  // namespace usersync::sandbox

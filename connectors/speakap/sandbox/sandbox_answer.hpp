#pragma once
// Every call the sandbox answers: REST, SCIM, and its own few under /sandbox/.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/lookup.hpp"
#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <string_view>

namespace usersync::sandbox {

/// Answers one call. What time alone brings about happens first.
///
///     /networks/…               REST, with the REST token
///     /scim/Users…              SCIM, with the SCIM token
///     POST /sandbox/accept      form xid=… (repeatable) or all=true: invitees accept; answers {"accepted": n}
///     GET  /sandbox/invitations the invitations that went out, oldest first (a JSON list)
///     GET  /sandbox/calls       the last calls to REST and SCIM, oldest first (a JSON list)
///     GET  /sandbox/events      what happened, oldest first (a JSON list); ?after=N: only those with a higher number
///     GET  /sandbox/network     the network as people see it, as text
///     GET  /sandbox/judge       what the judge counted (JSON); POST: it begins anew
///     POST /sandbox/by-hand     form what=…: what an administrator does on the web pages; answers {"done": true}
///                               rename_group group name, set_xid user xid, set_title user title,
///                               suspend user, reactivate user, lock membership app
///
/// Those under /sandbox/ need the REST token and are the sandbox's own: neither limits nor faults touch them, and the
/// log of calls leaves them out.
http::Response answer(SandboxState& state, const http::Request& request, Time now);
/// The same, faster: `lookup` was made of this state in earlier calls, and nothing changed in between.
http::Response answer(SandboxState& state, Lookup& lookup, const http::Request& request, Time now);

std::string_view path_of(const http::Request& request);

/// True for calls to SCIM, else to REST or to the sandbox itself.
bool is_scim(std::string_view path);
/// True for the sandbox's own calls.
bool is_own_call(std::string_view path);

/// An error of any status in the shape of the API that was called, with the published code where there is one.
http::Response error_answer(std::string_view path, int status);

/// A refusal in the shape of the API that was called. REQUIRES: `kind` is one that answers.
http::Response fault_answer(std::string_view path, FaultKind kind, std::chrono::seconds retry_after);

}  // namespace usersync::sandbox

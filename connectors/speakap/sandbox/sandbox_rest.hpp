#pragma once
// Speakap's REST API under /networks/{n}/, as far as public facts go, as a function over the state.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/lookup.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

namespace usersync::sandbox {

/// Answers one REST call and changes the state accordingly.
///
/// Resources and collections end with '/', actions do not; the wrong form is a 404. Errors are {code, message}.
/// assumption: a call for another network than the token's is refused with 403 -3.
http::Response answer_rest(SandboxState& state, Lookup& lookup, const http::Request& request, Time now);

/// True when the request carries "Authorization: Bearer {token}".
bool bears(const http::Request& request, const std::string& token);

}  // namespace usersync::sandbox

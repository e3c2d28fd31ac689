#pragma once
// What a fault does to a call: to the request on its way in, and to the answer on its way out.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "core/base/time.hpp"

namespace usersync::sandbox {

/// True when the answer is made from the one that the call would have had; otherwise it need not be performed for it.
bool needs_answer(FaultKind kind);

/// The request that takes effect instead of the one that came: with a field cut, or with the first parameters only.
http::Request changed_request(const Fault& fault, http::Request request);

/// The answer that leaves instead of `answer`; status 0 closes the connection. `request` is the one that came.
http::Response changed_answer(const Fault& fault, const http::Request& request, http::Response answer, Time now);

}  // namespace usersync::sandbox

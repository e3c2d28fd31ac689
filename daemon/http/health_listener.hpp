#pragma once
// What the health listener answers. Read only, and nothing personal: it may be scraped by anybody on the machine.

#include "connectors/http/server.hpp"
#include "daemon/http/daemon_status.hpp"

#include <functional>

namespace usersync::status {

/// | request                 | answer                                                              |
/// |-------------------------|---------------------------------------------------------------------|
/// | GET /healthz            | 200 while the loop that answers lives                                |
/// | GET /readyz             | 200, or 503 while starting or shutting down; the text says why       |
/// | GET /status             | 200 with JSON, whatever the health of the tenants                    |
/// | GET /                   | 200, a pointer to these three                                        |
/// | another path            | 404                                                                  |
/// | another method on these | 405; HEAD is as GET, and the server leaves the body out              |
///
/// `view` is called once per request, on the listener's thread, and must give its answer at once.
http::Handler make_health_handler(std::function<DaemonStatus()> view);

}  // namespace usersync::status

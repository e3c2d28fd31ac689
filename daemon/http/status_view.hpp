#pragma once
// The daemon's state as the health listener shows it. Pure, and without personal data.

#include "daemon/http/daemon_status.hpp"

#include <string>

namespace usersync::status {

/// The worst of all tenants; well when there are none.
sync::Health overall_health(const DaemonStatus& status);

/// Whether it is told what is wrong with refused rules: a sentence may quote an address or a name that somebody wrote
/// into a rule.
enum class Sentences {
    told,      ///< over the control socket, which only the service's user may open
    left_out,  ///< on the health listener, which anybody on the machine may ask: file, line, column and code
};

/// One JSON object: the daemon, and an array "tenants" with name, health, running, progress, last_run,
/// last_good_snapshot, plan_held, rules and next_run each; what there is not is null. docs/operations.md describes it.
std::string status_json(const DaemonStatus& status, Sentences sentences = Sentences::left_out);

/// May work be expected of this daemon? Tenants that are unwell do not make it unready: restarting or bypassing the
/// daemon would not help them.
bool is_ready(const DaemonStatus& status);

/// "ready", with the tenants that are paused ("ready; paused: shop"), or what is missing: "not ready: starting, waiting
/// for stores".
std::string ready_text(const DaemonStatus& status);

}  // namespace usersync::status

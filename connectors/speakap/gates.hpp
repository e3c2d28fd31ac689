#pragma once
// Which calls wait at which gate: classes of calls, and tenants that share a credential or a host.

#include "connectors/speakap/gate.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "core/ports/clock.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace usersync::speakap {

/// What may have a limit of its own. Without one, all wait at the gate of REST's reads.
enum CallClass : std::size_t { rest_read, rest_write, scim_call, call_classes };

/// A gate for each class; the same one where classes share a limit. Other tenants may hold the same gates.
using Gates = std::array<std::shared_ptr<Gate>, call_classes>;

pace::AdaptiveLimits limits_of(const SpeakapOptions& options, CallClass call_class);

/// Gates of nobody else's.
Gates make_gates(const SpeakapOptions& options, Clock& clock);

/// Gives tenants with the same credential, or the same `pace_group`, the same gates. The slowest of their limits holds
/// for all. Credentials are told apart by fingerprint; none is kept. One thread.
class SharedGates {
public:
    explicit SharedGates(Clock& clock) : clock_(clock) {}
    Gates of(const SpeakapOptions& options);

private:
    std::shared_ptr<Gate> gate(const std::string& name, pace::AdaptiveLimits limits);

    Clock& clock_;
    std::map<std::string, std::weak_ptr<Gate>> gates_;  // as long as a tenant holds them
};

}  // namespace usersync::speakap

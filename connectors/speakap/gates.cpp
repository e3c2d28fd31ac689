#include "connectors/speakap/gates.hpp"

#include "core/base/fingerprint.hpp"

#include <algorithm>
#include <utility>

namespace usersync::speakap {
namespace {

/// One that tells nothing about the credential.
std::string name_of(const SpeakapOptions& options, CallClass call_class) {
    if (!options.pace_group.empty()) return "group " + options.pace_group;
    FingerprintBuilder builder;
    const bool by_scim = call_class == scim_call;
    builder.add(by_scim ? options.scim_url : options.rest_url);
    builder.add((by_scim ? options.scim_token : options.rest_token).expose());
    return builder.finish().hex();
}

}  // namespace

pace::AdaptiveLimits limits_of(const SpeakapOptions& options, CallClass call_class) {
    pace::AdaptiveLimits limits;
    limits.most = options.rate;
    limits.learns = options.learn_rate;
    auto& rate = limits.most.calls_per_second;
    if (call_class == rest_write) rate = options.write_rate.value_or(rate);
    if (call_class == scim_call) rate = options.scim_rate.value_or(rate);
    limits.most.burst = burst_used(options);
    return limits;
}

Gates make_gates(const SpeakapOptions& options, Clock& clock) {
    SharedGates alone(clock);
    return alone.of(options);
}

Gates SharedGates::of(const SpeakapOptions& options) {
    Gates gates;
    gates[rest_read] = gate(name_of(options, rest_read), limits_of(options, rest_read));
    gates[rest_write] = gates[rest_read];
    gates[scim_call] = gates[rest_read];
    if (options.write_rate) {
        gates[rest_write] = gate(name_of(options, rest_write) + " writes", limits_of(options, rest_write));
    }
    if (options.scim_rate) {
        gates[scim_call] = gate(name_of(options, scim_call) + " scim", limits_of(options, scim_call));
    }
    return gates;
}

std::shared_ptr<Gate> SharedGates::gate(const std::string& name, pace::AdaptiveLimits limits) {
    if (auto there = gates_[name].lock()) {
        there->rate().lower_to(limits.most, clock_.steady_now());
        return there;
    }
    auto made = std::make_shared<Gate>(std::move(limits), clock_);
    gates_[name] = made;
    return made;
}

}  // namespace usersync::speakap

#pragma once
// A fault file: how the sandbox is to misbehave, and when.

#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "connectors/speakap/sandbox/sandbox_limits.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

struct FaultFile {
    std::vector<FaultSpec> rules;
    RatePlan rate;
    std::optional<Settling> settling;
    std::uint64_t seed = 1;  ///< of what happens by chance
};

/// Reads the JSON that docs/sandbox.md describes:
///
///     seed    of what happens by chance
///     rate    {calls_per_second, burst, scope, changes: [{calls_per_second, from_call, after_ms, until_ms}],
///              second_clients: [{token, calls_per_second, after_ms, until_ms}]}
///     settle  {ms, single_reads}
///     rules   [{name, method, path, call, every, from, to, share, after_ms, until_ms, what, …}]
///
/// Every key may be missing but `path` and `what` of a rule; an unknown one, or one that means nothing to its `what`,
/// is an error. `rejected`/"bad_fault_file" with the place.
Result<FaultFile> parse_fault_file(std::string_view text);

}  // namespace usersync::sandbox

#pragma once
// Faults on demand: which calls go wrong, and how.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

enum class FaultKind {
    lost,       ///< the effect happens, the connection closes without an answer
    closed,     ///< nothing happens, the connection closes without an answer
    error_500,  ///< nothing happens, 500
    error_503,  ///< nothing happens, 503
    too_many,   ///< nothing happens, 429 with Retry-After
    slow,       ///< the effect happens, the answer comes later
};

/// "lost", "closed", "500", "503", "429", "slow"
std::string_view to_string(FaultKind kind);

struct Fault {
    FaultKind kind = FaultKind::error_500;
    Duration wait{0};  ///< of `slow`
    bool operator==(const Fault&) const = default;
};

/// One `--fault METHOD:PATH-GLOB:NTH:WHAT`.
struct FaultSpec {
    std::string method;     ///< "*": any
    std::string path;       ///< glob over the path without its query: '*' is any text, '/' included; '?' one character
    std::uint64_t nth = 0;  ///< only the n-th matching call; 0: not by number
    std::uint64_t every = 0;  ///< every k-th matching call; 0: not by step
    Fault fault;
    bool operator==(const FaultSpec&) const = default;
};

/// NTH is a number from 1, `every=K`, or `*`; WHAT is lost, closed, 500, 503, 429 or slow=MS.
/// "POST:/scim/Users:2:lost", "*:*/memberships/*:every=3:503", "GET:*:*:slow=200". `rejected`/"bad_fault".
Result<FaultSpec> parse_fault(std::string_view spec);

bool glob_matches(std::string_view glob, std::string_view text);

/// True when the spec speaks about the `count`-th call that its method and path match. REQUIRES: count >= 1.
bool applies(const FaultSpec& spec, std::uint64_t count);

/// Decides call by call. Counts the calls that each spec matches; the first spec that applies wins.
class FaultPlan {
public:
    explicit FaultPlan(std::vector<FaultSpec> specs);

    /// The fault of this call. Every spec that matches method and path counts it.
    std::optional<Fault> next(std::string_view method, std::string_view path);

private:
    std::vector<FaultSpec> specs_;
    std::vector<std::uint64_t> counts_;
};

}  // namespace usersync::sandbox

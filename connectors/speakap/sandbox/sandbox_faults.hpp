#pragma once
// Faults on demand: which calls go wrong, and how.

#include "connectors/http/message.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
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
    // The following stand in a fault file only.
    status,      ///< nothing happens, the given status with its headers and its body
    no_effect,   ///< nothing happens, and the answer is that of success
    error_body,  ///< nothing happens, 200 with the body of an error
    partial,     ///< only the first so many parameters of the form take effect, 207
    cut,         ///< a field is cut before it takes effect, and the answer says nothing of it
    html,        ///< nothing happens, 200 with the page of a proxy
    truncated,   ///< the effect happens, the body of the answer ends in the middle
};

/// "lost", "closed", "500", "503", "429", "slow", "status", "no_effect", "error_body", "partial", "cut", "html",
/// "truncated"
std::string_view to_string(FaultKind kind);

/// The value of Retry-After: so written, or a date so far from now.
struct RetryAfter {
    std::string text;
    std::optional<std::chrono::seconds> date_in;
    bool operator==(const RetryAfter&) const = default;
};

struct Fault {
    FaultKind kind = FaultKind::error_500;
    Duration wait{0};  ///< before the answer leaves
    int code = 0;      ///< HTTP status of `status`, `error_body`, `partial` and `html`; 0: the kind's own
    std::vector<http::Header> headers;
    std::optional<std::string> body;  ///< of `status` and `html`; nullopt: an error as the API words it, or our page
    std::optional<RetryAfter> retry_after;
    std::optional<bool> effect;  ///< nullopt: as the kind says
    std::uint64_t keep = 0;      ///< of `partial`: parameters that take effect
    std::string field;           ///< of `cut`: "/title", "/emails/0/value" in JSON, or the name of a form's parameter
    std::uint64_t length = 0;    ///< of `cut`: characters that stay; of `truncated`: bytes, 0 for the half
    bool operator==(const Fault&) const = default;
};

/// True when the call takes effect although it goes wrong.
bool has_effect(const Fault& fault);

/// One `--fault METHOD:PATH-GLOB:NTH:WHAT`, or one rule of a fault file. All that is given must hold.
struct FaultSpec {
    std::string method;     ///< "*": any
    std::string path;       ///< glob over the path without its query: '*' is any text, '/' included; '?' one character
    std::uint64_t nth = 0;  ///< only the n-th matching call; 0: not by number
    std::uint64_t every = 0;  ///< every k-th matching call; 0: not by step
    Fault fault;
    std::uint64_t from = 0;  ///< matching calls from this one on; 0: from the first
    std::uint64_t to = 0;    ///< up to this one; 0: for ever
    double share = 0;        ///< by chance: this share of the calls for which all else holds; 0: not by chance
    Duration after{0};       ///< since the start of the sandbox
    std::optional<Duration> until;
    std::string name;  ///< shown in the log of calls; empty: the word of the kind
    bool operator==(const FaultSpec&) const = default;
};

/// NTH is a number from 1, `every=K`, or `*`; WHAT is lost, closed, 500, 503, 429 or slow=MS.
/// "POST:/scim/Users:2:lost", "*:*/memberships/*:every=3:503", "GET:*:*:slow=200". `rejected`/"bad_fault".
Result<FaultSpec> parse_fault(std::string_view spec);

bool glob_matches(std::string_view glob, std::string_view text);

/// True when the spec speaks about the `count`-th call that its method and path match, so long after the start.
/// REQUIRES: count >= 1.
bool applies(const FaultSpec& spec, std::uint64_t count, Duration since_start = Duration(0));

/// What goes wrong with one call.
struct Strike {
    Fault fault;
    std::string name;
};

/// Decides call by call. Counts the calls that each spec matches; the first spec that applies wins.
class FaultPlan {
public:
    /// The same seed has the same chances.
    explicit FaultPlan(std::vector<FaultSpec> specs, std::uint64_t seed = 1);

    /// The fault of this call. Every spec that matches method and path counts it.
    std::optional<Strike> strike(std::string_view method, std::string_view path, Duration since_start);
    std::optional<Fault> next(std::string_view method, std::string_view path, Duration since_start = Duration(0));

private:
    std::vector<FaultSpec> specs_;
    std::vector<std::uint64_t> counts_;
    std::mt19937_64 random_;
};

}  // namespace usersync::sandbox

#pragma once
// Trying out, with harmless reads, what we assume about a network.

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// One assumption of docs/speakap-assumptions.md, tried on a real network.
struct ProbeFinding {
    enum class Verdict : std::uint8_t {
        holds,
        fails,      ///< the setting that stands for it must be another one, or the sync does not fit this network
        not_seen,   ///< nothing in this network shows it: no local department, nobody suspended
        not_tried,  ///< only a write would show it
    };
    std::string assumption;  ///< "A-10"
    Verdict verdict = Verdict::not_tried;
    std::string sentence;  ///< what was seen; no personal data
    std::string setting;   ///< the one that stands for it; empty when there is none
    bool operator==(const ProbeFinding&) const = default;
};
std::string_view to_string(ProbeFinding::Verdict verdict);

/// Sends reads only. A call that fails is a finding; a Failure is when nothing can be said at all (blocked, no
/// network).
class Probe {
public:
    virtual ~Probe() = default;
    virtual boost::asio::awaitable<Result<std::vector<ProbeFinding>>> probe(Deadline deadline) = 0;
};

}  // namespace usersync

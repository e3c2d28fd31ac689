#pragma once
// What an answer means for what happens next.

#include "core/base/result.hpp"
#include "core/rest/call.hpp"
#include "core/rest/connector.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace usersync::rest {

/// No answer is believed that wants a source left alone for longer: that is a slip, and nobody would be taken on again.
constexpr Duration asked_wait_max = std::chrono::hours(24);

/// An answer as it came.
struct Reply {
    int status = 200;
    HeaderTexts headers;
    std::string body;
};

struct Answer {
    AnswerKind kind = AnswerKind::ok;
    std::string code;       ///< "not_authorised", or that of the rule
    std::string says;       ///< of the rule; empty without one
    std::string message;    ///< the vendor's own words, one line, at most 300 bytes
    std::string reference;  ///< for the vendor's support
    int status = 200;
    std::optional<Duration> wait;        ///< how long the vendor wants to be left alone, at most `wait_max`
    std::optional<Duration> asked_wait;  ///< what it said, when that was longer: not today
    bool operator==(const Answer&) const = default;
};

/// By the rules, and where none fits by the status:
///
/// | status                        | is                                             |
/// |-------------------------------|------------------------------------------------|
/// | 204; any other 2xx            | nothing; ok                                    |
/// | 401                           | auth                                           |
/// | 403                           | forbidden                                      |
/// | 408, 425, 500, 502, 504, 52x  | transient                                      |
/// | 429, 503                      | throttled                                      |
/// | 3xx, and any other            | config                                         |
///
/// Of a failed answer a wait is read from Retry-After (seconds or a date), the reset header, and the body's path: the
/// longest, and never more than `asked_wait_max`. A number of more than 11 digits is one of milliseconds. `delta` is of
/// a delta read: then a status or text of its own means `resync`.
Answer class_of(const Reply& reply, const ErrorRules& errors, const Limits& limits, Time now,
                const DeltaRule* delta = nullptr);

/// REQUIRES: the answer is neither ok nor nothing. auth, forbidden, config: `blocked`; transient, throttled:
/// `transient`, with the wait; resync: `rejected`/"resync".
Failure failure_of(const Answer& answer, std::string_view where);

}  // namespace usersync::rest

#pragma once
// What an answer of Speakap that is not a success means for the caller.

#include "connectors/http/message.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <optional>
#include <string_view>

namespace usersync::speakap {

enum class Sent { read, write };

inline bool is_success(const http::Response& response) { return response.status >= 200 && response.status < 300; }

/// The failure that an answer outside 2xx stands for. `code` is the documented name of the error code in the body
/// in snake_case, else a name for the HTTP status. `detail` says status and code only: the server's own words may
/// hold addresses. `retry_after` is the server's Retry-After, when there is one and it can be read.
///
/// | HTTP                              | kind                                      | effect of a write           |
/// |-----------------------------------|-------------------------------------------|-----------------------------|
/// | 3xx                               | blocked (the address is wrong)            | none                        |
/// | 401, code -2                      | blocked                                   | none                        |
/// | 403, code -3                      | blocked                                   | none                        |
/// | 403, code -12, -14, -15           | rejected: about this person, not about us | none                        |
/// | 408                               | transient                                 | unknown: a proxy may say it |
/// | 425, 429, 503                     | transient                                 | none: each says so          |
/// | 500, 502, 504, other 5xx          | transient                                 | unknown: may be half done   |
/// | 400, 404, 409, 410, any other 4xx | rejected                                  | none                        |
/// | anything else                     | transient                                 | unknown                     |
///
/// A read has no effect, whatever the status.
Failure failure_of(const http::Response& response, Sent sent, Time now, std::string_view where);

/// The server's Retry-After, as seconds or as a date; nullopt when there is none or it cannot be read.
std::optional<Duration> retry_after_of(const http::Response& response, Time now);

/// A 2xx whose body cannot be read as what it should be: transient; a write may have happened.
Failure unreadable_answer(Sent sent, std::string_view where);

}  // namespace usersync::speakap

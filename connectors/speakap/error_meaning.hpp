#pragma once
// What an answer of Speakap that is not a success means for the caller.

#include "connectors/http/message.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/pace/server_word.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

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
/// | 405, 406, 415                     | broken: we ask in the wrong way           | none                        |
/// | 400, 404, 409, 410, any other 4xx | rejected                                  | none                        |
/// | anything else                     | transient                                 | unknown                     |
///
/// A read has no effect, whatever the status. A body may name its error by code (number or text), by one of the names
/// that are published without a code, or by a SCIM `scimType`. A Retry-After is capped to `wait_max`; `detail`
/// tells of one that was longer, or that cannot be read.
Failure failure_of(const http::Response& response, Sent sent, Time now, std::string_view where,
                   Duration wait_max = std::chrono::minutes(15));

/// What a 2xx stands for that is no success: the failure of the error that its body tells (a write may have happened
/// all the same), `transient`/"partial_answer" for 207, `transient`/"not_json" for a page of somebody in between.
/// nullopt when it is the success that it says.
std::optional<Failure> failure_behind(const http::Response& success, Sent sent, Time now, std::string_view where,
                                      Duration wait_max = std::chrono::minutes(15));

/// As the parser of the server's word reads them; they live as long as these headers.
std::vector<pace::HeaderField> fields_of(const std::vector<http::Header>& headers);

/// A 2xx whose body cannot be read as what it should be: transient; a write may have happened.
Failure unreadable_answer(Sent sent, std::string_view where);

}  // namespace usersync::speakap

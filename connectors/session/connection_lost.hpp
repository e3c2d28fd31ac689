#pragma once
// A session that ended without an answer.

#include "core/base/result.hpp"

#include <string>
#include <utility>

namespace usersync::session {

inline constexpr const char* connection_lost_code = "connection_lost";

/// Transient. The breaker knows whether that was its doing; `with_reason` asks it.
inline Failure connection_lost(std::string where) {
    return {.kind = FailureKind::transient,
            .code = connection_lost_code,
            .where = std::move(where),
            .detail = "the server closed the connection"};
}

}  // namespace usersync::session

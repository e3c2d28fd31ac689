#pragma once
// This room's failures: one place for where they come from.

#include "core/base/result.hpp"

#include <string>
#include <utility>

namespace usersync::ldap {

inline Failure transient(std::string code, std::string detail) {
    return Failure{
        .kind = FailureKind::transient, .code = std::move(code), .where = "ldap", .detail = std::move(detail)};
}

inline Failure blocked(std::string code, std::string detail) {
    return Failure{.kind = FailureKind::blocked, .code = std::move(code), .where = "ldap", .detail = std::move(detail)};
}

/// The session ended without an answer. The breaker knows whether that was its doing.
inline Failure connection_lost() { return transient("connection_lost", "the server closed the connection"); }

}  // namespace usersync::ldap

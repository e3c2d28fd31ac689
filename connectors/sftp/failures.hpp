#pragma once
// This room's failures: one place for where they come from.

#include "connectors/session/connection_lost.hpp"
#include "core/base/result.hpp"

#include <string>
#include <utility>

namespace usersync::sftp {

inline Failure transient(std::string code, std::string detail) {
    return Failure{
        .kind = FailureKind::transient, .code = std::move(code), .where = "sftp", .detail = std::move(detail)};
}

inline Failure blocked(std::string code, std::string detail) {
    return Failure{.kind = FailureKind::blocked, .code = std::move(code), .where = "sftp", .detail = std::move(detail)};
}

inline Failure connection_lost() { return session::connection_lost("sftp"); }

}  // namespace usersync::sftp

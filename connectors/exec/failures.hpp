#pragma once
// This room's failures: one place for where they come from.

#include "core/base/result.hpp"

#include <string>
#include <utility>

namespace usersync::exec {

inline Failure transient(std::string code, std::string detail) {
    return Failure{
        .kind = FailureKind::transient, .code = std::move(code), .where = "exec", .detail = std::move(detail)};
}

inline Failure blocked(std::string code, std::string detail) {
    return Failure{.kind = FailureKind::blocked, .code = std::move(code), .where = "exec", .detail = std::move(detail)};
}

}  // namespace usersync::exec

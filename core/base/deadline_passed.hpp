#pragma once
// The one failure that every room has: its time was over.

#include "core/base/result.hpp"

#include <string>
#include <utility>

namespace usersync {

/// Transient, "deadline_passed": the caller's time for this step was over before `where` was done with it.
inline Failure deadline_passed(std::string where) {
    return {.kind = FailureKind::transient,
            .code = "deadline_passed",
            .where = std::move(where),
            .detail = "the time for this step was over"};
}

}  // namespace usersync

#pragma once
// Refusing a record, in words that the sender of the record understands.

#include "core/base/result.hpp"

#include <string>

namespace usersync::record {

/// REQUIRES: `sentence` holds no cell of the record.
inline Failure refused(std::string code, std::string sentence) {
    return {.kind = FailureKind::rejected, .code = std::move(code), .where = "record", .detail = std::move(sentence)};
}

}  // namespace usersync::record

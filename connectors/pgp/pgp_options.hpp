#pragma once
// What is needed to read records that are encrypted for us.

#include "core/base/secret.hpp"

#include <optional>

namespace usersync::pgp {

struct PgpOptions {
    /// Armoured or binary. May hold several keys, one after another: while a key is being replaced, records that are
    /// encrypted for the old or for the new one are both read. Absent: encrypted records are refused.
    std::optional<Secret> private_key;
    std::optional<Secret> passphrase;  ///< of the private keys, when they are protected by one; the same for all
};

}  // namespace usersync::pgp

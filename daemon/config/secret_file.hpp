#pragma once
// Reads one secret from its file, if the file is kept as a secret should be.

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <filesystem>

namespace usersync::config {

enum class SecretHome {
    file,        ///< nobody but its owner may read it
    credential,  ///< systemd keeps it; it grants the service access by a group entry, which the mode shows
};

/// The content without one newline at its end. All failures are `blocked`, their detail a sentence for people:
/// "secret_missing", "secret_unreadable", "secret_not_a_file", "secret_too_open" (others may read it, or it belongs
/// to somebody who is neither us nor root), "secret_empty", "secret_too_large".
Result<Secret> read_secret(const std::filesystem::path& file, SecretHome home);

}  // namespace usersync::config

#pragma once
// How to reach a tenant's SFTP folder.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/ingest/pickup.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace usersync::sftp {

/// What happens to a file once its content is safe with us.
enum class AfterReading {
    archive,  ///< moved into `archive_folder` under a fresh name
    keep,     ///< left where it is: for accounts that may not move files; its content is recognised next time
};

struct SftpOptions {
    std::string host;
    std::uint16_t port = 22;
    std::string user;
    Secret private_key;  ///< OpenSSH or PEM text; either this or the password
    Secret private_key_passphrase;
    Secret password;
    std::vector<std::string> host_keys;  ///< pinned: "SHA256:…" as `ssh-keygen -lf` prints; at least one, compulsory
    std::string folder = ".";
    AfterReading after_reading = AfterReading::archive;
    std::string archive_folder = "archive";  ///< within `folder`; made when it is missing
    ingest::PickupRules pickup;
    Duration idle_max = std::chrono::seconds(30);  ///< without any progress for this long, the peer is given up
};

}  // namespace usersync::sftp

#pragma once
// Reads records that are encrypted for us, with the GnuPG program and a key ring of its own.

#include "connectors/pgp/pgp_options.hpp"
#include "core/base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace usersync::pgp {

/// What there is besides the key.
struct PgpSurroundings {
    std::string folder;                  ///< where the key ring's own folder is made; best one in memory, such as /run
    std::size_t unpacked_bytes_max = 0;  ///< a message that holds more is refused while it is being decrypted
    std::string program;                 ///< path of gpg; empty: the one that is installed
};

/// Holds the private keys in a new folder of its own (mode 0700), with a gpg-agent for it. Both are gone when this
/// dies. The passphrase is handed to gpg by a pipe when it asks, never by an argument or the environment, and is not
/// kept by the agent. Nothing of the invoking user's own GnuPG settings or keys is used, and nothing is looked up in
/// the network.
///
/// Every call blocks and starts programs: it belongs on a lane, and only one call at a time. Signatures within a
/// message are not checked: whoever may deliver is settled by the source.
class PgpDecryptor {
public:
    /// | failure               | kind    | when                                                                        |
    /// |-----------------------|---------|-----------------------------------------------------------------------------|
    /// | pgp_no_key            | blocked | no private key is configured                                                |
    /// | pgp_bad_key           | blocked | it cannot be read, is a public key, or none of the keys is for encrypting   |
    /// | gpg_missing           | broken  | there is no gpg program, or not one that can be used                        |
    /// | pgp_folder_unusable   | broken  | the folder cannot be written to, or its path is too long for gpg's sockets  |
    static Result<PgpDecryptor> open(const PgpOptions& options, const PgpSurroundings& surroundings);

    PgpDecryptor(PgpDecryptor&&) noexcept;
    PgpDecryptor& operator=(PgpDecryptor&&) noexcept;
    ~PgpDecryptor();

    /// The plain bytes of a message, armoured or binary; it may be signed and compressed within.
    ///
    /// | failure            | kind      | when                                                                        |
    /// |--------------------|-----------|-----------------------------------------------------------------------------|
    /// | pgp_wrong_key      | rejected  | encrypted for other keys, whose ids `detail` names, or with a password        |
    /// | damaged_pgp        | rejected  | cut off, changed, not encrypted at all, or without the integrity protection  |
    /// |                    |           | by which a change would be noticed (gpg refuses that, and so do we)          |
    /// | too_large_unpacked | rejected  | more than `unpacked_bytes_max`                                              |
    /// | pgp_bad_passphrase | blocked   | the private key is protected, and not by the configured passphrase          |
    /// | gpg_failed         | transient | gpg could not do its work: no memory, no agent                              |
    Result<std::string> decrypt(std::string_view message);

private:
    class KeyRing;
    explicit PgpDecryptor(std::unique_ptr<KeyRing> ring);

    std::unique_ptr<KeyRing> ring_;
};

}  // namespace usersync::pgp

#include "connectors/pgp/pgp_decryptor.hpp"

#include "connectors/pgp/key_home.hpp"

#include <gpgme.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

namespace usersync::pgp {
namespace {

constexpr std::size_t key_ids_named_max = 8;

Failure failure(FailureKind kind, const char* code, std::string detail) {
    return Failure{.kind = kind, .code = code, .where = "pgp", .detail = std::move(detail)};
}

Failure gpg_missing() {
    return failure(FailureKind::broken, "gpg_missing", "the gpg program is not installed or cannot be used");
}

Failure bad_key(std::string detail) { return failure(FailureKind::blocked, "pgp_bad_key", std::move(detail)); }

Failure gpg_failed(gpgme_error_t error) {
    return failure(FailureKind::transient, "gpg_failed",
                   std::string("gpg could not do its work: ") + gpgme_strerror(error));
}

struct ReleaseContext {
    void operator()(gpgme_ctx_t context) const { gpgme_release(context); }
};
struct ReleaseBytes {
    void operator()(gpgme_data_t bytes) const { gpgme_data_release(bytes); }
};
struct ReleaseKey {
    void operator()(gpgme_key_t key) const { gpgme_key_unref(key); }
};
using Context = std::unique_ptr<std::remove_pointer_t<gpgme_ctx_t>, ReleaseContext>;
using Bytes = std::unique_ptr<std::remove_pointer_t<gpgme_data_t>, ReleaseBytes>;
using Key = std::unique_ptr<std::remove_pointer_t<gpgme_key_t>, ReleaseKey>;

Bytes readable(std::string_view bytes) {
    constexpr int borrowed = 0;
    gpgme_data_t handed = nullptr;
    if (gpgme_data_new_from_mem(&handed, bytes.data(), bytes.size(), borrowed) != 0) return nullptr;
    return Bytes(handed);
}

// Takes what gpg puts out, up to a limit. Past it gpg's pipe is closed, which ends gpg.
struct Sink {
    std::string bytes;
    std::size_t bytes_max = 0;
    bool is_over = false;
};

extern "C" ssize_t usersync_pgp_write(void* sink, const void* bytes, size_t count) {
    auto& into = *static_cast<Sink*>(sink);
    if (count > into.bytes_max - into.bytes.size()) {
        into.is_over = true;
        errno = EFBIG;
        return -1;
    }
    into.bytes.append(static_cast<const char*>(bytes), count);
    return static_cast<ssize_t>(count);
}

struct PassphraseAnswer {
    const Secret* passphrase = nullptr;  ///< null: none is configured
    bool is_refused = false;             ///< gpg wants one, or another one
};

extern "C" gpgme_error_t usersync_pgp_passphrase(void* answer, const char*, const char*, int previous_was_bad,
                                                 int descriptor) {
    auto& given = *static_cast<PassphraseAnswer*>(answer);
    if (given.passphrase == nullptr || previous_was_bad != 0) {
        given.is_refused = true;
        return gpg_error(GPG_ERR_CANCELED);
    }
    const std::string& text = given.passphrase->expose();
    const bool is_written =
        gpgme_io_writen(descriptor, text.data(), text.size()) == 0 && gpgme_io_writen(descriptor, "\n", 1) == 0;
    return is_written ? 0 : gpg_error(GPG_ERR_EIO);
}

// The library wants to be asked for its version before anything else, once for the process.
bool library_is_ready() {
    static const bool is_ready = gpgme_check_version("1.18.0") != nullptr;
    return is_ready;
}

bool has_program(gpgme_ctx_t context) {
    for (auto* engine = gpgme_ctx_get_engine_info(context); engine != nullptr; engine = engine->next) {
        if (engine->protocol != GPGME_PROTOCOL_OpenPGP) continue;
        return engine->file_name != nullptr && ::access(engine->file_name, X_OK) == 0;
    }
    return false;
}

bool is_for_us(const gpgme_subkey_t part) {
    return part->can_encrypt && part->secret && !part->is_cardkey && !part->invalid;
}

Result<void> check_can_decrypt(gpgme_ctx_t context) {
    constexpr int secret_only = 1;
    if (const auto error = gpgme_op_keylist_start(context, nullptr, secret_only)) return gpg_failed(error);
    bool found = false;
    for (gpgme_key_t next = nullptr; gpgme_op_keylist_next(context, &next) == 0;) {
        const Key key(next);
        for (auto* part = key->subkeys; part != nullptr; part = part->next) found = found || is_for_us(part);
    }
    gpgme_op_keylist_end(context);
    if (!found) return bad_key("none of the private keys is one that messages can be encrypted for");
    return {};
}

Result<void> import_keys(gpgme_ctx_t context, const Secret& keys) {
    const Bytes bytes = readable(keys.expose());
    if (!bytes) return gpg_failed(gpg_error(GPG_ERR_ENOMEM));
    const auto error = gpgme_op_import(context, bytes.get());
    const auto* imported = gpgme_op_import_result(context);
    if (gpg_err_code(error) == GPG_ERR_INV_ENGINE) return gpg_missing();
    if (imported != nullptr && imported->secret_read > 0) return check_can_decrypt(context);
    if (imported != nullptr && imported->considered > 0) {
        return bad_key("the configured key is a public one: the private key is needed");
    }
    return bad_key("the configured private key cannot be read as an OpenPGP key");
}

std::string key_ids(gpgme_recipient_t recipient) {
    std::string ids;
    for (std::size_t count = 0; recipient != nullptr && count < key_ids_named_max;
         recipient = recipient->next, ++count) {
        if (!ids.empty()) ids += ", ";
        ids += recipient->keyid != nullptr ? recipient->keyid : "unknown";
    }
    return ids;
}

Failure wrong_key(gpgme_recipient_t recipients) {
    return failure(FailureKind::rejected, "pgp_wrong_key",
                   recipients == nullptr ? "the record is encrypted with a password, not for a key of ours"
                                         : "the record is encrypted for other keys than ours: " + key_ids(recipients));
}

Failure damaged(std::string detail) { return failure(FailureKind::rejected, "damaged_pgp", std::move(detail)); }

struct Attempt {
    gpgme_error_t error;
    gpgme_recipient_t recipients;  ///< null: for no key
    bool has_no_integrity_protection;
    bool wanted_passphrase;  ///< that we do not have
};

Failure meaning(const Attempt& attempt) {
    if (attempt.wanted_passphrase || gpg_err_code(attempt.error) == GPG_ERR_BAD_PASSPHRASE) {
        if (attempt.recipients == nullptr) return wrong_key(nullptr);
        return failure(FailureKind::blocked, "pgp_bad_passphrase",
                       "the private key is protected by another passphrase than the configured one");
    }
    if (attempt.has_no_integrity_protection) {
        return damaged("the record is encrypted without integrity protection, so that a change would not be noticed");
    }
    switch (gpg_err_code(attempt.error)) {
        case GPG_ERR_NO_SECKEY: return wrong_key(attempt.recipients);
        case GPG_ERR_NO_DATA: return damaged("the record is no encrypted OpenPGP message");
        case GPG_ERR_INV_ENGINE: return gpg_missing();
        case GPG_ERR_NO_AGENT:
        case GPG_ERR_AGENT:
        case GPG_ERR_ENOMEM:
        case GPG_ERR_EIO: return gpg_failed(attempt.error);
        default: return damaged("the encrypted record is damaged or was cut off");
    }
}

}  // namespace

class PgpDecryptor::KeyRing {
public:
    KeyRing(KeyHome home, const PgpSurroundings& surroundings, std::optional<Secret> passphrase)
        : home_(std::move(home)),
          passphrase_(std::move(passphrase)),
          program_(surroundings.program),
          bytes_max_(surroundings.unpacked_bytes_max) {}

    Result<void> fill(const Secret& keys) {
        auto context = make_context();
        if (!context) return context.error();
        return import_keys(context->get(), keys);
    }

    Result<std::string> decrypt(std::string_view message) {
        auto context = make_context();
        if (!context) return context.error();
        PassphraseAnswer answer{.passphrase = passphrase_ ? &*passphrase_ : nullptr};
        gpgme_set_pinentry_mode(context->get(), GPGME_PINENTRY_MODE_LOOPBACK);
        gpgme_set_passphrase_cb(context->get(), usersync_pgp_passphrase, &answer);
        return decrypt_with(context->get(), message, answer);
    }

private:
    Result<Context> make_context() const {
        if (!library_is_ready()) return gpg_missing();
        gpgme_ctx_t made = nullptr;
        if (const auto error = gpgme_new(&made)) return gpg_failed(error);
        Context context(made);
        const char* program = program_.empty() ? nullptr : program_.c_str();
        if (gpgme_ctx_set_engine_info(made, GPGME_PROTOCOL_OpenPGP, program, home_.path().c_str()) != 0) {
            return gpg_missing();
        }
        if (gpgme_set_protocol(made, GPGME_PROTOCOL_OpenPGP) != 0) return gpg_missing();
        if (!has_program(made)) return gpg_missing();
        return context;
    }

    Result<std::string> decrypt_with(gpgme_ctx_t context, std::string_view message, const PassphraseAnswer& answer) {
        Sink sink{.bytes_max = bytes_max_};
        gpgme_data_cbs callbacks{.read = nullptr, .write = usersync_pgp_write, .seek = nullptr, .release = nullptr};
        gpgme_data_t out = nullptr;
        if (const auto error = gpgme_data_new_from_cbs(&out, &callbacks, &sink)) return gpg_failed(error);
        const Bytes plain(out);
        const Bytes cipher = readable(message);
        if (!cipher) return gpg_failed(gpg_error(GPG_ERR_ENOMEM));
        const auto error = gpgme_op_decrypt(context, cipher.get(), plain.get());
        if (sink.is_over) {
            return failure(FailureKind::rejected, "too_large_unpacked",
                           "what is encrypted in the record is larger than the limit");
        }
        const auto* found = gpgme_op_decrypt_result(context);
        const Attempt attempt{.error = error,
                              .recipients = found != nullptr ? found->recipients : nullptr,
                              .has_no_integrity_protection = found != nullptr && found->legacy_cipher_nomdc,
                              .wanted_passphrase = answer.is_refused};
        if (error != 0 || attempt.has_no_integrity_protection) return meaning(attempt);
        // Encrypted with a password that happens to be our passphrase: whoever did it was not given a key.
        if (attempt.recipients == nullptr) return wrong_key(nullptr);
        return std::move(sink.bytes);
    }

    KeyHome home_;
    std::optional<Secret> passphrase_;
    std::string program_;
    std::size_t bytes_max_;
};

PgpDecryptor::PgpDecryptor(std::unique_ptr<KeyRing> ring) : ring_(std::move(ring)) {}
PgpDecryptor::PgpDecryptor(PgpDecryptor&&) noexcept = default;
PgpDecryptor& PgpDecryptor::operator=(PgpDecryptor&&) noexcept = default;
PgpDecryptor::~PgpDecryptor() = default;

Result<PgpDecryptor> PgpDecryptor::open(const PgpOptions& options, const PgpSurroundings& surroundings) {
    if (!options.private_key) {
        return failure(FailureKind::blocked, "pgp_no_key", "no private key is configured for encrypted records");
    }
    auto home = KeyHome::make(surroundings.folder);
    if (!home) return home.error();
    auto ring = std::make_unique<KeyRing>(std::move(*home), surroundings, options.passphrase);
    const auto filled = ring->fill(*options.private_key);
    if (!filled) return filled.error();
    return PgpDecryptor(std::move(ring));
}

Result<std::string> PgpDecryptor::decrypt(std::string_view message) { return ring_->decrypt(message); }

}  // namespace usersync::pgp

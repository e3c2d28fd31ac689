#include "connectors/sftp/login.hpp"

#include "connectors/sftp/failures.hpp"

#include <libssh/libssh.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace usersync::sftp {
namespace {

struct FreeKey {
    void operator()(ssh_key_struct* key) const { ssh_key_free(key); }
};
using SshKey = std::unique_ptr<ssh_key_struct, FreeKey>;

/// libssh keeps descriptors in 16 bits.
constexpr int descriptor_max = 0xFFFF;

/// AES-GCM first: in hardware it is half as fast again as libssh's own first choice.
constexpr const char* ciphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";

const char* algorithms(HostKeyOffer offer) {
    switch (offer) {
        case HostKeyOffer::any:
            return "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
        case HostKeyOffer::ed25519: return "ssh-ed25519";
        case HostKeyOffer::ecdsa: return "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521";
        case HostKeyOffer::rsa: return "rsa-sha2-512,rsa-sha2-256";
    }
    return "";
}

/// What libssh or the server says, fit for a log line.
std::string quoted(const char* text) {
    constexpr std::size_t length_max = 300;
    std::string result = std::string(text == nullptr ? "" : text).substr(0, length_max);
    std::replace_if(
        result.begin(), result.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
    return result;
}

bool says(ssh_session session, std::string_view words) {
    return std::string_view(ssh_get_error(session)).find(words) != std::string_view::npos;
}

bool set_options(ssh_session session, const SftpOptions& options, HostKeyOffer offer, int descriptor) {
    // The service user's own ssh configuration and known hosts have no say: the pins alone decide.
    const bool process_config = false;
    const char* nowhere = "/dev/null";
    // The breaker is the limit. libssh's own must not be the first to fire, since its answer looks like any other.
    const long timeout = 2 * std::chrono::ceil<std::chrono::seconds>(options.idle_max).count() + 5;
    const auto set = [session](ssh_options_e option, const void* value) {
        return ssh_options_set(session, option, value) == SSH_OK;
    };
    return set(SSH_OPTIONS_PROCESS_CONFIG, &process_config) && set(SSH_OPTIONS_SSH_DIR, nowhere) &&
           set(SSH_OPTIONS_KNOWNHOSTS, nowhere) && set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, nowhere) &&
           set(SSH_OPTIONS_USER, options.user.c_str()) && set(SSH_OPTIONS_TIMEOUT, &timeout) &&
           set(SSH_OPTIONS_HOSTKEYS, algorithms(offer)) && set(SSH_OPTIONS_CIPHERS_C_S, ciphers) &&
           set(SSH_OPTIONS_CIPHERS_S_C, ciphers) && set(SSH_OPTIONS_FD, &descriptor);
}

Result<void> shake_hands(ssh_session session, const Breaker& breaker) {
    if (ssh_connect(session) == SSH_OK) return {};
    if (breaker.is_cut()) return connection_lost();
    if (says(session, "no match for method server host key algo")) {
        return blocked(host_key_type_not_offered, "the server has no host key of a type that is known here");
    }
    if (says(session, "no match for method")) return blocked("no_common_algorithms", quoted(ssh_get_error(session)));
    return transient("connect_failed", "the SSH handshake failed: " + quoted(ssh_get_error(session)));
}

/// "SHA256:…" without the padding that some programs print.
std::string_view unpadded(std::string_view fingerprint) {
    while (!fingerprint.empty() && fingerprint.back() == '=') fingerprint.remove_suffix(1);
    return fingerprint;
}

Result<void> check_host_key(ssh_session session, const std::vector<std::string>& pins) {
    ssh_key raw = nullptr;
    if (ssh_get_server_publickey(session, &raw) != SSH_OK) return connection_lost();
    const SshKey key(raw);
    unsigned char* hash = nullptr;
    std::size_t length = 0;
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &length) != 0) return connection_lost();
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
    const std::string seen(unpadded(text == nullptr ? "" : text));
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    const bool pinned = !seen.empty() && std::any_of(pins.begin(), pins.end(),
                                                     [&](const std::string& pin) { return unpadded(pin) == seen; });
    if (pinned) return {};
    const char* type = ssh_key_type_to_char(ssh_key_type(key.get()));
    return blocked(host_key_mismatch, "the server showed " + seen + " (" + (type == nullptr ? "unknown type" : type) +
                                          "), which is not pinned");
}

Result<SshKey> read_key(const SftpOptions& options) {
    ssh_key raw = nullptr;
    // Never a null passphrase: OpenSSL would ask for one on the terminal.
    const int answer = ssh_pki_import_privkey_base64(
        options.private_key.expose().c_str(), options.private_key_passphrase.expose().c_str(), nullptr, nullptr, &raw);
    if (answer == SSH_OK) return SshKey(raw);
    return blocked("bad_private_key", "the private key cannot be read, or its passphrase is wrong");
}

/// A password for servers that only let "a person at a keyboard" give one: it answers every hidden question.
int answer_questions(ssh_session session, const Secret& password, Breaker& breaker) {
    constexpr int rounds_max = 5;
    for (int round = 0; round < rounds_max; ++round) {
        breaker.bump();
        const int answer = ssh_userauth_kbdint(session, nullptr, nullptr);
        if (answer != SSH_AUTH_INFO) return answer;
        const int questions = ssh_userauth_kbdint_getnprompts(session);
        for (int i = 0; i < questions; ++i) {
            char echo = 1;
            ssh_userauth_kbdint_getprompt(session, static_cast<unsigned>(i), &echo);
            if (echo != 0) return SSH_AUTH_DENIED;
            ssh_userauth_kbdint_setanswer(session, static_cast<unsigned>(i), password.expose().c_str());
        }
    }
    return SSH_AUTH_DENIED;
}

int give_password(ssh_session session, const Secret& password, Breaker& breaker) {
    breaker.bump();
    const int methods = ssh_userauth_list(session, nullptr);
    if ((methods & SSH_AUTH_METHOD_PASSWORD) == 0 && (methods & SSH_AUTH_METHOD_INTERACTIVE) != 0) {
        return answer_questions(session, password, breaker);
    }
    return ssh_userauth_password(session, nullptr, password.expose().c_str());
}

Result<void> authenticate(ssh_session session, const SftpOptions& options, ssh_key key, Breaker& breaker) {
    breaker.bump();
    // Asks which methods there are; only a server without any protection lets us in here.
    int answer = ssh_userauth_none(session, nullptr);
    if (answer != SSH_AUTH_SUCCESS && answer != SSH_AUTH_ERROR && key != nullptr) {
        breaker.bump();
        answer = ssh_userauth_publickey(session, nullptr, key);
    }
    // Key and password: for servers that want both; a key that is refused is not made good by a password.
    const bool wants_password = key == nullptr || answer == SSH_AUTH_PARTIAL;
    if (answer != SSH_AUTH_SUCCESS && answer != SSH_AUTH_ERROR && wants_password && !options.password.empty()) {
        answer = give_password(session, options.password, breaker);
    }
    breaker.bump();
    if (answer == SSH_AUTH_SUCCESS) return {};
    // A server that has seen too many attempts says so and hangs up, which is a refusal and not a bad line.
    const bool refused = is_alive(session, breaker) || (!breaker.is_cut() && says(session, "SSH_MSG_DISCONNECT"));
    if (!refused) return connection_lost();
    return blocked("login_refused", "the server does not accept this user with this key or password");
}

}  // namespace

bool is_alive(ssh_session_struct* session, const Breaker& breaker) {
    if (breaker.is_cut() || ssh_is_connected(session) == 0) return false;
    return (ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

Result<SshSession> log_in(const SftpOptions& options, HostKeyOffer offer, Descriptor connection, Breaker& breaker) {
    breaker.bump();
    SshKey key;
    if (!options.private_key.empty()) {
        auto read = read_key(options);
        if (!read) return read.error();
        key = std::move(*read);
    }
    if (connection.get() > descriptor_max) {
        return transient("too_many_connections", "more files and connections are open than libssh can count");
    }
    SshSession session(ssh_new());
    if (!session || !set_options(session.get(), options, offer, connection.get())) {
        return blocked("bad_options", "the user name or another setting is not usable for SSH");
    }
    // From here on libssh owns the descriptor.
    connection.release();
    breaker.bump();
    const auto connected = shake_hands(session.get(), breaker);
    if (!connected) return connected.error();
    breaker.bump();
    const auto trusted = check_host_key(session.get(), options.host_keys);
    if (!trusted) return trusted.error();
    const auto authenticated = authenticate(session.get(), options, key.get(), breaker);
    if (!authenticated) return authenticated.error();
    return session;
}

}  // namespace usersync::sftp

#include "connectors/rest/sign.hpp"

#include "connectors/rest/release.hpp"
#include "core/base/byte_text.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <array>
#include <climits>
#include <cstddef>
#include <memory>

namespace usersync::rest_api {
namespace {

using rest::auth::Algorithm;

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

constexpr int rsa_bits_min = 2048;
constexpr std::size_t p256_bytes = 32;

Failure bad_key(std::string sentence) {
    ERR_clear_error();
    return {
        .kind = FailureKind::blocked, .code = "bad_signing_key", .where = "rest.sign", .detail = std::move(sentence)};
}

/// A key with a passphrase would ask for it on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key key_of(const Secret& pem) {
    const auto& text = pem.expose();
    if (text.size() > INT_MAX) return nullptr;
    const Bio memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    return memory ? Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr)) : nullptr;
}

bool fits(EVP_PKEY* key, Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::rs256:
        case Algorithm::ps256: return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= rsa_bits_min;
        case Algorithm::es256: return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_bits(key) == 256;
    }
    return false;
}

bool begin(EVP_MD_CTX* context, EVP_PKEY* key, Algorithm algorithm) {
    EVP_PKEY_CTX* parameters = nullptr;
    if (EVP_DigestSignInit(context, &parameters, EVP_sha256(), nullptr, key) != 1) return false;
    if (algorithm != Algorithm::ps256) return true;
    return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/// OpenSSL writes r and s as DER, a JSON web token has them side by side (RFC 7518, section 3.4).
std::string side_by_side(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const EcdsaSignature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::array<unsigned char, 2 * p256_bytes> both{};
    const bool written = parts && BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), both.data(), p256_bytes) > 0 &&
                         BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), both.data() + p256_bytes, p256_bytes) > 0;
    return written ? std::string(reinterpret_cast<const char*>(both.data()), both.size()) : std::string();
}

std::string signature_of(EVP_PKEY* key, Algorithm algorithm, std::string_view text) {
    const Context context(EVP_MD_CTX_new());
    if (!context || !begin(context.get(), key, algorithm)) return {};
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return {};
    std::string signature(size, '\0');
    auto* into = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), into, &size, bytes, text.size()) != 1) return {};
    signature.resize(size);
    return algorithm == Algorithm::es256 ? side_by_side(signature) : signature;
}

}  // namespace

Result<std::string> sign(Algorithm algorithm, const Secret& key_pem, std::string_view text) {
    const auto key = key_of(key_pem);
    if (!key) return bad_key("the private key is not a PEM text, or has a passphrase");
    if (!fits(key.get(), algorithm)) {
        return bad_key("the private key is not of the kind that " + std::string(to_string(algorithm)) +
                       " needs: RSA of at least 2048 bits, or an elliptic one on P-256");
    }
    auto signature = signature_of(key.get(), algorithm, text);
    if (signature.empty()) return bad_key("nothing can be signed with the private key");
    return signature;
}

std::string unique_text() {
    std::array<unsigned char, 16> bytes{};
    USERSYNC_INVARIANT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "the system has random bytes");
    return '_' + hex_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace usersync::rest_api

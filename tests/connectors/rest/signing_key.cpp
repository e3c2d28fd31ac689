#include "tests/connectors/rest/signing_key.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace usersync::test {

using rest::auth::Algorithm;

struct SigningKey::Key {
    explicit Key(EVP_PKEY* made) : key(made) {
        if (key == nullptr) throw std::runtime_error("no key can be made");
    }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key() { EVP_PKEY_free(key); }
    EVP_PKEY* key;
};

namespace {

std::string text_of(BIO* memory) {
    char* bytes = nullptr;
    const long size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

/// r and s side by side → DER.
std::string der_of(std::string_view both) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(both.data());
    auto* parts = ECDSA_SIG_new();
    ECDSA_SIG_set0(parts, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts, &der);
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ECDSA_SIG_free(parts);
    return text;
}

}  // namespace

SigningKey::SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::rsa(unsigned bits) {
    return SigningKey(std::make_unique<Key>(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits})));
}
SigningKey SigningKey::p256() {
    return SigningKey(std::make_unique<Key>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
}

Secret SigningKey::pem() const {
    auto* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(memory, key_->key, nullptr, nullptr, 0, nullptr, nullptr);
    return Secret(text_of(memory));
}

Secret SigningKey::pem_with_passphrase() const {
    auto* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(memory, key_->key, EVP_aes_256_cbc(), "pass", 4, nullptr, nullptr);
    return Secret(text_of(memory));
}

std::string SigningKey::public_pem() const {
    auto* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(memory, key_->key);
    return text_of(memory);
}

bool SigningKey::verifies(Algorithm algorithm, std::string_view text, std::string_view signature) const {
    const std::string given(algorithm == Algorithm::es256 ? der_of(signature) : std::string(signature));
    auto* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), nullptr, key_->key);
    if (algorithm == Algorithm::ps256) {
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    const int verdict = EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(given.data()), given.size(),
                                         reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return verdict == 1;
}

}  // namespace usersync::test

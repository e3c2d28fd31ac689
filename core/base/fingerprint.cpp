#include "core/base/fingerprint.hpp"

#include "core/base/byte_text.hpp"
#include "core/base/result.hpp"

#include <openssl/evp.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <memory>

namespace usersync {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Fetched once: looking the algorithm up by its name costs more than a short text's digest.
const EVP_MD* sha256() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm;
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

std::string Fingerprint::hex() const { return hex_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

Fingerprint Fingerprint::from_hex(std::string_view hex) {
    Fingerprint result;
    if (hex.size() != 2 * result.bytes.size()) return {};
    for (std::size_t i = 0; i < result.bytes.size(); ++i) {
        const int high = hex_digit(hex[2 * i]);
        const int low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) return {};
        result.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return result;
}

FingerprintBuilder::FingerprintBuilder() : context_(EVP_MD_CTX_new()) {
    USERSYNC_INVARIANT(context_ != nullptr && EVP_DigestInit_ex(context_of(context_), sha256(), nullptr) == 1,
                       "SHA-256 is available");
}

FingerprintBuilder::~FingerprintBuilder() { EVP_MD_CTX_free(context_of(context_)); }

FingerprintBuilder& FingerprintBuilder::add(std::uint64_t number) {
    std::array<unsigned char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(number >> (8 * i));
    EVP_DigestUpdate(context_of(context_), bytes.data(), bytes.size());
    return *this;
}

FingerprintBuilder& FingerprintBuilder::add(std::string_view part) {
    add(static_cast<std::uint64_t>(part.size()));
    EVP_DigestUpdate(context_of(context_), part.data(), part.size());
    return *this;
}

FingerprintBuilder& FingerprintBuilder::add(const Fingerprint& fingerprint) {
    EVP_DigestUpdate(context_of(context_), fingerprint.bytes.data(), fingerprint.bytes.size());
    return *this;
}

Fingerprint FingerprintBuilder::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> full{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_of(context_), full.data(), &size);
    Fingerprint result;
    std::copy_n(full.begin(), result.bytes.size(), result.bytes.begin());
    return result;
}

// One context per thread: making one costs as much as the digest of a short text.
Fingerprint fingerprint_of(std::string_view bytes) {
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                       &EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> full{};
    unsigned int size = 0;
    EVP_DigestInit_ex2(context.get(), sha256(), nullptr);
    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    EVP_DigestFinal_ex(context.get(), full.data(), &size);
    Fingerprint result;
    std::copy_n(full.begin(), result.bytes.size(), result.bytes.begin());
    return result;
}

Digest digest_of(std::string_view bytes, std::uint64_t seed) {
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
    return {.low = hash.low64, .high = hash.high64};
}

}  // namespace usersync

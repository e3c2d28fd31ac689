#pragma once
// Fingerprints: short names for exact bytes. A plan, a rule set, a delivery is approved by its fingerprint.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace usersync {

/// The first 128 bits of a SHA-256. Whoever may upload a file must not be able to make two that share one.
struct Fingerprint {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Fingerprint&) const = default;
    std::string hex() const;
    /// 32 hexadecimal digits; anything else gives the all-zero fingerprint, which no bytes have in practice.
    static Fingerprint from_hex(std::string_view hex);
};

/// Fingerprint of exactly these bytes.
Fingerprint fingerprint_of(std::string_view bytes);

/// Builds a fingerprint from parts, each length-prefixed, so that ("ab","c") differs from ("a","bc").
class FingerprintBuilder {
public:
    FingerprintBuilder();
    ~FingerprintBuilder();
    FingerprintBuilder(const FingerprintBuilder&) = delete;
    FingerprintBuilder& operator=(const FingerprintBuilder&) = delete;

    FingerprintBuilder& add(std::string_view part);
    FingerprintBuilder& add(std::uint64_t number);
    FingerprintBuilder& add(const Fingerprint& fingerprint);
    /// REQUIRES: called once; the builder is spent afterwards.
    Fingerprint finish();

private:
    void* context_;  // EVP_MD_CTX, kept out of this header
};

/// XXH3-128 of one row: tells changed from unchanged, fast. Not collision-resistant against an attacker,
/// whose only gain would be that a change to his own row goes unnoticed.
struct Digest {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    auto operator<=>(const Digest&) const = default;
};
Digest digest_of(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace usersync

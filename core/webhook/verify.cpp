#include "core/webhook/verify.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"
#include "core/base/result.hpp"
#include "core/webhook/body_path.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace usersync::webhook {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// A header that stands there twice is none: which of them the other side signed cannot be told.
std::optional<std::string_view> header_of(const Event& event, std::string_view name) {
    std::optional<std::string_view> value;
    for (const auto& [key, text] : event.headers) {
        if (!same_name(key, name)) continue;
        if (value) return std::nullopt;
        value = text;
    }
    return value;
}

std::string filled_in(std::string_view text, std::string_view body, std::string_view timestamp) {
    constexpr std::array<std::string_view, 2> words{"{body}", "{timestamp}"};
    const std::array<std::string_view, 2> values{body, timestamp};
    std::string out;
    while (!text.empty()) {
        std::size_t taken = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (!text.starts_with(words[i])) continue;
            out += values[i];
            taken = words[i].size();
        }
        if (taken == 0) {
            out += text.front();
            taken = 1;
        }
        text.remove_prefix(taken);
    }
    return out;
}

/// Seconds or milliseconds since 1970: the number of digits tells which.
std::optional<Time> time_of(std::string_view text) {
    constexpr std::size_t digits_max = 15;
    constexpr std::size_t digits_of_seconds = 11;
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    const bool is_number = !text.empty() && text.size() <= digits_max && read.ec == std::errc() && read.ptr == end;
    if (!is_number || number < 0) return std::nullopt;
    if (text.size() > digits_of_seconds) return Time(milliseconds(number));
    return Time(seconds(number));
}

bool any_same(const Secrets& secrets, std::string_view given) {
    bool fits = false;
    for (const auto& secret : secrets.values) {
        const bool is_it = !secret.empty() && same_secret(secret.expose(), given);
        fits = fits || is_it;
    }
    return fits;
}

struct Prove {
    const Event& event;
    const Rule& rule;
    const Secrets& secrets;
    const SeenProofs& seen;
    Time now;
    Verified& out;

    Judgement operator()(const Signature& how) const {
        const auto given = header_of(event, how.header);
        const auto timestamp =
            how.timestamp_header.empty() ? std::string_view() : header_of(event, how.timestamp_header);
        if (!given || !timestamp) return Judgement::unproven;
        std::string matched;
        for (const auto& secret : secrets.values) {
            if (secret.empty()) continue;
            auto expected = sign(how, secret, event.body, *timestamp);
            // Hexadecimal digits are written in either case.
            auto said = std::string(*given);
            if (how.encoding == Encoding::hex) std::transform(said.begin(), said.end(), said.begin(), lower);
            if (how.encoding == Encoding::hex)
                std::transform(expected.begin(), expected.end(), expected.begin(), lower);
            if (same_secret(expected, said)) matched = std::move(expected);
        }
        if (matched.empty()) return Judgement::unproven;
        out.proof = fingerprint_of(matched);
        if (!how.timestamp_header.empty()) {
            const auto at = time_of(*timestamp);
            if (!at || *at < now - rule.window || *at > now + rule.window) return Judgement::out_of_time;
        }
        return seen.has(out.proof) ? Judgement::doubled : Judgement::accepted;
    }

    Judgement operator()(const SharedHeaders& how) const {
        if (how.headers.empty() || how.headers.size() != secrets.values.size()) return Judgement::unproven;
        bool fits = true;
        for (std::size_t i = 0; i < how.headers.size(); ++i) {
            const auto given = header_of(event, how.headers[i]);
            const auto& secret = secrets.values[i];
            const bool is_it = given && !secret.empty() && same_secret(secret.expose(), *given);
            fits = fits && is_it;
        }
        return fits ? Judgement::accepted : Judgement::unproven;
    }

    Judgement operator()(const SharedInBody& how) const {
        const auto found = find_in_body(event.body, how.path);
        if (!found || found->values.empty() || found->missing > 0) return Judgement::unproven;
        bool fits = true;
        for (const auto& value : found->values) {
            const bool is_it = any_same(secrets, value);
            fits = fits && is_it;
        }
        return fits ? Judgement::accepted : Judgement::unproven;
    }
};

std::optional<std::string> person_of(const Event& event, const Rule& rule, const Limits& limits) {
    if (rule.person_path.empty()) return std::nullopt;
    auto found = find_in_body(event.body, rule.person_path);
    if (!found || found->values.empty() || found->missing > 0) return std::nullopt;
    const auto& first = found->values.front();
    const bool is_one = std::all_of(found->values.begin(), found->values.end(),
                                    [&](const std::string& other) { return other == first; });
    const bool is_key = !first.empty() && first.size() <= limits.person_max;
    return is_one && is_key ? std::optional(first) : std::nullopt;
}

std::optional<std::string> echo_of(const Event& event, const Rule& rule, const Limits& limits) {
    if (rule.echo_query.empty()) return std::nullopt;
    for (const auto& [name, value] : event.query) {
        if (name == rule.echo_query && !value.empty() && value.size() <= limits.echo_max) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Judgement judgement) {
    switch (judgement) {
        case Judgement::accepted: return "accepted";
        case Judgement::echo: return "echo";
        case Judgement::doubled: return "doubled";
        case Judgement::unproven: return "unproven";
        case Judgement::out_of_time: return "out_of_time";
        case Judgement::too_large: break;
    }
    return "too_large";
}

void SeenProofs::add(const Fingerprint& proof) {
    if (!seen_.insert(proof).second) return;
    order_.push_back(proof);
    if (order_.size() <= max_) return;
    seen_.erase(order_.front());
    order_.pop_front();
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sign(const Signature& how, const Secret& secret, std::string_view body, std::string_view timestamp) {
    const auto text = filled_in(how.signed_text, body, timestamp);
    const auto& key = secret.expose();
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    const auto* digest = how.algorithm == Algorithm::sha256 ? EVP_sha256() : EVP_sha512();
    const auto* given = HMAC(digest, key.data(), static_cast<int>(key.size()),
                             reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
    USERSYNC_INVARIANT(given != nullptr, "an HMAC can be computed");
    const std::string_view mac(reinterpret_cast<const char*>(bytes.data()), size);
    return how.prefix + (how.encoding == Encoding::hex ? hex_text(mac) : base64(mac));
}

Verified verify(const Event& event, const Rule& rule, const Secrets& secrets, const SeenProofs& seen, Time now,
                const Limits& limits) {
    Verified verified;
    if (event.body.size() > limits.body_max) {
        verified.judgement = Judgement::too_large;
        return verified;
    }
    if (auto echo = echo_of(event, rule, limits)) {
        verified.judgement = Judgement::echo;
        verified.text = std::move(*echo);
        return verified;
    }
    verified.judgement = std::visit(Prove{event, rule, secrets, seen, now, verified}, rule.proof);
    if (verified.judgement == Judgement::accepted) verified.person = person_of(event, rule, limits);
    return verified;
}

}  // namespace usersync::webhook

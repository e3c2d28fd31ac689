#include "core/rest/pseudonym.hpp"

#include "core/base/ascii.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/masked_text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace usersync::rest {
namespace {

/// The end of the string that begins at `at`, behind its second quote.
std::size_t end_of_string(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\') ++at;
    }
    return at < json.size() ? at + 1 : json.size();
}

/// Keyed and one way: from a pseudonym and the id behind it the seed is not to be had, and so no other id.
std::uint64_t keyed_digest(std::string_view text, std::uint64_t seed) {
    std::array<unsigned char, 8> key{};
    for (auto& byte : key) {
        byte = static_cast<unsigned char>(seed & 0xFFU);
        seed >>= 8U;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), digest.data(), &size);
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < 8; ++i) first = first << 8U | digest.at(i);
    return first;
}

/// Names within it stay, as those of columns do.
void append_masked_value(std::string_view value, std::string& into) {
    for (std::size_t i = 0; i < value.size();) {
        if (value[i] != '"') {
            const char c = value[i++];
            into += is_digit(c) ? '9' : c;
            continue;
        }
        const auto end = end_of_string(value, i);
        const bool is_name = end < value.size() && value[end] == ':';
        if (is_name || end - i < 2) {
            into.append(value.substr(i, end - i));
        } else {
            into += '"';
            append_masked_json_text(value.substr(i + 1, end - i - 2), into);
            into += '"';
        }
        i = end;
    }
}

void append_pseudonym(std::string_view value, std::uint64_t seed, std::string& into) {
    if (value.starts_with('[')) {
        into += '[';
        bool is_first = true;
        for (const auto element : elements_of(value)) {
            if (!is_first) into += ',';
            is_first = false;
            append_pseudonym(element, seed, into);
        }
        into += ']';
        return;
    }
    const auto text = text_of_value(value);
    if (text.empty() || value == "null") {
        into.append(value);
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    auto rest = keyed_digest(text, seed);
    into += "\"p";
    for (int i = 0; i < 16; ++i, rest >>= 4U) into += digits[rest & 15U];
    into += '"';
}

}  // namespace

std::string pseudonymised(std::string_view lines, const std::set<std::string>& keys, std::uint64_t seed) {
    std::string all;
    all.reserve(lines.size());
    std::string_view line;
    while (next_line(lines, line)) {
        const char* between = "{";
        for (const auto& [name, value] : members_of(line)) {
            all.append(between).append("\"").append(name).append("\":");
            between = ",";
            const auto plain = text_of_value("\"" + std::string(name) + "\"");
            if (keys.contains(plain)) {
                append_pseudonym(value, seed, all);
            } else {
                append_masked_value(value, all);
            }
        }
        all.append(*between == '{' ? "{}\n" : "}\n");
    }
    return all;
}

}  // namespace usersync::rest

#pragma once
// How an event from a customer's HR system proves where it comes from, and what it says. Plain data: what is known of a
// vendor is a preset, and a tenant may write a rule of its own.

#include "core/base/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace usersync::webhook {

enum class Algorithm { sha256, sha512 };
enum class Encoding { hex, base64 };

/// An HMAC in a header, made with the shared secret.
struct Signature {
    std::string header;
    Algorithm algorithm = Algorithm::sha256;
    Encoding encoding = Encoding::hex;
    std::string prefix;                  ///< before the digits: "sha256="
    std::string signed_text = "{body}";  ///< what was signed: {body}, {timestamp} and plain text
    std::string timestamp_header;        ///< where {timestamp} stands; empty: nowhere
    bool operator==(const Signature&) const = default;
};

/// Values that stand in headers as they were agreed, one secret for each.
struct SharedHeaders {
    std::vector<std::string> headers;  ///< one to three; all of them must fit
    bool operator==(const SharedHeaders&) const = default;
};

/// A value that stands in the body as it was agreed, in every place that the path leads to.
struct SharedInBody {
    std::string path;  ///< "value[*].clientState"
    bool operator==(const SharedInBody&) const = default;
};

struct Rule {
    std::variant<Signature, SharedHeaders, SharedInBody> proof = Signature{};
    /// So far the signed time may lie from ours, either way. Counts only where a signature covers a time.
    Duration window = std::chrono::minutes(10);
    std::string person_path;  ///< of the ids that an event is about: "data.employeeId"; empty: it does not say
    std::string echo_query;   ///< the query parameter that is sent back as plain text when the webhook is set up
    bool operator==(const Rule&) const = default;
};

struct Preset {
    std::string_view name;    ///< "bamboohr"
    std::string_view vendor;  ///< for people
    Rule rule;
};

/// As the vendors document it:
///
/// | preset      | proof                                                                                     |
/// |-------------|-------------------------------------------------------------------------------------------|
/// | bamboohr    | X-BambooHR-Signature: hex HMAC-SHA256 of the body and, directly behind it, X-BambooHR-Timestamp |
/// | hibob       | Bob-Signature: base64 HMAC-SHA512 of the body                                             |
/// | personio    | Authorization: a value as agreed. There is no signature                                   |
/// | afas-profit | X-Profit-Signature-256: "sha256=" and hex HMAC-SHA256 of the body                         |
/// | entra-id    | clientState of every notification in the body, as agreed; validationToken is echoed       |
const std::vector<Preset>& presets();
const Preset* find_preset(std::string_view name);

/// What is wrong with a rule, as sentences; empty: it can be used.
std::vector<std::string> problems_of(const Rule& rule);

}  // namespace usersync::webhook

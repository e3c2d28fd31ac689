#include "core/webhook/rule.hpp"

#include "core/webhook/body_path.hpp"

#include <algorithm>

namespace usersync::webhook {
namespace {

constexpr std::string_view body_word = "{body}";
constexpr std::string_view timestamp_word = "{timestamp}";
constexpr std::size_t headers_max = 3;

bool has(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

/// A token as HTTP has it (RFC 9110, section 5.6.2).
bool is_header_name(std::string_view name) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return is_plain || marks.find(c) != std::string_view::npos;
    });
}

struct Check {
    std::vector<std::string>& problems;

    void operator()(const Signature& proof) const {
        if (!is_header_name(proof.header)) problems.emplace_back("the header of the signature is not a header's name");
        if (!has(proof.signed_text, body_word))
            problems.emplace_back("a signature that does not cover {body} proves nothing");
        const bool needs_time = has(proof.signed_text, timestamp_word);
        if (needs_time && !is_header_name(proof.timestamp_header)) {
            problems.emplace_back("{timestamp} is signed, and no header is named in which it stands");
        }
        if (!needs_time && !proof.timestamp_header.empty()) {
            problems.emplace_back(
                "a time that is not signed proves nothing: {timestamp} is missing in the signed text");
        }
    }
    void operator()(const SharedHeaders& proof) const {
        if (proof.headers.empty() || proof.headers.size() > headers_max) problems.emplace_back("one to three headers");
        for (const auto& header : proof.headers) {
            if (!is_header_name(header)) problems.emplace_back("\"" + header + "\" is not a header's name");
        }
    }
    void operator()(const SharedInBody& proof) const {
        if (!is_body_path(proof.path)) problems.emplace_back("\"" + proof.path + "\" is not a path such as a.b[*].c");
    }
};

}  // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> all = [] {
        Rule bamboohr{.proof = Signature{.header = "X-BambooHR-Signature",
                                         .prefix = {},
                                         .signed_text = "{body}{timestamp}",
                                         .timestamp_header = "X-BambooHR-Timestamp"},
                      .person_path = "employees[*].id",
                      .echo_query = {}};
        Rule hibob{.proof = Signature{.header = "Bob-Signature",
                                      .algorithm = Algorithm::sha512,
                                      .encoding = Encoding::base64,
                                      .prefix = {},
                                      .timestamp_header = {}},
                   .person_path = "data.employeeId",
                   .echo_query = {}};
        Rule personio{.proof = SharedHeaders{.headers = {"Authorization"}}, .person_path = {}, .echo_query = {}};
        Rule afas{.proof = Signature{.header = "X-Profit-Signature-256", .prefix = "sha256=", .timestamp_header = {}},
                  .person_path = {},
                  .echo_query = {}};
        Rule entra{.proof = SharedInBody{.path = "value[*].clientState"},
                   .person_path = "value[*].resourceData.id",
                   .echo_query = "validationToken"};
        return std::vector<Preset>{{"bamboohr", "BambooHR", std::move(bamboohr)},
                                   {"hibob", "HiBob", std::move(hibob)},
                                   {"personio", "Personio", std::move(personio)},
                                   {"afas-profit", "AFAS Profit 8", std::move(afas)},
                                   {"entra-id", "Microsoft Entra ID (Graph)", std::move(entra)}};
    }();
    return all;
}

const Preset* find_preset(std::string_view name) {
    const auto& all = presets();
    const auto at = std::find_if(all.begin(), all.end(), [&](const Preset& preset) { return preset.name == name; });
    return at == all.end() ? nullptr : &*at;
}

std::vector<std::string> problems_of(const Rule& rule) {
    std::vector<std::string> problems;
    std::visit(Check{problems}, rule.proof);
    if (!rule.person_path.empty() && !is_body_path(rule.person_path)) {
        problems.push_back("\"" + rule.person_path + "\" is not a path such as a.b[*].c");
    }
    return problems;
}

}  // namespace usersync::webhook

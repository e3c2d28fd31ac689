#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

using webhook::Algorithm;
using webhook::Encoding;

enum class Proof { signature, header, body };
constexpr std::array<Choice<Proof>, 3> proofs{
    {{"signature", Proof::signature}, {"header", Proof::header}, {"body", Proof::body}}};
constexpr std::array<Choice<Algorithm>, 2> algorithms{{{"sha256", Algorithm::sha256}, {"sha512", Algorithm::sha512}}};
constexpr std::array<Choice<Encoding>, 2> encodings{{{"hex", Encoding::hex}, {"base64", Encoding::base64}}};

void read_signature(TableReader& table, webhook::Signature& how) {
    table.text("header", how.header);
    table.choice("algorithm", how.algorithm, algorithms);
    table.choice("encoding", how.encoding, encodings);
    table.text("prefix", how.prefix, Empty::allowed);
    table.text("signed_text", how.signed_text);
    table.text("timestamp_header", how.timestamp_header, Empty::allowed);
}

/// What a tenant writes of its own; of a preset, what it changes.
void read_proof(TableReader& table, webhook::Rule& rule, bool of_preset) {
    auto proof = std::holds_alternative<webhook::Signature>(rule.proof)       ? Proof::signature
                 : std::holds_alternative<webhook::SharedHeaders>(rule.proof) ? Proof::header
                                                                              : Proof::body;
    if (of_preset && table.raw("proof") != nullptr) table.error("proof", "the preset says how an event proves itself");
    if (!of_preset) {
        table.require({"proof"});
        table.choice("proof", proof, proofs);
    }
    auto signature =
        of_preset && proof == Proof::signature ? std::get<webhook::Signature>(rule.proof) : webhook::Signature{};
    auto headers =
        of_preset && proof == Proof::header ? std::get<webhook::SharedHeaders>(rule.proof) : webhook::SharedHeaders{};
    auto body =
        of_preset && proof == Proof::body ? std::get<webhook::SharedInBody>(rule.proof) : webhook::SharedInBody{};
    read_signature(table, signature);
    table.text("body_path", body.path);
    if (proof == Proof::header && table.has("header")) headers.headers = {signature.header};
    switch (proof) {
        case Proof::signature: rule.proof = std::move(signature); break;
        case Proof::header: rule.proof = std::move(headers); break;
        case Proof::body: rule.proof = std::move(body); break;
    }
}

/// Up to three headers, each with its own value: they take the place of the one of the preset.
void read_headers(TableReader& table, WebhookOptions& options) {
    const auto count = table.rows("headers");
    webhook::SharedHeaders headers;
    std::vector<Secret> values;
    for (std::size_t i = 0; i < count; ++i) {
        auto row = table.row("headers", i);
        row.require({"name", "value"});
        headers.headers.emplace_back();
        row.text("name", headers.headers.back());
        row.secret("value", values.emplace_back());
    }
    if (count == 0) return;
    if (!std::holds_alternative<webhook::SharedHeaders>(options.rule.proof)) {
        return table.error("headers", "only where an event proves itself by headers with agreed values");
    }
    options.rule.proof = std::move(headers);
    options.secrets.values = std::move(values);
}

void read_secrets(TableReader& table, WebhookOptions& options) {
    auto& values = options.secrets.values;
    const bool by_headers = std::holds_alternative<webhook::SharedHeaders>(options.rule.proof);
    if (!values.empty()) {
        if (table.has("secret")) table.error("secret", "each of webhook.headers has a value of its own");
        return;
    }
    table.require({"secret"});
    table.secret("secret", values.emplace_back());
    Secret former;
    table.secret("former_secret", former);
    if (former.empty()) return;
    if (by_headers) return table.error("former_secret", "a header has one value alone");
    values.push_back(std::move(former));
}

/// It becomes a part of an address: letters, digits, '-' and '_', so many that nobody guesses it.
bool is_path_token(const std::string& text) {
    constexpr std::size_t size_min = 16;
    constexpr std::size_t size_max = 200;
    return text.size() >= size_min && text.size() <= size_max && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_';
           });
}

void read_path_token(TableReader& table, Secret& token) {
    table.secret("path_token", token);
    if (!token.empty() && !is_path_token(token.expose())) {
        table.error("path_token", "expected 16 to 200 letters, digits, - and _");
    }
}

bool read_preset(TableReader& table, webhook::Rule& rule) {
    std::string name;
    table.text("preset", name);
    if (name.empty()) return false;
    if (const auto* preset = webhook::find_preset(name)) {
        rule = preset->rule;
        return true;
    }
    std::string known;
    for (const auto& preset : webhook::presets()) known += (known.empty() ? "" : ", ") + std::string(preset.name);
    rule = webhook::presets().front().rule;  // one mistake is not to look like five
    table.error("preset", "there is no preset \"" + name + "\"; there are " + known);
    return true;
}

}  // namespace

void read_webhook(TableReader& root, std::optional<WebhookOptions>& target) {
    auto table = root.table("webhook");
    WebhookOptions options;
    const bool of_preset = read_preset(table, options.rule);
    read_proof(table, options.rule, of_preset);
    table.duration("window", options.rule.window, {.min = std::chrono::seconds(1)});
    table.text("person_path", options.rule.person_path);
    table.text("echo_query", options.rule.echo_query);
    table.flag("one_person", options.one_person);
    table.duration("min_distance", options.min_distance, {.max = std::chrono::hours(24)});
    read_headers(table, options);
    read_secrets(table, options);
    read_path_token(table, options.path_token);
    if (!table.is_there()) return;
    if (!options.rule.echo_query.empty() && options.path_token.empty() && table.reading().wants_secrets) {
        table.warn("path_token",
                   "whoever knows the tenant's name has anything echoed by this address; a path_token hides it");
    }
    for (auto& problem : webhook::problems_of(options.rule)) table.error("proof", std::move(problem));
    if (options.one_person && options.rule.person_path.empty()) {
        table.error("one_person", "no person_path says where the event names the person");
    }
    target = std::move(options);
}

}  // namespace usersync::config

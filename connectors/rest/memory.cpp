#include "connectors/rest/memory.hpp"

#include "connectors/rest/private_file.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace usersync::rest_api {
namespace {

using nlohmann::json;

constexpr int version = 1;
constexpr std::size_t bytes_max = 256u << 10;
constexpr const char* file_name = "memory.json";

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }
Time time_at(const json& root, const char* name) { return Time(Duration(root.at(name).get<std::int64_t>())); }

json token_json(const rest::TokenState& state) {
    json token = {{"calls_since", count_of(state.calls_since)}, {"calls", state.calls}, {"secret", state.secret}};
    if (state.token) {
        token["text"] = state.token->text.expose();
        token["asked"] = count_of(state.token->asked);
        token["expires"] = count_of(state.token->expires);
    }
    return token;
}

rest::TokenState token_from(const json& token) {
    rest::TokenState state;
    state.calls_since = time_at(token, "calls_since");
    state.calls = token.at("calls").get<std::size_t>();
    state.secret = token.at("secret").get<std::size_t>();
    if (token.contains("text")) {
        state.token = rest::Token{.text = Secret(token.at("text").get<std::string>()),
                                  .asked = time_at(token, "asked"),
                                  .expires = time_at(token, "expires")};
    }
    return state;
}

Memory read(const json& root) {
    Memory memory;
    memory.token = token_from(root.at("token"));
    memory.calls = {.day = Day(std::chrono::days(root.at("day").get<int>())),
                    .calls = root.at("calls").get<std::size_t>()};
    if (root.contains("not_before")) memory.not_before = time_at(root, "not_before");
    if (root.contains("asked")) memory.asked = time_at(root, "asked");
    if (root.contains("gone")) memory.gone = root.at("gone").get<std::set<std::string>>();
    return memory;
}

}  // namespace

Fingerprint credentials_of(const RestOptions& options) {
    FingerprintBuilder builder;
    builder.add(options.connector.name);
    for (const auto& [name, texts] : options.values.settings) {
        builder.add(name).add(std::uint64_t{texts.size()});
        for (const auto& text : texts) builder.add(text);
    }
    for (const auto& [name, secret] : options.values.secrets) builder.add(name).add(secret.expose());
    builder.add(options.certificate_key.expose());
    return builder.finish();
}

std::string memory_text(const Memory& memory, const Fingerprint& credentials) {
    json root = {{"version", version},
                 {"credentials", credentials.hex()},
                 {"token", token_json(memory.token)},
                 {"day", memory.calls.day.time_since_epoch().count()},
                 {"calls", memory.calls.calls}};
    if (memory.not_before) root["not_before"] = count_of(*memory.not_before);
    if (memory.asked) root["asked"] = count_of(*memory.asked);
    if (!memory.gone.empty()) root["gone"] = memory.gone;
    return root.dump(1) + "\n";
}

std::optional<Memory> memory_from(std::string_view text, const Fingerprint& credentials) {
    try {
        const auto root = json::parse(text);
        if (root.at("version").get<int>() != version) return std::nullopt;
        auto memory = read(root);
        if (root.at("credentials").get<std::string>() == credentials.hex()) return memory;
        memory.token.token.reset();
        memory.token.secret = 0;
        memory.gone.clear();
        return memory;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

Result<Memory> load_memory(const std::filesystem::path& folder, const Fingerprint& credentials) {
    if (folder.empty()) return Memory{};
    const auto text = read_private(folder / file_name, bytes_max);
    if (!text) return text.error();
    if (!*text) return Memory{};
    return memory_from(**text, credentials).value_or(Memory{});
}

Result<void> save_memory(const std::filesystem::path& folder, const Memory& memory, const Fingerprint& credentials) {
    if (folder.empty()) return {};
    return write_private(folder / file_name, memory_text(memory, credentials));
}

}  // namespace usersync::rest_api

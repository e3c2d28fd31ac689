#include "connectors/speakap/sandbox/sandbox_answer.hpp"

#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"
#include "connectors/speakap/sandbox/sandbox_scim.hpp"
#include "connectors/speakap/sandbox/sandbox_show.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "connectors/speakap/sandbox/scim_wire.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool is_scim(std::string_view path) { return path == "/scim" || starts_with(path, "/scim/"); }

http::Response own_answer(std::string type, std::string body) {
    return {.status = 200, .headers = {{.name = "Content-Type", .value = std::move(type)}}, .body = std::move(body)};
}

http::Response json_answer(const json& body) {
    return own_answer("application/json", body.dump(-1, ' ', false, json::error_handler_t::replace));
}

http::Response accept(SandboxState& state, const http::Request& request, Time now) {
    std::size_t accepted = 0;
    for (const auto& [name, value] : http::parse_form(request.body)) {
        if (name == "xid") {
            accepted += accept_invitations(state, value, now);
        } else if (name == "all" && value == "true") {
            accepted += accept_invitations(state, std::nullopt, now);
        } else {
            return rest_error(RestError::invalid_request, "expected xid=… or all=true");
        }
    }
    return json_answer({{"accepted", accepted}});
}

http::Response invitations(const SandboxState& state) {
    json list = json::array();
    for (const auto& one : state.invitations) {
        list.push_back({{"user", one.user},
                        {"xid", one.xid},
                        {"address", one.address},
                        {"kind", one.kind},
                        {"reason", one.reason},
                        {"withdrawn", one.withdrawn},
                        {"at", to_iso(one.at)}});
    }
    return json_answer(list);
}

http::Response calls(const SandboxState& state) {
    json list = json::array();
    for (const auto& one : state.calls) {
        list.push_back({{"number", one.number},
                        {"at", to_iso(one.at)},
                        {"method", one.method},
                        {"target", one.target},
                        {"status", one.status},
                        {"fault", one.fault}});
    }
    return json_answer(list);
}

http::Response answer_own(SandboxState& state, const http::Request& request, Time now) {
    if (!bears(request, state.token)) return rest_error(RestError::invalid_token, "the token is not valid");
    const auto path = http::split_target(request.target).path;
    if (request.method == "POST" && path == "/sandbox/accept") return accept(state, request, now);
    if (request.method == "GET" && path == "/sandbox/invitations") return invitations(state);
    if (request.method == "GET" && path == "/sandbox/calls") return calls(state);
    if (request.method == "GET" && path == "/sandbox/network") {
        return own_answer("text/plain; charset=utf-8", show(state));
    }
    return rest_error(RestError::not_found, "unknown resource");
}

struct ErrorWords {
    int status;
    RestError rest;
    std::string_view sentence;
};
ErrorWords words_of(FaultKind kind) {
    switch (kind) {
        case FaultKind::error_503: return {503, RestError::unavailable, "temporarily unavailable"};
        case FaultKind::too_many: return {429, RestError::too_many, "too many calls"};
        case FaultKind::error_500:
        case FaultKind::lost:
        case FaultKind::closed:
        case FaultKind::slow: break;
    }
    return {500, RestError::internal, "internal server error"};
}

}  // namespace

bool is_own_call(std::string_view path) { return starts_with(path, "/sandbox/"); }

http::Response answer(SandboxState& state, const http::Request& request, Time now) {
    expire_suspensions(state, now);
    const auto path = http::split_target(request.target).path;
    if (is_own_call(path)) return answer_own(state, request, now);
    if (is_scim(path)) return answer_scim(state, request, now);
    return answer_rest(state, request, now);
}

http::Response fault_answer(std::string_view path, FaultKind kind, std::chrono::seconds retry_after) {
    const auto words = words_of(kind);
    auto response =
        is_scim(path) ? scim_error(words.status, "", words.sentence) : rest_error(words.rest, words.sentence);
    if (kind == FaultKind::too_many) {
        response.headers.push_back({.name = "Retry-After", .value = std::to_string(retry_after.count())});
    }
    return response;
}

}  // namespace usersync::sandbox

#include "connectors/speakap/sandbox/sandbox_answer.hpp"

#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_changes.hpp"
#include "connectors/speakap/sandbox/sandbox_judge.hpp"
#include "connectors/speakap/sandbox/sandbox_network.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"
#include "connectors/speakap/sandbox/sandbox_scim.hpp"
#include "connectors/speakap/sandbox/sandbox_settling.hpp"
#include "connectors/speakap/sandbox/sandbox_show.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"
#include "connectors/speakap/sandbox/scim_wire.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

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

/// Nobody is in it but by XID and EID.
json event_json(const Event& event) {
    json shown = {{"number", event.number}, {"at", to_iso(event.at)}, {"what", to_string(event.kind)}};
    const std::pair<const char*, const std::string*> parts[] = {{"user", &event.user},
                                                                {"xid", &event.xid},
                                                                {"group", &event.group},
                                                                {"role", &event.role},
                                                                {"before", &event.before}};
    for (const auto& [key, value] : parts) {
        if (!value->empty()) shown[key] = *value;
    }
    return shown;
}

http::Response events(const SandboxState& state, std::string_view query) {
    std::uint64_t after = 0;
    for (const auto& [name, value] : http::parse_form(query)) {
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), after);
        if (name != "after" || error != std::errc() || end != value.data() + value.size()) {
            return rest_error(RestError::invalid_request, "expected after=N");
        }
    }
    json list = json::array();
    for (const auto& one : state.events) {
        if (one.number > after) list.push_back(event_json(one));
    }
    return json_answer(list);
}

// ---- by hand ------------------------------------------------------------------------------------------------------

/// A form's fields by name; an absent one is empty.
struct Fields {
    std::vector<http::Parameter> form;
    std::string operator[](std::string_view name) const {
        for (const auto& [key, value] : form) {
            if (key == name) return value;
        }
        return "";
    }
};

bool rename_group(SandboxState& state, const Fields& fields, Time now) {
    auto* group = find_group(state, fields["group"]);
    if (group == nullptr || fields["name"].empty()) return false;
    group->name = fields["name"];
    group->modified = now;
    record_event(state, {.number = 0,
                         .at = now,
                         .kind = EventKind::group_renamed,
                         .user = "",
                         .xid = "",
                         .group = group->eid,
                         .role = "",
                         .before = ""});
    return true;
}

bool lock_membership(SandboxState& state, const Fields& fields, Time now) {
    for (auto& user : state.users) {
        if (!has_account(user)) continue;
        if (same_eid(user.network.eid, fields["membership"])) {
            touch(state, user);
            user.network.locked_by = fields["app"];
            if (state.behaviour.role_change_modifies) user.modified = now;
            return true;
        }
        for (auto& membership : user.groups) {
            if (!same_eid(membership.eid, fields["membership"])) continue;
            touch(state, user);
            membership.locked_by = fields["app"];
            return true;
        }
    }
    return false;
}

bool change_user(SandboxState& state, const Fields& fields, Time now) {
    auto* user = find_user(state, fields["user"]);
    if (user == nullptr || !has_account(*user)) return false;
    const auto what = fields["what"];
    user->modified = now;
    if (what == "set_xid") change_key(state, *user, fields["xid"], now);
    if (what == "set_title") user->job_title = fields["title"];
    if (what == "suspend") suspend(state, *user, now);
    if (what == "reactivate") reactivate(state, *user, now);
    return what == "set_xid" || what == "set_title" || what == "suspend" || what == "reactivate";
}

http::Response by_hand(SandboxState& state, const http::Request& request, Time now) {
    const Fields fields{http::parse_form(request.body)};
    const auto what = fields["what"];
    const bool done = what == "rename_group" ? rename_group(state, fields, now)
                      : what == "lock"       ? lock_membership(state, fields, now)
                                             : change_user(state, fields, now);
    if (!done) return rest_error(RestError::invalid_request, "this cannot be done by hand");
    return json_answer({{"done", true}});
}

http::Response answer_own(SandboxState& state, const http::Request& request, Time now) {
    if (!bears(request, state.token)) return rest_error(RestError::invalid_token, "the token is not valid");
    const auto path = http::split_target(request.target).path;
    if (request.method == "POST" && path == "/sandbox/accept") return accept(state, request, now);
    if (request.method == "POST" && path == "/sandbox/by-hand") return by_hand(state, request, now);
    if (request.method == "GET" && path == "/sandbox/invitations") return invitations(state);
    if (request.method == "GET" && path == "/sandbox/events") {
        return events(state, http::split_target(request.target).query);
    }
    if (request.method == "GET" && path == "/sandbox/calls") return calls(state);
    if (request.method == "GET" && path == judge_path) return own_answer("application/json", judgement_json(state));
    if (request.method == "POST" && path == judge_path) return begin_judgement(state), json_answer({{"done", true}});
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
        case FaultKind::slow:
        case FaultKind::status:
        case FaultKind::no_effect:
        case FaultKind::error_body:
        case FaultKind::partial:
        case FaultKind::cut:
        case FaultKind::html:
        case FaultKind::truncated: break;
    }
    return {500, RestError::internal, "internal server error"};
}

}  // namespace

std::string_view path_of(const http::Request& request) { return http::split_target(request.target).path; }

bool is_scim(std::string_view path) { return path == "/scim" || path.starts_with("/scim/"); }

bool is_own_call(std::string_view path) { return path.starts_with("/sandbox/"); }

namespace {

http::Response answer_at_once(SandboxState& state, Lookup& lookup, const http::Request& request, Time now) {
    const auto path = http::split_target(request.target).path;
    if (is_own_call(path)) return answer_own(state, request, now);
    if (is_scim(path)) return answer_scim(state, request, now);
    return answer_rest(state, lookup, request, now);
}

}  // namespace

http::Response answer(SandboxState& state, const http::Request& request, Time now) {
    Lookup lookup;
    return answer(state, lookup, request, now);
}

http::Response answer(SandboxState& state, Lookup& lookup, const http::Request& request, Time now) {
    catch_up(state, now);
    if (request.method == "GET") return answer_at_once(state, lookup, request, now);
    auto before = rows_before(state);
    auto response = answer_at_once(state, lookup, request, now);
    if (before) keep_earlier(state, std::move(*before), now);
    return response;
}

http::Response error_answer(std::string_view path, int status) {
    if (is_scim(path)) return scim_error(status, "", "an error on demand");
    int code = status >= 500 ? -5 : -1;
    constexpr std::pair<int, int> codes[] = {{401, -2}, {403, -3}, {404, -4}, {409, -9}, {410, -10}};
    for (const auto& [known, its_code] : codes) {
        if (known == status) code = its_code;
    }
    return rest_answer_with(status, json({{"code", code}, {"message", "an error on demand"}}).dump());
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

#include "connectors/speakap/sandbox/sandbox_rest.hpp"

#include "connectors/speakap/sandbox/rest_call.hpp"
#include "connectors/speakap/sandbox/rest_version.hpp"
#include "connectors/speakap/sandbox/rest_wire.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {
namespace {

struct Route {
    std::string_view method;
    std::string_view pattern;     ///< relative to /networks/{n}/; {} stands for one segment
    std::string_view permission;  ///< empty: none needed
    http::Response (*answer)(Call&);
};

// assumption: writes other than invite need permissions whose names are not public: "controlled" here. Memberships
// are read with get_user_groups, roles and the network with any token.
// assumption: labels are read with list_groups; a search needs the permission of what it looks for.
constexpr std::array<Route, 28> routes{{
    {"GET", "", "", get_network},
    {"GET", "users/", "get_profiles", list_users},
    {"GET", "users/{}/", "get_profiles", get_user},
    {"GET", "users/{}/status", "get_profile_status", get_user_status},
    {"POST", "users/{}/groups/add", "controlled", add_to_groups},
    {"POST", "users/{}/groups/remove", "controlled", remove_from_groups},
    {"POST", "invite", "invite_users", invite},
    {"GET", "memberships/", "get_user_groups", list_memberships},
    {"GET", "memberships/{}/", "get_user_groups", get_membership},
    {"POST", "memberships/", "controlled", create_membership},
    {"DELETE", "memberships/{}/", "controlled", delete_membership},
    {"GET", "groups/", "list_groups", list_groups},
    {"GET", "groups/{}/", "list_groups", get_group},
    {"POST", "groups/{}/leave", "", leave_as_person},
    {"POST", "groups/", "controlled", create_basic_group},
    {"POST", "business-units/", "controlled", create_business_unit},
    {"POST", "departments/", "controlled", create_department},
    {"POST", "local-departments/", "controlled", create_local_department},
    {"GET", "roles/", "", list_roles},
    {"GET", "roles/{}/", "", get_role},
    {"POST", "roles/", "controlled", create_role},
    {"PUT", "roles/{}/", "controlled", update_role},
    {"DELETE", "roles/{}/", "controlled", delete_role},
    {"POST", "changeroles", "controlled", change_roles},
    {"GET", "search/", "", search},
    {"GET", "labels/", "list_groups", list_labels},
    {"GET", "labels/{}/", "list_groups", get_label},
    {"GET", "stats/activated-users", "access_statistics", count_activated},
}};

/// The segments that stand for {}, or nullopt when the path does not follow the pattern.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    std::vector<std::string> captured;
    while (!pattern.empty()) {
        if (pattern.substr(0, 2) != "{}") {
            if (path.empty() || path.front() != pattern.front()) return std::nullopt;
            pattern.remove_prefix(1);
            path.remove_prefix(1);
            continue;
        }
        const auto segment = path.substr(0, path.find('/'));
        if (segment.empty()) return std::nullopt;
        captured.push_back(http::percent_decode(segment, http::Plus::literal));
        pattern.remove_prefix(2);
        path.remove_prefix(segment.size());
    }
    if (!path.empty()) return std::nullopt;
    return captured;
}

http::Response answer_route(Call& call, std::string_view rest) {
    bool path_is_known = false;
    for (const auto& route : routes) {
        auto captured = match(route.pattern, rest);
        if (!captured) continue;
        path_is_known = true;
        if (route.method != call.request.method) continue;
        if (!route.permission.empty() && !permits(call.state, route.permission)) {
            return rest_error(RestError::insufficient_scope, "the app lacks a permission");
        }
        call.captured = std::move(*captured);
        return route.answer(call);
    }
    if (path_is_known) return rest_error(RestError::wrong_method, "this method is not supported here");
    return rest_error(RestError::not_found, "unknown resource");
}

}  // namespace

bool permits(const SandboxState& state, std::string_view permission) {
    const auto& granted = state.permissions;
    return granted.empty() || std::find(granted.begin(), granted.end(), permission) != granted.end();
}

bool bears(const http::Request& request, const std::string& token) {
    const auto value = http::find_header(request.headers, "Authorization");
    return value && !token.empty() && *value == "Bearer " + token;
}

namespace {

http::Response answer_network(SandboxState& state, Lookup& lookup, const http::Request& request, Time now) {
    constexpr std::string_view networks = "/networks/";
    if (!bears(request, state.token)) return rest_error(RestError::invalid_token, "the token is not valid");
    const auto [path, query] = http::split_target(request.target);
    if (path.substr(0, networks.size()) != networks) return rest_error(RestError::not_found, "unknown resource");
    const auto after = path.substr(networks.size());
    const auto slash = after.find('/');
    if (slash == std::string_view::npos) return rest_error(RestError::not_found, "unknown resource");
    if (!same_eid(after.substr(0, slash), state.network)) {
        return rest_error(RestError::insufficient_scope, "the token is not for this network");
    }
    Call call{.state = state,
              .request = request,
              .path = path,
              .query = query,
              .captured = {},
              .now = now,
              .lookup = &lookup};
    return answer_route(call, after.substr(slash + 1));
}

}  // namespace

http::Response answer_rest(SandboxState& state, Lookup& lookup, const http::Request& request, Time now) {
    // assumption: who asks for a version that never was is told so first, token or not.
    const auto wanted = read_representation(request);
    if (!wanted) return wanted.error();
    return represented(answer_network(state, lookup, request, now), *wanted);
}

}  // namespace usersync::sandbox

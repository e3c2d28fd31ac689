#include "daemon/http/health_listener.hpp"

#include "daemon/http/status_view.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace usersync::status {
namespace {

constexpr std::string_view plain = "text/plain; charset=utf-8";

http::Response answer(int status, std::string_view type, std::string body) {
    return {.status = status,
            .headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}},
            .body = std::move(body)};
}

http::Response healthz(const DaemonStatus&) { return answer(200, plain, "ok\n"); }

http::Response readyz(const DaemonStatus& status) {
    return answer(is_ready(status) ? 200 : 503, plain, ready_text(status) + "\n");
}

http::Response status_page(const DaemonStatus& status) {
    return answer(200, "application/json", status_json(status, Sentences::left_out));
}

http::Response pointer(const DaemonStatus& status) {
    return answer(200, plain,
                  "usersyncd " + status.version + ", " + status.environment +
                      "\n"
                      "/healthz  is it alive\n"
                      "/readyz   is it ready to work\n"
                      "/status   how is every tenant, as JSON\n");
}

struct Route {
    std::string_view path;
    http::Response (*respond)(const DaemonStatus&);
};
constexpr std::array<Route, 4> routes = {
    {{"/healthz", healthz}, {"/readyz", readyz}, {"/status", status_page}, {"/", pointer}}};

boost::asio::awaitable<http::Response> respond(std::function<DaemonStatus()> view, http::Request request) {
    const auto path = http::split_target(request.target).path;
    const auto route = std::find_if(routes.begin(), routes.end(), [&](const Route& r) { return r.path == path; });
    if (route == routes.end()) co_return answer(404, plain, "not found\n");
    if (request.method != "GET" && request.method != "HEAD") {
        auto refused = answer(405, plain, "only GET and HEAD\n");
        refused.headers.push_back({"Allow", "GET, HEAD"});
        co_return refused;
    }
    co_return route->respond(view());
}

}  // namespace

http::Handler make_health_handler(std::function<DaemonStatus()> view) {
    // Not a coroutine itself: what it captures need not outlive the call.
    return [view = std::move(view)](http::Request request) { return respond(view, std::move(request)); };
}

}  // namespace usersync::status

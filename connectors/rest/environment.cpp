#include "connectors/rest/environment.hpp"

#include "core/rest/call.hpp"
#include "core/rest/probe.hpp"

namespace usersync::rest_api {

namespace asio = boost::asio;

asio::awaitable<Result<void>> check_environment(const RestOptions& options, Calls& calls, Deadline deadline) {
    for (const auto& probe : options.connector.probes) {
        if (!rest::tells_environment(probe, options.values)) continue;
        auto call = rest::make_call(options.connector, probe.request, options.values, {});
        if (!call) co_return call.error();
        auto reply = co_await calls.send(std::move(*call), probe.name, deadline);
        if (!reply) co_return reply.error();
        auto other = rest::other_environment(probe, reply->body, options.values);
        if (!other) continue;
        other->where = options.connector.name + " " + probe.name;
        co_return std::move(*other);
    }
    co_return Result<void>();
}

}  // namespace usersync::rest_api

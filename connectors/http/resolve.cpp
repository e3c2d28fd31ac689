#include "connectors/http/resolve.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace usersync::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Endpoints = std::vector<tcp::endpoint>;

namespace {

Failure cannot_resolve(std::string sentence) {
    return Failure{
        .kind = FailureKind::transient, .code = "cannot_resolve", .where = "http", .detail = std::move(sentence)};
}

struct LookUp {
    explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), answered(executor) {}
    tcp::resolver resolver;
    asio::steady_timer answered;
    bool ended = false;
    error_code error;
    Endpoints endpoints;
};

/// The second owner of `look_up` is the resolver's thread: the one who asked may leave before it answers.
void begin(const std::shared_ptr<LookUp>& look_up, const BaseUrl& url) {
    auto ended = [look_up](error_code error, const tcp::resolver::results_type& found) {
        look_up->ended = true;
        look_up->error = error;
        for (const auto& one : found) look_up->endpoints.push_back(one.endpoint());
        look_up->answered.cancel();
    };
    look_up->resolver.async_resolve(url.host, std::to_string(url.port), std::move(ended));
}

}  // namespace

asio::awaitable<Result<Endpoints>> resolve(BaseUrl url) {
    if (url.is_address) co_return Endpoints(1, tcp::endpoint(asio::ip::make_address(url.host), url.port));
    auto executor = co_await asio::this_coro::executor;
    const auto look_up = std::make_shared<LookUp>(executor);
    look_up->answered.expires_at(asio::steady_timer::time_point::max());
    begin(look_up, url);
    error_code woken;
    co_await look_up->answered.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    // Cancelled: what still runs keeps the look-up alive, and nobody reads its answer.
    if (!look_up->ended) throw boost::system::system_error(asio::error::operation_aborted);
    if (look_up->error) co_return cannot_resolve(look_up->error.message());
    if (url.scheme == Scheme::http) {
        std::erase_if(look_up->endpoints, [](const tcp::endpoint& one) { return !one.address().is_loopback(); });
    }
    if (look_up->endpoints.empty()) co_return cannot_resolve("the host has no usable address");
    co_return std::move(look_up->endpoints);
}

}  // namespace usersync::http

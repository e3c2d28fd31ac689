#include "daemon/control/control_client.hpp"

#include "daemon/control/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <optional>
#include <utility>

namespace usersync::control {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

constexpr std::size_t answer_line_max = 256u << 20;

Failure failure(FailureKind kind, std::string code, std::string sentence, Effect effect = Effect::none) {
    return Failure{.kind = kind,
                   .code = std::move(code),
                   .where = "control",
                   .detail = std::move(sentence),
                   .effect = effect,
                   .retry_after = std::nullopt};
}

std::optional<Protocol::endpoint> endpoint_at(const std::string& path) {
    try {
        return Protocol::endpoint(path);
    } catch (const boost::system::system_error&) {
        return std::nullopt;  // longer than a socket's address can be
    }
}

Failure not_connected(const boost::system::error_code& error) {
    if (error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory) {
        return failure(FailureKind::transient, "daemon_not_running", "no daemon listens on the control socket");
    }
    if (error == boost::system::errc::permission_denied) {
        return failure(FailureKind::blocked, "control_not_permitted", "this user may not use the control socket");
    }
    return failure(FailureKind::blocked, "cannot_connect", error.message());
}

Failure no_result(const boost::system::error_code& error) {
    if (error == asio::error::not_found) {
        return failure(FailureKind::broken, "bad_answer", "the daemon's answer is too long", Effect::unknown);
    }
    return failure(FailureKind::transient, "daemon_went_away", "the daemon closed the connection without a result",
                   Effect::unknown);
}

}  // namespace

asio::awaitable<Result<CommandResult>> call(std::string path, CommandRequest request, OnProgress on_progress) {
    const auto endpoint = endpoint_at(path);
    if (!endpoint) co_return failure(FailureKind::blocked, "cannot_connect", "the path is too long for a socket");
    auto executor = co_await asio::this_coro::executor;
    Protocol::socket socket(executor);
    boost::system::error_code error;
    co_await socket.async_connect(*endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return not_connected(error);

    // A daemon that refuses a request may answer before it has read all of it: a failed write is not the last word.
    const std::string line = encode_request(request);
    co_await asio::async_write(socket, asio::buffer(line), asio::redirect_error(asio::use_awaitable, error));
    std::string received;
    while (true) {
        const std::size_t length =
            co_await asio::async_read_until(socket, asio::dynamic_buffer(received, answer_line_max), '\n',
                                            asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return no_result(error);
        auto answer = parse_answer(std::string_view(received).substr(0, length));
        received.erase(0, length);
        if (!answer) {
            Failure bad = answer.error();
            bad.effect = Effect::unknown;
            co_return bad;
        }
        if (auto* result = std::get_if<CommandResult>(&*answer)) co_return std::move(*result);
        on_progress(std::move(std::get<ProgressLine>(*answer).text));
    }
}

}  // namespace usersync::control

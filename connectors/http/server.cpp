#include "connectors/http/server.hpp"

#include "connectors/http/stream.hpp"
#include "connectors/http/wire.hpp"
#include "core/async/deadline.hpp"
#include "core/async/task_group.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 16u << 10;
constexpr Duration accept_again_after{100};  ///< when the system has no descriptor left, say
constexpr Duration linger_max{1000};         ///< for a refused client to read why before the connection is gone
constexpr Duration unwind_max{1000};         ///< for what was cancelled at the end of stop()

Deadline from_now(Duration wait) {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + wait;
}

Failure blocked(std::string code, std::string sentence) {
    return Failure{
        .kind = FailureKind::blocked, .code = std::move(code), .where = "http", .detail = std::move(sentence)};
}

class Connection;

/// What the server and its connections share. The second owner is every connection's coroutine, which may
/// outlive the Server by the moment it takes to unwind, or until the context dies.
struct Shared {
    Shared(asio::any_io_executor where, ListenOptions chosen, Handler answers)
        : executor(std::move(where)),
          options(std::move(chosen)),
          handler(std::move(answers)),
          acceptor(executor),
          tasks(executor) {}

    bool is_tls() const { return !options.certificate_file.empty(); }

    asio::any_io_executor executor;
    ListenOptions options;
    Handler handler;
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tcp::acceptor acceptor;
    bool stopping = false;
    std::vector<Connection*> connections;
    TaskGroup tasks;
};

/// One accepted connection, listed in `Shared` for as long as it lives.
class Connection {
public:
    Connection(std::shared_ptr<Shared> shared, tcp::socket socket)
        : shared_(std::move(shared)),
          stream_(shared_->is_tls() ? make_tls_server_stream(std::move(socket), shared_->tls)
                                    : make_plain_stream(std::move(socket))) {
        shared_->connections.push_back(this);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { std::erase(shared_->connections, this); }

    Shared& shared() { return *shared_; }
    Stream& stream() { return *stream_; }
    void close() {
        error_code already_gone;
        stream_->socket().close(already_gone);
    }

    bool is_answering = false;  ///< a request has been read and its answer is not out yet

private:
    std::shared_ptr<Shared> shared_;
    std::unique_ptr<Stream> stream_;
};

asio::awaitable<bool> tell_to_go_on(Stream& stream) {
    constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    const Moved written = co_await stream.write_all(asio::buffer(text));
    co_return !written.error;
}

/// `more` and `cut_off` mean that the client is gone.
asio::awaitable<Progress> read_request(Stream& stream, RequestReader& reader) {
    std::vector<char> piece(read_size);
    bool told_to_go_on = false;
    auto progress = reader.feed({});
    while (progress == Progress::more) {
        const auto head = reader.head();
        if (head && head->expects_continue && !told_to_go_on) {
            told_to_go_on = co_await tell_to_go_on(stream);
            if (!told_to_go_on) co_return Progress::cut_off;
        }
        const Moved moved = co_await stream.read_some(asio::buffer(piece));
        if (moved.error) co_return reader.close();
        progress = reader.feed(std::string_view(piece.data(), moved.bytes));
    }
    co_return progress;
}

Response refusal(Progress progress) {
    switch (progress) {
        case Progress::head_too_large: return Response{.status = 431, .headers = {}, .body = {}};
        case Progress::body_too_large: return Response{.status = 413, .headers = {}, .body = {}};
        case Progress::malformed:
        case Progress::cut_off:
        case Progress::more:
        case Progress::done: break;
    }
    return Response{.status = 400, .headers = {}, .body = {}};
}

/// False when the client did not take it in time.
asio::awaitable<bool> write_answer(Connection& connection, std::string text) {
    const auto deadline = from_now(connection.shared().options.idle_max);
    auto writing = connection.stream().write_all(asio::buffer(text));
    const auto written = co_await with_deadline(std::move(writing), deadline);
    co_return written && !written->error;
}

asio::awaitable<bool> read_to_end(Stream& stream) {
    std::vector<char> piece(read_size);
    for (;;) {
        const Moved moved = co_await stream.read_some(asio::buffer(piece));
        if (moved.error) co_return true;
    }
}

/// Closing with bytes unread resets the connection, and the answer in flight is lost with it.
asio::awaitable<void> refuse(Connection& connection, Progress progress) {
    const auto response = refusal(progress);
    const bool written = co_await write_answer(connection, encode(response, Persistence::close, false));
    if (!written) co_return;
    error_code already_gone;
    connection.stream().socket().shutdown(tcp::socket::shutdown_send, already_gone);
    auto reading = read_to_end(connection.stream());
    co_await with_deadline(std::move(reading), from_now(linger_max));
}

/// The handler's answer, or a 500 when it threw. A cancelled one unwinds.
asio::awaitable<Response> ask_handler(const Handler& handler, Request request) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    try {
        auto response = co_await handler(std::move(request));
        if (response.status == 0 || is_sendable(response)) co_return response;
    } catch (...) {
        if (cancellation.cancelled() != asio::cancellation_type::none) throw;
    }
    co_return Response{.status = 500, .headers = {}, .body = {}};
}

/// One request and its answer; false when the connection ends with it.
asio::awaitable<bool> serve_one(Connection& connection, RequestReader& reader) {
    auto& shared = connection.shared();
    auto reading = read_request(connection.stream(), reader);
    const auto progress = co_await with_deadline(std::move(reading), from_now(shared.options.idle_max));
    if (!progress || *progress == Progress::more || *progress == Progress::cut_off) co_return false;
    connection.is_answering = true;
    if (*progress != Progress::done) {
        co_await refuse(connection, *progress);
        co_return false;
    }
    const auto head = reader.head();
    auto request = reader.take();
    const bool is_head = request.method == "HEAD";
    const auto response = co_await ask_handler(shared.handler, std::move(request));
    if (response.status == 0) co_return false;
    const bool keeps = head && head->keep_alive && !shared.stopping;
    auto text = encode(response, keeps ? Persistence::keep : Persistence::close, is_head);
    const bool written = co_await write_answer(connection, std::move(text));
    connection.is_answering = false;
    co_return written&& keeps;
}

asio::awaitable<void> serve(std::shared_ptr<Shared> shared, tcp::socket socket) {
    Connection connection(shared, std::move(socket));
    auto shaking = connection.stream().handshake();
    const auto shaken = co_await with_deadline(std::move(shaking), from_now(shared->options.idle_max));
    if (!shaken || *shaken) co_return;
    RequestReader reader(shared->options.body_max);
    bool goes_on = true;
    while (goes_on && !shared->stopping) goes_on = co_await serve_one(connection, reader);
}

asio::awaitable<void> accept_all(std::shared_ptr<Shared> shared) {
    while (!shared->stopping) {
        error_code error;
        auto socket = co_await shared->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || shared->stopping) co_return;
        if (error) {
            asio::steady_timer pause(shared->executor, accept_again_after);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        if (shared->connections.size() >= shared->options.connections_max) continue;
        error_code best_effort;
        socket.set_option(tcp::no_delay(true), best_effort);
        shared->tasks.spawn(serve(shared, std::move(socket)));
    }
}

void stop_accepting(Shared& shared) {
    shared.stopping = true;
    error_code already_closed;
    shared.acceptor.close(already_closed);
}

void close_all(Shared& shared) {
    for (auto* connection : shared.connections) connection->close();
    shared.tasks.cancel();
}

asio::awaitable<bool> join(std::shared_ptr<Shared> shared) {
    co_await shared->tasks.join();
    co_return true;
}

asio::awaitable<void> stop_shared(std::shared_ptr<Shared> shared, Deadline deadline) {
    stop_accepting(*shared);
    for (auto* connection : shared->connections) {
        if (!connection->is_answering) connection->close();
    }
    auto joining = join(shared);
    const auto joined = co_await with_deadline(std::move(joining), deadline);
    if (joined) co_return;
    close_all(*shared);
    auto unwinding = join(shared);
    co_await with_deadline(std::move(unwinding), from_now(unwind_max));
}

class TcpServer final : public Server {
public:
    explicit TcpServer(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
        shared_->tasks.spawn(accept_all(shared_));
    }
    ~TcpServer() override {
        stop_accepting(*shared_);
        close_all(*shared_);
    }

    std::uint16_t port() const override { return shared_->options.port; }
    asio::awaitable<void> stop(Deadline deadline) override { return stop_shared(shared_, deadline); }

private:
    std::shared_ptr<Shared> shared_;
};

Result<void> open(Shared& shared) {
    auto& options = shared.options;
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return blocked("cannot_listen", "not an IP address: " + options.address);
    const tcp::endpoint endpoint(address, options.port);
    shared.acceptor.open(endpoint.protocol(), error);
    if (!error) shared.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) shared.acceptor.bind(endpoint, error);
    if (!error) shared.acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (!error) options.port = shared.acceptor.local_endpoint(error).port();
    if (error) return blocked("cannot_listen", error.message());
    return {};
}

Result<void> load_certificate(Shared& shared) {
    if (!shared.is_tls()) return {};
    error_code error;
    SSL_CTX_set_min_proto_version(shared.tls.native_handle(), TLS1_2_VERSION);
    shared.tls.use_certificate_chain_file(shared.options.certificate_file, error);
    if (error) return blocked("bad_certificate", "cannot read " + shared.options.certificate_file);
    shared.tls.use_private_key_file(shared.options.key_file, asio::ssl::context::pem, error);
    const bool fits = !error && SSL_CTX_check_private_key(shared.tls.native_handle()) == 1;
    ERR_clear_error();
    if (!fits) return blocked("bad_certificate", shared.options.key_file + " is not the certificate's key");
    if (shared.options.client_ca_file.empty()) return {};
    shared.tls.load_verify_file(shared.options.client_ca_file, error);
    if (!error) shared.tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
    if (error) return blocked("bad_certificate", "cannot read " + shared.options.client_ca_file);
    return {};
}

}  // namespace

Result<std::unique_ptr<Server>> listen(asio::any_io_executor executor, ListenOptions options, Handler handler) {
    auto shared = std::make_shared<Shared>(std::move(executor), std::move(options), std::move(handler));
    auto loaded = load_certificate(*shared);
    if (!loaded) return loaded.error();
    auto opened = open(*shared);
    if (!opened) return opened.error();
    return std::unique_ptr<Server>(std::make_unique<TcpServer>(std::move(shared)));
}

}  // namespace usersync::http

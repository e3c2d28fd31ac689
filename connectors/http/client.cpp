#include "connectors/http/client.hpp"

#include "connectors/http/base_url.hpp"
#include "connectors/http/pool.hpp"
#include "connectors/http/resolve.hpp"
#include "connectors/http/stream.hpp"
#include "connectors/http/wire.hpp"
#include "core/async/deadline.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <chrono>
#include <utility>
#include <vector>

namespace usersync::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 32u << 10;

Failure failed(FailureKind kind, std::string code, std::string sentence) {
    return Failure{.kind = kind, .code = std::move(code), .where = "http", .detail = std::move(sentence)};
}

Failure transient(std::string code, std::string sentence) {
    return failed(FailureKind::transient, std::move(code), std::move(sentence));
}

Result<void> trust(asio::ssl::context& context, const std::string& ca_file) {
    error_code error;
    context.set_verify_mode(asio::ssl::verify_peer, error);
    if (!error && ca_file.empty()) context.set_default_verify_paths(error);
    if (!error && !ca_file.empty()) context.load_verify_file(ca_file, error);
    if (error) {
        return failed(FailureKind::blocked, "bad_ca_file", "the certificates to trust cannot be read: " + ca_file);
    }
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    return {};
}

/// Who we are, for a server that asks.
Result<void> present(asio::ssl::context& context, const ClientOptions& options) {
    if (options.certificate_file.empty()) return {};
    error_code error;
    context.use_certificate_chain_file(options.certificate_file, error);
    if (error) return failed(FailureKind::blocked, "bad_certificate", "cannot read " + options.certificate_file);
    const auto& key = options.key.expose();
    context.use_private_key(asio::buffer(key), asio::ssl::context::pem, error);
    const bool fits = !error && SSL_CTX_check_private_key(context.native_handle()) == 1;
    ERR_clear_error();
    if (fits) return {};
    return failed(FailureKind::blocked, "bad_certificate",
                  "the private key cannot be read, or is not that of " + options.certificate_file);
}

/// What all exchanges of a client share; they may outlive it, but not the context.
struct Site {
    Site(asio::any_io_executor executor, ClientOptions chosen, BaseUrl where)
        : options(std::move(chosen)),
          url(std::move(where)),
          tls(asio::ssl::context::tls_client),
          pool(std::make_shared<Pool>(std::move(executor), options.connections_max)) {}

    ClientOptions options;
    BaseUrl url;
    asio::ssl::context tls;
    std::shared_ptr<Pool> pool;
};

/// How far an exchange came, for the one who has to say what its end means.
struct Course {
    bool request_left = false;     ///< a byte of the request may have reached the server
    bool answer_begun = false;     ///< a byte of an answer came
    bool connection_kept = false;  ///< it runs on a connection that an earlier exchange has used
    bool given_up = false;         ///< no byte of an answer came in the time for it
};

asio::awaitable<error_code> connect_to(tcp::socket& socket, tcp::endpoint endpoint) {
    error_code error;
    co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    co_return error;
}

Deadline real_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

/// nullopt when that much time was over first; without a limit the operation takes as long as it takes.
template <class T>
asio::awaitable<std::optional<T>> within(asio::awaitable<T> operation, std::optional<Duration> limit) {
    if (!limit) {
        T value = co_await std::move(operation);
        co_return std::optional<T>(std::move(value));
    }
    const Deadline until = real_now() + *limit;
    auto value = co_await with_deadline(std::move(operation), until);
    co_return value;
}

std::string text_of(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

/// One address may swallow what is sent to it while the next one answers.
asio::awaitable<Result<tcp::socket>> connect_tcp(BaseUrl url, Duration each_max, ConnectionFacts& facts) {
    const auto asked = real_now();
    auto endpoints = co_await resolve(std::move(url));
    if (!endpoints) co_return endpoints.error();
    const auto resolved = real_now();
    facts.resolving = resolved - asked;
    auto executor = co_await asio::this_coro::executor;
    error_code error;
    for (const auto& endpoint : *endpoints) {
        tcp::socket socket(executor);
        const Deadline until = real_now() + each_max;
        auto connecting = connect_to(socket, endpoint);
        const auto connected = co_await with_deadline(std::move(connecting), until);
        error = connected.value_or(asio::error::timed_out);
        if (error) continue;
        error_code best_effort;
        socket.set_option(tcp::no_delay(true), best_effort);
        facts.connecting = real_now() - resolved;
        facts.address = text_of(endpoint);
        co_return std::move(socket);
    }
    co_return transient("cannot_connect", error.message());
}

Failure certificate_refused(const error_code& error) {
    return failed(FailureKind::blocked, "client_certificate_refused",
                  "the server does not accept the client certificate, or asks for one: " + error.message());
}

Failure handshake_failed(const Stream& stream, const error_code& error) {
    const auto distrust = stream.distrust();
    if (!distrust.empty()) return failed(FailureKind::blocked, "tls_not_trusted", distrust);
    if (is_certificate_refusal(error)) return certificate_refused(error);
    return transient("tls_failed", error.message());
}

asio::awaitable<Result<std::unique_ptr<Stream>>> connect(std::shared_ptr<Site> site) {
    ConnectionFacts facts;
    auto socket = co_await connect_tcp(site->url, site->options.connect_max, facts);
    if (!socket) co_return socket.error();
    const bool is_tls = site->url.scheme == Scheme::https;
    auto stream = is_tls ? make_tls_client_stream(std::move(*socket), site->tls, site->url.host, site->url.is_address)
                         : make_plain_stream(std::move(*socket));
    const auto connected = real_now();
    auto shaking = stream->handshake();
    const auto shaken = co_await within(std::move(shaking), site->options.first_byte_max);
    if (!shaken) co_return transient("tls_failed", "the server took the connection, and shook no hands in time");
    const error_code error = *shaken;
    if (error) co_return handshake_failed(*stream, error);
    facts.shaking = real_now() - connected;
    facts.tls = stream->protocol();
    if (site->options.on_connected) site->options.on_connected(facts);
    co_return std::move(stream);
}

Failure unreadable(Progress progress) {
    switch (progress) {
        case Progress::head_too_large:
            return failed(FailureKind::rejected, "answer_too_large", "the answer's headers are beyond the limit");
        case Progress::body_too_large:
            return failed(FailureKind::rejected, "answer_too_large", "the answer's body is beyond the limit");
        case Progress::malformed: return transient("bad_answer", "the answer is not HTTP");
        case Progress::cut_off: return transient("answer_lost", "the connection was closed within an answer");
        case Progress::more:
        case Progress::done: break;
    }
    return transient("bad_answer", "the answer is not complete");
}

/// The answer is written into `reader`. `course` outlives this: it belongs to the exchange.
asio::awaitable<Result<void>> read_answer(Stream& stream, ResponseReader& reader, std::optional<Duration> first_within,
                                          Course& course) {
    std::vector<char> piece(read_size);
    const auto into = asio::buffer(piece);
    auto reading = stream.read_some(into);
    const auto first = co_await within(std::move(reading), first_within);
    course.given_up = !first;
    if (!first) co_return transient("timed_out", "the server took the request, and no byte of an answer came in time");
    Moved moved = *first;
    auto progress = Progress::more;
    for (;;) {
        if (moved.error) {
            // Under TLS 1.3 a server looks at our certificate only after hands were shaken.
            if (is_certificate_refusal(moved.error)) co_return certificate_refused(moved.error);
            const bool begun = reader.has_begun();
            progress = reader.close(is_orderly_end(moved.error));
            if (progress == Progress::done) break;
            co_return begun ? unreadable(progress) : transient("answer_lost", moved.error.message());
        }
        progress = reader.feed(std::string_view(piece.data(), moved.bytes));
        course.answer_begun = reader.has_begun();
        if (progress != Progress::more) break;
        moved = co_await stream.read_some(into);
    }
    if (progress != Progress::done) co_return unreadable(progress);
    co_return Result<void>();
}

/// Writes `text`, reads the answer, and keeps the connection when it may carry another exchange.
asio::awaitable<Result<Response>> exchange(std::shared_ptr<Site> site, std::unique_ptr<Stream> stream, std::string text,
                                           bool is_head, Course& course) {
    course.request_left = true;
    const Moved written = co_await stream->write_all(asio::buffer(text));
    if (written.error) {
        course.request_left = written.bytes > 0;
        co_return transient("connection_lost", written.error.message());
    }
    ResponseReader reader(site->options.body_max, is_head);
    const auto read = co_await read_answer(*stream, reader, site->options.first_byte_max, course);
    if (!read) co_return read.error();
    if (reader.keeps_connection()) site->pool->keep(std::move(stream));
    co_return reader.take();
}

/// One attempt: on a kept connection if there is one and `fresh` does not forbid it.
enum class Connection { any, fresh };
asio::awaitable<Result<Response>> attempt(std::shared_ptr<Site> site, std::string text, bool is_head,
                                          Connection connection, Course& course) {
    auto stream = connection == Connection::any ? site->pool->take_kept() : nullptr;
    course = Course{.connection_kept = stream != nullptr};
    if (!stream) {
        auto connected = co_await connect(site);
        if (!connected) co_return connected.error();
        stream = std::move(*connected);
    }
    co_return co_await exchange(site, std::move(stream), std::move(text), is_head, course);
}

asio::awaitable<Result<Response>> send_within(std::shared_ptr<Site> site, Request request, Course& course) {
    const auto place = co_await Pool::enter(site->pool);
    const bool is_head = request.method == "HEAD";
    const auto text = encode(request, site->url.authority, site->url.path);
    auto answer = co_await attempt(site, text, is_head, Connection::any, course);
    // A server that says nothing for long works on it, or is overloaded: it is not asked a second time behind that.
    const bool was_stale = !answer && course.connection_kept && !course.answer_begun && !course.given_up;
    if (!was_stale || request.method != "GET" || !site->options.repeats_gets) co_return answer;
    co_return co_await attempt(site, text, is_head, Connection::fresh, course);
}

class PooledClient final : public Client {
public:
    explicit PooledClient(std::shared_ptr<Site> site) : site_(std::move(site)) {}

    asio::awaitable<Result<Response>> send(Request request, Deadline deadline) override {
        return send_by(site_, std::move(request), deadline);
    }

private:
    static asio::awaitable<Result<Response>> send_by(std::shared_ptr<Site> site, Request request, Deadline deadline) {
        if (!is_sendable(request)) {
            co_return failed(FailureKind::broken, "bad_request",
                             "a method, target or header holds a character it cannot");
        }
        Course course;
        auto failure = transient("timed_out", "no complete answer came in time");
        if (deadline <= std::chrono::steady_clock::now()) co_return failure;
        auto sending = send_within(site, std::move(request), course);
        auto answer = co_await with_deadline(std::move(sending), deadline);
        if (answer && *answer) co_return std::move(**answer);
        if (answer) failure = answer->error();
        failure.effect = course.request_left ? Effect::unknown : Effect::none;
        co_return failure;
    }

    std::shared_ptr<Site> site_;  // the second owner of a site is every exchange under way
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(asio::any_io_executor executor, ClientOptions options) {
    auto url = parse_base_url(options.base_url);
    if (!url) return url.error();
    USERSYNC_INVARIANT(options.connections_max > 0, "a client without connections would wait for ever");
    auto site = std::make_shared<Site>(std::move(executor), std::move(options), std::move(*url));
    auto trusted = trust(site->tls, site->options.ca_file);
    if (!trusted) return trusted.error();
    auto presented = present(site->tls, site->options);
    if (!presented) return presented.error();
    return std::unique_ptr<Client>(std::make_unique<PooledClient>(std::move(site)));
}

}  // namespace usersync::http

#include "connectors/http/client.hpp"

#include "tests/connectors/http/peer.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace usersync;
using namespace usersync::http;
using boost::asio::ip::tcp;
using test::Peer;
namespace asio = boost::asio;

namespace {

constexpr Duration short_wait{60};
const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Request get(std::string target = "/") {
    return {.method = "GET", .target = std::move(target), .headers = {}, .body = ""};
}
Request post(std::string body = "{}") {
    return {.method = "POST", .target = "/", .headers = {}, .body = std::move(body)};
}

std::unique_ptr<Client> client_of(asio::io_context& context, ClientOptions options) {
    return make_client(context.get_executor(), std::move(options)).value();
}

std::unique_ptr<Client> client_of(asio::io_context& context, const Peer& peer) {
    return client_of(context,
                     ClientOptions{.base_url = peer.url(), .ca_file = "", .body_max = 1000, .connections_max = 2});
}

void run_until(asio::io_context& context, const std::function<bool()>& reached) {
    context.restart();
    while (!reached() && context.run_one() > 0) {
    }
}

asio::awaitable<void> answer_for_ever(tcp::socket& socket, std::size_t) {
    for (;;) {
        co_await test::hear(socket);
        co_await test::say(socket, ok);
    }
}

asio::awaitable<void> answer_once(tcp::socket& socket, std::size_t) {
    co_await test::hear(socket);
    co_await test::say(socket, ok);
}

asio::awaitable<void> never_answer(tcp::socket& socket, std::size_t) {
    co_await test::hear(socket);
    co_await test::hear(socket);
}

/// Breaks off after the first answer on the first connection, having heard a second request there.
asio::awaitable<void> lose_the_second_answer(tcp::socket& socket, std::size_t connection) {
    co_await test::hear(socket);
    co_await test::say(socket, ok);
    co_await test::hear(socket);
    if (connection == 1) co_return;
    co_await test::say(socket, ok);
}

Peer::Script reply(std::string text) {
    return [text](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::say(socket, text);
    };
}

/// A port on which nobody ever answers a connection: its queue is full.
class BlackHole {
public:
    BlackHole() {
        acceptor_.open(tcp::v4());
        acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        acceptor_.listen(0);
        for (auto* socket : {&first_, &second_}) {
            socket->open(tcp::v4());
            socket->non_blocking(true);
            const auto hole = acceptor_.local_endpoint();
            // Not asio's: that one waits for the answer, which the second will not get.
            static_cast<void>(::connect(socket->native_handle(), hole.data(), static_cast<socklen_t>(hole.size())));
        }
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

private:
    asio::io_context context_;
    tcp::acceptor acceptor_{context_};
    tcp::socket first_{context_};
    tcp::socket second_{context_};
};

}  // namespace

TEST_CASE("a request reaches its server and its answer comes back", "[connectors][http]") {
    asio::io_context context;
    std::string heard;
    Peer peer(context, [&](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        heard = co_await test::hear(socket);
        co_await test::say(socket, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow");
    });
    auto client = client_of(context, ClientOptions{.base_url = peer.url() + "/scim/", .ca_file = ""});
    Request request{.method = "POST", .target = "/Users", .headers = {{"Accept", "text/plain"}}, .body = "{}"};

    const auto answer = test::run(context, client->send(request, test::ample()));

    CHECK(answer.value() ==
          Response{.status = 429, .headers = {{"Retry-After", "7"}, {"Content-Length", "4"}}, .body = "slow"});
    CHECK(heard == "POST /scim/Users HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port()) +
                       "\r\nAccept: text/plain\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("a refused connection may pass and has changed nothing", "[connectors][http]") {
    asio::io_context context;
    auto client = client_of(
        context, ClientOptions{.base_url = "http://127.0.0.1:" + std::to_string(test::free_port()), .ca_file = ""});

    const auto answer = test::run(context, client->send(post(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "cannot_connect");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("an address that swallows connections is given up before the deadline, and nothing was sent",
          "[connectors][http][fault29]") {
    const BlackHole hole;
    asio::io_context context;
    auto client = client_of(context, ClientOptions{.base_url = hole.url(), .connect_max = short_wait});
    const auto answer = test::run(context, client->send(post(), test::ample()));
    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "cannot_connect");
    CHECK(answer.error().detail == "Connection timed out");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("a name that nobody knows is told as such", "[connectors][http][fault29]") {
    asio::io_context context;
    auto client = client_of(context, ClientOptions{.base_url = "https://speakap.invalid"});
    const auto answer = test::run(context, client->send(get(), test::ample()));
    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "cannot_resolve");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("a host is found by its name", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, answer_once);
    auto client =
        client_of(context, ClientOptions{.base_url = "http://localhost:" + std::to_string(peer.port()), .ca_file = ""});

    CHECK(test::run(context, client->send(get(), test::ample())).value().body == "ok");
}

TEST_CASE("an answer lost after the request was sent leaves the effect unknown", "[connectors][http]") {
    for (const std::string text : {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"}) {
        CAPTURE(text);
        asio::io_context context;
        Peer peer(context, reply(text));
        auto client = client_of(context, peer);

        const auto answer = test::run(context, client->send(post(), test::ample()));

        REQUIRE(answer.has_error());
        CHECK(answer.error().kind == FailureKind::transient);
        CHECK(answer.error().code == "answer_lost");
        CHECK(answer.error().effect == Effect::unknown);
    }
}

TEST_CASE("what answers but does not speak HTTP is reported as such", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, reply("SSH-2.0-OpenSSH_9.2\r\n"));
    auto client = client_of(context, peer);

    const auto answer = test::run(context, client->send(get(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "bad_answer");
}

TEST_CASE("a server that never answers costs no more than the deadline", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, never_answer);
    auto client = client_of(context, peer);

    const auto answer = test::run(context, client->send(post(), test::in(short_wait)));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "timed_out");
    CHECK(answer.error().effect == Effect::unknown);
}

TEST_CASE("a server that takes a request and says nothing is given up long before the deadline",
          "[connectors][http][fault17]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::hear_all(socket);
    });
    auto client =
        client_of(context, ClientOptions{.base_url = peer.url(), .ca_file = "", .first_byte_max = short_wait});

    const auto answer = test::run(context, client->send(get(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "timed_out");
    CHECK_THAT(answer.error().detail, Catch::Contains("no byte"));
    CHECK(answer.error().effect == Effect::unknown);
    run_until(context, [&] { return peer.closed() == 1; });
}

TEST_CASE("a server that says nothing on a kept connection is not asked a second time", "[connectors][http][fault17]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::say(socket, ok);
        co_await test::hear(socket);
        co_await test::hear(socket);
    });
    auto client =
        client_of(context, ClientOptions{.base_url = peer.url(), .ca_file = "", .first_byte_max = short_wait});
    REQUIRE(test::run(context, client->send(get(), test::ample())).has_value());

    CHECK(test::run(context, client->send(get(), test::ample())).error().code == "timed_out");
    CHECK(peer.accepted() == 1);
}

TEST_CASE("a server that has begun to answer may take longer than until its first byte", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::say(socket, "HTTP/1.1 200 OK\r\n");
        asio::steady_timer pause(socket.get_executor(), 3 * short_wait);
        co_await pause.async_wait(asio::use_awaitable);
        co_await test::say(socket, "Content-Length: 2\r\n\r\nok");
    });
    auto client =
        client_of(context, ClientOptions{.base_url = peer.url(), .ca_file = "", .first_byte_max = short_wait});

    CHECK(test::run(context, client->send(get(), test::ample())).value().body == "ok");
}

TEST_CASE("a server that takes a connection and shakes no hands is given up, and nothing was sent",
          "[connectors][http][fault17]") {
    asio::io_context context;
    Peer peer(context, never_answer);
    auto client = client_of(context, ClientOptions{.base_url = "https://127.0.0.1:" + std::to_string(peer.port()),
                                                   .first_byte_max = short_wait});

    const auto answer = test::run(context, client->send(get(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::transient);
    CHECK(answer.error().code == "tls_failed");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("a deadline that has passed sends nothing", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, answer_once);
    auto client = client_of(context, peer);

    const auto answer = test::run(context, client->send(post(), test::in(Duration(0))));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "timed_out");
    CHECK(answer.error().effect == Effect::none);
    CHECK(peer.accepted() == 0);
}

TEST_CASE("an answer may come one byte at a time", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        for (const char c : ok) co_await test::say(socket, std::string(1, c));
    });
    auto client = client_of(context, peer);

    CHECK(test::run(context, client->send(get(), test::ample())).value().body == "ok");
}

TEST_CASE("a server that keeps sending single bytes does not outlive the deadline", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::say(socket, "HTTP/1.1 200 OK\r\nX: ");
        for (;;) {
            asio::steady_timer pause(socket.get_executor(), std::chrono::milliseconds(1));
            co_await pause.async_wait(asio::use_awaitable);
            co_await test::say(socket, "x");
        }
    });
    auto client = client_of(context, peer);

    const auto answer = test::run(context, client->send(get(), test::in(short_wait)));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "timed_out");
}

TEST_CASE("an answer longer than its limit is refused", "[connectors][http]") {
    for (const std::string framing : {"Content-Length: 1001\r\n\r\n", "\r\n"}) {
        CAPTURE(framing);
        asio::io_context context;
        Peer peer(context, reply("HTTP/1.1 200 OK\r\n" + framing + std::string(1001, 'x')));
        auto client = client_of(context, peer);

        const auto answer = test::run(context, client->send(get(), test::ample()));

        REQUIRE(answer.has_error());
        CHECK(answer.error().kind == FailureKind::rejected);
        CHECK(answer.error().code == "answer_too_large");
    }
}

TEST_CASE("one connection carries one request after the other", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, answer_for_ever);
    auto client = client_of(context, peer);

    for (int i = 0; i < 3; ++i) CHECK(test::run(context, client->send(post(), test::ample())).has_value());

    CHECK(peer.accepted() == 1);
}

TEST_CASE("a server that closes its connection gets a new one", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, reply("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
    auto client = client_of(context, peer);

    for (int i = 0; i < 2; ++i) CHECK(test::run(context, client->send(post(), test::ample())).has_value());

    CHECK(peer.accepted() == 2);
}

TEST_CASE("a kept connection that the server has closed is not used again", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, answer_once);
    auto client = client_of(context, peer);
    REQUIRE(test::run(context, client->send(post(), test::ample())).has_value());
    run_until(context, [&] { return peer.closed() == 1; });

    const auto answer = test::run(context, client->send(post(), test::ample()));

    CHECK(answer.has_value());
    CHECK(peer.accepted() == 2);
}

TEST_CASE("a GET whose kept connection breaks is asked again on a new one", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, lose_the_second_answer);
    auto client = client_of(context, peer);
    REQUIRE(test::run(context, client->send(get(), test::ample())).has_value());

    const auto answer = test::run(context, client->send(get(), test::ample()));

    CHECK(answer.has_value());
    CHECK(peer.accepted() == 2);
}

TEST_CASE("a GET whose kept connection breaks is not asked again where its caller wants to know",
          "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, lose_the_second_answer);
    ClientOptions options{.base_url = peer.url(), .ca_file = ""};
    options.repeats_gets = false;
    auto client = client_of(context, std::move(options));
    REQUIRE(test::run(context, client->send(get(), test::ample())).has_value());

    const auto answer = test::run(context, client->send(get(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "answer_lost");
    CHECK(answer.error().effect == Effect::unknown);
    CHECK(peer.accepted() == 1);
}

TEST_CASE("a POST whose kept connection breaks is never sent twice", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, lose_the_second_answer);
    auto client = client_of(context, peer);
    REQUIRE(test::run(context, client->send(post(), test::ample())).has_value());

    const auto answer = test::run(context, client->send(post(), test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "answer_lost");
    CHECK(answer.error().effect == Effect::unknown);
    CHECK(peer.accepted() == 1);
}

TEST_CASE("a GET on a new connection is asked once", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, reply(""));
    auto client = client_of(context, peer);

    CHECK(test::run(context, client->send(get(), test::ample())).has_error());

    CHECK(peer.accepted() == 1);
}

TEST_CASE("a connection is not used again after its exchange timed out", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t connection) -> asio::awaitable<void> {
        co_await test::hear(socket);
        if (connection == 1) co_await test::hear(socket);
        co_await test::say(socket, ok);
    });
    auto client = client_of(context, peer);
    REQUIRE(test::run(context, client->send(get(), test::in(short_wait))).has_error());

    CHECK(test::run(context, client->send(get(), test::ample())).has_value());
    CHECK(peer.accepted() == 2);
}

TEST_CASE("a cancelled exchange unwinds and leaves nothing behind", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t connection) -> asio::awaitable<void> {
        co_await test::hear(socket);
        if (connection == 1) co_await test::hear(socket);
        co_await test::say(socket, ok);
    });
    auto client =
        client_of(context, ClientOptions{.base_url = peer.url(), .ca_file = "", .body_max = 10, .connections_max = 1});
    asio::cancellation_signal stop;
    std::exception_ptr error;
    bool ended = false;
    auto note = [&](std::exception_ptr e, Result<Response>) {
        error = e;
        ended = true;
    };
    asio::co_spawn(context, client->send(get(), test::ample()), asio::bind_cancellation_slot(stop.slot(), note));
    run_until(context, [&] { return peer.accepted() == 1; });

    asio::post(context, [&] { stop.emit(asio::cancellation_type::terminal); });
    run_until(context, [&] { return ended; });

    REQUIRE(error);
    CHECK_THROWS_AS(std::rethrow_exception(error), boost::system::system_error);
    CHECK(test::run(context, client->send(get(), test::ample())).has_value());
    CHECK(peer.accepted() == 2);
}

TEST_CASE("no more connections are open than allowed, and the others wait their turn", "[connectors][http]") {
    asio::io_context context;
    std::size_t open = 0;
    std::size_t most = 0;
    Peer peer(context, [&](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        most = std::max(most, ++open);
        co_await test::hear(socket);
        --open;
        co_await test::say(socket, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    });
    auto client = client_of(context, peer);
    std::size_t answered = 0;
    auto note = [&](std::exception_ptr, Result<Response> answer) { answered += answer.has_value() ? 1 : 0; };
    for (int i = 0; i < 7; ++i) asio::co_spawn(context, client->send(get(), test::ample()), note);

    run_until(context, [&] { return answered == 7; });

    CHECK(answered == 7);
    CHECK(most <= 2);
    CHECK(peer.accepted() == 7);
}

TEST_CASE("who waits for a connection waits no longer than the deadline and has sent nothing", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, never_answer);
    auto client =
        client_of(context, ClientOptions{.base_url = peer.url(), .ca_file = "", .body_max = 10, .connections_max = 1});
    auto ignore = [](std::exception_ptr, Result<Response>) {};
    asio::co_spawn(context, client->send(post(), test::ample()), ignore);

    const auto answer = test::run(context, client->send(post(), test::in(short_wait)));

    REQUIRE(answer.has_error());
    CHECK(answer.error().code == "timed_out");
    CHECK(answer.error().effect == Effect::none);
}

TEST_CASE("a token with a line break in it never leaves", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, answer_once);
    auto client = client_of(context, peer);
    auto request = get();
    request.headers.push_back({"Authorization", "Bearer secret\n"});

    const auto answer = test::run(context, client->send(request, test::ample()));

    REQUIRE(answer.has_error());
    CHECK(answer.error().kind == FailureKind::broken);
    CHECK(answer.error().code == "bad_request");
    CHECK(describe(answer.error()).find("secret") == std::string::npos);
    CHECK(peer.accepted() == 0);
}

TEST_CASE("a client may go while its answer is awaited", "[connectors][http]") {
    asio::io_context context;
    Peer peer(context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await test::hear(socket);
        co_await test::hear(socket);
    });
    auto client = client_of(context, peer);
    auto ignore = [](std::exception_ptr, Result<Response>) {};
    asio::co_spawn(context, client->send(post(), test::ample()), ignore);
    run_until(context, [&] { return peer.accepted() == 1; });

    client.reset();
    context.poll();

    CHECK(peer.closed() == 0);
}

TEST_CASE("a client is not made for a URL it may not use", "[connectors][http]") {
    asio::io_context context;

    const auto made =
        make_client(context.get_executor(), ClientOptions{.base_url = "http://api.example", .ca_file = ""});

    REQUIRE(made.has_error());
    CHECK(made.error().code == "bad_base_url");
}

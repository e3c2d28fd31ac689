#include "connectors/http/server.hpp"

#include "connectors/http/client.hpp"
#include "tests/connectors/http/peer.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

using namespace usersync;
using namespace usersync::http;
namespace asio = boost::asio;

namespace {

asio::awaitable<Response> echo(Request request) {
    Response response;
    response.body = request.method + " " + request.target + " " + request.body;
    co_return response;
}

ListenOptions small() {
    ListenOptions options;
    options.body_max = 10;
    options.connections_max = 2;
    options.idle_max = std::chrono::seconds(60);
    return options;
}

/// Answers when the test opens the gate.
struct Gate {
    explicit Gate(asio::io_context& context) : timer(context, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    int waiting = 0;

    Handler handler() {
        return [this](Request) -> asio::awaitable<Response> {
            ++waiting;
            boost::system::error_code opened;
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, opened));
            co_return Response{.status = 200, .headers = {}, .body = "late"};
        };
    }
};

/// A conversation that goes on while the test does something else.
struct Conversation {
    std::string heard;
    bool ended = false;

    void begin(asio::io_context& context, std::uint16_t port, std::string text) {
        auto note = [this](std::exception_ptr, std::string all) {
            heard = std::move(all);
            ended = true;
        };
        asio::co_spawn(context, test::talk(port, std::move(text)), std::move(note));
    }
};

void run_until(asio::io_context& context, const std::function<bool()>& reached) {
    context.restart();
    while (!reached() && context.run_one() > 0) {
    }
}

}  // namespace

TEST_CASE("a request is answered and the connection stays for the next", "[connectors][http]") {
    asio::io_context context;
    const auto server = listen(context.get_executor(), small(), echo).value();

    const auto heard = test::run(
        context,
        test::talk(server->port(),
                   "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"));

    CHECK(heard ==
          "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nGET /1 "
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nPOST /2 hi");
}

TEST_CASE("HEAD is answered without the body, and an old client by closing", "[connectors][http]") {
    asio::io_context context;
    const auto server = listen(context.get_executor(), small(), echo).value();

    CHECK(test::run(context, test::talk(server->port(), "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a client that waits to be told to go on is told", "[connectors][http]") {
    asio::io_context context;
    const auto server = listen(context.get_executor(), small(), echo).value();
    auto ask = [](std::uint16_t port) -> asio::awaitable<std::string> {
        auto socket = co_await test::dial(port);
        co_await test::say(socket,
                           "POST / HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n");
        const auto told = co_await test::hear(socket);
        co_await test::say(socket, "hi");
        const auto rest = co_await test::hear_all(socket);
        co_return told + rest;
    };

    const auto heard = test::run(context, ask(server->port()));

    CHECK(heard ==
          "HTTP/1.1 100 Continue\r\n\r\n"
          "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nPOST / hi");
}

TEST_CASE("a handler that throws gives a 500 without detail, and the server goes on", "[connectors][http]") {
    asio::io_context context;
    auto handler = [](Request request) -> asio::awaitable<Response> {
        if (request.target == "/bad") throw std::runtime_error("secret");
        if (request.target == "/header") {
            Response response;
            response.headers.push_back({"X", "a\r\nb"});
            co_return response;
        }
        co_return Response{};
    };
    const auto server = listen(context.get_executor(), small(), handler).value();

    CHECK(
        test::run(context, test::talk(server->port(),
                                      "GET /bad HTTP/1.1\r\n\r\nGET /header HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n")) ==
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a handler may close the connection without an answer", "[connectors][http]") {
    asio::io_context context;
    auto handler = [](Request) -> asio::awaitable<Response> {
        co_return Response{.status = 0, .headers = {}, .body = ""};
    };
    const auto server = listen(context.get_executor(), small(), handler).value();

    CHECK(test::run(context, test::talk(server->port(), "GET / HTTP/1.1\r\n\r\n")).empty());
}

TEST_CASE("requests beyond a limit are refused by name, also when their body is still coming", "[connectors][http]") {
    asio::io_context context;
    const auto server = listen(context.get_executor(), small(), echo).value();
    const auto first_line = [&](std::string text) {
        const auto heard = test::run(context, test::talk(server->port(), std::move(text)));
        return heard.substr(0, heard.find("\r\n"));
    };

    CHECK(first_line("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x')) ==
          "HTTP/1.1 413 Payload Too Large");
    CHECK(first_line("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n") ==
          "HTTP/1.1 431 Request Header Fields Too Large");
    CHECK(first_line("hello\r\n\r\n") == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a client that says nothing, or not enough, is closed when idle for too long", "[connectors][http]") {
    asio::io_context context;
    auto options = small();
    options.idle_max = std::chrono::milliseconds(30);
    const auto server = listen(context.get_executor(), options, echo).value();

    CHECK(test::run(context, test::talk(server->port(), "")).empty());
    CHECK(test::run(context, test::talk(server->port(), "GET / HTTP/1.1\r\nX:")).empty());
    CHECK(test::run(context, test::talk(server->port(), "GET /1 HTTP/1.1\r\n\r\n")) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nGET /1 ");
}

TEST_CASE("more connections than allowed are closed at once, and there is room again later", "[connectors][http]") {
    asio::io_context context;
    Gate gate(context);
    const auto server = listen(context.get_executor(), small(), gate.handler()).value();
    Conversation first;
    Conversation second;
    first.begin(context, server->port(), "GET / HTTP/1.0\r\n\r\n");
    second.begin(context, server->port(), "GET / HTTP/1.0\r\n\r\n");
    run_until(context, [&] { return gate.waiting == 2; });

    CHECK(test::run(context, test::talk(server->port(), "")).empty());
    gate.timer.cancel();
    run_until(context, [&] { return first.ended && second.ended; });

    CHECK(first.heard == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate");
    CHECK(second.heard == first.heard);
    Conversation third;
    third.begin(context, server->port(), "GET / HTTP/1.0\r\n\r\n");
    run_until(context, [&] { return gate.waiting == 3; });
    CHECK(gate.waiting == 3);
}

TEST_CASE("stopping lets an answer in progress finish and closes who waits", "[connectors][http]") {
    asio::io_context context;
    Gate gate(context);
    const auto server = listen(context.get_executor(), small(), gate.handler()).value();
    const auto port = server->port();
    Conversation answering;
    Conversation idle;
    answering.begin(context, port, "GET / HTTP/1.1\r\n\r\n");
    idle.begin(context, port, "GET / HT");
    run_until(context, [&] { return gate.waiting == 1; });
    bool stopped = false;
    auto note = [&](std::exception_ptr) { stopped = true; };
    asio::co_spawn(context, server->stop(test::ample()), note);
    run_until(context, [&] { return idle.ended; });
    CHECK_FALSE(stopped);
    CHECK_FALSE(answering.ended);

    gate.timer.cancel();
    run_until(context, [&] { return stopped && answering.ended; });

    CHECK(answering.heard == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate");
    CHECK(idle.heard.empty());
    CHECK_THROWS(test::run(context, test::talk(port, "")));
}

TEST_CASE("stopping does not wait beyond its deadline", "[connectors][http]") {
    asio::io_context context;
    bool asked = false;
    bool unwound = false;
    auto handler = [&](Request) -> asio::awaitable<Response> {
        struct Mark {
            bool& unwound;
            ~Mark() { unwound = true; }
        } mark{unwound};
        asked = true;
        asio::steady_timer timer(context, asio::steady_timer::time_point::max());
        co_await timer.async_wait(asio::use_awaitable);
        co_return Response{};
    };
    const auto server = listen(context.get_executor(), small(), handler).value();
    Conversation conversation;
    conversation.begin(context, server->port(), "GET / HTTP/1.1\r\n\r\n");
    run_until(context, [&] { return asked; });

    test::run(context, server->stop(test::in(std::chrono::milliseconds(30))));

    CHECK(unwound);
    run_until(context, [&] { return conversation.ended; });
    CHECK(conversation.heard.empty());
}

TEST_CASE("a server may go while it answers", "[connectors][http]") {
    asio::io_context context;
    Gate gate(context);
    auto server = listen(context.get_executor(), small(), gate.handler()).value();
    Conversation conversation;
    conversation.begin(context, server->port(), "GET / HTTP/1.1\r\n\r\n");
    run_until(context, [&] { return gate.waiting == 1; });

    server.reset();
    run_until(context, [&] { return conversation.ended; });

    CHECK(conversation.heard.empty());
}

TEST_CASE("a server and its connections may die with their context", "[connectors][http]") {
    Conversation conversation;
    {
        asio::io_context context;
        Gate gate(context);
        const auto server = listen(context.get_executor(), small(), gate.handler()).value();
        conversation.begin(context, server->port(), "GET / HTTP/1.1\r\n\r\n");
        run_until(context, [&] { return gate.waiting == 1; });
    }

    CHECK_FALSE(conversation.ended);
}

TEST_CASE("an address that is taken, or is not ours, is refused", "[connectors][http]") {
    asio::io_context context;
    const auto server = listen(context.get_executor(), small(), echo).value();
    auto taken = small();
    taken.port = server->port();
    auto foreign = small();
    foreign.address = "192.0.2.1";
    auto no_address = small();
    no_address.address = "localhost";

    for (const auto& options : {taken, foreign, no_address}) {
        const auto refused = listen(context.get_executor(), options, echo);
        REQUIRE(refused.has_error());
        CHECK(refused.error().kind == FailureKind::blocked);
        CHECK(refused.error().code == "cannot_listen");
    }
}

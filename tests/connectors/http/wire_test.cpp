#include "connectors/http/wire.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace usersync::http;

namespace {

std::string times(std::size_t count, char c) { return std::string(count, c); }

Progress feed_all(RequestReader& reader, std::string_view text) {
    auto progress = Progress::more;
    for (const char c : text) progress = reader.feed(std::string_view(&c, 1));
    return progress;
}

}  // namespace

TEST_CASE("a request is written with its host and its length", "[connectors][http]") {
    const Request request{
        .method = "POST", .target = "/Users?a=1", .headers = {{"Accept", "application/json"}}, .body = "{}"};

    CHECK(encode(request, "api.example", "/scim") ==
          "POST /scim/Users?a=1 HTTP/1.1\r\nHost: api.example\r\nAccept: application/json\r\n"
          "Content-Length: 2\r\n\r\n{}");
}

TEST_CASE("headers that say where a message ends are not the caller's to write", "[connectors][http]") {
    const Request request{.method = "POST",
                          .target = "/",
                          .headers = {{"content-LENGTH", "99"}, {"Transfer-Encoding", "chunked"}, {"HOST", "other"}},
                          .body = "x"};

    CHECK(encode(request, "api.example", "") == "POST / HTTP/1.1\r\nHost: api.example\r\nContent-Length: 1\r\n\r\nx");
}

TEST_CASE("what could be read as something else is not sent", "[connectors][http]") {
    const auto with_header = [](std::string name, std::string value) {
        return Request{.method = "GET", .target = "/", .headers = {{std::move(name), std::move(value)}}, .body = ""};
    };
    CHECK(is_sendable(with_header("Authorization", "Bearer a.b-c_d==")));
    CHECK_FALSE(is_sendable(with_header("Authorization", "Bearer token\n")));
    CHECK_FALSE(is_sendable(with_header("Authorization", "a\r\nX: y")));
    CHECK_FALSE(is_sendable(with_header("X:", "y")));
    CHECK_FALSE(is_sendable(with_header("", "y")));
    for (const std::string target : {"", "users", "/a b", "/a\r\n", "/\xc3\xab"}) {
        CAPTURE(target);
        CHECK_FALSE(is_sendable(Request{.method = "GET", .target = target, .headers = {}, .body = ""}));
    }
    CHECK_FALSE(is_sendable(Request{.method = "GET /", .target = "/", .headers = {}, .body = ""}));
    CHECK_FALSE(is_sendable(Response{.status = 99, .headers = {}, .body = ""}));
    CHECK_FALSE(is_sendable(Response{.status = 200, .headers = {{"a", "\n"}}, .body = ""}));
}

TEST_CASE("a response is written with its reason, its length and the end of its connection", "[connectors][http]") {
    const Response found{.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = "hello"};
    CHECK(encode(found, Persistence::keep, false) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(encode(found, Persistence::close, true) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
    const Response nothing{.status = 204, .headers = {}, .body = "ignored"};
    CHECK(encode(nothing, Persistence::keep, false) == "HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(reason_of(299).empty());
}

TEST_CASE("a request is read from single bytes", "[connectors][http]") {
    RequestReader reader(100);

    const auto progress = feed_all(reader, "PUT /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

    REQUIRE(progress == Progress::done);
    CHECK(reader.head()->keep_alive);
    CHECK(reader.take() ==
          Request{
              .method = "PUT", .target = "/x?y=1", .headers = {{"Host", "a"}, {"Content-Length", "3"}}, .body = "abc"});
}

TEST_CASE("requests that come together are read one after the other", "[connectors][http]") {
    RequestReader reader(100);

    REQUIRE(reader.feed("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\nGET") == Progress::done);
    CHECK(reader.take().target == "/1");
    REQUIRE(reader.feed({}) == Progress::done);
    CHECK_FALSE(reader.head()->keep_alive);
    CHECK(reader.take().target == "/2");
    CHECK(reader.feed({}) == Progress::more);
    CHECK(reader.close() == Progress::cut_off);
}

TEST_CASE("a request beyond its limits, or that is none, is told apart", "[connectors][http]") {
    const std::vector<std::pair<std::string, Progress>> cases = {
        {"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", Progress::body_too_large},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + times(0x65, 'x') + "\r\n0\r\n\r\n",
         Progress::body_too_large},
        {"GET / HTTP/1.1\r\nX: " + times(head_max, 'x') + "\r\n\r\n", Progress::head_too_large},
        {"GET /" + times(head_max, 'x') + " HTTP/1.1\r\n\r\n", Progress::head_too_large},
        {"hello\r\n\r\n", Progress::malformed},
        {"GET / HTTP/2.0\r\n\r\n", Progress::malformed},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", Progress::malformed},
        {"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Progress::malformed},
        {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", Progress::malformed},
        {"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n", Progress::more},
    };
    for (const auto& [text, progress] : cases) {
        CAPTURE(text.substr(0, 60));
        RequestReader reader(100);
        CHECK(reader.feed(text) == progress);
    }
}

TEST_CASE("a client that waits to be told to go on is noticed", "[connectors][http]") {
    RequestReader reader(100);

    REQUIRE(reader.feed("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n") == Progress::more);
    CHECK(reader.head()->expects_continue);
    REQUIRE(reader.feed("x") == Progress::done);
    CHECK_FALSE(reader.head()->expects_continue);
}

TEST_CASE("interim answers are passed over", "[connectors][http]") {
    ResponseReader reader(100, false);

    REQUIRE(reader.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n") == Progress::more);
    REQUIRE(reader.feed("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok") == Progress::done);

    CHECK(reader.keeps_connection());
    CHECK(reader.take() == Response{.status = 201, .headers = {{"Content-Length", "2"}}, .body = "ok"});
}

TEST_CASE("an answer without a length ends with its connection, if that was closed in order", "[connectors][http]") {
    ResponseReader orderly(100, false);
    REQUIRE(orderly.feed("HTTP/1.1 200 OK\r\n\r\nhel") == Progress::more);
    REQUIRE(orderly.feed("lo") == Progress::more);
    REQUIRE(orderly.close(true) == Progress::done);
    CHECK_FALSE(orderly.keeps_connection());
    CHECK(orderly.take().body == "hello");

    ResponseReader cut(100, false);
    REQUIRE(cut.feed("HTTP/1.1 200 OK\r\n\r\nhel") == Progress::more);
    CHECK(cut.close(false) == Progress::cut_off);

    ResponseReader empty(100, false);
    REQUIRE(empty.feed("HTTP/1.1 200 OK\r\n\r\n") == Progress::more);
    CHECK(empty.close(true) == Progress::done);
}

TEST_CASE("an answer with a length that is cut off is no answer", "[connectors][http]") {
    for (const std::string text : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"}) {
        CAPTURE(text);
        ResponseReader reader(100, false);
        REQUIRE(reader.feed(text) == Progress::more);
        CHECK(reader.has_begun() == !text.empty());
        CHECK(reader.close(true) == Progress::cut_off);
    }
}

TEST_CASE("the answer to HEAD has a length and no body", "[connectors][http]") {
    ResponseReader reader(100, true);

    REQUIRE(reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n") == Progress::done);
    CHECK(reader.keeps_connection());
    CHECK(reader.take().body.empty());
}

TEST_CASE("a connection that says more than it was asked is not kept", "[connectors][http]") {
    ResponseReader reader(100, false);

    REQUIRE(reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n") == Progress::done);
    CHECK_FALSE(reader.keeps_connection());
}

TEST_CASE("an answer beyond its limit is refused however it is framed", "[connectors][http]") {
    for (const std::string framing :
         {"Content-Length: 101\r\n\r\n", "\r\n", "Transfer-Encoding: chunked\r\n\r\n65\r\n"}) {
        CAPTURE(framing);
        ResponseReader reader(100, false);
        CHECK(reader.feed("HTTP/1.1 200 OK\r\n" + framing + times(101, 'x')) == Progress::body_too_large);
    }
}

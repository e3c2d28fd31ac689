// What goes wrong at the other end: faults 15 to 17 of docs/safety.md; environment_test.cpp has fault 18.

#include "connectors/rest/rest_source.hpp"

#include "core/base/byte_text.hpp"
#include "tests/connectors/http/peer.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <utility>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;
namespace asio = boost::asio;

namespace {

/// As bytes, for a peer that does what a server never would.
std::string answer_text(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Such a peer, in the place of the system.
void ask_plainly(RestWorld& world, const Peer& peer) {
    world.options.connector = people_connector(peer.url());
    world.options.connector.auth = rest::auth::None{};
    world.options.ca_file.clear();
}

/// `first` to the first so many calls for people, and then what is usual.
void answer_first(RestWorld& world, std::size_t times, http::Response first) {
    world.answer = [&world, times, first = std::move(first)](const http::Request& request) {
        const bool is_first = path_in(request) == "/people" && world.asked("/people") <= times;
        return is_first ? first : world.usual(request);
    };
}

Failure failure_of(const Result<Fetched>& fetched) {
    REQUIRE_FALSE(fetched);
    return fetched.error();
}

}  // namespace

TEST_CASE("an API that says in a header when to come back is left alone until then", "[connectors][rest][fault17]") {
    RestWorld world;
    answer_first(world, 1, {.status = 429, .headers = {{"Retry-After", "30"}}, .body = {}});
    const auto began = world.clock.steady_now();

    REQUIRE(world.fetch());

    CHECK(world.asked("/people") == 2 + 1);
    CHECK(world.clock.steady_now() - began >= 30s);
}

TEST_CASE("an API that says in its answer when to come back is left alone until then", "[connectors][rest][fault17]") {
    RestWorld world;
    world.options.connector.limits.retry_after = path("retry_after");
    answer_first(world, 1, json(R"({"message":"te druk","retry_after":45})", 503));
    const auto began = world.clock.steady_now();

    REQUIRE(world.fetch());

    CHECK(world.clock.steady_now() - began >= 45s);
}

TEST_CASE("an API that is away for longer than there is time is not called again before",
          "[connectors][rest][fault17]") {
    RestWorld world;
    answer_first(world, 1, {.status = 429, .headers = {{"Retry-After", "600"}}, .body = {}});

    const auto told = world.fetch(5min);
    world.restart();
    const auto too_early = world.fetch(5min);
    world.clock.advance(11min);
    const auto later = world.fetch(5min);

    CHECK(failure_of(told).code == "throttled");
    CHECK(failure_of(told).kind == FailureKind::transient);
    CHECK(failure_of(told).retry_after == std::optional<Duration>(600s));
    CHECK(failure_of(too_early).code == "left_alone");
    CHECK(later);
    CHECK(world.asked("/people") == 1 + 2);
}

TEST_CASE("an API that wants to be left alone for a day fails the read, and says until when", "[connectors][rest]") {
    RestWorld world;
    answer_first(world, 1, {.status = 503, .headers = {{"Retry-After", "86400"}}, .body = {}});

    const auto failed = world.fetch(48h);

    CHECK(failure_of(failed).code == "throttled");
    CHECK(failure_of(failed).retry_after == std::optional<Duration>(24h));
    CHECK(world.asked("/people") == 1);
}

TEST_CASE("a server error that passes costs a moment", "[connectors][rest][fault16]") {
    RestWorld world;
    answer_first(world, 2, json(R"({"message":"oops"})", 502));

    CHECK(world.fetch());
}

TEST_CASE("a server error that stays fails the read with the server's words and reference",
          "[connectors][rest][fault16]") {
    RestWorld world;
    answer_first(world, 99, json(R"({"message":"deadlock on top-secret table","reference":"R-77"})", 500));

    const auto failure = failure_of(world.fetch());

    CHECK(failure.kind == FailureKind::transient);
    CHECK(failure.where == "people list page 1");
    CHECK(failure.detail == "status 500: deadlock on *** table [reference R-77]");
    CHECK(world.asked("/people") == 4);
}

TEST_CASE("a token that is refused is asked for anew once, and the call repeated", "[connectors][rest][fault15]") {
    RestWorld world;
    REQUIRE(world.fetch());
    world.token = "token-2";

    CHECK(world.fetch());
    CHECK(world.tokens_given == 2);
}

TEST_CASE("a new token that is refused as well is somebody's to mend", "[connectors][rest][fault15]") {
    RestWorld world;
    REQUIRE(world.fetch());
    answer_first(world, 99, json(R"({"message":"token unknown"})", 401));
    const auto before = world.requests.size();

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::blocked);
    CHECK(failure_of(failed).code == "not_authorised");
    CHECK(world.tokens_given == 2);
    CHECK(world.requests.size() - before == 3);
}

TEST_CASE("a token that ends while pages are read is asked for in time", "[connectors][rest][fault15]") {
    RestWorld world;
    world.people = 4000;
    world.options.connector.limits.calls_per_second = 0.001;  // a page in a quarter of an hour, and a token for one
    world.options.connector.limits.burst = 1;

    REQUIRE(world.fetch(5h));

    CHECK(world.tokens_given >= 2);
}

TEST_CASE("an empty answer is a record without a row, and no failure", "[connectors][rest][fault16]") {
    RestWorld world;
    world.people = 0;

    const auto fetched = world.fetch();

    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    CHECK(fetched->delivery->bytes.empty());
}

TEST_CASE("an answer of status 204 is the end of a list", "[connectors][rest][fault16]") {
    RestWorld world;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/people" && number_in(request, "skip") > 0) return http::Response{.status = 204};
        return world.usual(request);
    };

    const auto fetched = world.fetch();

    REQUIRE(fetched);
    CHECK(fetched->delivery->bytes == people_lines(3));
}

TEST_CASE("an answer without the records' path is a failure, not an empty record", "[connectors][rest][fault16]") {
    RestWorld world;
    answer_first(world, 99, json(R"({"result":[]})"));

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::blocked);
    CHECK(failure_of(failed).code == "no_record_path");
}

TEST_CASE("a page that is cut off is a failure that passes", "[connectors][rest][fault16]") {
    RestWorld world;
    answer_first(world, 1, json(R"({"rows":[{"id":"0001"},{"id":)"));

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::transient);
    CHECK(failure_of(failed).code == "not_json");
    CHECK(world.fetch());
}

TEST_CASE("a page shorter than its answer announced is not believed, though what came of it is whole",
          "[connectors][rest][fault17]") {
    RestWorld world;
    const auto page = people_json(1, 0, 1);
    auto longer = answer_text(page + "      ");
    longer.resize(longer.size() - 6);
    const std::vector<std::string> answers = {longer, answer_text(page), answer_text(people_json(0, 0, 0))};
    Peer peer(world.context, [&](tcp::socket& socket, std::size_t connection) -> asio::awaitable<void> {
        co_await hear(socket);
        const auto answer = answers.at(connection - 1);
        co_await say(socket, answer);
    });
    ask_plainly(world, peer);
    world.options.connector.limits.attempts_max = 1;

    const auto cut_off = world.fetch();
    const auto whole = world.fetch();

    CHECK(failure_of(cut_off).kind == FailureKind::transient);
    CHECK(failure_of(cut_off).code == "answer_lost");
    CHECK(failure_of(cut_off).where == "people list page 1");
    REQUIRE(whole);
    CHECK(whole->delivery->bytes == people_lines(1));
}

TEST_CASE("an answer that trickles is given up when the call's time is over", "[connectors][rest][fault17]") {
    RestWorld world;
    const auto whole = answer_text(people_json(1000, 0, 1000));
    Peer peer(world.context, [&](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await hear(socket);
        asio::steady_timer pause(world.context);
        for (const char c : whole) {
            const std::string byte(1, c);
            co_await say(socket, byte);
            pause.expires_after(std::chrono::milliseconds(20));
            co_await pause.async_wait(asio::use_awaitable);
        }
    });
    ask_plainly(world, peer);
    auto& limits = world.options.connector.limits;
    limits.attempts_max = 1;
    limits.timeout = 300ms;
    limits.pause_after_timeout = 15min;

    const auto late = world.fetch();
    const auto too_early = world.fetch();

    CHECK(failure_of(late).kind == FailureKind::transient);
    CHECK(failure_of(late).code == "timed_out");
    CHECK(failure_of(too_early).code == "left_alone");
    CHECK(peer.accepted() == 1);
}

TEST_CASE("an API that takes a call and says nothing is given up long before the call's time is over",
          "[connectors][rest][fault17]") {
    RestWorld world;
    Peer peer(world.context, [](tcp::socket& socket, std::size_t) -> asio::awaitable<void> {
        co_await hear(socket);
        co_await hear(socket);
    });
    ask_plainly(world, peer);
    auto& limits = world.options.connector.limits;
    limits.first_byte = 60ms;
    limits.timeout = 1h;

    SECTION("and asked again a moment later") {
        limits.attempts_max = 3;
        CHECK(failure_of(world.fetch()).code == "timed_out");
        CHECK(peer.accepted() == 3);
    }
    SECTION("and left alone where it is known to go on working") {
        limits.pause_after_timeout = 15min;
        CHECK(failure_of(world.fetch()).code == "timed_out");
        CHECK(failure_of(world.fetch()).code == "left_alone");
        CHECK(peer.accepted() == 1);
    }
}

TEST_CASE("a page that comes again for ever is a failure", "[connectors][rest][fault16]") {
    RestWorld world;
    answer_first(world, 99, json(R"({"rows":[{"id":"0001"}]})"));

    const auto failed = world.fetch();

    CHECK(failure_of(failed).code == "page_repeated");
    CHECK(world.asked("/people") == 2);
}

TEST_CASE("a cursor that comes again is a failure", "[connectors][rest][fault16]") {
    RestWorld world;
    auto& list = world.options.connector.list;
    list.paging = rest::paging::Cursor{.paths = {path("next")}, .parameter = "after"};
    std::size_t id = 0;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return world.usual(request);
        return json("{\"rows\":[{\"id\":\"" + std::to_string(++id) + "\"}],\"next\":\"abc\"}");
    };

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::blocked);
    CHECK(failure_of(failed).code == "cursor_repeated");
    CHECK(world.asked("/people") == 2);
}

TEST_CASE("fewer records than the source itself counts are a failure that passes", "[connectors][rest][fault16]") {
    RestWorld world;
    world.options.connector.list.stop.total = path("total");
    answer_first(world, 99, json(R"({"rows":[],"total":3})"));

    CHECK(failure_of(world.fetch()).code == "fewer_than_total");
}

TEST_CASE("an API that goes on working after a time-out is not asked again at once", "[connectors][rest][fault17]") {
    RestWorld world;
    auto& limits = world.options.connector.limits;
    limits.pause_after_timeout = 15min;
    REQUIRE(world.fetch());
    limits.timeout = 300ms;
    world.restart();
    world.stalls_once = true;
    const auto asked = world.requests.size();
    const auto began = world.clock.steady_now();

    const auto late = world.fetch(10min);
    limits.timeout = 1min;
    world.restart();
    const auto too_early = world.fetch(10min);
    world.clock.advance(15min);
    const auto later = world.fetch(10min);

    CHECK(failure_of(late).code == "timed_out");
    CHECK(failure_of(too_early).code == "left_alone");
    CHECK(later);
    CHECK(world.requests.size() == asked + 3);
    CHECK(world.clock.steady_now() - began == 15min);
}

TEST_CASE("a call that the end of a run's time cuts off is followed by the same rest, also after a restart",
          "[connectors][rest][fault17]") {
    RestWorld world;
    world.options.connector.limits.pause_after_timeout = 15min;
    REQUIRE(world.fetch());
    world.stalls_once = true;
    const auto asked = world.requests.size();

    const auto late = world.fetch(300ms);
    const auto too_early = world.fetch(10min);
    world.restart();
    const auto still_too_early = world.fetch(10min);
    world.clock.advance(15min);
    const auto later = world.fetch(10min);

    CHECK(failure_of(late).code == "deadline_passed");
    CHECK(failure_of(late).retry_after == std::optional<Duration>(15min));
    CHECK(failure_of(too_early).code == "left_alone");
    CHECK(failure_of(still_too_early).code == "left_alone");
    CHECK(later);
    CHECK(world.requests.size() == asked + 3);
}

TEST_CASE("a query whose connection breaks is not begun a second time, but left alone like one that times out",
          "[connectors][rest][fault17]") {
    RestWorld world;
    // Hears a second page asked for on the connection of the first, and breaks it off.
    Peer peer(world.context, [](tcp::socket& socket, std::size_t connection) -> asio::awaitable<void> {
        const auto first_page = answer_text(people_json(2, 0, 1));
        co_await hear(socket);
        co_await say(socket, first_page);
        if (connection > 1) co_return;
        co_await hear(socket);
    });
    ask_plainly(world, peer);
    world.options.connector.limits.pause_after_timeout = 15min;

    const auto broken = world.fetch(10min);
    const auto too_early = world.fetch(10min);

    CHECK(failure_of(broken).code == "answer_lost");
    CHECK(failure_of(broken).where == "people list page 2");
    CHECK(failure_of(broken).retry_after == std::optional<Duration>(15min));
    CHECK(failure_of(too_early).code == "left_alone");
    CHECK(peer.accepted() == 1);
}

TEST_CASE("a process that ends while such a call is under way leaves the API alone when it comes back",
          "[connectors][rest][fault17]") {
    RestWorld world;
    world.options.connector.limits.pause_after_timeout = 15min;
    const auto memory = world.state / "source/memory.json";
    const auto as_it_was = world.state / "as_it_was.json";
    world.answer = [&, first = true](const http::Request& request) mutable {
        if (path_in(request) == "/people" && std::exchange(first, false)) {
            std::filesystem::copy_file(memory, as_it_was);
        }
        return world.usual(request);
    };
    REQUIRE(world.fetch());
    std::filesystem::rename(as_it_was, memory);
    world.restart();
    const auto asked = world.requests.size();

    const auto back = world.fetch();
    const auto asked_then = world.requests.size();
    world.clock.advance(15min);
    const auto later = world.fetch();

    CHECK(failure_of(back).code == "left_alone");
    CHECK(asked_then == asked);
    CHECK(later);
}

TEST_CASE("a server error that stays on page 7 of 20 fails the whole read, and one that passes does not",
          "[connectors][rest][fault16]") {
    RestWorld world;
    world.people = 20'000;
    std::size_t times = 2;
    world.answer = [&](const http::Request& request) {
        const bool is_page = path_in(request) == "/people" && number_in(request, "skip") == 6000;
        if (is_page && times > 0) return --times, json(R"({"message":"oops"})", 500);
        return world.usual(request);
    };

    const auto passed = world.fetch();
    times = 99;
    const auto failed = world.fetch();

    REQUIRE(passed);
    CHECK((passed->delivery->bytes == people_lines(20'000)));
    CHECK(failure_of(failed).kind == FailureKind::transient);
    CHECK(failure_of(failed).where == "people list page 7");
}

TEST_CASE("a page for people to log in, with status 200, is no page of a record", "[connectors][rest][fault16]") {
    RestWorld world;
    world.people = 3000;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) != "/people" || number_in(request, "skip") != 1000) return world.usual(request);
        return http::Response{.status = 200,
                              .headers = {{"Content-Type", "text/html; charset=utf-8"}},
                              .body = "<!DOCTYPE html><html><title>Sign in</title></html>"};
    };

    const auto failed = world.fetch();

    CHECK(failure_of(failed).code == "not_json");
    CHECK(failure_of(failed).where == "people list page 2");
}

TEST_CASE("what an answer says that it is does not count, what it is does", "[connectors][rest][fault16]") {
    RestWorld world;
    world.answer = [&](const http::Request& request) {
        auto answer = world.usual(request);
        answer.headers = {{"Content-Type", "text/plain"}};
        return answer;
    };

    const auto fetched = world.fetch();

    REQUIRE(fetched);
    CHECK(fetched->delivery->bytes == people_lines(3));
}

TEST_CASE("a redirection is not followed, since credentials would go along", "[connectors][rest]") {
    RestWorld world;
    answer_first(world, 99, {.status = 302, .headers = {{"Location", "https://other.example/"}}, .body = {}});

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::blocked);
    CHECK(world.asked("/people") == 1);
}

TEST_CASE("a server that nobody vouches for gets no credentials", "[connectors][rest][fault29]") {
    RestWorld world;
    const Certificates others;
    world.options.ca_file = others.ca_file();

    const auto failed = world.fetch();

    CHECK(failure_of(failed).kind == FailureKind::blocked);
    CHECK(failure_of(failed).code == "tls_not_trusted");
    CHECK(world.requests.empty());
}

TEST_CASE("what was sent to log in is not told when the other side says it back", "[connectors][rest]") {
    using Proof = rest::auth::ClientCredentials::Proof;
    RestWorld world;
    world.options.values.secrets["secret"] = Secret("top secret&1");
    auto& login = std::get<rest::auth::ClientCredentials>(world.options.connector.auth);
    login.proof = GENERATE(Proof::body, Proof::basic);
    world.answer = [](const http::Request& request) {
        const auto said = header_in(request, "Authorization") + " " + request.body;
        return json("{\"message\":\"no such login: " + said + "\"}", 400);
    };

    const auto failure = failure_of(world.fetch());

    CHECK(failure.detail.find("no such login") != std::string::npos);
    CHECK(failure.detail.find("***") != std::string::npos);
    CHECK(failure.detail.find("secret%261") == std::string::npos);
    CHECK(failure.detail.find("secret&1") == std::string::npos);
    CHECK(failure.detail.find(base64("us:top+secret%261")) == std::string::npos);
}

#include "tests/daemon/control/control_room.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace asio = boost::asio;

TEST_CASE("a command reaches the daemon and its result comes back", "[daemon][control]") {
    ControlRoom room;
    CommandRequest seen;
    room.serve([&seen](CommandRequest request, Progress) -> asio::awaitable<CommandResult> {
        seen = request;
        co_return CommandResult{.exit_code = ExitCode::held, .out = "the plan\n", .err = "it is held\n"};
    });

    auto request = command("plan", {"shop"});
    request.options = {{"format", "json"}};
    const auto result = room.call(request);

    REQUIRE(result.has_value());
    CHECK(*result == CommandResult{.exit_code = ExitCode::held, .out = "the plan\n", .err = "it is held\n"});
    CHECK(seen.command == "plan");
    CHECK(seen.arguments == std::vector<std::string>{"shop"});
    CHECK(seen.options == std::map<std::string, std::string>{{"format", "json"}});
}

TEST_CASE("the daemon knows who asks, whatever the request says", "[daemon][control]") {
    ControlRoom room;
    std::string caller;
    room.serve([&caller](CommandRequest request, Progress) -> asio::awaitable<CommandResult> {
        caller = request.caller;
        co_return done("");
    });

    run(room.context, talk(room.path, "{\"command\":\"approve\",\"caller\":\"somebody else\"}\n"));

    if (::geteuid() == 0) CHECK(caller == "root");
    CHECK_FALSE(caller.empty());
    CHECK(caller != "somebody else");
}

TEST_CASE("progress arrives line by line, before the result", "[daemon][control]") {
    ControlRoom room;
    Gate gate(room.context);
    room.serve([&gate](CommandRequest, Progress progress) -> asio::awaitable<CommandResult> {
        progress("1 of 3");
        progress("2 of 3");
        co_await gate.wait();
        progress("3 of 3");
        co_return done("ready");
    });

    const auto result = room.start(command("sync", {"shop"}));
    room.run_until([&] { return room.progress.size() == 2; });
    CHECK_FALSE(result->has_value());
    gate.open();
    room.run_until([&] { return result->has_value(); });

    CHECK(room.progress == std::vector<std::string>{"1 of 3", "2 of 3", "3 of 3"});
    CHECK((*result)->value() == done("ready"));
}

TEST_CASE("a flood of progress loses its oldest lines, never the result", "[daemon][control]") {
    ControlRoom room;
    room.serve([](CommandRequest, Progress progress) -> asio::awaitable<CommandResult> {
        for (int i = 1; i <= 5000; ++i) progress(std::to_string(i));
        co_return done("ready");
    });

    CHECK(room.call(command("sync")).value() == done("ready"));
    CHECK(room.progress.size() < 5000);
    CHECK(room.progress.back() == "5000");
}

TEST_CASE("several clients are served at the same time, each with its own answer", "[daemon][control]") {
    ControlRoom room;
    Gate gate(room.context);
    room.serve([&gate](CommandRequest request, Progress) -> asio::awaitable<CommandResult> {
        co_await gate.wait();
        co_return done(request.arguments.front());
    });

    const auto first = room.start(command("sync", {"north"}));
    const auto second = room.start(command("sync", {"south"}));
    const auto third = room.start(command("sync", {"west"}));
    room.run_until([&] { return gate.arrived() == 3; });
    gate.open();
    room.run_until([&] { return first->has_value() && second->has_value() && third->has_value(); });

    CHECK((*first)->value().out == "north");
    CHECK((*second)->value().out == "south");
    CHECK((*third)->value().out == "west");
}

TEST_CASE("a long result arrives whole", "[daemon][control]") {
    ControlRoom room;
    const std::string plan(3'000'000, 'p');
    room.serve([&plan](CommandRequest, Progress) -> asio::awaitable<CommandResult> { co_return done(plan); });

    CHECK(room.call(command("plan")).value().out == plan);
}

TEST_CASE("a request that is too long is refused", "[daemon][control]") {
    ControlRoom room;
    auto options = room.options();
    options.request_max = 1000;
    room.serve(options, echo);

    const auto refused = room.call(command("sync", {std::string(5'000'000, 'x')}));

    REQUIRE(refused.has_value());
    CHECK(refused->exit_code == ExitCode::usage);
    CHECK(refused->err == "usersyncd: the request is longer than 1000 bytes\n");
    CHECK(room.call(command("sync", {"shop"})).value().out == "sync shop");
}

TEST_CASE("a request that is no command is answered with a sentence, and runs nothing", "[daemon][control]") {
    ControlRoom room;
    bool ran = false;
    room.serve([&ran](CommandRequest, Progress) -> asio::awaitable<CommandResult> {
        ran = true;
        co_return done("");
    });

    CHECK(run(room.context, talk(room.path, "GET / HTTP/1.1\r\n\r\n")) ==
          "{\"exit_code\":2,\"stdout\":\"\",\"stderr\":\"usersyncd: the request is not a JSON object\\n\"}\n");
    CHECK(run(room.context, talk(room.path, "\n")).find("\"exit_code\":2") != std::string::npos);
    CHECK_FALSE(ran);
}

TEST_CASE("a client that says nothing is sent away, and nobody else waits for it", "[daemon][control]") {
    ControlRoom room;
    auto options = room.options();
    options.idle_max = 30ms;
    room.serve(options, echo);

    CHECK(run(room.context, talk(room.path, "{\"command\":")).empty());
    CHECK(room.call(command("sync", {"shop"})).value().out == "sync shop");
}

TEST_CASE("a command outlives the client that asked for it", "[daemon][control]") {
    ControlRoom room;
    Gate gate(room.context);
    bool ended = false;
    room.serve([&](CommandRequest request, Progress progress) -> asio::awaitable<CommandResult> {
        if (request.command == "hello") co_return done("hello");
        progress("begun");
        co_await gate.wait();
        progress("nearly");
        ended = true;
        co_return done("");
    });
    {
        auto client = connect_to(room.context.get_executor(), room.path);
        const std::string line = "{\"command\":\"sync\"}\n";
        asio::write(client, asio::buffer(line));
        room.run_until([&] { return gate.arrived() == 1; });
    }

    gate.open();
    room.run_until([&] { return ended; });

    CHECK(room.call(command("hello")).value().out == "hello");
}

TEST_CASE("more clients than the server takes are turned away until one is done", "[daemon][control]") {
    ControlRoom room;
    Gate gate(room.context);
    auto options = room.options();
    options.clients_max = 1;
    room.serve(options, [&gate](CommandRequest, Progress) -> asio::awaitable<CommandResult> {
        co_await gate.wait();
        co_return done("ready");
    });

    const auto first = room.start(command("sync"));
    room.run_until([&] { return gate.arrived() == 1; });
    const auto turned_away = room.call(command("sync"));
    gate.open();
    room.run_until([&] { return first->has_value(); });

    REQUIRE(turned_away.has_error());
    CHECK(turned_away.error().code == "daemon_went_away");
    CHECK(room.call(command("sync")).value() == done("ready"));
}

TEST_CASE("a command that breaks is an answer, not the end of the daemon", "[daemon][control]") {
    ControlRoom room;
    room.serve([](CommandRequest request, Progress) -> asio::awaitable<CommandResult> {
        if (request.command == "break") throw std::runtime_error("something broke");
        co_return done("fine");
    });

    const auto broken = room.call(command("break"));

    CHECK(broken.value().exit_code == ExitCode::failed);
    CHECK(broken.value().err == "usersyncd: something broke\n");
    CHECK(room.call(command("other")).value() == done("fine"));
}

TEST_CASE("stopping lets a command end within the deadline", "[daemon][control]") {
    ControlRoom room;
    Gate gate(room.context);
    room.serve([&gate](CommandRequest, Progress) -> asio::awaitable<CommandResult> {
        co_await gate.wait();
        co_return done("settled");
    });
    const auto result = room.start(command("sync"));
    room.run_until([&] { return gate.arrived() == 1; });

    asio::post(room.context, [&gate] { gate.open(); });
    room.stop();
    room.run_until([&] { return result->has_value(); });

    CHECK((*result)->value() == done("settled"));
}

TEST_CASE("a client that still waits when the deadline comes is told that the daemon stops", "[daemon][control]") {
    ControlRoom room;
    Gate never(room.context);
    room.serve([&never](CommandRequest, Progress) -> asio::awaitable<CommandResult> {
        co_await never.wait();
        co_return done("not reached");
    });
    const auto result = room.start(command("sync"));
    room.run_until([&] { return never.arrived() == 1; });

    room.stop(0ms);
    room.run_until([&] { return result->has_value(); });

    CHECK((*result)->value().exit_code == ExitCode::failed);
    CHECK((*result)->value().err == "usersyncd: the daemon is stopping\n");
}

TEST_CASE("a client that has not asked yet does not delay the stop", "[daemon][control]") {
    ControlRoom room;
    auto options = room.options();
    options.idle_max = 24h;
    room.serve(options, echo);
    auto client = connect_to(room.context.get_executor(), room.path);
    run(room.context, talk(room.path, "\n"));

    room.stop(24h);

    SUCCEED("the stop came to an end");
}

TEST_CASE("a client learns that the daemon went away in the middle", "[daemon][control]") {
    ControlRoom room;
    Gate never(room.context);
    room.serve([&never](CommandRequest, Progress) -> asio::awaitable<CommandResult> {
        co_await never.wait();
        co_return done("not reached");
    });
    const auto result = room.start(command("sync"));
    room.run_until([&] { return never.arrived() == 1; });

    room.server.reset();
    room.run_until([&] { return result->has_value(); });

    REQUIRE((*result)->has_error());
    CHECK((*result)->error().kind == FailureKind::transient);
    CHECK((*result)->error().code == "daemon_went_away");
    CHECK((*result)->error().effect == Effect::unknown);
}

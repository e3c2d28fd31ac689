#include "tests/daemon/control/control_room.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>

using namespace usersync;
using namespace usersync::test;

namespace asio = boost::asio;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    return file.st_mode & 07777;
}

/// What a killed daemon leaves behind: the file of a socket that nobody listens on.
void leave_socket_behind(asio::io_context& context, const std::string& path) {
    asio::local::stream_protocol::acceptor acceptor(context, asio::local::stream_protocol::endpoint(path));
}

}  // namespace

TEST_CASE("only the daemon's own user may send commands, unless its group is let in", "[daemon][control]") {
    const auto old_mask = ::umask(0);
    ControlRoom own;
    ControlRoom shared;
    auto options = shared.options();
    options.access = control::Access::group;

    own.serve(echo);
    shared.serve(options, echo);

    CHECK(mode_of(own.path) == 0600);
    CHECK(mode_of(shared.path) == 0660);
    ::umask(0077);
    shared.stop();
    shared.serve(options, echo);
    CHECK(mode_of(shared.path) == 0660);
    ::umask(old_mask);
}

TEST_CASE("the socket of a daemon that died is replaced", "[daemon][control]") {
    ControlRoom room;
    leave_socket_behind(room.context, room.path);
    REQUIRE(std::filesystem::is_socket(room.path));
    CHECK(room.call(command("sync")).error().code == "daemon_not_running");

    room.serve(echo);

    CHECK(room.call(command("sync")).value().out == "sync");
}

TEST_CASE("the socket of a living daemon is left alone", "[daemon][control]") {
    ControlRoom room;
    room.serve(echo);

    const auto second = room.listen(echo);

    REQUIRE(second.has_error());
    CHECK(second.error().kind == FailureKind::blocked);
    CHECK(second.error().code == "already_listening");
    CHECK(room.call(command("sync")).value().out == "sync");
}

TEST_CASE("a file that is not a socket is never removed", "[daemon][control]") {
    ControlRoom room;
    room.folder.write("control.sock", "precious");

    const auto refused = room.listen(echo);

    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "cannot_listen");
    CHECK(TempDir::read(room.path) == "precious");
}

TEST_CASE("a folder that is missing or a path too long is said at the start", "[daemon][control]") {
    ControlRoom room;
    const auto path = GENERATE(std::string("missing/control.sock"), std::string(200, 'x'));
    room.path = room.folder / path;

    const auto refused = room.listen(echo);

    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "cannot_listen");
}

TEST_CASE("a daemon that stopped leaves no socket and answers no more", "[daemon][control]") {
    ControlRoom room;
    room.serve(echo);

    room.stop();

    CHECK_FALSE(std::filesystem::exists(room.path));
    const auto result = room.call(command("sync"));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == FailureKind::transient);
    CHECK(result.error().code == "daemon_not_running");
    CHECK(result.error().effect == Effect::none);
    room.serve(echo);
    CHECK(room.call(command("sync")).value().out == "sync");
}

TEST_CASE("a destroyed server leaves no socket", "[daemon][control]") {
    ControlRoom room;
    room.serve(echo);

    room.server.reset();

    CHECK_FALSE(std::filesystem::exists(room.path));
}

TEST_CASE("a client says when the path cannot be a socket's", "[daemon][control]") {
    ControlRoom room;
    room.path = room.folder / std::string(200, 'x');

    CHECK(room.call(command("sync")).error().code == "cannot_connect");
}

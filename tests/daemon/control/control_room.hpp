#pragma once
// A control server and its clients on one loop, in a folder of their own.

#include "daemon/control/control_client.hpp"
#include "daemon/control/control_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;
using control::Progress;
using Socket = boost::asio::local::stream_protocol::socket;

inline Deadline in(Duration limit) {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + limit;
}

/// A door that coroutines wait at until the test opens it.
class Gate {
public:
    explicit Gate(boost::asio::io_context& context) : timer_(context) {
        timer_.expires_at(boost::asio::steady_timer::time_point::max());
    }
    boost::asio::awaitable<void> wait() {
        ++arrived_;
        while (!open_) {
            boost::system::error_code woken;
            co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
        }
    }
    void open() {
        open_ = true;
        timer_.cancel();
    }
    int arrived() const { return arrived_; }

private:
    boost::asio::steady_timer timer_;
    bool open_ = false;
    int arrived_ = 0;
};

inline CommandResult done(std::string out) { return {.exit_code = ExitCode::done, .out = std::move(out), .err = {}}; }

inline boost::asio::awaitable<CommandResult> echo(CommandRequest request, Progress) {
    std::string text = request.command;
    for (const auto& argument : request.arguments) text += " " + argument;
    co_return done(text);
}

inline CommandRequest command(std::string name, std::vector<std::string> arguments = {}) {
    return {.command = std::move(name), .arguments = std::move(arguments), .options = {}, .caller = {}};
}

/// Connects at once: the listening socket's queue takes the client in before the server does.
inline Socket connect_to(boost::asio::any_io_executor executor, const std::string& path) {
    Socket socket(executor);
    socket.connect(boost::asio::local::stream_protocol::endpoint(path));
    return socket;
}

/// Sends these bytes and reads until the server closes.
inline boost::asio::awaitable<std::string> talk(std::string path, std::string bytes) {
    auto executor = co_await boost::asio::this_coro::executor;
    Socket socket = connect_to(executor, path);
    boost::system::error_code error;
    co_await boost::asio::async_write(socket, boost::asio::buffer(bytes),
                                      boost::asio::redirect_error(boost::asio::use_awaitable, error));
    std::string received;
    co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(received),
                                     boost::asio::redirect_error(boost::asio::use_awaitable, error));
    co_return received;
}

class ControlRoom {
public:
    boost::asio::io_context context;
    TempDir folder;
    std::string path = folder / "control.sock";
    std::unique_ptr<control::ControlServer> server;
    std::vector<std::string> progress;

    control::ControlOptions options() const { return {.path = path}; }
    Result<std::unique_ptr<control::ControlServer>> listen(control::CommandHandler handler) {
        return control::listen(context.get_executor(), options(), std::move(handler));
    }
    void serve(control::CommandHandler handler) { serve(options(), std::move(handler)); }
    void serve(control::ControlOptions how, control::CommandHandler handler) {
        server = control::listen(context.get_executor(), std::move(how), std::move(handler)).value();
    }
    void stop(Duration limit = std::chrono::seconds(5)) { run(context, server->stop(in(limit))); }

    boost::asio::awaitable<Result<CommandResult>> calling(CommandRequest request) {
        control::OnProgress keep = [this](std::string line) { progress.push_back(std::move(line)); };
        return control::call(path, std::move(request), std::move(keep));
    }
    Result<CommandResult> call(CommandRequest request) { return run(context, calling(std::move(request))); }

    /// Starts a call whose result shows up in the returned place.
    std::shared_ptr<std::optional<Result<CommandResult>>> start(CommandRequest request) {
        auto place = std::make_shared<std::optional<Result<CommandResult>>>();
        boost::asio::co_spawn(
            context, calling(std::move(request)),
            [place](std::exception_ptr, Result<CommandResult> result) { *place = std::move(result); });
        return place;
    }
    template <class Claim>
    void run_until(Claim claim) {
        context.restart();
        while (!claim()) {
            if (context.run_one() == 0) throw std::logic_error("what the test waits for never comes");
        }
    }
};

}  // namespace usersync::test

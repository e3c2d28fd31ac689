#include "daemon/control/control_server.hpp"

#include "core/async/deadline.hpp"
#include "core/async/task_group.hpp"
#include "daemon/control/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <deque>
#include <optional>
#include <utility>

namespace usersync::control {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
using Acceptor = Protocol::acceptor;

constexpr std::size_t progress_lines_max = 256;
constexpr auto last_words_max = std::chrono::seconds(1);
constexpr auto accept_pause = std::chrono::milliseconds(100);

Deadline from_now(Duration limit) {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + limit;
}

CommandResult result_of(ExitCode code, std::string sentence) {
    return CommandResult{.exit_code = code, .out = {}, .err = "usersyncd: " + std::move(sentence) + "\n"};
}

/// Looked up in the local file alone: a name service over the network could stop the I/O thread.
std::string user_name(uid_t uid) {
    std::string name = "uid " + std::to_string(uid);
    std::FILE* users = std::fopen("/etc/passwd", "re");
    if (users == nullptr) return name;
    while (const auto* user = fgetpwent(users)) {
        if (user->pw_uid != uid) continue;
        name = user->pw_name;
        break;
    }
    std::fclose(users);
    return name;
}

/// One client: its socket, and what it has yet to be told.
struct Connection {
    explicit Connection(Protocol::socket accepted) : socket(std::move(accepted)), changed(socket.get_executor()) {
        changed.expires_at(asio::steady_timer::time_point::max());
    }

    std::string caller() {
        ucred peer{};
        socklen_t size = sizeof peer;
        if (getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return "unknown";
        return user_name(peer.uid);
    }
    void tell(std::string text) {
        if (progress.size() == progress_lines_max) progress.pop_front();
        progress.push_back(std::move(text));
        changed.cancel();
    }
    void finish(CommandResult ended) {
        result = std::move(ended);
        changed.cancel();
    }
    std::string take_lines() {
        std::string lines;
        for (auto& text : std::exchange(progress, {})) lines += encode_answer(ProgressLine{std::move(text)});
        if (result) lines += encode_answer(*result);
        return lines;
    }

    Protocol::socket socket;
    asio::steady_timer changed;  // never expires; cancelled to say that there is something to tell
    std::deque<std::string> progress;
    std::optional<CommandResult> result;
};

// shared_ptr throughout: the coroutines that serve a client share its connection, and they share the settings.
using ConnectionPtr = std::shared_ptr<Connection>;

struct Settings {
    ControlOptions options;
    CommandHandler handler;
};
using SettingsPtr = std::shared_ptr<const Settings>;

/// Every coroutine of the server, by what it does: stopping treats each kind in its own way.
struct Tasks {
    explicit Tasks(const asio::any_io_executor& executor)
        : listening(executor), readers(executor), commands(executor), answers(executor) {}
    TaskGroup listening;
    TaskGroup readers;
    TaskGroup commands;
    TaskGroup answers;
};

struct Line {
    enum class End { whole, too_long, closed };
    End end = End::closed;
    std::string text;
};

asio::awaitable<Line> read_line(ConnectionPtr client, std::size_t bytes_max) {
    Line line;
    boost::system::error_code error;
    const std::size_t length =
        co_await asio::async_read_until(client->socket, asio::dynamic_buffer(line.text, bytes_max), '\n',
                                        asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::not_found) {
        line.end = Line::End::too_long;
    } else if (!error) {
        line.end = Line::End::whole;
        line.text.resize(length);
    }
    co_return line;
}

asio::awaitable<bool> write_text(ConnectionPtr client, std::string text) {
    boost::system::error_code error;
    co_await asio::async_write(client->socket, asio::buffer(text), asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
}

/// Tells the client what there is to tell until it has its result or is gone.
asio::awaitable<void> answer(ConnectionPtr client, Duration idle_max) {
    while (true) {
        while (client->progress.empty() && !client->result) {
            boost::system::error_code woken;
            co_await client->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
        const bool last = client->result.has_value();
        auto writing = write_text(client, client->take_lines());
        const std::optional<bool> written = co_await with_deadline(std::move(writing), from_now(idle_max));
        if (last || !written || !*written) co_return;
    }
}

asio::awaitable<void> run_command(ConnectionPtr client, SettingsPtr settings, CommandRequest request) {
    CommandResult result;
    try {
        Progress progress = [client](std::string text) { client->tell(std::move(text)); };
        auto running = settings->handler(std::move(request), std::move(progress));
        CommandResult ended = co_await std::move(running);
        result = std::move(ended);
    } catch (const boost::system::system_error& error) {
        const bool stopped = error.code() == asio::error::operation_aborted;
        result = result_of(ExitCode::failed, stopped ? "the daemon is stopping" : std::string(error.what()));
    } catch (const std::exception& error) {
        result = result_of(ExitCode::failed, error.what());
    }
    client->finish(std::move(result));
}

asio::awaitable<void> read_request(ConnectionPtr client, std::weak_ptr<Tasks> tasks, SettingsPtr settings) {
    auto reading = read_line(client, settings->options.request_max);
    const std::optional<Line> line = co_await with_deadline(std::move(reading), from_now(settings->options.idle_max));
    const auto alive = tasks.lock();
    if (!alive || !line || line->end == Line::End::closed) co_return;

    alive->answers.spawn(answer(client, settings->options.idle_max));
    if (line->end == Line::End::too_long) {
        client->finish(result_of(
            ExitCode::usage, "the request is longer than " + std::to_string(settings->options.request_max) + " bytes"));
        co_return;
    }
    auto request = parse_request(line->text);
    if (!request) {
        client->finish(result_of(ExitCode::usage, request.error().detail));
        co_return;
    }
    request->caller = client->caller();
    alive->commands.spawn(run_command(client, settings, std::move(*request)));
}

asio::awaitable<void> accept_clients(std::shared_ptr<Acceptor> acceptor, std::weak_ptr<Tasks> tasks,
                                     SettingsPtr settings) {
    while (acceptor->is_open()) {
        boost::system::error_code error;
        Protocol::socket socket = co_await acceptor->async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            // Out of descriptors, most likely: the same answer at once would only cost time.
            asio::steady_timer pause(acceptor->get_executor(), accept_pause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        const auto alive = tasks.lock();
        if (!alive) co_return;
        if (alive->readers.size() + alive->commands.size() >= settings->options.clients_max) continue;
        alive->readers.spawn(read_request(std::make_shared<Connection>(std::move(socket)), tasks, settings));
    }
}

asio::awaitable<bool> all_ended(TaskGroup& group) {
    co_await group.join();
    co_return true;
}

class Server final : public ControlServer {
public:
    Server(std::shared_ptr<Acceptor> acceptor, ControlOptions options, CommandHandler handler)
        : acceptor_(std::move(acceptor)),
          path_(options.path),
          tasks_(std::make_shared<Tasks>(acceptor_->get_executor())) {
        auto settings =
            std::make_shared<const Settings>(Settings{.options = std::move(options), .handler = std::move(handler)});
        tasks_->listening.spawn(accept_clients(acceptor_, tasks_, std::move(settings)));
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() override { close_listener(); }

    asio::awaitable<void> stop(Deadline deadline) override {
        close_listener();
        tasks_->listening.cancel();
        tasks_->readers.cancel();
        co_await tasks_->listening.join();
        co_await tasks_->readers.join();
        auto commands = all_ended(tasks_->commands);
        const std::optional<bool> done = co_await with_deadline(std::move(commands), deadline);
        if (!done) tasks_->commands.cancel();
        co_await tasks_->commands.join();
        auto answers = all_ended(tasks_->answers);
        const std::optional<bool> told = co_await with_deadline(std::move(answers), from_now(last_words_max));
        if (!told) tasks_->answers.cancel();
        co_await tasks_->answers.join();
    }

private:
    void close_listener() {
        if (!acceptor_->is_open()) return;
        boost::system::error_code ignored;
        acceptor_->close(ignored);
        ::unlink(path_.c_str());
    }

    std::shared_ptr<Acceptor> acceptor_;
    std::string path_;
    // shared_ptr so that a coroutine that resumes after the server's death can tell; the server alone owns it.
    std::shared_ptr<Tasks> tasks_;
};

Failure cannot_listen(const ControlOptions& options, const std::string& why) {
    return Failure{
        .kind = FailureKind::blocked, .code = "cannot_listen", .where = "control", .detail = options.path + ": " + why};
}

enum class Occupant { nobody, left_over, somebody, something_else };

/// Who is at the path? Only an unanswered socket is a left-over of a daemon that died.
Occupant occupant_of(const asio::any_io_executor& executor, const Protocol::endpoint& endpoint) {
    struct stat file {};
    if (::lstat(endpoint.path().c_str(), &file) != 0) return Occupant::nobody;
    if (!S_ISSOCK(file.st_mode)) return Occupant::something_else;
    Protocol::socket probe(executor);
    boost::system::error_code error;
    probe.open(Protocol(), error);
    probe.non_blocking(true, error);
    probe.connect(endpoint, error);
    return error == asio::error::connection_refused ? Occupant::left_over : Occupant::somebody;
}

Result<std::shared_ptr<Acceptor>> open_listener(const asio::any_io_executor& executor, const ControlOptions& options) {
    const Protocol::endpoint endpoint(options.path);
    switch (occupant_of(executor, endpoint)) {
        case Occupant::nobody: break;
        case Occupant::left_over: ::unlink(options.path.c_str()); break;
        case Occupant::something_else: return cannot_listen(options, "there is a file that is not a socket");
        case Occupant::somebody:
            return Failure{.kind = FailureKind::blocked,
                           .code = "already_listening",
                           .where = "control",
                           .detail = options.path + ": another daemon listens there"};
    }
    auto acceptor = std::make_shared<Acceptor>(executor);
    acceptor->open(Protocol());
    acceptor->bind(endpoint);
    // Between bind and listen nobody can connect yet, so at no moment does the umask decide who may.
    const mode_t mode = options.access == Access::group ? 0660 : 0600;
    if (::chmod(options.path.c_str(), mode) != 0) {
        ::unlink(options.path.c_str());
        return cannot_listen(options, "its permissions cannot be set");
    }
    acceptor->listen();
    return acceptor;
}

}  // namespace

Result<std::unique_ptr<ControlServer>> listen(asio::any_io_executor executor, ControlOptions options,
                                              CommandHandler handler) {
    try {
        auto acceptor = open_listener(executor, options);
        if (!acceptor) return acceptor.error();
        return std::make_unique<Server>(std::move(*acceptor), std::move(options), std::move(handler));
    } catch (const boost::system::system_error& error) {
        return cannot_listen(options, error.code().message());
    }
}

}  // namespace usersync::control

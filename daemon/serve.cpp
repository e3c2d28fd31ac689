#include "daemon/serve.hpp"

#include "connectors/http/server.hpp"
#include "core/async/task_group.hpp"
#include "daemon/commands.hpp"
#include "daemon/compose.hpp"
#include "daemon/control/control_client.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/http/health_listener.hpp"
#include "daemon/runtime/file_lock.hpp"
#include "daemon/runtime/system_clock.hpp"
#include "daemon/runtime/systemd_notify.hpp"
#include "daemon/version.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandResult;
using control::ExitCode;

Result<std::unique_ptr<runtime::FileLock>> take_state_folder(const config::EnvironmentConfig& config) {
    std::error_code error;
    std::filesystem::create_directories(config.state_folder, error);
    if (!error) {
        std::filesystem::permissions(config.state_folder, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return Failure{.kind = FailureKind::broken,
                       .code = "no_state_folder",
                       .where = config.state_folder.string(),
                       .detail = error.message()};
    }
    return runtime::lock_file(config.state_folder / "lock");
}

namespace {

constexpr auto commands_may_end_in = std::chrono::milliseconds(3500);
constexpr unsigned stop_within_seconds = 5;
constexpr std::size_t webhook_connections_max = 64;
constexpr auto webhook_idle_max = std::chrono::seconds(10);
constexpr auto answers_may_end_in = std::chrono::milliseconds(500);

ExitCode code_for(const Failure& failure) {
    return failure.code == "already_locked" || failure.code == "already_listening" ? ExitCode::held : ExitCode::failed;
}

/// The daemon's life on its one thread.
class Daemon {
public:
    Daemon(const config::EnvironmentConfig& config, Surroundings with)
        : config_(config), with_(with), tasks_(with.context.get_executor()) {}

    asio::awaitable<ExitCode> run() {
        auto opened = open();
        if (!opened) {
            with_.log.error("cannot_start", {{"code", opened.error().code}, {"why", describe(opened.error())}});
            co_return code_for(opened.error());
        }
        tasks_.spawn(watch_signals());
        tasks_.spawn(feed_watchdog());
        systemd_.ready("running for " + std::to_string(environment_->names().size()) + " tenants");
        with_.log.info("daemon_ready", {{"version", version},
                                        {"environment", config_.folder.filename().string()},
                                        {"tenants", environment_->names().size()},
                                        {"health", config_.health.address + ':' + std::to_string(health_->port())},
                                        {"control", config_.control_socket.string()}});
        co_await environment_->run();
        co_await close();
        co_return ExitCode::done;
    }

private:
    Result<void> open() {
        auto environment = Environment::compose(config_, with_, Scheduling::on);
        if (!environment) return environment.error();
        environment_ = std::move(*environment);
        auto view = [this] { return environment_->status(); };
        auto health = http::listen(with_.context.get_executor(),
                                   http::ListenOptions{.address = config_.health.address, .port = config_.health.port},
                                   status::make_health_handler(std::move(view)));
        if (!health) return health.error();
        health_ = std::move(*health);
        auto heard = open_webhooks();
        if (!heard) return heard;
        std::error_code ignored;  // a folder that cannot be made is reported by the socket that cannot be bound
        std::filesystem::create_directories(config_.control_socket.parent_path(), ignored);
        auto handler = [this](control::CommandRequest request, control::Progress progress) {
            return carry_out(*environment_, with_.clock, std::move(request), std::move(progress));
        };
        auto control =
            control::listen(with_.context.get_executor(),
                            control::ControlOptions{.path = config_.control_socket.string()}, std::move(handler));
        if (!control) return control.error();
        control_ = std::move(*control);
        return {};
    }

    Result<void> open_webhooks() {
        const auto& said = config_.webhooks;
        if (said.address.empty()) return {};
        auto webhooks = http::listen(with_.context.get_executor(),
                                     http::ListenOptions{.address = said.address,
                                                         .port = said.port,
                                                         .certificate_file = said.certificate.string(),
                                                         .key_file = said.key.string(),
                                                         .body_max = webhook::Limits{}.body_max,
                                                         .connections_max = webhook_connections_max,
                                                         .idle_max = webhook_idle_max},
                                     environment_->webhook_handler(config_));
        if (!webhooks) return webhooks.error();
        webhooks_ = std::move(*webhooks);
        with_.log.info("webhooks_heard", {{"at", said.address + ':' + std::to_string(webhooks_->port())},
                                          {"tls", said.certificate.empty() ? "no" : "yes"}});
        return {};
    }

    asio::awaitable<void> watch_signals() {
        asio::signal_set signals(with_.context, SIGTERM, SIGINT);
        const int first = co_await signals.async_wait(asio::use_awaitable);
        with_.log.info("stopping", {{"signal", first == SIGTERM ? "SIGTERM" : "SIGINT"}});
        systemd_.stopping();
        // Whatever hangs in a library that nobody can interrupt: the kernel ends us. Every state on disk is one that a
        // start can go on from.
        ::alarm(stop_within_seconds);
        environment_->stop();
        co_await signals.async_wait(asio::use_awaitable);
        // Asked twice: now.
        ::_exit(static_cast<int>(ExitCode::failed));
    }

    asio::awaitable<void> feed_watchdog() {
        const auto interval = systemd_.watchdog_interval();
        if (!interval) co_return;
        for (;;) {
            systemd_.watchdog();
            co_await with_.clock.sleep_until(with_.clock.steady_now() + *interval);
        }
    }

    asio::awaitable<void> close() {
        co_await control_->stop(with_.clock.steady_now() + commands_may_end_in);
        if (webhooks_) co_await webhooks_->stop(with_.clock.steady_now() + answers_may_end_in);
        co_await health_->stop(with_.clock.steady_now() + answers_may_end_in);
        tasks_.cancel();
        co_await tasks_.join();
        with_.log.info("stopped", {});
    }

    const config::EnvironmentConfig& config_;
    Surroundings with_;
    runtime::SystemdNotify systemd_;
    std::unique_ptr<Environment> environment_;
    std::unique_ptr<http::Server> health_;
    std::unique_ptr<http::Server> webhooks_;  // only where they are asked for
    std::unique_ptr<control::ControlServer> control_;
    TaskGroup tasks_;
};

void report(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "event=died why=\"%s\"\n", e.what());
    }
}

/// Drives one coroutine to its value; nothing, and a line on standard error, when it died of an exception.
template <class T>
std::optional<T> drive(asio::io_context& context, asio::awaitable<T> coroutine) {
    std::optional<T> value;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr error, T result) {
        if (!error) value = std::move(result);
        if (error) report(error);
        context.stop();
    });
    context.run();
    return value;
}

asio::awaitable<CommandResult> in_this_process(Environment& environment, Clock& clock, control::CommandRequest request,
                                               control::Progress progress) {
    auto executor = co_await asio::this_coro::executor;
    TaskGroup loops(executor);
    loops.spawn(environment.run());
    while (!environment.status().ready) {
        co_await clock.sleep_until(clock.steady_now() + std::chrono::milliseconds(1));
    }
    auto result = co_await carry_out(environment, clock, std::move(request), std::move(progress));
    environment.stop();
    co_await loops.join();
    co_return result;
}

CommandResult failed(const Failure& failure) {
    return {.exit_code = code_for(failure), .out = {}, .err = describe(failure) + '\n'};
}

}  // namespace

CommandResult run_here(const config::EnvironmentConfig& config, control::CommandRequest request,
                       std::function<void(std::string)> on_progress) {
    const auto lock = take_state_folder(config);
    if (!lock) return failed(lock.error());
    auto log = log::make_stderr_log(log::LogOptions{.level = log::Level::warn, .format = config.log.format});
    runtime::Lanes lanes;
    asio::io_context context(1);
    runtime::SystemClock clock;
    auto environment = Environment::compose(config, Surroundings{context, lanes, clock, *log}, Scheduling::off);
    if (!environment) return failed(environment.error());
    request.caller = std::to_string(::getuid()) == "0" ? "root" : "uid " + std::to_string(::getuid());
    auto result = drive(context, in_this_process(**environment, clock, std::move(request), std::move(on_progress)));
    lanes.join();
    return result.value_or(CommandResult{.exit_code = ExitCode::failed, .out = {}, .err = "interrupted\n"});
}

ExitCode serve(const config::EnvironmentConfig& config) {
    auto log = log::make_stderr_log(config.log);
    const auto lock = take_state_folder(config);
    if (!lock) {
        log->error("cannot_start", {{"code", lock.error().code}, {"why", describe(lock.error())}});
        return code_for(lock.error());
    }
    std::signal(SIGPIPE, SIG_IGN);  // a peer that goes away is an error of that write, not of the process
    runtime::Lanes lanes;
    asio::io_context context(1);
    runtime::SystemClock clock;
    Daemon daemon(config, Surroundings{context, lanes, clock, *log});
    const auto code = drive(context, daemon.run());
    lanes.join();
    return code.value_or(ExitCode::failed);
}

std::optional<CommandResult> ask_daemon(const std::filesystem::path& socket, const control::CommandRequest& request,
                                        const std::function<void(std::string)>& on_progress) {
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context context(1);
    auto answer = drive(context, control::call(socket.string(), request, on_progress));
    if (!answer) return CommandResult{.exit_code = ExitCode::failed, .out = {}, .err = "interrupted\n"};
    if (*answer) return std::move(**answer);
    if (answer->error().code == "daemon_not_running") return std::nullopt;
    return failed(answer->error());
}

}  // namespace usersync

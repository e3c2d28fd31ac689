#include "daemon/sandbox_command.hpp"

#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_limits.hpp"
#include "connectors/speakap/sandbox/sandbox_server.hpp"
#include "connectors/speakap/sandbox/sandbox_show.hpp"
#include "daemon/control/command.hpp"
#include "daemon/runtime/system_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <iostream>

namespace usersync {

namespace asio = boost::asio;
using control::ExitCode;

namespace {

constexpr auto answers_may_end_in = std::chrono::seconds(1);

int complain(const Failure& failure, ExitCode code) {
    std::cerr << "usersyncd sandbox: " << describe(failure) << '\n';
    return static_cast<int>(code);
}

Result<sandbox::SandboxOptions> options_of(const cli::RunSandbox& arguments) {
    sandbox::SandboxOptions options;
    auto listen = sandbox::parse_listen_address(arguments.listen);
    if (!listen) return listen.error();
    options.address = listen->address;
    options.port = listen->port;
    options.state_file = arguments.state;
    options.network_file = arguments.network;
    options.latency = Duration(arguments.latency_ms);
    options.certificate_file = arguments.certificate;
    options.key_file = arguments.key;
    if (!arguments.rate.empty()) {
        auto rate = sandbox::parse_rate(arguments.rate);
        if (!rate) return rate.error();
        options.rate = *rate;
    }
    for (const auto& text : arguments.faults) {
        auto fault = sandbox::parse_fault(text);
        if (!fault) return fault.error();
        options.faults.push_back(*fault);
    }
    return options;
}

asio::awaitable<void> serve_until_asked_to_stop(sandbox::Sandbox& sandbox, Clock& clock) {
    auto executor = co_await asio::this_coro::executor;
    asio::signal_set signals(executor, SIGTERM, SIGINT);
    co_await signals.async_wait(asio::use_awaitable);
    co_await sandbox.stop(clock.steady_now() + answers_may_end_in);
}

}  // namespace

int run_sandbox(const cli::RunSandbox& arguments) {
    auto options = options_of(arguments);
    if (!options) return complain(options.error(), ExitCode::usage);
    std::signal(SIGPIPE, SIG_IGN);
    asio::io_context context(1);
    runtime::SystemClock clock;
    auto sandbox = sandbox::Sandbox::start(context.get_executor(), clock, std::move(*options));
    if (!sandbox) return complain(sandbox.error(), ExitCode::failed);
    std::cout << (*sandbox)->addresses().to_json_line() << std::endl;
    asio::co_spawn(context, serve_until_asked_to_stop(**sandbox, clock),
                   [&](const std::exception_ptr&) { context.stop(); });
    context.run();
    return static_cast<int>(ExitCode::done);
}

int show_sandbox(const cli::ShowSandbox& arguments) {
    auto state = sandbox::load_state(arguments.state);
    if (!state) return complain(state.error(), ExitCode::failed);
    std::cout << sandbox::show(*state);
    return static_cast<int>(ExitCode::done);
}

}  // namespace usersync

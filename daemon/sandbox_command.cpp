#include "daemon/sandbox_command.hpp"

#include "connectors/speakap/sandbox/fault_file.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_judge.hpp"
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
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace usersync {

namespace asio = boost::asio;
using control::ExitCode;

namespace {

constexpr auto answers_may_end_in = std::chrono::seconds(1);

int complain(const Failure& failure, ExitCode code) {
    std::cerr << "usersyncd sandbox: " << describe(failure) << '\n';
    return static_cast<int>(code);
}

Result<sandbox::FaultFile> read_fault_file(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        return Failure{.kind = FailureKind::rejected,
                       .code = "cannot_read_fault_file",
                       .where = file,
                       .detail = "the file cannot be read",
                       .effect = Effect::none,
                       .retry_after = std::nullopt};
    }
    return sandbox::parse_fault_file(text);
}

/// What the fault file says; `--fault` comes before its rules, `--rate` and `--settle` win over it.
Result<void> add_fault_file(const cli::RunSandbox& arguments, sandbox::SandboxOptions& options) {
    if (!arguments.fault_file.empty()) {
        auto file = read_fault_file(arguments.fault_file);
        if (!file) return file.error();
        options.rate_plan = std::move(file->rate);
        options.seed = file->seed;
        if (file->settling) options.settling = *file->settling;
        options.faults.insert(options.faults.end(), file->rules.begin(), file->rules.end());
    }
    if (arguments.settle_ms >= 0) options.settling.delay = Duration(arguments.settle_ms);
    return {};
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
    options.latency_sigma = arguments.latency_sigma;
    options.burst = arguments.burst;
    options.in_sync = arguments.in_sync;
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
    const auto added = add_fault_file(arguments, options);
    if (!added) return added.error();
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
    if (arguments.events) std::cout << '\n' << sandbox::show_events(*state);
    if (arguments.judge) std::cout << '\n' << sandbox::show_judgement(*state);
    return static_cast<int>(ExitCode::done);
}

}  // namespace usersync

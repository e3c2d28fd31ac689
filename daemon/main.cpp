// Arguments in, exit code out.

#include "daemon/check.hpp"
#include "daemon/cli.hpp"
#include "daemon/connector_commands.hpp"
#include "daemon/record_commands.hpp"
#include "daemon/rule_file_commands.hpp"
#include "daemon/sandbox_command.hpp"
#include "daemon/serve.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

namespace {

using namespace usersync;

/// Folders are named from where the caller stands; the daemon stands elsewhere.
std::string whole_path(const std::string& argument) {
    std::error_code ignored;
    const bool is_path = argument.find('/') != std::string::npos || std::filesystem::is_directory(argument, ignored);
    return is_path ? std::filesystem::absolute(argument).lexically_normal().string() : argument;
}

/// On a terminal one line that is written over by the next; elsewhere, such as in a log, a line each time.
class ProgressLines {
public:
    void tell(const std::string& line) {
        if (!is_terminal_) {
            std::cerr << line << std::endl;
            return;
        }
        // Cut at the edge, not wrapped; what follows, whoever writes it, begins at the left.
        std::cerr << "\033[?7l" << erase << line << "\033[?7h\r" << std::flush;
        is_shown_ = true;
    }
    void end() {
        if (is_shown_) std::cerr << erase << std::flush;
        is_shown_ = false;
    }

private:
    static constexpr const char* erase = "\033[K";
    bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool is_shown_ = false;
};

struct Run {
    int operator()(const cli::Say& say) const {
        std::cout << say.out;
        std::cerr << say.err;
        return say.exit_code;
    }
    int operator()(const cli::Check& check) const { return check_configuration(check); }
    int operator()(const cli::Serve& arguments) const {
        const auto config = load_to_serve(arguments.where);
        return static_cast<int>(config ? serve(*config) : control::ExitCode::usage);
    }
    int operator()(const cli::Operate& arguments) const {
        // A running daemon goes on with the rules that it has, whatever the tenants' files say now.
        const auto service = service_or_complain(arguments.where);
        if (!service) return static_cast<int>(control::ExitCode::usage);
        control::CommandRequest request{
            .command = arguments.command, .arguments = arguments.arguments, .options = arguments.options, .caller = {}};
        request.options["format"] = arguments.format;
        if (request.command == "mapping diff") {
            for (auto& argument : request.arguments) argument = whole_path(argument);
        }
        ProgressLines progress;
        const auto tell = [&progress](const std::string& line) { progress.tell(line); };
        auto result = ask_daemon(service->control_socket, request, tell);
        if (!result) {
            const auto config = load_or_complain(arguments.where);
            if (!config) return static_cast<int>(control::ExitCode::usage);
            result = run_here(*config, std::move(request), tell);
        }
        progress.end();
        std::cerr << result->err;
        const bool is_done = result->exit_code == control::ExitCode::done;
        if (arguments.command == "fetch" && (is_done || !result->out.empty())) {
            const int kept = keep_fetched(arguments.options.at("out"), result->out);
            return is_done ? kept : static_cast<int>(result->exit_code);
        }
        std::cout << result->out;
        return static_cast<int>(result->exit_code);
    }
    int operator()(const cli::Match& arguments) const { return match_people(arguments); }
    int operator()(const cli::Desired& arguments) const { return print_desired(arguments); }
    int operator()(const cli::Inspect& arguments) const { return inspect_file(arguments); }
    int operator()(const cli::Records& arguments) const { return print_records(arguments); }
    int operator()(const cli::ExampleRecord& arguments) const { return print_example_record(arguments); }
    int operator()(const cli::ListConnectors& arguments) const { return list_connectors(arguments); }
    int operator()(const cli::ShowConnector& arguments) const { return show_connector(arguments); }
    int operator()(const cli::RunSandbox& arguments) const { return run_sandbox(arguments); }
    int operator()(const cli::ShowSandbox& arguments) const { return show_sandbox(arguments); }
};

}  // namespace

int main(int argc, char** argv) {
    // The one thing that is read from the environment: systemd's own way to say where its credentials are.
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    const auto invocation = cli::parse(argc, argv, credentials == nullptr ? "" : credentials);
    return std::visit(Run{}, invocation);
}

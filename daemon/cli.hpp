#pragma once
// The command line as a value.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace usersync::cli {

/// Said to every command that works on an environment.
struct EnvironmentArguments {
    std::string environment = "/etc/usersync/production";  ///< the folder with usersync.toml
    std::string credentials;                               ///< where { credential = "…" } looks
};

struct Serve {
    EnvironmentArguments where;
};
struct Check {
    EnvironmentArguments where;
    bool json = false;
};
/// sync, plan, apply, approve, retry, reject, undo, ledger, what-changed, status, queue, brakes, pause, resume,
/// network, adopt, probe, explain, desired, "mapping check", "mapping diff", "connector test", fetch.
struct Operate {
    EnvironmentArguments where;
    std::string command;
    std::vector<std::string> arguments;
    std::string format = "text";
    std::map<std::string, std::string> options;  ///< further ones: "today", "why_not", "user", "group", "hold", …
};
/// Whom an expression matches in a file.
struct Match {
    EnvironmentArguments where;
    std::string expression;
    std::string record;
    std::string tenant;  ///< empty: without configuration
    std::string today;   ///< empty: the machine's
    std::string format = "text";
};
/// The network that should be, over a file.
struct Desired {
    EnvironmentArguments where;
    std::string tenant;
    std::string record;
    std::string today;
    std::string format = "json";
};
struct Inspect {
    EnvironmentArguments where;
    std::string file;
    std::string tenant;   ///< empty: without configuration
    std::string columns;  ///< a TOML file with [columns]; empty: none
    std::string format = "text";
};
struct Records {
    EnvironmentArguments where;
    std::string file;
    std::string tenant;
    std::string columns;
    std::string format = "csv";
    bool raw = false;
};
/// The presets of sources that come with the program.
struct ListConnectors {
    std::string format = "text";
};
struct ShowConnector {
    std::string name;
    std::string format = "text";
};
struct ExampleRecord {
    std::string format = "csv";
    std::string out;  ///< empty: standard output
};
struct RunSandbox {
    std::string listen = "127.0.0.1:0";
    std::string state;
    std::string network;
    std::string rate;
    double burst = 0;  ///< 0: as the fault file says
    long latency_ms = 0;
    double latency_sigma = 0;
    std::vector<std::string> faults;
    std::string fault_file;
    long settle_ms = -1;  ///< -1: as the fault file says
    bool in_sync = false;
    std::string certificate;
    std::string key;
};
struct ShowSandbox {
    std::string state;
    bool events = false;  ///< what happened as well
    bool judge = false;   ///< what the judge counted as well
};
/// Nothing to do but to print (help, version) or to complain.
struct Say {
    int exit_code = 0;
    std::string out;
    std::string err;
};

using Invocation = std::variant<Serve, Check, Operate, Match, Desired, Inspect, Records, ExampleRecord, ListConnectors,
                                ShowConnector, RunSandbox, ShowSandbox, Say>;

/// `credentials` is what systemd says in CREDENTIALS_DIRECTORY; an argument wins over it. Wrong usage is a Say with
/// exit code 2.
Invocation parse(int argc, const char* const* argv, const std::string& credentials);

}  // namespace usersync::cli

#include "daemon/cli.hpp"

#include "daemon/version.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <memory>
#include <sstream>

namespace usersync::cli {
namespace {

constexpr const char* network_exit_codes =
    "Exit codes: 0 shown, 1 shown, with a change that the tenant lets be, 2 usage or configuration, or no such\n"
    "            account or group, 4 the network cannot be read, or a run needs its rate.\n"
    "Employee ids and EIDs alone: no names, addresses or numbers. Results go to standard output.";

constexpr const char* adopt_exit_codes =
    "Exit codes: 0 there is nothing to propose, 1 nothing but conflicts that somebody has to decide,\n"
    "            2 usage or configuration, 3 the proposal waits for approve, 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* probe_exit_codes =
    "Exit codes: 0 no assumption fails, 1 one fails, 2 usage or configuration, 4 the network does not answer,\n"
    "            refuses a token or is another one, or a run needs its rate.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* plan_exit_codes =
    "Exit codes: 0 the next run carries it out, or there is nothing to do, 1 it was rejected before,\n"
    "            2 usage or configuration, 3 it waits for approve (or for apply, with --save), 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* undo_exit_codes =
    "Exit codes: 0 nothing is left to take back, 2 usage or configuration, 3 the plan waits for approve, or there\n"
    "            is no such run or it did nothing that took effect, 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* reject_exit_codes =
    "Exit codes: 0 rejected, 2 usage or configuration, 3 there is no such plan, or it does not wait,\n"
    "            4 failed, or a run is under way.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* queue_exit_codes =
    "Exit codes: 0 shown, 2 usage or configuration, or nobody to hold or to release, 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* answer_exit_codes =
    "Exit codes: 0 done or shown, 2 usage or configuration, 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* ledger_exit_codes =
    "Exit codes: 0 shown, 2 usage or configuration, 4 failed, or the chain does not hold together.\n"
    "Employee ids alone: no names, addresses or numbers. Results go to standard output.";

constexpr const char* connector_exit_codes =
    "Exit codes: 0 done, 1 something mapped is missing, or people would be left open by the mapping,\n"
    "            2 usage or configuration, 4 a step failed, or a run is under way.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 done but people are not in the desired state, 2 usage or configuration,\n"
    "            3 a plan is held or a request refused, 4 failed.\n"
    "Results go to standard output, everything else to standard error.";

void add_environment(CLI::App& command, EnvironmentArguments& where) {
    command.add_option("--environment", where.environment, "Folder with usersync.toml and tenants/")
        ->type_name("FOLDER")
        ->capture_default_str();
    command
        .add_option("--credentials", where.credentials,
                    "Folder in which { credential = \"NAME\" } is looked up; default: what systemd says,\n"
                    "else credentials/ in the environment's folder")
        ->type_name("FOLDER");
    command.footer(exit_codes);
}

void add_format(CLI::App& command, std::string& format) {
    command.add_option("--format", format, "How to print the result")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
}

/// Every subcommand with the place its arguments go to.
struct Grammar {
    explicit Grammar(const std::string& credentials)
        : app("Keeps Speakap networks in step with employee records.", "usersyncd") {
        serve_arguments.where.credentials = credentials;
        check_arguments.where.credentials = credentials;
        operate.where.credentials = credentials;
        matched.where.credentials = credentials;
        desired.where.credentials = credentials;
        inspected.where.credentials = credentials;
        printed.where.credentials = credentials;
        app.require_subcommand(1);
        app.set_version_flag("--version", std::string("usersyncd ") + version);
        app.footer(exit_codes);
        add_daemon();
        add_commands();
        add_ledger_commands();
        add_brake_commands();
        add_network_commands();
        add_rule_commands();
        add_record_commands();
        add_connector_commands();
        add_sandbox();
    }

    void add_daemon() {
        serve = app.add_subcommand("serve", "Run the daemon for an environment");
        add_environment(*serve, serve_arguments.where);
        check = app.add_subcommand("check", "Check the configuration: every error at once, with file, line, column");
        add_environment(*check, check_arguments.where);
        add_format(*check, check_format);
    }

    CLI::App* add_command(const char* name, const char* what) {
        auto* command = app.add_subcommand(name, what);
        add_environment(*command, operate.where);
        add_format(*command, operate.format);
        return command;
    }

    void add_commands() {
        auto* planning = add_command("plan",
                                     "Show what would be done for a tenant, with how many calls, how long it takes,\n"
                                     "and what the brakes say; sends nothing. The plan is kept for approve and apply");
        planning->add_flag("--save", save, "It waits until apply or approve names it, also where no brake holds it");
        auto* applying = add_command("apply",
                                     "Carry out the newest plan, or the one that is named, if the brakes or a person\n"
                                     "let it pass or it was saved; or say what changed since it was made");
        auto* synchronising = add_command("sync",
                                          "Run one synchronisation of a tenant now, or see to one person alone: exit\n"
                                          "code 3 where a plan waits that this would go around");
        synchronising
            ->add_option("--person", operate.options["person"],
                         "This employee alone: read anew, and what is to be done for them is done; never a leaving")
            ->type_name("KEY");
        for (auto* command : {synchronising, planning, applying}) {
            command->add_option("TENANT", tenant, "The tenant's folder name")->required();
        }
        planning->footer(plan_exit_codes);
        applying->add_option("PLAN", plan, "The plan's id, or at least six characters of its beginning");
        auto* approve = add_command("approve", "Carry out exactly this plan, or say what changed since it was made");
        approve->add_option("TENANT", tenant, "The tenant's folder name")->required();
        approve->add_option("PLAN", plan, "The plan's id, or at least six characters of its beginning")->required();
        auto* retry = add_command("retry",
                                  "Run now, and try everybody again whom the network refused in several runs and who\n"
                                  "would have to wait");
        retry->add_option("TENANT", tenant, "The tenant's folder name")->required();
        retry->add_option("--person", operate.options["person"], "This employee alone; the others go on waiting")
            ->type_name("KEY");
        add_command("status", "Show the state of every tenant");
    }

    void add_ledger_commands() {
        ledger = add_command("ledger", "Show every operation with its outcome, every approval and change of rules");
        auto* changed = add_command("what-changed", "Show what took effect since then, by kind, with employee ids");
        auto* undo = add_command("undo",
                                 "Propose as a plan how what a run did is taken back, and say what cannot be.\n"
                                 "Exit code 3 when it waits for approve. Sends nothing");
        for (auto* command : {ledger, changed, undo}) {
            command->add_option("TENANT", tenant, "The tenant's folder name")->required();
        }
        ledger->footer(ledger_exit_codes);
        changed->footer(answer_exit_codes);
        undo->footer(undo_exit_codes);
        undo->add_option("RUN", asked, "The run's number, as ledger shows it")->required();
        ledger->add_option("--person", operate.options["person"], "This employee's operations alone")->type_name("KEY");
        constexpr auto since = "2026-03-01, 2026-03-01T08:00 (UTC), or how long ago: 24h, 7d";
        ledger->add_option("--since", operate.options["since"], since)->type_name("T");
        changed->add_option("--since", operate.options["since"], since)->type_name("T")->required();
        ledger->add_flag("--verify", verify,
                         "Walk along the whole chain of entries: exit code 4, and the first broken one, when it\n"
                         "does not hold together");
    }

    CLI::Option* add_reason(CLI::App& command, const char* what) {
        return command.add_option("--reason", operate.options["reason"], what)->type_name("TEXT");
    }

    void add_brake_commands() {
        auto* queue = add_command("queue", "Show who is to leave, by what evidence, and what is waited for");
        auto* hold = queue
                         ->add_option("--hold", operate.options["hold"],
                                      "This person stays until they are released; wants a --reason")
                         ->type_name("KEY");
        queue->add_option("--release", operate.options["release"], "Nobody holds this person any more")
            ->type_name("KEY")
            ->excludes(hold);
        auto* brakes = add_command("brakes", "Show what the brakes count, and limits that fit the last month");
        auto* reject = add_command("reject",
                                   "Say no to a plan that waits: it is not offered again until something\n"
                                   "differs");
        auto* pause = add_command("pause",
                                  "Nothing runs by itself any more, and nothing is sent, until resume;\n"
                                  "a run under way ends");
        auto* resume = add_command("resume", "Let a paused tenant go on");
        add_reason(*queue, "Why somebody is held")->needs(hold);
        add_reason(*reject, "Why");
        add_reason(*pause, "Why");
        for (auto* command : {queue, brakes, reject, pause, resume}) {
            command->add_option("TENANT", tenant, "The tenant's folder name")->required();
            command->footer(answer_exit_codes);
        }
        queue->footer(queue_exit_codes);
        reject->footer(reject_exit_codes);
        reject->add_option("PLAN", plan, "The plan's id, or at least six characters of its beginning")->required();
    }

    void add_network_commands() {
        network = add_command("network",
                              "Show the network as it is, what of it is ours, and what somebody changed of that:\n"
                              "exit code 1 when the tenant lets such a change be. Reads only");
        auto* user = network
                         ->add_option("--user", operate.options["user"],
                                      "One account whole, by employee id or EID; or what of it was ours, when it\n"
                                      "is gone")
                         ->type_name("KEY");
        network->add_option("--group", operate.options["group"], "A group's members, by its name, EID or XID")
            ->type_name("NAME")
            ->excludes(user);
        add_today(*network, operate.options["today"]);
        auto* adopt =
            add_command("adopt",
                        "Propose as a plan which accounts that are there already belong to which employee:\n"
                        "by XID, then by e-mail address; others are named for somebody who knows. Exit code 3\n"
                        "when it waits for approve. Sends nothing, and neither does its approval");
        auto* probe = add_command("probe",
                                  "Try out by reads alone what is assumed about the network: exit code 1 when\n"
                                  "an assumption of docs/speakap-assumptions.md fails");
        network->footer(network_exit_codes);
        adopt->footer(adopt_exit_codes);
        probe->footer(probe_exit_codes);
        for (auto* command : {network, adopt, probe}) {
            command->add_option("TENANT", tenant, "The tenant's folder name")->required();
        }
    }

    void add_today(CLI::App& command, std::string& today) {
        command.add_option("--today", today, "As if it were this day: 2026-03-01")->type_name("DATE");
    }

    void add_rule_commands() {
        explain = add_command("explain", "Say why one person is where they are, and why not elsewhere; sends nothing");
        explain->add_option("TENANT", tenant, "The tenant's folder name")->required();
        explain->add_option("EMPLOYEE", asked, "An employee id")->required();
        explain->add_option("--why-not", operate.options["why_not"], "What keeps the person out of this group")
            ->type_name("GROUP");
        explain->add_flag("--offline", offline, "Do not read the network");
        add_today(*explain, operate.options["today"]);
        add_mapping();
        add_match();

        desire = app.add_subcommand("desired", "Print the network that should be, every membership with its reasons");
        add_environment(*desire, desired.where);
        desire->add_option("TENANT", desired.tenant, "The tenant's folder name")->required();
        desire->add_option("--record", desired.record, "By this file, instead of the newest snapshot")
            ->type_name("FILE");
        add_today(*desire, desired.today);
        add_format(*desire, desired.format);
    }

    void add_mapping() {
        mapping = app.add_subcommand("mapping", "Look at a tenant's mapping as a whole");
        mapping->require_subcommand(1);
        mapping->footer(exit_codes);
        const auto add = [this](const char* name, const char* what) {
            auto* command = mapping->add_subcommand(name, what);
            add_environment(*command, operate.where);
            add_format(*command, operate.format);
            add_today(*command, operate.options["today"]);
            command->add_option("TENANT", tenant, "The tenant's folder name")->required();
            return command;
        };
        add("check", "Show what it leaves open over the newest snapshot: exit code 1 when anything is");
        auto* diff = add("diff", "Show who would move, over the newest snapshot");
        diff->add_option("A", versions[0],
                         "A folder with tenant.toml, the beginning of a stored version's fingerprint,\n"
                         "or \"current\": the rules in force")
            ->required();
        diff->add_option("B", versions[1], "Likewise: what would take the place of A")->required();
    }

    void add_match() {
        match = app.add_subcommand("match", "Say whom an expression matches in a record; works without configuration");
        add_environment(*match, matched.where);
        match->add_option("EXPRESSION", matched.expression, "As in a rule: 'jobtitle == \"Cashier\"'")->required();
        match->add_option("--record", matched.record, "An employee record")->required()->type_name("FILE");
        match->add_option("--tenant", matched.tenant, "Read it as this tenant would; else as inspect proposes")
            ->type_name("TENANT");
        add_today(*match, matched.today);
        add_format(*match, matched.format);
    }

    /// `desired` over the newest snapshot is a question to the store, over a file it is none.
    Invocation chosen_desired() {
        if (!desired.record.empty()) return desired;
        return Operate{.where = desired.where,
                       .command = "desired",
                       .arguments = {desired.tenant},
                       .format = desired.format,
                       .options = {{"today", desired.today}}};
    }

    void add_record_commands() {
        inspect = app.add_subcommand("inspect", "Say what a file is and who is in it; works without any configuration");
        add_environment(*inspect, inspected.where);
        inspect->add_option("FILE", inspected.file, "An employee record")->required();
        auto* of_tenant =
            inspect->add_option("--tenant", inspected.tenant, "Read it as this tenant would")->type_name("TENANT");
        inspect->add_option("--columns", inspected.columns, "Read it by the [columns] and [record] of this TOML file")
            ->type_name("FILE")
            ->excludes(of_tenant);
        add_format(*inspect, inspected.format);

        records = app.add_subcommand("records", "Print the employees of a file as a tenant reads them");
        add_environment(*records, printed.where);
        records->add_option("FILE", printed.file, "An employee record")->required();
        auto* reader = records->add_option_group("mapping");
        reader->add_option("--tenant", printed.tenant, "The tenant's folder name")->type_name("TENANT");
        reader->add_option("--columns", printed.columns, "A TOML file with [columns], and perhaps [record]")
            ->type_name("FILE");
        reader->require_option(1);
        records->add_option("--format", printed.format, "How to print them")
            ->check(CLI::IsMember({"csv", "json", "jsonl"}))
            ->capture_default_str();
        records->add_flag("--raw", printed.raw,
                          "csv: no apostrophe in front of what a spreadsheet would take for a formula");

        example = app.add_subcommand("example-record", "Print the example employee record for customers");
        example->footer(exit_codes);
        example->add_option("--format", made.format, "csv, xls or xlsx")
            ->check(CLI::IsMember({"csv", "xls", "xlsx"}))
            ->capture_default_str();
        example->add_option("--out", made.out, "Write it to this file")->type_name("FILE");
    }

    void add_connector_commands() {
        connector = app.add_subcommand("connector",
                                       "Try out a tenant's source of any kind, and look at the presets for REST APIs");
        connector->require_subcommand(1);
        connector->footer(connector_exit_codes);
        auto* test = connector->add_subcommand(
            "test",
            "Try a tenant's source out step by step, by the code of a run: of a REST API name, TLS, login, probes,\n"
            "first page and fields; of any source what the mapping makes of it. Changes nothing");
        add_environment(*test, operate.where);
        add_format(*test, operate.format);
        test->footer(connector_exit_codes);
        test->add_option("TENANT", tenant, "The tenant's folder name")->required();
        test->add_flag("--all", all_pages, "Read all pages, not the first one alone");
        connectors = connector->add_subcommand("list", "Show the presets that come with the program");
        add_format(*connectors, listed.format);
        preset = connector->add_subcommand("show", "Print a preset, to use it or to change it");
        preset->add_option("PRESET", described.name, "Its name, as list shows it")->required();
        add_format(*preset, described.format);

        auto* fetch = app.add_subcommand(
            "fetch",
            "Keep what a tenant's source answers now, for a support case, also when it fails: letters become x,\n"
            "digits 9, ids pseudonyms, secrets ***. Changes nothing");
        add_environment(*fetch, operate.where);
        fetch->footer(connector_exit_codes);
        fetch->add_option("TENANT", tenant, "The tenant's folder name")->required();
        fetch->add_option("--out", operate.options["out"], "A new file, readable by its owner alone")
            ->type_name("FILE")
            ->required();
        fetch->add_flag("--record", is_record, "Of a source with an API: the record that is made of the answers");
        fetch->add_flag("--raw", is_raw, "As it is: with everything about everybody");
    }

    void add_sandbox() {
        sandbox =
            app.add_subcommand("sandbox", "Run a local stand-in for Speakap; prints one JSON line with addresses");
        sandbox->footer(exit_codes);
        sandbox->add_option("--listen", run.listen, "Address and port; port 0 is any free one")->capture_default_str();
        sandbox->add_option("--state", run.state, "File that holds the network; kept over restarts");
        sandbox->add_option("--network", run.network, "Network to begin with, when there is no state yet (JSON)");
        sandbox->add_option("--rate", run.rate, "Calls per second for each token, e.g. 10/s; above it: 429");
        sandbox
            ->add_option("--burst", run.burst, "Calls at once after a pause; with --rate, else as many as in a second")
            ->check(CLI::Range(1.0, 1e6));
        sandbox->add_option("--latency", run.latency_ms, "Milliseconds before every answer");
        sandbox
            ->add_option("--latency-sigma", run.latency_sigma,
                         "Makes --latency the median of a log-normal distribution of this shape")
            ->check(CLI::Range(0.0, 5.0));
        sandbox
            ->add_option("--fault", run.faults,
                         "METHOD:PATH-GLOB:NTH:WHAT, repeatable; NTH is a number, every=K or *;\n"
                         "WHAT is lost, closed, 500, 503, 429 or slow=MS")
            ->allow_extra_args(false);
        sandbox->add_option("--faults", run.fault_file, "File that says how to misbehave, and when (JSON)");
        sandbox->add_option("--settle", run.settle_ms, "Milliseconds until a change shows in lists")
            ->check(CLI::Range(0L, 86'400'000L));
        sandbox->add_flag("--sync", run.in_sync,
                          "Put every change on the disk, not only with the system, before its answer");
        sandbox->add_option("--certificate", run.certificate, "PEM certificate chain: speak HTTPS");
        sandbox->add_option("--key", run.key, "PEM key of the certificate");
        show = sandbox->add_subcommand("show", "Print the network of a state file as people see it");
        show->add_option("--state", shown.state, "State file")->required();
        show->add_flag("--events", shown.events, "Print what happened as well, in order");
        show->add_flag("--judge", shown.judge, "Print what the judge counted as well");
    }

    Invocation chosen() {
        if (*serve) return serve_arguments;
        if (*check) {
            check_arguments.json = check_format == "json";
            return check_arguments;
        }
        if (*match) return matched;
        if (*desire) return chosen_desired();
        if (*inspect) return inspected;
        if (*records) return printed;
        if (*example) return made;
        if (*connectors) return listed;
        if (*preset) return described;
        if (*sandbox) {
            if (*show) return shown;
            return run;
        }
        operate.command = app.get_subcommands().front()->get_name();
        if (*mapping) operate.command += ' ' + mapping->get_subcommands().front()->get_name();
        if (*connector) operate.command += ' ' + connector->get_subcommands().front()->get_name();
        if (all_pages) operate.options["all"] = "yes";
        if (is_raw) operate.options["raw"] = "yes";
        if (is_record) operate.options["record"] = "yes";
        if (offline) operate.options["offline"] = "yes";
        if (verify) operate.options["verify"] = "yes";
        if (save) operate.options["save"] = "yes";
        std::erase_if(operate.options, [](const auto& option) { return option.second.empty(); });
        for (const auto& argument : {tenant, plan, asked, versions[0], versions[1]}) {
            if (!argument.empty()) operate.arguments.push_back(argument);
        }
        return operate;
    }

    CLI::App app;
    CLI::App* serve = nullptr;
    CLI::App* check = nullptr;
    CLI::App* ledger = nullptr;
    CLI::App* network = nullptr;
    CLI::App* explain = nullptr;
    CLI::App* mapping = nullptr;
    CLI::App* match = nullptr;
    CLI::App* desire = nullptr;
    CLI::App* inspect = nullptr;
    CLI::App* records = nullptr;
    CLI::App* example = nullptr;
    CLI::App* connector = nullptr;
    CLI::App* connectors = nullptr;
    CLI::App* preset = nullptr;
    CLI::App* sandbox = nullptr;
    CLI::App* show = nullptr;
    Serve serve_arguments;
    Check check_arguments;
    Operate operate;
    Match matched;
    Desired desired;
    Inspect inspected;
    Records printed;
    ExampleRecord made;
    ListConnectors listed;
    ShowConnector described;
    RunSandbox run;
    ShowSandbox shown;
    std::string check_format = "text";
    std::string tenant;
    std::string plan;
    std::string asked;
    std::array<std::string, 2> versions;
    bool offline = false;
    bool verify = false;
    bool save = false;
    bool all_pages = false;
    bool is_raw = false;
    bool is_record = false;
};

}  // namespace

Invocation parse(int argc, const char* const* argv, const std::string& credentials) {
    Grammar grammar(credentials);
    try {
        grammar.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream out;
        std::ostringstream err;
        const int code = grammar.app.exit(error, out, err);
        return Say{.exit_code = code == 0 ? 0 : 2, .out = out.str(), .err = err.str()};
    }
    return grammar.chosen();
}

}  // namespace usersync::cli

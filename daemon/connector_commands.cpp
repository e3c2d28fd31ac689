#include "daemon/connector_commands.hpp"

#include "core/async/run_on.hpp"
#include "core/base/nearest.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/pseudonym.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/config/preset.hpp"
#include "daemon/connector/connector_view.hpp"
#include "daemon/connector/trial_view.hpp"
#include "daemon/record_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <set>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

/// Who a row is about: what must be told apart although nobody is to see it.
std::set<std::string> key_columns(const ingest::ColumnMap& columns) {
    std::set<std::string> names;
    for (const auto field : {ingest::Field::employee_id, ingest::Field::manager}) {
        const auto recipe = columns.fields.find(field);
        if (recipe == columns.fields.end()) continue;
        names.insert(recipe->second.columns.begin(), recipe->second.columns.end());
    }
    return names;
}

bool are_lines(std::string_view bytes) {
    std::string_view line;
    return !rest::next_line(bytes, line) || rest::is_line(line);
}

asio::awaitable<CommandResult> test_connector(Tenant& tenant, Clock& clock, CommandRequest request) {
    if (!tenant.try_out) {
        co_return ended(ExitCode::usage, "the source of " + request.arguments[0] + " is not of kind \"rest\"");
    }
    const auto in_force = tenant.loop->settings();
    const auto how_much = option_of(request, "all") ? rest_api::HowMuch::everything : rest_api::HowMuch::first_page;
    const auto deadline = clock.steady_now() + in_force->fetch_max;
    auto trial = co_await tenant.try_out(how_much, deadline);
    std::optional<connector_view::MappedPeople> people;
    if (trial.is_good()) {
        auto work = [lines = std::move(trial.lines), in_force] {
            const ingest::Mapping mapping{
                .columns = in_force->columns, .format = in_force->format, .completeness = in_force->completeness};
            return connector_view::mapped(lines, mapping);
        };
        people = co_await run_on(tenant.compute_lane, std::move(work));
    }
    const bool is_json = option_of(request, "format") == "json";
    auto result = answered(is_json ? connector_view::trial_json(in_force->tenant, trial, people)
                                   : connector_view::trial_text(in_force->tenant, trial, people));
    if (!trial.is_good()) {
        result.exit_code = ExitCode::failed;
    } else if (!connector_view::is_good(trial, people)) {
        result.exit_code = ExitCode::people_open;
    }
    co_return result;
}

asio::awaitable<CommandResult> fetch_record(Tenant& tenant, Clock& clock, CommandRequest request) {
    const auto in_force = tenant.loop->settings();
    const bool is_raw = option_of(request, "raw").has_value();
    auto source = tenant.make_source();
    auto fetched = co_await source->fetch(clock.steady_now() + in_force->fetch_max);
    if (!fetched) co_return failed(fetched.error());
    if (!fetched->delivery) co_return ended(ExitCode::failed, "the source has nothing complete now");
    auto& bytes = fetched->delivery->bytes;
    if (is_raw) co_return answered(std::move(bytes));
    if (!are_lines(bytes)) {
        co_return ended(ExitCode::usage, "what this source delivers can only be kept as it is: --raw");
    }
    auto work = [bytes = std::move(bytes), keys = key_columns(in_force->columns), seed = tenant.pseudonyms] {
        return rest::pseudonymised(bytes, keys, seed);
    };
    auto text = co_await run_on(tenant.compute_lane, std::move(work));
    co_return answered(std::move(text));
}

int complain_about(const std::vector<config::ConfigProblem>& problems) {
    for (const auto& problem : problems) std::cerr << config::describe(problem) << '\n';
    return static_cast<int>(ExitCode::failed);
}

}  // namespace

bool is_connector_question(const std::string& command) { return command == "connector test" || command == "fetch"; }

asio::awaitable<CommandResult> answer_connector_question(Tenant& tenant, Clock& clock, CommandRequest request) {
    if (request.arguments.size() != 1) co_return ended(ExitCode::usage, "usage: " + request.command + " TENANT");
    const auto busy = run_under_way(tenant, request.command);
    if (busy) co_return failed(*busy);
    if (request.command == "fetch") {
        auto record = co_await fetch_record(tenant, clock, std::move(request));
        co_return record;
    }
    auto tested = co_await test_connector(tenant, clock, std::move(request));
    co_return tested;
}

int list_connectors(const cli::ListConnectors& arguments) {
    std::vector<rest::Connector> connectors;
    std::vector<config::ConfigProblem> problems;
    for (auto& preset : config::load_presets()) {
        connectors.push_back(std::move(preset.connector));
        problems.insert(problems.end(), preset.problems.begin(), preset.problems.end());
    }
    std::cout << (arguments.format == "json" ? connector_view::connectors_json(connectors)
                                             : connector_view::connectors_text(connectors));
    return problems.empty() ? static_cast<int>(ExitCode::done) : complain_about(problems);
}

int show_connector(const cli::ShowConnector& arguments) {
    const auto preset = config::load_preset(arguments.name);
    if (!preset) {
        std::vector<std::string> names;
        for (const auto& known : config::load_presets()) names.push_back(known.connector.name);
        const auto meant = nearest(arguments.name, names);
        return complain(ExitCode::usage, "there is no preset \"" + arguments.name + '"' +
                                             (meant ? "; did you mean \"" + *meant + "\"?" : std::string()));
    }
    std::cout << (arguments.format == "json" ? connector_view::connector_json(preset->connector) : preset->text);
    return preset->problems.empty() ? static_cast<int>(ExitCode::done) : complain_about(preset->problems);
}

int keep_fetched(const std::string& file, const std::string& bytes) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return complain(ExitCode::failed, errno == EEXIST ? file + " is there already" : file + " cannot be written");
    }
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const auto count = ::write(descriptor, rest.data(), rest.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) break;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    const bool is_written = rest.empty() && ::fsync(descriptor) == 0;
    const bool is_closed = ::close(descriptor) == 0;
    if (is_written && is_closed) return static_cast<int>(ExitCode::done);
    return complain(ExitCode::failed, file + " cannot be written");
}

}  // namespace usersync

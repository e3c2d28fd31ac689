#include "daemon/connector_commands.hpp"

#include "core/async/run_on.hpp"
#include "core/base/nearest.hpp"
#include "core/rest/masked_answer.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/config/preset.hpp"
#include "daemon/connector/answers_view.hpp"
#include "daemon/connector/connector_view.hpp"
#include "daemon/connector/masked_record.hpp"
#include "daemon/connector/trial_view.hpp"
#include "daemon/record_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

ingest::Mapping mapping_of(const sync::TenantSettings& settings) {
    return {.columns = settings.columns, .format = settings.format, .completeness = settings.completeness};
}

asio::awaitable<CommandResult> test_connector(Tenant& tenant, Clock& clock, CommandRequest request) {
    const auto in_force = tenant.loop->settings();
    const auto how_much = option_of(request, "all") ? rest_api::HowMuch::everything : rest_api::HowMuch::first_page;
    const auto deadline = clock.steady_now() + in_force->fetch_max;
    auto trial = co_await tenant.try_out(in_force->columns.column_names(), how_much, deadline);
    std::optional<connector_view::MappedPeople> people;
    if (trial.is_good()) {
        auto work = [lines = std::move(trial.lines), in_force] {
            return connector_view::mapped(lines, mapping_of(*in_force), in_force->decrypt);
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

/// The record alone, as the engine reads it.
asio::awaitable<CommandResult> fetch_record(Tenant& tenant, Clock& clock, bool is_raw) {
    const auto in_force = tenant.loop->settings();
    auto source = tenant.make_source();
    auto fetched = co_await source->fetch(clock.steady_now() + in_force->fetch_max);
    if (!fetched) co_return failed(fetched.error());
    if (!fetched->delivery) co_return ended(ExitCode::failed, "the source has nothing complete now");
    auto& bytes = fetched->delivery->bytes;
    if (is_raw) co_return answered(std::move(bytes));
    auto work = [bytes = std::move(bytes), in_force, seed = tenant.pseudonyms] {
        const auto text = connector_view::masked_record(bytes, mapping_of(*in_force), in_force->decrypt, seed);
        if (text) return answered(*text);
        auto refused = failed(text.error());
        refused.err +=
            "what cannot be read cannot be masked; --raw keeps it as it is, with everything about everybody\n";
        return refused;
    };
    auto result = co_await run_on(tenant.compute_lane, std::move(work));
    co_return result;
}

/// Every answer as it came, those before a failure and the one that is the failure too.
asio::awaitable<CommandResult> fetch_answers(Tenant& tenant, Clock& clock, bool is_raw) {
    const auto in_force = tenant.loop->settings();
    auto kept = co_await tenant.keep_answers(clock.steady_now() + in_force->fetch_max);
    if (!is_raw) connector_view::leave_out_words(kept, *tenant.connector);
    const auto failure = kept.failure;
    auto work = [kept = std::move(kept), is_raw, seed = tenant.pseudonyms,
                 telling = rest::telling_of(*tenant.connector, connector_view::key_columns(in_force->columns))] {
        return connector_view::answers_text(
            kept, [&](const std::string& body) { return is_raw ? body : rest::masked_answer(body, telling, seed); });
    };
    auto text = co_await run_on(tenant.compute_lane, std::move(work));
    auto result = answered(std::move(text));
    if (failure) {
        result.exit_code = ExitCode::failed;
        result.err = describe(*failure) + '\n';
    }
    co_return result;
}

asio::awaitable<CommandResult> fetch(Tenant& tenant, Clock& clock, CommandRequest request) {
    const bool is_raw = option_of(request, "raw").has_value();
    if (!tenant.keep_answers || option_of(request, "record")) {
        auto record = co_await fetch_record(tenant, clock, is_raw);
        co_return record;
    }
    auto answers = co_await fetch_answers(tenant, clock, is_raw);
    co_return answers;
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
        auto kept = co_await fetch(tenant, clock, std::move(request));
        co_return kept;
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

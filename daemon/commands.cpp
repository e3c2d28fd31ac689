#include "daemon/commands.hpp"

#include "core/async/task_group.hpp"
#include "daemon/connector_commands.hpp"
#include "daemon/http/status_text.hpp"
#include "daemon/http/status_view.hpp"
#include "daemon/ledger_commands.hpp"
#include "daemon/network_questions.hpp"
#include "daemon/pause_commands.hpp"
#include "daemon/plan_commands.hpp"
#include "daemon/queue_commands.hpp"
#include "daemon/report.hpp"
#include "daemon/retry_command.hpp"
#include "daemon/rule_questions.hpp"

#include <algorithm>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandResult;
using control::ExitCode;

namespace {

constexpr auto progress_interval = std::chrono::seconds(1);

CommandResult wrong_use(std::string sentence) {
    return {.exit_code = ExitCode::usage, .out = {}, .err = std::move(sentence) + '\n'};
}

asio::awaitable<void> tell_progress(Tenant& tenant, Clock& clock, control::Progress progress) {
    std::string told;
    for (;;) {
        co_await clock.sleep_until(clock.steady_now() + progress_interval);
        if (!tenant.progress) continue;
        auto line = sync::progress_text(*tenant.progress, clock.now());
        if (line != told) progress(line);
        told = std::move(line);
    }
}

asio::awaitable<sync::CycleResult> run_telling(Tenant& tenant, Clock& clock, sync::CycleOrder order,
                                               control::Progress progress) {
    auto executor = co_await asio::this_coro::executor;
    TaskGroup tellers(executor);
    tellers.spawn(tell_progress(tenant, clock, std::move(progress)));
    auto result = co_await tenant.loop->run_now(std::move(order));
    tellers.cancel();
    co_await tellers.join();
    co_return result;
}

std::string failure_text(const sync::CycleResult& result) {
    return result.failure ? describe(*result.failure) + '\n' : std::string();
}

CommandResult answer_with_run(const Tenant& tenant, const sync::CycleResult& result, report::Format format) {
    // What was refused before it began is no run.
    const bool is_run = result.run.id != RunId{} || format == report::Format::json;
    return {.exit_code = report::exit_code_of(result),
            .out = is_run ? report::render_run(tenant.loop->settings()->tenant, result, format) : std::string(),
            .err = failure_text(result)};
}

/// A proposal with nothing to approve may still name people about whom somebody has to decide.
bool leaves_people_open(const sync::CycleResult& result) {
    const auto& notes = result.plan->plan.notes;
    return result.is_adoption &&
           std::any_of(notes.begin(), notes.end(), [](const Note& note) { return is_open(note.kind); });
}

CommandResult answer_with_plan(const Tenant& tenant, const sync::CycleResult& result, report::Format format) {
    if (!result.plan) return answer_with_run(tenant, result, format);
    // A plan that was made is the result, also when nothing was done about it.
    const auto code = result.failure                              ? ExitCode::failed
                      : result.plan->state == PlanState::held     ? ExitCode::held
                      : result.plan->state == PlanState::rejected ? ExitCode::people_open
                      : leaves_people_open(result)                ? ExitCode::people_open
                                                                  : ExitCode::done;
    return {.exit_code = code, .out = report::render_plan(result, format), .err = failure_text(result)};
}

}  // namespace

asio::awaitable<CommandResult> carry_out(Environment& environment, Clock& clock, control::CommandRequest request,
                                         control::Progress progress) {
    const auto given = request.options.find("format");
    const auto word = given == request.options.end() ? std::string("text") : given->second;
    if (word != "text" && word != "json") co_return wrong_use("--format is text or json, not \"" + word + '"');
    const auto format = word == "json" ? report::Format::json : report::Format::text;
    const auto& arguments = request.arguments;

    if (request.command == "status") {
        const auto status = environment.status();
        co_return CommandResult{.exit_code = status::exit_code_of(status),
                                .out = format == report::Format::json
                                           ? status::status_json(status, status::Sentences::told) + '\n'
                                           : status::status_text(status),
                                .err = {}};
    }
    const bool asks_network = is_network_question(request.command);
    const bool asks_source = is_connector_question(request.command);
    const bool asks_ledger = is_ledger_question(request.command);
    const bool asks_queue = is_queue_command(request.command);
    const bool stops_or_goes = is_pause_command(request.command);
    if (asks_network || asks_source || asks_ledger || asks_queue || stops_or_goes ||
        is_rule_question(request.command)) {
        auto* asked = arguments.empty() ? nullptr : environment.find(arguments[0]);
        if (asked == nullptr) {
            co_return wrong_use(arguments.empty() ? request.command + " wants a tenant"
                                                  : "there is no tenant \"" + arguments[0] + '"');
        }
        if (asks_network) {
            auto seen = co_await answer_network_question(*asked, clock, std::move(request));
            co_return seen;
        }
        if (asks_source) {
            auto tried = co_await answer_connector_question(*asked, clock, std::move(request));
            co_return tried;
        }
        if (asks_ledger) {
            auto told = co_await answer_ledger_question(*asked, clock, std::move(request));
            co_return told;
        }
        if (asks_queue) {
            auto queue = co_await answer_queue_command(*asked, clock, std::move(request));
            co_return queue;
        }
        if (stops_or_goes) {
            auto said = co_await carry_out_pause_command(*asked, clock, std::move(request));
            co_return said;
        }
        auto answer = co_await answer_question(*asked, clock, std::move(request));
        co_return answer;
    }
    const bool approves = request.command == "approve";
    const bool undoes = request.command == "undo";
    const bool shows_plan = request.command == "plan" || request.command == "adopt" || undoes;
    const bool retries = request.command == "retry";
    const bool applies = request.command == "apply";
    if (request.command != "sync" && !shows_plan && !approves && !retries && !applies) {
        co_return wrong_use("there is no command \"" + request.command + '"');
    }
    const std::size_t arguments_min = approves || undoes ? 2 : 1;
    const std::size_t arguments_max = applies ? 2 : arguments_min;
    if (arguments.size() < arguments_min || arguments.size() > arguments_max) {
        const char* more = approves ? " PLAN" : undoes ? " RUN" : applies ? " [PLAN]" : "";
        co_return wrong_use("usage: " + request.command + " TENANT" + more);
    }
    auto* tenant = environment.find(arguments[0]);
    if (tenant == nullptr) co_return wrong_use("there is no tenant \"" + arguments[0] + '"');

    // While the tenant is paused the run below is refused, and whoever waits goes on waiting.
    if (retries && !tenant->loop->status().paused) {
        const auto forgotten = co_await forget_waits(*tenant, clock, request);
        if (!forgotten) {
            const bool is_wrong = forgotten.error().kind == FailureKind::rejected;
            co_return CommandResult{.exit_code = is_wrong ? ExitCode::usage : ExitCode::failed,
                                    .out = {},
                                    .err = describe(forgotten.error()) + '\n'};
        }
    }
    sync::CycleOrder order{.trigger = "command"};
    if (shows_plan) order.goal = request.command == "plan" ? sync::Goal::plan : sync::Goal::adopt;
    if (undoes) {
        order.goal = sync::Goal::undo;
        order.undo = run_id_from(arguments[1]);
        if (!order.undo)
            co_return wrong_use("RUN is the number of a run, as ledger shows it, not \"" + arguments[1] + '"');
        const auto why_not = co_await why_not_undone(*tenant, *order.undo);
        if (why_not) co_return not_begun(*why_not);
    }
    if (const auto person = request.options.find("person");
        request.command == "sync" && person != request.options.end()) {
        order.person = EmployeeKey(person->second);
    }
    order.save = request.command == "plan" && request.options.contains("save");
    if (applies) {
        auto to_apply = co_await order_to_apply(*tenant, request);
        if (auto* answer = std::get_if<CommandResult>(&to_apply)) co_return std::move(*answer);
        order = std::get<sync::CycleOrder>(std::move(to_apply));
    }
    if (approves) {
        auto named = co_await named_plan(*tenant, arguments[1], request.command);
        if (!named) co_return not_begun(named.error());
        order.trigger = "approval";
        order.approve = named->plan.id;
        order.approved_by = request.caller;
    }
    auto result = co_await run_telling(*tenant, clock, std::move(order), std::move(progress));
    if (shows_plan) co_return answer_with_plan(*tenant, result, format);
    co_return answer_with_run(*tenant, result, format);
}

}  // namespace usersync

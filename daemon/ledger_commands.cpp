#include "daemon/ledger_commands.hpp"

#include "daemon/ask_tenant.hpp"
#include "daemon/ledger_view.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

constexpr std::size_t events_max = 10'000;
constexpr std::size_t runs_looked_at_max = 10'000;

struct Question {
    LedgerQuestion asked;
    bool verify = false;
    bool json = false;
};

Result<Question> question_of(const CommandRequest& request, Time now) {
    Question question{.asked = {}, .json = option_of(request, "format") == "json"};
    question.verify = option_of(request, "verify").has_value();
    if (const auto person = option_of(request, "person")) question.asked.person = EmployeeKey(*person);
    const auto since = option_of(request, "since");
    if (since) question.asked.since = ledger_view::moment_from(*since, now);
    if (since && !question.asked.since) {
        return Failure{.kind = FailureKind::rejected,
                       .code = "bad_moment",
                       .where = request.command,
                       .detail =
                           "--since is a moment such as 2026-03-01 or 2026-03-01T08:00, or how long ago, such as "
                           "24h or 7d; not \"" +
                           *since + '"'};
    }
    return question;
}

/// What is no call, since then, oldest first.
asio::awaitable<Result<std::vector<LedgerEntry>>> events_since(Tenant& tenant, std::optional<Time> since) {
    auto events = co_await tenant.store->ledger().events(events_max);
    if (!events) co_return events.error();
    if (since) std::erase_if(*events, [&](const LedgerEntry& entry) { return entry.at < *since; });
    std::reverse(events->begin(), events->end());
    co_return events;
}

asio::awaitable<CommandResult> show_ledger(Tenant& tenant, Question question) {
    ledger_view::Reading reading{
        .tenant = tenant.loop->settings()->tenant, .calls = {}, .events = {}, .checked = std::nullopt};
    auto calls = co_await tenant.store->ledger().calls(question.asked);
    if (!calls) co_return failed(calls.error());
    reading.calls = std::move(*calls);
    auto events = co_await events_since(tenant, question.asked.since);
    if (!events) co_return failed(events.error());
    reading.events = std::move(*events);
    auto totals = co_await tenant.store->ledger().totals(question.asked);
    if (!totals) co_return failed(totals.error());
    reading.totals = std::move(*totals);
    const auto& person = question.asked.person;
    if (person) std::erase_if(reading.events, [&](const LedgerEntry& entry) { return entry.employee != *person; });
    if (question.verify) {
        auto checked = co_await tenant.store->ledger().verify();
        if (!checked) co_return failed(checked.error());
        reading.checked = std::move(*checked);
    }
    auto result = answered(question.json ? ledger_view::ledger_json(reading) : ledger_view::ledger_text(reading));
    if (reading.checked && reading.checked->broken) result.exit_code = ExitCode::failed;
    co_return result;
}

asio::awaitable<CommandResult> show_changes(Tenant& tenant, Question question) {
    ledger_view::Changes changes{.tenant = tenant.loop->settings()->tenant,
                                 .since = *question.asked.since,
                                 .calls = {},
                                 .events = {},
                                 .runs = {}};
    auto calls = co_await tenant.store->ledger().calls(question.asked);
    if (!calls) co_return failed(calls.error());
    changes.calls = std::move(*calls);
    auto events = co_await events_since(tenant, question.asked.since);
    if (!events) co_return failed(events.error());
    changes.events = std::move(*events);
    auto totals = co_await tenant.store->ledger().totals(question.asked);
    if (!totals) co_return failed(totals.error());
    changes.totals = std::move(*totals);
    auto runs = co_await tenant.store->runs().recent(runs_looked_at_max);
    if (!runs) co_return failed(runs.error());
    const bool is_full = runs->size() == runs_looked_at_max;
    changes.runs_left_out = is_full && runs->back().started_at >= changes.since;
    for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
        if (run->started_at >= changes.since) changes.runs.push_back(std::move(*run));
    }
    co_return answered(question.json ? ledger_view::changes_json(changes) : ledger_view::changes_text(changes));
}

}  // namespace

bool is_ledger_question(const std::string& command) { return command == "ledger" || command == "what-changed"; }

asio::awaitable<CommandResult> answer_ledger_question(Tenant& tenant, Clock& clock, CommandRequest request) {
    const bool asks_changes = request.command == "what-changed";
    if (request.arguments.size() != 1) co_return ended(ExitCode::usage, "usage: " + request.command + " TENANT");
    auto question = question_of(request, clock.now());
    if (!question) co_return ended(ExitCode::usage, question.error().detail);
    if (asks_changes && !question->asked.since) {
        co_return ended(ExitCode::usage, "usage: what-changed TENANT --since T");
    }
    if (asks_changes) {
        auto changes = co_await show_changes(tenant, std::move(*question));
        co_return changes;
    }
    auto ledger = co_await show_ledger(tenant, std::move(*question));
    co_return ledger;
}

std::optional<RunId> run_id_from(const std::string& text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 1) return std::nullopt;
    return RunId(number);
}

}  // namespace usersync

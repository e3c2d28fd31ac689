#include "daemon/queue_commands.hpp"

#include "core/plan/suggest.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/queue_view.hpp"
#include "daemon/sync/recent_counts.hpp"
#include "daemon/word_of_people.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

/// A run a minute for a month would be more; what is looked at is a suggestion.
constexpr std::size_t runs_looked_at = 2000;

bool wants_json(const CommandRequest& request) { return option_of(request, "format") == "json"; }

PeopleWord word_of(PeopleWord::What what, const EmployeeKey& person, const CommandRequest& request, Time at) {
    return {.what = what,
            .object = person.value(),
            .by = request.caller,
            .reason = option_of(request, "reason").value_or(""),
            .at = at};
}

bool is_held(const plan::Removals& removals, const EmployeeKey& person) {
    return std::any_of(removals.holds.begin(), removals.holds.end(),
                       [&](const plan::RemovalHold& hold) { return hold.key == person; });
}

/// A run that has begun has looked at who is held already, and would send all the same.
Failure held_too_late() {
    return {.kind = FailureKind::transient,
            .code = "run_under_way",
            .where = "queue",
            .detail = "a run is under way and does not look again at who is held; ask again when it is over"};
}

/// nullopt when it was done; otherwise what there is to say.
asio::awaitable<std::optional<CommandResult>> hold_asked(Tenant& tenant, Clock& clock, CommandRequest request) {
    const EmployeeKey person(*option_of(request, "hold"));
    const auto reason = option_of(request, "reason");
    if (!reason) co_return ended(ExitCode::usage, "--hold wants a --reason: it is shown as long as somebody is held");
    auto ownership = co_await tenant.store->ledger().ownership();
    if (!ownership) co_return failed(ownership.error());
    if (ownership->find(person) == nullptr) {
        co_return ended(ExitCode::usage, "nothing of " + person.value() + " is ours: there is nobody to hold");
    }
    auto word = word_of(PeopleWord::What::hold, person, request, clock.now());
    plan::RemovalHold hold{.key = person, .by = word.by, .reason = word.reason, .since = word.at};
    // Told first: what nobody can find afterwards is not done.
    auto told = co_await tell_ledger(tenant, std::move(word));
    if (!told) co_return failed(told.error());
    auto held = co_await tenant.store->removals().hold(std::move(hold));
    if (!held) co_return failed(held.error());
    co_return std::nullopt;
}

asio::awaitable<std::optional<CommandResult>> release_asked(Tenant& tenant, Clock& clock, CommandRequest request) {
    const EmployeeKey person(*option_of(request, "release"));
    auto removals = co_await tenant.store->removals().load();
    if (!removals) co_return failed(removals.error());
    if (!is_held(*removals, person)) co_return ended(ExitCode::usage, "nobody holds " + person.value());
    auto word = word_of(PeopleWord::What::release, person, request, clock.now());
    auto told = co_await tell_ledger(tenant, std::move(word));
    if (!told) co_return failed(told.error());
    auto released = co_await tenant.store->removals().release(person);
    if (!released) co_return failed(released.error());
    co_return std::nullopt;
}

asio::awaitable<CommandResult> show_queue(Tenant& tenant, Clock& clock, CommandRequest request) {
    const bool holds = option_of(request, "hold").has_value();
    const bool releases = option_of(request, "release").has_value();
    if (holds && releases) co_return ended(ExitCode::usage, "either --hold or --release");
    if (holds && tenant.loop->status().running) co_return failed(held_too_late());
    std::optional<CommandResult> answer;
    if (holds) answer = co_await hold_asked(tenant, clock, request);
    if (releases) answer = co_await release_asked(tenant, clock, request);
    if (answer) co_return std::move(*answer);
    auto looked = co_await tenant.loop->look_at_removals();
    if (!looked) co_return failed(looked.error());
    auto removals = co_await tenant.store->removals().load();
    if (!removals) co_return failed(removals.error());
    const auto settings = tenant.loop->settings();
    const queue_view::Queue queue{.tenant = settings->tenant,
                                  .removals = std::move(*removals),
                                  .limits = settings->queue,
                                  .ends_memberships = settings->policy.leavers == diff::LeaverAction::remove,
                                  .can_suspend = settings->policy.can_suspend};
    co_return answered(wants_json(request) ? queue_view::queue_json(queue) : queue_view::queue_text(queue));
}

bool was_first(const StoredPlan& stored) {
    const auto& hold = stored.verdict.hold;
    return std::any_of(hold.begin(), hold.end(), [](const HoldReason& reason) { return reason.code == "first_run"; });
}

/// Plans that were carried out in the last month.
asio::awaitable<Result<std::vector<plan::PastPlan>>> past_plans(RunStore& runs, Time now) {
    auto recent = co_await runs.recent(runs_looked_at);
    if (!recent) co_return recent.error();
    std::vector<plan::PastPlan> past;
    std::set<PlanId> seen;
    for (const auto& run : *recent) {
        if (now - run.started_at > plan::month_window) break;
        if (run.plan.value().empty() || !seen.insert(run.plan).second) continue;
        auto stored = co_await runs.load_plan(run.plan);
        if (!stored) co_return stored.error();
        if (!*stored || (*stored)->state != PlanState::applied || (*stored)->plan.empty()) continue;
        past.push_back(
            {.at = run.started_at, .impact = plan::impact_of((*stored)->plan), .is_first = was_first(**stored)});
    }
    co_return past;
}

asio::awaitable<CommandResult> show_brakes(Tenant& tenant, Clock& clock, CommandRequest request) {
    const auto now = clock.now();
    auto past = co_await past_plans(tenant.store->runs(), now);
    if (!past) co_return failed(past.error());
    auto recent = co_await sync::recent_counts(tenant.store->ledger(), now);
    if (!recent) co_return failed(recent.error());
    const auto settings = tenant.loop->settings();
    const auto counted = std::count_if(past->begin(), past->end(), [](const auto& plan) { return !plan.is_first; });
    const queue_view::Brakes brakes{.tenant = settings->tenant,
                                    .limits = settings->guard,
                                    .recent = std::move(*recent),
                                    .plans = static_cast<std::size_t>(counted),
                                    .suggestions = plan::suggest_limits(*past, settings->guard, now)};
    co_return answered(wants_json(request) ? queue_view::brakes_json(brakes) : queue_view::brakes_text(brakes));
}

}  // namespace

bool is_queue_command(const std::string& command) { return command == "queue" || command == "brakes"; }

asio::awaitable<CommandResult> answer_queue_command(Tenant& tenant, Clock& clock, CommandRequest request) {
    if (request.arguments.size() != 1) co_return ended(ExitCode::usage, "usage: " + request.command + " TENANT");
    if (request.command == "brakes") {
        auto brakes = co_await show_brakes(tenant, clock, std::move(request));
        co_return brakes;
    }
    auto queue = co_await show_queue(tenant, clock, std::move(request));
    co_return queue;
}

}  // namespace usersync

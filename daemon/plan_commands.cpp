#include "daemon/plan_commands.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandResult;
using control::ExitCode;

namespace {

constexpr std::size_t plan_prefix_min = 6;

CommandResult refused(std::string sentence) {
    return {.exit_code = ExitCode::held, .out = {}, .err = std::move(sentence) + '\n'};
}

}  // namespace

CommandResult not_begun(const Failure& failure) {
    const bool is_refused = failure.kind == FailureKind::rejected;
    return {.exit_code = is_refused ? ExitCode::held : ExitCode::failed, .out = {}, .err = describe(failure) + '\n'};
}

asio::awaitable<Result<StoredPlan>> named_plan(Tenant& tenant, std::string given, std::string command) {
    auto newest = co_await tenant.store->runs().load_plan(std::nullopt);
    if (!newest) co_return newest.error();
    const bool is_prefix =
        *newest && given.size() >= plan_prefix_min && (*newest)->plan.id.value().compare(0, given.size(), given) == 0;
    if (is_prefix) co_return std::move(**newest);
    PlanId id(given);
    auto stored = co_await tenant.store->runs().load_plan(std::move(id));
    if (!stored) co_return stored.error();
    if (*stored) co_return std::move(**stored);
    const auto hint = *newest ? "the newest is " + (*newest)->plan.id.value() : std::string("none was made yet");
    co_return Failure{.kind = FailureKind::rejected,
                      .code = "no_such_plan",
                      .where = std::move(command),
                      .detail = "there is no plan \"" + given + "\"; " + hint};
}

asio::awaitable<std::optional<Failure>> why_not_undone(Tenant& tenant, RunId run) {
    LedgerQuestion question{.since = {}, .person = {}, .run = run};
    auto calls = co_await tenant.store->ledger().calls(std::move(question));
    if (!calls) co_return calls.error();
    const bool did_something = std::any_of(
        calls->begin(), calls->end(), [](const LedgerRow& row) { return row.outcome && took_effect(*row.outcome); });
    if (did_something) co_return std::nullopt;
    auto newest = co_await tenant.store->runs().recent(1);
    if (!newest) co_return newest.error();
    const auto number = std::to_string(run.value());
    if (newest->empty() || newest->front().id < run) {
        const auto hint =
            newest->empty() ? "none was made yet" : "the newest is " + std::to_string(newest->front().id.value());
        co_return Failure{.kind = FailureKind::rejected,
                          .code = "no_such_run",
                          .where = "undo",
                          .detail = "there is no run " + number + "; " + hint};
    }
    co_return Failure{.kind = FailureKind::rejected,
                      .code = "nothing_to_undo",
                      .where = "undo",
                      .detail = "run " + number + " did nothing that took effect"};
}

asio::awaitable<std::variant<sync::CycleOrder, CommandResult>> order_to_apply(Tenant& tenant,
                                                                              control::CommandRequest request) {
    std::optional<StoredPlan> meant;
    if (request.arguments.size() > 1) {
        auto given = request.arguments[1];
        auto named = co_await named_plan(tenant, std::move(given), request.command);
        if (!named) co_return not_begun(named.error());
        meant = std::move(*named);
    } else {
        auto newest = co_await tenant.store->runs().load_plan(std::nullopt);
        if (!newest) co_return not_begun(newest.error());
        if (!*newest) co_return refused("no plan was made yet: usersyncd plan " + request.arguments[0]);
        meant = std::move(*newest);
    }
    if (meant->state == PlanState::applied) {
        co_return refused("plan " + meant->plan.id.value() + " was carried out already");
    }
    sync::CycleOrder order{.trigger = "command"};
    order.carry_out = meant->plan.id;
    order.approved_by = request.caller;
    co_return order;
}

}  // namespace usersync

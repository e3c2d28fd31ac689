#include "daemon/plan_commands.hpp"

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

asio::awaitable<Result<PlanId>> whole_plan_id(Tenant& tenant, std::string given) {
    auto newest = co_await tenant.store->runs().load_plan(std::nullopt);
    if (!newest) co_return newest.error();
    const bool is_prefix =
        *newest && given.size() >= plan_prefix_min && (*newest)->plan.id.value().compare(0, given.size(), given) == 0;
    if (is_prefix) co_return (*newest)->plan.id;
    co_return PlanId(std::move(given));
}

asio::awaitable<std::variant<sync::CycleOrder, CommandResult>> order_to_apply(Tenant& tenant,
                                                                              control::CommandRequest request) {
    auto newest = co_await tenant.store->runs().load_plan(std::nullopt);
    if (!newest) {
        co_return CommandResult{.exit_code = ExitCode::failed, .out = {}, .err = describe(newest.error()) + '\n'};
    }
    if (!*newest) co_return refused("no plan was made yet: usersyncd plan " + request.arguments[0]);
    const auto& known = (*newest)->plan.id;
    auto wanted = known;
    if (request.arguments.size() > 1) {
        const auto& given = request.arguments[1];
        const bool is_prefix = given.size() >= plan_prefix_min && known.value().compare(0, given.size(), given) == 0;
        if (!is_prefix) wanted = PlanId(given);
    }
    if (wanted == known && (*newest)->state == PlanState::applied) {
        co_return refused("plan " + wanted.value() + " was carried out already");
    }
    sync::CycleOrder order{.trigger = "command"};
    order.carry_out = std::move(wanted);
    order.approved_by = request.caller;
    co_return order;
}

}  // namespace usersync

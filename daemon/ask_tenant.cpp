#include "daemon/ask_tenant.hpp"

#include "core/pace/schedule.hpp"

#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

asio::awaitable<Result<std::optional<Snapshot>>> newest_snapshot(Tenant& tenant) {
    auto snapshot = co_await tenant.store->snapshots().latest();
    if (!snapshot || !*snapshot) co_return snapshot;
    auto good = co_await tenant.store->snapshots().last_good();
    if (!good) co_return good.error();
    if (*good && (*good)->id == (*snapshot)->meta.id) {
        (*snapshot)->meta.completeness = Completeness::complete;
        (*snapshot)->meta.completeness_reasons.clear();
    }
    co_return snapshot;
}

std::optional<Failure> run_under_way(const Tenant& tenant, std::string where) {
    if (!tenant.loop->status().running) return std::nullopt;
    return Failure{.kind = FailureKind::transient,
                   .code = "run_under_way",
                   .where = std::move(where),
                   .detail = "a run is under way and needs the network's rate; ask again when it is over"};
}

asio::awaitable<Result<ActualNetwork>> read_network(Tenant& tenant, Clock& clock, Duration read_max,
                                                    std::string where) {
    auto busy = run_under_way(tenant, std::move(where));
    if (busy) co_return std::move(*busy);
    auto reader = tenant.make_reader();
    if (!reader) co_return reader.error();
    const auto deadline = clock.steady_now() + read_max;
    auto ownership = co_await tenant.store->ledger().ownership();
    if (!ownership) co_return ownership.error();
    auto links = links_of(*ownership);
    auto network = co_await (*reader)->read_all(std::move(links), deadline);
    co_return network;
}

std::optional<std::string> option_of(const CommandRequest& request, const std::string& name) {
    const auto at = request.options.find(name);
    return at == request.options.end() || at->second.empty() ? std::nullopt : std::optional(at->second);
}

Result<Day> day_of(const CommandRequest& request, const sync::TenantSettings& settings, Clock& clock) {
    const auto given = option_of(request, "today");
    if (!given) return pace::day_in(settings.time_zone, clock.now());
    const auto day = day_from(*given);
    if (day) return *day;
    return Failure{.kind = FailureKind::rejected,
                   .code = "bad_day",
                   .where = request.command,
                   .detail = "--today is a day such as 2026-03-01, not \"" + *given + '"'};
}

CommandResult ended(ExitCode code, std::string sentence) {
    return {.exit_code = code, .out = {}, .err = std::move(sentence) + '\n'};
}
CommandResult failed(const Failure& failure) { return ended(ExitCode::failed, describe(failure)); }
CommandResult answered(std::string out) { return {.exit_code = ExitCode::done, .out = std::move(out), .err = {}}; }

}  // namespace usersync

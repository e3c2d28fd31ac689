#include "daemon/sync/waiting_people.hpp"

#include <utility>
#include <vector>

namespace usersync::sync {

namespace asio = boost::asio;

namespace {

std::vector<apply::Tried> tried_in(const std::vector<LedgerRow>& history) {
    std::vector<apply::Tried> tried;
    for (const auto& row : history) {
        apply::Tried one{.run = row.run, .what = row.operation.change.what};
        const bool was_answered = row.outcome && row.settled_at && row.intended_at;
        if (was_answered && took_effect(*row.outcome)) one.ending = apply::Tried::Ending::took_effect;
        if (was_answered && *row.outcome == Outcome::rejected) one.ending = apply::Tried::Ending::refused;
        if (row.settled_at) one.at = *row.settled_at;
        tried.push_back(std::move(one));
    }
    return tried;
}

}  // namespace

asio::awaitable<Result<std::map<EmployeeKey, apply::Waits>>> waits_of(TenantParts parts, std::vector<Failing> people) {
    std::map<EmployeeKey, apply::Waits> waits;
    for (const auto& [person, forgiven] : people) {
        auto history = co_await parts.ledger.history(person, rows_looked_at_max);
        if (!history) co_return history.error();
        auto before = apply::failed_before(tried_in(*history), forgiven);
        const auto due = apply::next_attempt(parts.settings->tenant, person, before, parts.settings->retry_people);
        if (!due) continue;
        waits.emplace(person, apply::Waits{.until = *due, .runs = before.runs, .what = std::move(before.what)});
    }
    co_return waits;
}

}  // namespace usersync::sync

#include "daemon/sync/recent_counts.hpp"

#include <utility>

namespace usersync::sync {

boost::asio::awaitable<Result<plan::RecentCounts>> recent_counts(Ledger& ledger, Time now) {
    plan::RecentCounts recent;
    // A month in which nothing took effect holds no week in which something did.
    auto month = co_await ledger.counts_since(now - plan::month_window);
    if (!month) co_return month.error();
    if (*month == LedgerCounts{}) co_return recent;
    auto week = co_await ledger.counts_since(now - plan::week_window);
    if (!week) co_return week.error();
    auto day = co_await ledger.counts_since(now - plan::day_window);
    if (!day) co_return day.error();
    recent.month = std::move(*month);
    recent.week = std::move(*week);
    recent.day = std::move(*day);
    co_return recent;
}

}  // namespace usersync::sync

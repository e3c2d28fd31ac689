#include "connectors/rest/reader.hpp"

#include "core/async/run_on.hpp"
#include "core/base/time_text.hpp"
#include "core/rest/join.hpp"
#include "core/rest/long_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <tuple>
#include <utility>
#include <vector>

namespace usersync::rest_api {

namespace asio = boost::asio;

Failure Reader::named(Failure failure, const Where& where) const {
    failure.where = options_->connector.name + " " + where;
    return failure;
}

asio::awaitable<Result<ReadList>> Reader::read(const rest::ListRule& list, ListAsk ask, Deadline deadline) {
    const auto& connector = options_->connector;
    const bool is_delta = ask.purpose == rest::PageReader::Purpose::delta;
    const auto* delta = is_delta && connector.delta ? &*connector.delta : nullptr;
    ask.words.emplace("now", utc_text(clock_.now()));
    const auto reading = std::make_shared<rest::ListRead>(connector, list, options_->values, std::move(ask.words),
                                                          ask.purpose, std::move(ask.start_link));
    auto first = reading->first();
    if (!first) co_return named(first.error(), ask.where);
    ReadList all;
    rest::LongText lines;
    std::optional<rest::Call> next = std::move(*first);
    while (next) {
        const Where page = ask.where + " page " + std::to_string(all.pages + 1);
        auto reply = co_await calls_.send(std::move(*next), page, deadline, delta, ask.about);
        if (!reply) co_return reply.error();
        auto take = [options = options_, reading, answer = std::move(*reply)]() mutable {
            return reading->take(std::move(answer));
        };
        auto taken = co_await run_on(lane_, std::move(take));
        if (!taken) co_return named(taken.error(), page);
        lines.append(reading->take_lines());
        ++all.pages;
        if (lines.size() > options_->bytes_max) {
            co_return Failure{
                .kind = FailureKind::blocked,
                .code = "record_too_large",
                .where = connector.name + " " + page,
                .detail = "a record may have " + std::to_string(options_->bytes_max) + " bytes, and this one has more"};
        }
        next = std::move(*taken);
        if (next && ask.only_first_page) {
            all.is_whole = false;
            break;
        }
    }
    all.lines = lines.take();
    all.tally = reading->tally();
    all.delta_link = reading->delta_link();
    co_return all;
}

asio::awaitable<Result<std::string>> Reader::joined(std::string lines, const rest::Join& join, Deadline deadline) {
    ListAsk ask;
    ask.where = join.name;
    auto list = co_await read(join.list, std::move(ask), deadline);
    if (!list) co_return list.error();
    auto work = [lines = std::move(lines), other = std::move(list->lines), key = join.list.records.key,
                 column = join.column, empty = rest::empty_columns(join.list.records)] {
        rest::Additions additions;
        additions.add_lines(other, key);
        return additions.added_to(lines, column, empty);
    };
    auto all = co_await run_on(lane_, std::move(work));
    co_return all;
}

/// What the workers share; each takes the next key.
struct Reader::Children {
    const rest::ChildCall& rule;
    std::vector<std::string> keys;
    std::size_t next = 0;
    rest::Additions additions;
    std::optional<Failure> failure;
};

asio::awaitable<void> Reader::ask_children(std::shared_ptr<Children> all, Deadline deadline) {
    while (!all->failure && all->next < all->keys.size()) {
        const std::string key = all->keys[all->next++];
        ListAsk ask;
        ask.where = all->rule.name;
        ask.words.emplace("key", key);
        ask.about.digest = fingerprint_of(ask.where + " " + key).hex();
        if (all->rule.column == options_->connector.list.records.key) ask.about.name = all->rule.column + " " + key;
        auto list = co_await read(all->rule.list, std::move(ask), deadline);
        if (!list && !all->failure) all->failure = list.error();
        if (!list) co_return;
        all->additions.add_child(key, list->lines);
    }
}

asio::awaitable<Result<std::string>> Reader::with_children(std::string lines, const rest::ChildCall& rule,
                                                           Deadline deadline) {
    const auto all = std::make_shared<Children>(
        Children{.rule = rule, .keys = rest::keys_of(lines, rule.column), .next = 0, .additions = {}, .failure = {}});
    if (auto checked = rest::check_keys(rule, all->keys); !checked) co_return named(checked.error(), rule.name);
    const auto workers_max = std::max<std::size_t>(options_->connector.limits.concurrency, 1);
    auto executor = co_await asio::this_coro::executor;
    const auto begin = [&] { return asio::co_spawn(executor, ask_children(all, deadline), asio::deferred); };
    std::vector<decltype(begin())> workers;
    for (std::size_t i = 0; i < std::min(workers_max, all->keys.size()); ++i) workers.push_back(begin());
    if (!workers.empty()) {
        auto group = asio::experimental::make_parallel_group(std::move(workers));
        auto ended = co_await std::move(group).async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
        for (const auto& error : std::get<1>(ended)) {
            if (error) std::rethrow_exception(error);
        }
    }
    if (all->failure) co_return *all->failure;
    auto work = [all, lines = std::move(lines), column = rule.column, empty = rest::empty_columns(rule.list.records)] {
        return all->additions.added_to(lines, column, empty);
    };
    auto whole = co_await run_on(lane_, std::move(work));
    co_return whole;
}

asio::awaitable<Result<std::string>> Reader::completed(std::string lines, Deadline deadline) {
    for (const auto& join : options_->connector.joins) {
        auto more = co_await joined(std::move(lines), join, deadline);
        if (!more) co_return more.error();
        lines = std::move(*more);
    }
    for (const auto& rule : options_->connector.children) {
        auto more = co_await with_children(std::move(lines), rule, deadline);
        if (!more) co_return more.error();
        lines = std::move(*more);
    }
    co_return lines;
}

}  // namespace usersync::rest_api

#include "connectors/rest/trial.hpp"

#include "connectors/rest/calls.hpp"
#include "connectors/rest/reader.hpp"
#include "core/async/run_on.hpp"
#include "core/base/time_text.hpp"
#include "core/rest/call.hpp"
#include "core/rest/json_line.hpp"
#include "core/rest/probe.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace usersync::rest_api {

namespace asio = boost::asio;

namespace {

constexpr std::size_t fields_shown_max = 60;

struct AuthWords {
    std::string operator()(const rest::auth::None&) const { return "nobody has to log in"; }
    std::string operator()(const rest::auth::Basic&) const { return "no call: user and password go with every call"; }
    std::string operator()(const rest::auth::Bearer&) const { return "no call: the token goes with every call"; }
    std::string operator()(const rest::auth::Header& rule) const {
        return "no call: the header " + rule.name + " goes with every call";
    }
    template <class WithToken>
    std::string operator()(const WithToken&) const {
        return "the token from before is still good";
    }
};

std::string counted(std::size_t count, const char* one, const char* several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

class Trying final : public Watcher {
public:
    Trying(RestOptions options, std::vector<std::string> columns, Clock& clock, asio::any_io_executor executor,
           asio::any_io_executor lane)
        : options_(std::make_shared<const RestOptions>(std::move(options))),
          columns_(std::move(columns)),
          clock_(clock),
          lane_(lane),
          calls_(*options_, clock, std::move(executor), lane),
          reader_(options_, calls_, clock, std::move(lane)) {
        calls_.watch(this);
    }

    void connected(const std::string& origin, const http::ConnectionFacts& facts) override {
        const auto known = std::find(origins_.begin(), origins_.end(), origin);
        if (known != origins_.end()) return;
        origins_.push_back(origin);
        note("name of " + origin, facts.resolving, "is " + facts.address);
        note("connection to " + origin, facts.connecting, "is there");
        if (!facts.tls.empty()) note("TLS with " + origin, facts.shaking, facts.tls + ", the certificate is trusted");
    }

    asio::awaitable<Trial> run(HowMuch how_much, Deadline deadline) {
        auto begun = co_await calls_.begin();
        if (!begun) {
            fail("before anything", clock_.steady_now(), begun.error());
            co_return std::move(trial_);
        }
        bool goes_on = co_await log_in(deadline);
        const auto& probes = connector().probes;
        for (std::size_t i = 0; goes_on && i < probes.size(); ++i) goes_on = co_await probe(probes[i], deadline);
        if (goes_on) goes_on = co_await read(how_much, deadline);
        if (goes_on) co_await check_fields();
        co_await calls_.end();
        co_return std::move(trial_);
    }

private:
    const rest::Connector& connector() const { return options_->connector; }

    void note(std::string name, Duration took, std::string says) {
        trial_.steps.push_back(
            {.name = std::move(name), .is_good = true, .took = took, .says = std::move(says), .code = {}});
    }

    void fail(std::string name, SteadyTime began, const Failure& failure) {
        auto says = failure.detail;
        if (failure.retry_after) says += " (try again in " + span_text(*failure.retry_after) + ")";
        trial_.steps.push_back({.name = std::move(name),
                                .is_good = false,
                                .took = clock_.steady_now() - began,
                                .says = std::move(says),
                                .code = failure.code});
    }

    asio::awaitable<bool> log_in(Deadline deadline) {
        const auto began = clock_.steady_now();
        auto asked = co_await calls_.log_in(deadline);
        if (!asked) {
            fail("login", began, asked.error());
            co_return false;
        }
        const auto says = *asked ? "a new token was given" : std::visit(AuthWords{}, connector().auth);
        note("login", clock_.steady_now() - began, says);
        co_return true;
    }

    asio::awaitable<bool> probe(const rest::Probe& rule, Deadline deadline) {
        const auto began = clock_.steady_now();
        auto call = rest::make_call(connector(), rule.request, options_->values, {});
        if (!call) {
            fail(rule.name, began, call.error());
            co_return false;
        }
        auto reply = co_await calls_.send(std::move(*call), rule.name, deadline);
        if (!reply) {
            fail(rule.name, began, reply.error());
            co_return false;
        }
        auto wrong = rest::not_offered(rule, reply->body, options_->values);
        if (!wrong) wrong = rest::other_environment(rule, reply->body, options_->values);
        if (wrong) {
            fail(rule.name, began, *wrong);
            co_return false;
        }
        const auto missing = rest::columns_not_offered(rule, reply->body, columns_);
        if (!missing.empty()) {
            const Failure failure{.code = "column_not_offered",
                                  .detail = says(rule, reply->body) +
                                            "; of the columns that are mapped these are not: " +
                                            rest::listed_names(missing, fields_shown_max)};
            fail(rule.name, began, failure);
            co_return true;
        }
        note(rule.name, clock_.steady_now() - began, says(rule, reply->body));
        co_return true;
    }

    static std::string says(const rest::Probe& rule, const std::string& body) {
        std::string all = "is as it should be";
        if (rule.names) all = counted(rest::texts_at(body, *rule.names).size(), "name is", "names are") + " offered";
        for (const auto& path : rule.shows) {
            for (const auto& text : rest::texts_at(body, path)) all += "; " + path.text + ": " + rest::shown_line(text);
        }
        return all;
    }

    asio::awaitable<bool> read(HowMuch how_much, Deadline deadline) {
        const bool is_first_only = how_much == HowMuch::first_page;
        const std::string name = is_first_only ? "first page" : "all pages";
        const auto began = clock_.steady_now();
        ListAsk ask;
        ask.where = "list";
        ask.only_first_page = is_first_only;
        auto list = co_await reader_.read(connector().list, std::move(ask), deadline);
        if (!list) {
            fail(name, began, list.error());
            co_return false;
        }
        trial_.tally = std::move(list->tally);
        trial_.pages = list->pages;
        trial_.is_whole = list->is_whole;
        note(name, clock_.steady_now() - began, rows_found());
        const bool is_complete = co_await complete(std::move(list->lines), deadline);
        co_return is_complete;
    }

    asio::awaitable<bool> complete(std::string lines, Deadline deadline) {
        if (connector().joins.empty() && connector().children.empty()) {
            trial_.lines = std::move(lines);
            co_return true;
        }
        const auto began = clock_.steady_now();
        auto whole = co_await reader_.completed(std::move(lines), deadline);
        if (!whole) {
            fail("joins and child calls", began, whole.error());
            co_return false;
        }
        note("joins and child calls", clock_.steady_now() - began, "are added");
        trial_.lines = std::move(*whole);
        co_return true;
    }

    std::string rows_found() const {
        const auto& tally = trial_.tally;
        auto says = counted(tally.received, "record", "records") + " on " + counted(trial_.pages, "page", "pages");
        if (tally.passed_over > 0) says += ", " + std::to_string(tally.passed_over) + " of them passed over";
        if (tally.repeated > 0) says += ", " + std::to_string(tally.repeated) + " of them came twice";
        return says + (trial_.is_whole ? ": that is all" : "; there are more pages");
    }

    asio::awaitable<void> check_fields() {
        const auto began = clock_.steady_now();
        if (trial_.tally.kept == 0) {
            note("fields", Duration(0), "without a record there is nothing to see");
            co_return;
        }
        if (connector().list.records.other_members) {
            auto work = [lines = std::move(trial_.lines), tally = std::move(trial_.tally)]() mutable {
                count_columns(lines, tally);
                return std::pair(std::move(lines), std::move(tally));
            };
            auto counted = co_await run_on(lane_, std::move(work));
            trial_.lines = std::move(counted.first);
            trial_.tally = std::move(counted.second);
        }
        const auto& tally = trial_.tally;
        std::vector<std::string> found;
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < tally.fields.size(); ++i) {
            (tally.with_field[i] > 0 ? found : missing).push_back(tally.fields[i]);
        }
        std::string says =
            "found: " + (found.empty() ? std::string("none") : rest::listed_names(found, fields_shown_max));
        if (!missing.empty()) says += "; in no record: " + rest::listed_names(missing, fields_shown_max);
        note("fields", clock_.steady_now() - began, std::move(says));
    }

    /// Columns that the declaration does not name, by what stands in the records.
    static void count_columns(std::string_view lines, rest::ReadTally& tally) {
        std::map<std::string, std::size_t, std::less<>> places;
        for (std::size_t i = 0; i < tally.fields.size(); ++i) places.emplace(tally.fields[i], i);
        const auto declared = tally.fields.size();
        std::string_view line;
        while (rest::next_line(lines, line)) {
            for (const auto& [name, value] : rest::members_of(line)) {
                static_cast<void>(value);
                auto at = places.find(name);
                if (at == places.end()) {
                    at = places.emplace(std::string(name), tally.fields.size()).first;
                    tally.fields.push_back(rest::text_of_value("\"" + std::string(name) + "\""));
                    tally.with_field.push_back(0);
                }
                if (at->second >= declared) ++tally.with_field[at->second];
            }
        }
    }

    std::shared_ptr<const RestOptions> options_;
    std::vector<std::string> columns_;
    Clock& clock_;
    asio::any_io_executor lane_;
    Calls calls_;
    Reader reader_;
    std::vector<std::string> origins_;
    Trial trial_;
};

}  // namespace

asio::awaitable<Trial> try_out(RestOptions options, std::vector<std::string> columns, HowMuch how_much, Clock& clock,
                               asio::any_io_executor executor, asio::any_io_executor lane, Deadline deadline) {
    Trying trying(std::move(options), std::move(columns), clock, std::move(executor), std::move(lane));
    auto trial = co_await trying.run(how_much, deadline);
    co_return trial;
}

}  // namespace usersync::rest_api

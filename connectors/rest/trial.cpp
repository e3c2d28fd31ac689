#include "connectors/rest/trial.hpp"

#include "connectors/rest/calls.hpp"
#include "connectors/rest/reader.hpp"
#include "core/base/nearest.hpp"
#include "core/base/time_text.hpp"
#include "core/rest/call.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace usersync::rest_api {

namespace asio = boost::asio;

namespace {

constexpr std::size_t names_shown_max = 10;
constexpr std::size_t shown_bytes_max = 120;

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

/// One line of what somebody else wrote.
std::string shown(const std::string& text) {
    std::string line;
    for (const char c : text.substr(0, shown_bytes_max)) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    return line;
}

std::string listed(std::vector<std::string> names) {
    std::string all;
    for (std::size_t i = 0; i < std::min(names.size(), names_shown_max); ++i) {
        all += (all.empty() ? "" : ", ") + shown(names[i]);
    }
    if (names.size() > names_shown_max) all += ", … (" + std::to_string(names.size()) + " in all)";
    return all;
}

class Trying final : public Watcher {
public:
    Trying(RestOptions options, Clock& clock, asio::any_io_executor executor, asio::any_io_executor lane)
        : options_(std::make_shared<const RestOptions>(std::move(options))),
          clock_(clock),
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
        if (goes_on) check_fields();
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
        const auto missing = missing_name(rule, reply->body);
        if (missing) {
            fail(rule.name, began, *missing);
            co_return false;
        }
        note(rule.name, clock_.steady_now() - began, says(rule, reply->body));
        co_return true;
    }

    std::optional<Failure> missing_name(const rest::Probe& rule, const std::string& body) const {
        if (!rule.names || rule.must_name.empty()) return std::nullopt;
        const auto offered = rest::texts_at(body, *rule.names);
        const auto wanted = options_->values.settings.find(rule.must_name);
        if (wanted == options_->values.settings.end()) return std::nullopt;
        for (const auto& text : wanted->second) {
            if (std::find(offered.begin(), offered.end(), text) != offered.end()) continue;
            const auto meant = nearest(text, offered);
            return Failure{.kind = FailureKind::blocked,
                           .code = "not_offered",
                           .where = rule.name,
                           .detail = "\"" + shown(text) + "\" (setting " + rule.must_name + ") is not offered" +
                                     (meant ? "; did you mean \"" + shown(*meant) + "\"?" : std::string()) +
                                     (offered.empty() ? " (nothing is)" : "; there are: " + listed(offered))};
        }
        return std::nullopt;
    }

    static std::string says(const rest::Probe& rule, const std::string& body) {
        std::string all = "is as it should be";
        if (rule.names) all = counted(rest::texts_at(body, *rule.names).size(), "name is", "names are") + " offered";
        for (const auto& path : rule.shows) {
            for (const auto& text : rest::texts_at(body, path)) all += "; " + path.text + ": " + shown(text);
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

    void check_fields() {
        const auto began = clock_.steady_now();
        const auto& tally = trial_.tally;
        if (tally.kept == 0) return note("fields", Duration(0), "without a record there is nothing to see");
        std::vector<std::string> found;
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < tally.fields.size(); ++i) {
            (tally.with_field[i] > 0 ? found : missing).push_back(tally.fields[i]);
        }
        std::string says = "found: " + (found.empty() ? std::string("none by name") : listed(found));
        if (!missing.empty()) says += "; in no record: " + listed(missing);
        note("fields", clock_.steady_now() - began, std::move(says));
    }

    std::shared_ptr<const RestOptions> options_;
    Clock& clock_;
    Calls calls_;
    Reader reader_;
    std::vector<std::string> origins_;
    Trial trial_;
};

}  // namespace

asio::awaitable<Trial> try_out(RestOptions options, HowMuch how_much, Clock& clock, asio::any_io_executor executor,
                               asio::any_io_executor lane, Deadline deadline) {
    Trying trying(std::move(options), clock, std::move(executor), std::move(lane));
    auto trial = co_await trying.run(how_much, deadline);
    co_return trial;
}

}  // namespace usersync::rest_api

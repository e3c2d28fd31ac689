#include "connectors/speakap/calls.hpp"

#include "core/pace/backoff.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace usersync::speakap {
namespace {

// Of reads: four attempts, about a second, two and four apart.
constexpr pace::BackoffLimits read_again{};

http::Header header(std::string name, std::string value) {
    return http::Header{.name = std::move(name), .value = std::move(value)};
}

}  // namespace

std::string_view where_of(Api api) { return api == Api::rest ? "speakap.rest" : "speakap.scim"; }

Calls::Calls(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim,
             Clock& clock, std::uint64_t seed)
    : options_(std::move(options)),
      rest_(std::move(rest)),
      scim_(std::move(scim)),
      clock_(clock),
      gate_(options_.rate, clock),
      random_(seed) {}

boost::asio::awaitable<Result<http::Response>> Calls::read(Api api, std::string target, Deadline deadline) {
    for (int attempt = 1;; ++attempt) {
        http::Request request{.method = "GET", .target = target, .headers = {}, .body = {}};
        Result<http::Response> answer = co_await send(api, std::move(request), deadline);
        const auto wrong = answer ? failure_in(api, *answer, Sent::read) : answer.error();
        if (!wrong) co_return answer;

        Failure failure = *wrong;
        failure.effect = Effect::none;
        if (failure.kind != FailureKind::transient || failure.code == "no_turn_in_time") co_return failure;
        const auto wait = pace::wait_before_retry(attempt, failure.retry_after, random_(), read_again);
        if (!wait) co_return failure;
        const SteadyTime again_at = clock_.steady_now() + *wait;
        if (again_at >= deadline) co_return failure;
        co_await clock_.sleep_until(again_at);
    }
}

boost::asio::awaitable<Result<http::Response>> Calls::write(Api api, http::Request request, Deadline deadline) {
    Result<http::Response> answer = co_await send(api, std::move(request), deadline);
    if (!answer) co_return answer;
    const auto failure = failure_in(api, *answer, Sent::write);
    if (failure) co_return *failure;
    co_return answer;
}

boost::asio::awaitable<Result<http::Response>> Calls::exchange(Api api, http::Request request, Deadline deadline) {
    return send(api, std::move(request), deadline);
}

std::optional<Failure> Calls::failure_in(Api api, const http::Response& response, Sent sent) const {
    if (is_success(response)) return failure_behind(response, sent, clock_.now(), where_of(api));
    return failure_of(response, sent, clock_.now(), where_of(api));
}

std::optional<Time> Calls::paused_until() const {
    const auto until = gate_.paused_until();
    if (!until) return std::nullopt;
    return clock_.now() + (*until - clock_.steady_now());
}

boost::asio::awaitable<Result<http::Response>> Calls::send(Api api, http::Request request, Deadline deadline) {
    Result<void> passed = co_await gate_.pass(deadline);
    if (!passed) co_return passed.error();

    authorise(api, request);
    const Deadline until = std::min<Deadline>(deadline, clock_.steady_now() + options_.call_max);
    auto& client = api == Api::rest ? *rest_ : *scim_;
    Result<http::Response> answer = co_await client.send(std::move(request), until);
    if (answer) heed(*answer);
    co_return answer;
}

void Calls::authorise(Api api, http::Request& request) const {
    const auto& token = api == Api::rest ? options_.rest_token : options_.scim_token;
    request.headers.push_back(header("Authorization", "Bearer " + token.expose()));
    if (http::find_header(request.headers, "Accept")) return;
    request.headers.push_back(
        header("Accept", api == Api::rest ? "application/vnd.speakap.api-v" + options_.rest_version + "+json+hal"
                                          : std::string("application/scim+json, application/json")));
}

// A server that says when to come back means all our calls, not the one that it refused; so does a spent budget.
void Calls::heed(const http::Response& response) {
    auto wait = budget_spent_for(response, clock_.now());
    const bool refused = response.status == 429 || response.status == 503;
    const auto later = refused ? retry_after_of(response, clock_.now()) : std::nullopt;
    if (later) wait = std::max(wait.value_or(Duration(0)), *later);
    if (wait) gate_.pause_until(clock_.steady_now() + std::min(*wait, longest_wait));
}

}  // namespace usersync::speakap

#include "connectors/speakap/calls.hpp"

#include "core/pace/backoff.hpp"
#include "core/pace/server_word.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace usersync::speakap {
namespace {

// Of reads: four attempts, about a second, two and four apart.
constexpr pace::BackoffLimits read_again{};
constexpr Duration put_off_max = std::chrono::hours(1);  // all these waits of one read together

constexpr std::array<std::string_view, call_classes> class_names{"rest", "rest_write", "scim"};

/// What one read has waited for so far. Where the server says when to come back, or is asked too often, that is no
/// attempt; but one that says so again and again waits longer each time, and has an end.
class Patience {
public:
    explicit Patience(Duration server_wait_max)
        : when_told_{.longest = std::chrono::minutes(15), .attempts_max = 1 << 30, .server_wait_max = server_wait_max} {
    }

    std::optional<Duration> after(const Failure& failure, std::uint64_t random) {
        const bool is_put_off = failure.retry_after || failure.code == "too_many_requests";
        if (!is_put_off) return pace::wait_before_retry(++attempts_, failure.retry_after, random, read_again);
        ++times_put_off_;
        const auto own = pace::wait_before_retry(times_put_off_, std::nullopt, random, when_told_);
        const auto wait =
            std::max(own, pace::wait_before_retry(times_put_off_, failure.retry_after, random, when_told_));
        put_off_ += wait.value_or(Duration(0));
        return put_off_ <= put_off_max ? wait : std::nullopt;
    }

private:
    pace::BackoffLimits when_told_;
    int attempts_ = 0;
    int times_put_off_ = 0;
    Duration put_off_{0};
};

// How long calls take is told by so many.
constexpr std::size_t times_max = 64;

http::Header header(std::string name, std::string value) {
    return http::Header{.name = std::move(name), .value = std::move(value)};
}

}  // namespace

std::string_view where_of(Api api) { return api == Api::rest ? "speakap.rest" : "speakap.scim"; }

Calls::Calls(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim,
             Clock& clock, std::uint64_t seed, Gates gates)
    : options_(std::move(options)),
      rest_(std::move(rest)),
      scim_(std::move(scim)),
      clock_(clock),
      gates_(gates[rest_read] ? std::move(gates) : make_gates(options_, clock)),
      random_(seed) {
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        const auto same = std::find(gates_.begin(), gates_.begin() + static_cast<std::ptrdiff_t>(i), gates_[i]);
        const auto first = static_cast<std::size_t>(same - gates_.begin());
        flows_[i] = first < i ? flows_[first] : gates_[i]->join(options_.pace_weight);
    }
}

Calls::~Calls() {
    for (std::size_t i = 0; i < gates_.size(); ++i) gates_[i]->leave(flows_[i]);
}

boost::asio::awaitable<Result<http::Response>> Calls::read(Api api, std::string target, Deadline deadline) {
    Patience patience(options_.server_wait_max);
    for (;;) {
        http::Request request{.method = "GET", .target = target, .headers = {}, .body = {}};
        Result<http::Response> answer = co_await send(api, std::move(request), deadline);
        const auto wrong = answer ? failure_in(api, *answer, Sent::read) : answer.error();
        if (!wrong) co_return answer;

        Failure failure = *wrong;
        failure.effect = Effect::none;
        const bool had_no_turn = failure.code == "no_turn_in_time" || failure.code == "stopping";
        if (failure.kind != FailureKind::transient || had_no_turn) co_return failure;
        const auto wait = patience.after(failure, random_());
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
    const auto wait_max = options_.server_wait_max;
    if (is_success(response)) return failure_behind(response, sent, clock_.now(), where_of(api), wait_max);
    return failure_of(response, sent, clock_.now(), where_of(api), wait_max);
}

void Calls::close() {
    for (std::size_t i = 0; i < gates_.size(); ++i) gates_[i]->close(flows_[i]);
}

void Calls::open() {
    for (std::size_t i = 0; i < gates_.size(); ++i) gates_[i]->open(flows_[i]);
}

std::optional<Time> Calls::paused_until() const {
    std::optional<SteadyTime> until;
    for (const auto& gate : gates_) until = std::max(until, gate->paused_until());
    if (!until) return std::nullopt;
    return clock_.now() + (*until - clock_.steady_now());
}

Pacing Calls::pacing() const {
    Pacing pacing;
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        const auto& gate = gates_[i];
        const bool is_shared = i > 0 && gate == gates_[rest_read];
        if (!is_shared) pacing.by_class.emplace(class_names[i], gate->rate().calls_per_second());
        pacing.calls_per_second = std::max(pacing.calls_per_second, gate->rate().calls_per_second());
        pacing.shared_by = std::max(pacing.shared_by, gate->members());
        if (const auto even = gate->evenness()) pacing.evenness = std::min(pacing.evenness.value_or(1.0), *even);
    }
    const auto all = std::accumulate(took_.begin(), took_.end(), Duration(0));
    if (!took_.empty()) pacing.call_time = all / static_cast<Duration::rep>(took_.size());
    return pacing;
}

LearntRates Calls::learnt_rates() const {
    LearntRates rates;
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        const bool is_shared = i > 0 && gates_[i] == gates_[rest_read];
        const auto learnt = gates_[i]->rate().learnt();
        if (!is_shared && learnt) rates.emplace(class_names[i], *learnt);
    }
    return rates;
}

void Calls::remember_rates(const LearntRates& rates) {
    for (std::size_t i = 0; i < gates_.size(); ++i) {
        const auto known = rates.find(std::string(class_names[i]));
        const bool is_shared = i > 0 && gates_[i] == gates_[rest_read];
        if (!is_shared && known != rates.end()) gates_[i]->rate().remember(known->second, clock_.steady_now());
    }
}

std::size_t Calls::class_of(Api api, const std::string& method) const {
    if (api == Api::scim) return scim_call;
    return method == "GET" ? rest_read : rest_write;
}

boost::asio::awaitable<Result<void>> Calls::probe(Deadline deadline) {
    http::Request request{.method = "GET", .target = "/networks/" + options_.network + "/", .headers = {}, .body = {}};
    Result<http::Response> answer = co_await send(Api::rest, std::move(request), deadline);
    if (!answer) co_return answer.error();
    const auto wrong = failure_in(Api::rest, *answer, Sent::read);
    if (wrong) co_return *wrong;
    co_return Result<void>();
}

boost::asio::awaitable<Result<http::Response>> Calls::send(Api api, http::Request request, Deadline deadline) {
    const auto call_class = class_of(api, request.method);
    // Held: another tenant's end must not take it away.
    const auto gate = gates_[call_class];
    const auto flow = flows_[call_class];
    Result<pace::Turn> turn = co_await gate->pass(deadline, flow);
    if (!turn) co_return turn.error();

    authorise(api, request);
    const SteadyTime sent = clock_.steady_now();
    const Deadline until = std::min<Deadline>(deadline, sent + options_.call_max);
    auto& client = api == Api::rest ? *rest_ : *scim_;
    Result<http::Response> answer = co_await client.send(std::move(request), until);
    if (!answer) co_return answer;
    note_time(clock_.steady_now() - sent);
    heed(*answer, *gate, *turn);
    co_return answer;
}

void Calls::note_time(Duration took) {
    took_.push_back(took);
    if (took_.size() > times_max) took_.pop_front();
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
void Calls::heed(const http::Response& response, Gate& gate, const pace::Turn& turn) {
    pace::WordSettings settings;
    settings.window = options_.limit_window;
    settings.wait_max = options_.server_wait_max;
    const auto word = pace::server_word(fields_of(response.headers), clock_.now(), settings);
    const SteadyTime now = clock_.steady_now();
    constexpr int too_many_requests = 429;
    if (response.status == too_many_requests) {
        gate.was_refused(turn, word.retry_after);
    } else {
        gate.went_well(turn);
        if (word.calls_per_second) gate.rate().told(*word.calls_per_second, now);
    }
    constexpr int unavailable = 503;
    auto wait = word.spent_for.value_or(Duration(0));
    if (response.status == unavailable) wait = std::max(wait, word.retry_after.value_or(Duration(0)));
    if (wait > Duration(0)) gate.pause_until(now + wait);
}

}  // namespace usersync::speakap

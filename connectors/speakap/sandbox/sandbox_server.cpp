#include "connectors/speakap/sandbox/sandbox_server.hpp"

#include "connectors/speakap/sandbox/fault_play.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_changes.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

namespace usersync::sandbox {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds fault_retry_after{1};

Failure failure(FailureKind kind, std::string code, std::string where, std::string detail) {
    return {.kind = kind,
            .code = std::move(code),
            .where = std::move(where),
            .detail = std::move(detail),
            .effect = Effect::none,
            .retry_after = std::nullopt};
}

Result<std::string> read_network_file(const std::filesystem::path& file) {
    if (file.empty()) return std::string(default_network());
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        return failure(FailureKind::rejected, "cannot_read_network_file", file.string(), "the file cannot be read");
    }
    return text;
}

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

/// The stored state when there is one, otherwise a new one.
Result<SandboxState> first_state(const SandboxOptions& options, Time now) {
    std::error_code ignored;
    if (!options.state_file.empty() && std::filesystem::exists(options.state_file, ignored)) {
        return load_state(options.state_file);
    }
    const auto description = read_network_file(options.network_file);
    if (!description) return description.error();
    return build_network(*description, random_seed(), now);
}

RatePlan plan_of(const SandboxOptions& options) {
    RatePlan plan = options.rate_plan;
    if (options.rate > 0) plan.calls_per_second = options.rate;
    if (options.burst > 0) plan.burst = options.burst;
    return plan;
}

CallRecord record_of(const http::Request& request, int status, std::string_view fault, Time now) {
    return {.number = 0,
            .at = now,
            .method = request.method,
            .target = request.target,
            .status = status,
            .fault = std::string(fault)};
}

bool is_loopback(std::string_view address) { return address == "::1" || address.substr(0, 4) == "127."; }

http::Response closed() { return {.status = 0, .headers = {}, .body = ""}; }

}  // namespace

std::string SandboxAddresses::to_json_line() const {
    const nlohmann::ordered_json line = {
        {"rest", rest}, {"scim", scim}, {"network", network}, {"token", token}, {"scim_token", scim_token}};
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto bad = failure(FailureKind::rejected, "bad_listen_address", std::string(text),
                             "expected ADDRESS:PORT such as 127.0.0.1:0");
    if (colon == std::string_view::npos || colon == 0) return bad;
    std::string_view address = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return bad;
    const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
    if (bracketed) address = address.substr(1, address.size() - 2);
    if (!bracketed && address.find(':') != std::string_view::npos) return bad;
    return ListenAddress{.address = std::string(address), .port = port};
}

Sandbox::Sandbox(Clock& clock, SandboxOptions options, SandboxState state)
    : clock_(clock),
      options_(std::move(options)),
      state_(std::move(state)),
      start_(clock.steady_now()),
      limit_(plan_of(options_), start_),
      faults_(options_.faults, options_.seed),
      judge_(state_),
      random_(options_.seed) {
    state_.settling = options_.settling;
    state_.places = {};  // whoever made the state may have moved rows
    if (!options_.state_file.empty()) file_.emplace(options_.state_file, options_.in_sync);
}

Result<std::unique_ptr<Sandbox>> Sandbox::start(asio::any_io_executor executor, Clock& clock, SandboxOptions options) {
    auto state = first_state(options, clock.now());
    if (!state) return state.error();
    http::ListenOptions listen_options;
    listen_options.address = options.address;
    listen_options.port = options.port;
    listen_options.certificate_file = options.certificate_file;
    listen_options.key_file = options.key_file;
    auto sandbox = std::make_unique<Sandbox>(clock, std::move(options), std::move(*state));
    if (sandbox->file_) {
        const auto saved = sandbox->file_->save(sandbox->state_);
        if (!saved) return saved.error();
    }
    auto* self = sandbox.get();
    auto handler = [self](http::Request request) { return self->respond(std::move(request)); };
    auto server = http::listen(std::move(executor), std::move(listen_options), std::move(handler));
    if (!server) return server.error();
    sandbox->server_ = std::move(*server);
    return sandbox;
}

SandboxAddresses Sandbox::addresses() const {
    const bool is_ipv6 = options_.address.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + options_.address + "]" : options_.address;
    const std::string scheme = options_.certificate_file.empty() ? "http" : "https";
    const std::string base = scheme + "://" + host + ":" + std::to_string(server_->port());
    return {.rest = base,
            .scim = base + "/scim",
            .network = state_.network,
            .token = state_.token,
            .scim_token = state_.scim_token};
}

asio::awaitable<void> Sandbox::stop(Deadline deadline) {
    co_await server_->stop(deadline);
    // Every change is saved already; what a failure loses here is reads in the log of calls.
    if (file_) static_cast<void>(file_->save(state_));
}

asio::awaitable<http::Response> Sandbox::respond(http::Request request) {
    const bool is_own = is_own_call(path_of(request));
    const auto refusal = is_own ? std::nullopt : refuse(request);
    const Duration latency = is_own ? Duration(0) : next_latency();
    if (latency > Duration(0)) {
        const SteadyTime until = clock_.steady_now() + latency;
        co_await clock_.sleep_until(until);
    }
    if (refusal) co_return *refusal;
    Decision decision = decide(request);
    if (decision.wait > Duration(0)) {
        const SteadyTime until = clock_.steady_now() + decision.wait;
        co_await clock_.sleep_until(until);
    }
    co_return std::move(decision.response);
}

std::string Sandbox::bucket_of(const http::Request& request) const {
    if (bears(request, state_.token)) return "rest";
    return bears(request, state_.scim_token) ? "scim" : "unknown";
}

/// The 429 for a call that comes too soon.
std::optional<http::Response> Sandbox::refuse(const http::Request& request) {
    const auto token = bucket_of(request);
    const auto retry_after = limit_.refuse(token, clock_.steady_now());
    judge_.called(state_, request, token, retry_after ? Admission::refused : Admission::admitted, clock_.now());
    if (!retry_after) return std::nullopt;
    auto response = fault_answer(path_of(request), FaultKind::too_many, *retry_after);
    record_call(state_, record_of(request, response.status, "rate", clock_.now()));
    return response;
}

Duration Sandbox::next_latency() {
    if (options_.latency_sigma <= 0 || options_.latency <= Duration(0)) return options_.latency;
    std::lognormal_distribution<double> spread(0, options_.latency_sigma);
    const double ms = static_cast<double>(options_.latency.count()) * spread(random_);
    constexpr double longest = 3'600'000;
    return Duration(std::llround(std::min(ms, longest)));
}

Sandbox::Decision Sandbox::decide(const http::Request& request) {
    if (is_own_call(path_of(request))) return {.response = perform(request, nullptr)};
    const auto strike = faults_.strike(request.method, path_of(request), clock_.steady_now() - start_);
    if (!strike) return {.response = perform(request, nullptr)};
    return {.response = perform(request, &*strike), .wait = strike->fault.wait};
}

void Sandbox::record(const http::Request& request, int status, const Strike* strike) {
    if (is_own_call(path_of(request))) return;
    const std::string_view word = strike == nullptr ? std::string_view() : std::string_view(strike->name);
    record_call(state_, record_of(request, status, word, clock_.now()));
}

http::Response Sandbox::perform(const http::Request& request, const Strike* strike) {
    // Whoever can see the judge is on this machine.
    if (path_of(request) == judge_path && !is_loopback(options_.address)) return error_answer(judge_path, 404);
    const bool takes_effect = strike == nullptr || has_effect(strike->fault);
    const bool is_performed =
        strike == nullptr || needs_answer(strike->fault.kind) || (takes_effect && request.method != "GET");
    if (is_performed) return perform_watched(request, strike);
    const Time now = clock_.now();
    auto response = changed_answer(strike->fault, request, closed(), now);
    record(request, response.status, strike);
    judge_.answered(state_, request, bucket_of(request), response.status, now);
    return response;
}

/// The call, and every row that it changes: they are stored, or taken back.
http::Response Sandbox::perform_watched(const http::Request& request, const Strike* strike) {
    const Time now = clock_.now();
    const bool is_change = request.method != "GET";
    const bool takes_effect = strike == nullptr || has_effect(strike->fault) || !is_change;
    if (is_change) lookup_.forget();
    begin_changes(state_);
    auto response = answer(state_, lookup_, strike == nullptr ? request : changed_request(strike->fault, request), now);
    const auto token = bucket_of(request);
    const bool is_own = is_own_call(path_of(request));
    if (takes_effect && !is_own) judge_.performed(state_, request, token, response.status, now);
    if (strike != nullptr) response = changed_answer(strike->fault, request, std::move(response), now);
    if (!is_own) judge_.answered(state_, request, token, response.status, now);
    record(request, response.status, strike);
    if (!takes_effect) {
        take_back(state_);
        return response;
    }
    if (!store(request)) return fault_answer(path_of(request), FaultKind::error_500, fault_retry_after);
    return response;
}

/// A read is stored when time alone brought something about meanwhile.
bool Sandbox::store(const http::Request& request) {
    if (file_ && (request.method != "GET" || has_changed(state_)) && !file_->append(state_)) {
        take_back(state_);
        return false;
    }
    end_changes(state_);
    return true;
}

}  // namespace usersync::sandbox

#include "connectors/speakap/sandbox/sandbox_server.hpp"

#include "connectors/speakap/sandbox/fault_play.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
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

/// The stored state when there is one, otherwise a new one, stored at once.
Result<SandboxState> first_state(const SandboxOptions& options, Time now) {
    std::error_code ignored;
    if (!options.state_file.empty() && std::filesystem::exists(options.state_file, ignored)) {
        return load_state(options.state_file);
    }
    const auto description = read_network_file(options.network_file);
    if (!description) return description.error();
    auto state = build_network(*description, random_seed(), now);
    if (!state || options.state_file.empty()) return state;
    const auto saved = save_state(*state, options.state_file);
    if (!saved) return saved.error();
    return state;
}

RatePlan plan_of(const SandboxOptions& options) {
    RatePlan plan = options.rate_plan;
    if (options.rate > 0) plan.calls_per_second = options.rate;
    return plan;
}

std::string_view path_of(const http::Request& request) { return http::split_target(request.target).path; }

CallRecord record_of(const http::Request& request, int status, std::string_view fault, Time now) {
    return {.number = 0,
            .at = now,
            .method = request.method,
            .target = request.target,
            .status = status,
            .fault = std::string(fault)};
}

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
      faults_(options_.faults) {
    state_.settling = options_.settling;
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
    if (options_.state_file.empty()) co_return;
    // Every change is saved already; what a failure loses here is reads in the log of calls.
    static_cast<void>(save_state(state_, options_.state_file));
}

asio::awaitable<http::Response> Sandbox::respond(http::Request request) {
    const bool is_own = is_own_call(path_of(request));
    if (!is_own && options_.latency > Duration(0)) {
        const SteadyTime until = clock_.steady_now() + options_.latency;
        co_await clock_.sleep_until(until);
    }
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

Sandbox::Decision Sandbox::decide(const http::Request& request) {
    if (is_own_call(path_of(request))) return {.response = perform(request, nullptr)};
    const SteadyTime now = clock_.steady_now();
    if (const auto retry_after = limit_.refuse(bucket_of(request), now)) {
        return {.response = refuse(request, *retry_after)};
    }
    const auto strike = faults_.strike(request.method, path_of(request), now - start_);
    if (!strike) return {.response = perform(request, nullptr)};
    return {.response = perform(request, &*strike), .wait = strike->fault.wait};
}

http::Response Sandbox::refuse(const http::Request& request, std::chrono::seconds retry_after) {
    auto response = fault_answer(path_of(request), FaultKind::too_many, retry_after);
    record_call(state_, record_of(request, response.status, "rate", clock_.now()));
    return response;
}

void Sandbox::record(SandboxState& state, const http::Request& request, int status, const Strike* strike) {
    if (is_own_call(path_of(request))) return;
    const std::string_view word = strike == nullptr ? std::string_view() : std::string_view(strike->name);
    record_call(state, record_of(request, status, word, clock_.now()));
}

http::Response Sandbox::perform(const http::Request& request, const Strike* strike) {
    return request.method == "GET" ? perform_read(request, strike) : perform_change(request, strike);
}

http::Response Sandbox::perform_read(const http::Request& request, const Strike* strike) {
    const Time now = clock_.now();
    auto response =
        strike == nullptr || needs_answer(strike->fault.kind) ? answer(state_, lookup_, request, now) : closed();
    if (strike != nullptr) response = changed_answer(strike->fault, request, std::move(response), now);
    record(state_, request, response.status, strike);
    return response;
}

http::Response Sandbox::perform_change(const http::Request& request, const Strike* strike) {
    const Time now = clock_.now();
    const bool takes_effect = strike == nullptr || has_effect(strike->fault);
    if (!takes_effect && !needs_answer(strike->fault.kind)) {
        auto response = changed_answer(strike->fault, request, closed(), now);
        record(state_, request, response.status, strike);
        return response;
    }
    lookup_.forget();
    // A change is made on a copy, and counts only once it is on disk. Where there is no disk, it counts at once.
    const bool needs_copy = !takes_effect || !options_.state_file.empty();
    std::optional<SandboxState> copy = needs_copy ? std::optional(state_) : std::nullopt;
    SandboxState& next = copy ? *copy : state_;
    auto response = answer(next, strike == nullptr ? request : changed_request(strike->fault, request), now);
    if (strike != nullptr) response = changed_answer(strike->fault, request, std::move(response), now);
    record(takes_effect ? next : state_, request, response.status, strike);
    if (!takes_effect || !copy) return response;
    if (!save_state(next, options_.state_file)) {
        return fault_answer(path_of(request), FaultKind::error_500, fault_retry_after);
    }
    state_ = std::move(next);
    return response;
}

}  // namespace usersync::sandbox

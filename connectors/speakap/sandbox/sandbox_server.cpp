#include "connectors/speakap/sandbox/sandbox_server.hpp"

#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_file.hpp"
#include "connectors/speakap/sandbox/sandbox_rest.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <fstream>
#include <iterator>
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

std::string_view path_of(const http::Request& request) { return http::split_target(request.target).path; }

CallRecord record_of(const http::Request& request, int status, std::string_view fault, Time now) {
    return {.number = 0,
            .at = now,
            .method = request.method,
            .target = request.target,
            .status = status,
            .fault = std::string(fault)};
}

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
      limit_(options_.rate),
      faults_(options_.faults) {}

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
    if (const auto retry_after = limit_.refuse(bucket_of(request), clock_.steady_now())) {
        return {.response = refuse(request, FaultKind::too_many, "rate", *retry_after)};
    }
    const auto fault = faults_.next(request.method, path_of(request));
    if (fault) return play(*fault, request);
    return {.response = perform(request, nullptr)};
}

Sandbox::Decision Sandbox::play(const Fault& fault, const http::Request& request) {
    switch (fault.kind) {
        case FaultKind::lost:
        case FaultKind::slow: return {.response = perform(request, &fault), .wait = fault.wait};
        case FaultKind::closed:
        case FaultKind::error_500:
        case FaultKind::error_503:
        case FaultKind::too_many: break;
    }
    return {.response = refuse(request, fault.kind, std::string(to_string(fault.kind)), fault_retry_after)};
}

http::Response Sandbox::refuse(const http::Request& request, FaultKind kind, std::string word,
                               std::chrono::seconds retry_after) {
    http::Response response{.status = 0, .headers = {}, .body = ""};
    if (kind != FaultKind::closed) response = fault_answer(path_of(request), kind, retry_after);
    record_call(state_, record_of(request, response.status, word, clock_.now()));
    return response;
}

http::Response Sandbox::perform(const http::Request& request, const Fault* fault) {
    const Time now = clock_.now();
    const bool is_read = request.method == "GET";
    // A change is made on a copy, and counts only once it is on disk.
    SandboxState next;
    if (!is_read) next = state_;
    SandboxState& state = is_read ? state_ : next;
    auto response = answer(state, request, now);
    if (fault != nullptr && fault->kind == FaultKind::lost) response = {.status = 0, .headers = {}, .body = ""};
    const std::string_view word = fault == nullptr ? std::string_view() : to_string(fault->kind);
    if (!is_own_call(path_of(request))) record_call(state, record_of(request, response.status, word, now));
    if (is_read) return response;
    if (!options_.state_file.empty() && !save_state(next, options_.state_file)) {
        return fault_answer(path_of(request), FaultKind::error_500, fault_retry_after);
    }
    state_ = std::move(next);
    return response;
}

}  // namespace usersync::sandbox

#include "connectors/rest/calls.hpp"

#include "connectors/rest/saml.hpp"
#include "connectors/rest/sign.hpp"
#include "core/async/run_on.hpp"
#include "core/base/byte_text.hpp"
#include "core/base/deadline_passed.hpp"
#include "core/base/time_text.hpp"
#include "core/pace/backoff.hpp"
#include "core/rest/call.hpp"
#include "core/rest/encode.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rest_api {

namespace asio = boost::asio;
using rest::AnswerKind;
using rest::Reply;

namespace {

constexpr std::size_t secret_bytes_min = 4;  // a shorter one would be found in any sentence

Deadline real_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

http::Request request_of(rest::Call call) {
    http::Request request;
    request.method = call.method == rest::Method::post ? "POST" : "GET";
    request.target = call.url.target();
    for (auto& [name, value] : call.headers) request.headers.push_back({std::move(name), std::move(value)});
    request.body = std::move(call.body);
    return request;
}

Reply reply_of(http::Response response) {
    Reply reply{.status = response.status, .headers = {}, .body = std::move(response.body)};
    for (auto& header : response.headers) reply.headers.emplace_back(std::move(header.name), std::move(header.value));
    return reply;
}

void replace_all(std::string& text, const std::string& what) {
    if (what.size() < secret_bytes_min) return;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
        text.replace(at, what.size(), "***");
}

/// "Basic YTpi" → "YTpi"
std::string without_scheme(const std::string& credentials) { return credentials.substr(credentials.find(' ') + 1); }

std::uint64_t seed_of(const Fingerprint& credentials) { return digest_of(credentials.hex()).low; }

}  // namespace

Calls::Calls(const RestOptions& options, Clock& clock, asio::any_io_executor executor, asio::any_io_executor lane)
    : options_(options),
      clock_(clock),
      executor_(std::move(executor)),
      lane_(std::move(lane)),
      credentials_(credentials_of(options)),
      bucket_({.calls_per_second = options.connector.limits.calls_per_second, .burst = options.connector.limits.burst}),
      asked_(executor_),
      random_(seed_of(credentials_)) {}

asio::awaitable<Result<std::shared_ptr<void>>> Calls::begin() {
    std::shared_ptr<void> turn;
    if (options_.turns) turn = co_await options_.turns->take();
    const bool is_somebody_elses = is_saved_ && !options_.state_folder.empty();
    if (!is_loaded_ || is_somebody_elses) {
        auto load = [folder = options_.state_folder, credentials = credentials_] {
            return load_memory(folder, credentials);
        };
        auto memory = co_await run_on(lane_, std::move(load));
        if (!memory) co_return memory.error();
        memory_ = std::move(*memory);
        is_loaded_ = true;
        co_await mend_moments();
        if (memory_.asked) leave_alone_until(*memory_.asked + options_.connector.limits.pause_after_timeout);
        memory_.asked.reset();
        is_saved_ = true;
    }
    const auto now = clock_.now();
    if (!memory_.not_before || now >= *memory_.not_before) co_return turn;
    Failure failure{.kind = FailureKind::transient,
                    .code = "left_alone",
                    .where = options_.connector.name,
                    .detail = "the source asked not to be called before " + utc_text(*memory_.not_before)};
    failure.retry_after = *memory_.not_before - now;
    co_return failure;
}

/// A clock that went wrong, or a file from before waits had an end, must not keep anybody away for good. Kept at once:
/// a wait that is cut anew at every start never ends.
asio::awaitable<void> Calls::mend_moments() {
    const auto now = clock_.now();
    const auto latest = now + rest::asked_wait_max;
    const bool is_too_long = memory_.not_before && *memory_.not_before > latest;
    const bool is_to_come = memory_.asked && *memory_.asked > now;
    if (is_too_long) memory_.not_before = latest;
    if (is_to_come) memory_.asked = now;
    if (!is_too_long && !is_to_come) co_return;
    const auto ignored = co_await save_memory();
    static_cast<void>(ignored);
}

asio::awaitable<Result<void>> Calls::save_memory() {
    auto save = [folder = options_.state_folder, memory = memory_, credentials = credentials_] {
        return rest_api::save_memory(folder, memory, credentials);
    };
    auto saved = co_await run_on(lane_, std::move(save));
    is_saved_ = saved.has_value();
    co_return saved;
}

/// Where a query goes on behind a call that nobody waits for any more, a start must not forget that there was one.
asio::awaitable<void> Calls::note_asked() {
    if (options_.connector.limits.pause_after_timeout <= Duration(0)) co_return;
    memory_.asked = clock_.now();
    const auto ignored = co_await save_memory();
    static_cast<void>(ignored);
}

asio::awaitable<void> Calls::end() {
    if (!is_loaded_) co_return;
    memory_.asked.reset();
    const auto ignored = co_await save_memory();
    static_cast<void>(ignored);
}

Result<http::Client*> Calls::client_for(const std::string& origin) {
    auto& client = clients_[origin];
    if (client) return client.get();
    http::ClientOptions options{.base_url = origin,
                                .ca_file = options_.ca_file,
                                .body_max = options_.connector.limits.body_max,
                                .connections_max = std::max<std::size_t>(options_.connector.limits.concurrency, 1),
                                .certificate_file = options_.certificate_file,
                                .key = options_.certificate_key};
    options.first_byte_max = options_.connector.limits.first_byte;
    options.repeats_gets = options_.connector.limits.pause_after_timeout <= Duration(0);
    options.on_connected = [this, origin](const http::ConnectionFacts& facts) {
        if (watcher_ != nullptr) watcher_->connected(origin, facts);
    };
    auto made = http::make_client(executor_, std::move(options));
    if (!made) {
        clients_.erase(origin);
        return made.error();
    }
    client = std::move(*made);
    return client.get();
}

std::string Calls::without_secrets(std::string text) const {
    for (const auto& [name, secret] : options_.values.secrets) {
        replace_all(text, secret.expose());
        replace_all(text, base64(secret.expose()));
        replace_all(text, rest::form_encoded(secret.expose()));
    }
    for (const auto& sent : login_sent_) replace_all(text, sent.expose());
    if (memory_.token.token) replace_all(text, memory_.token.token->text.expose());
    if (rest::token_use(options_.connector.auth) != nullptr) return text;
    const auto fixed = credentials();
    if (!fixed) return text;
    for (const auto& [name, value] : *fixed) replace_all(text, without_scheme(value));
    return text;
}

void Calls::tell(const Where& where, const Sent& sent, bool is_login) const {
    if (watcher_ == nullptr || !watcher_->wants_answers()) return;
    if (!sent.reply) return watcher_->unanswered(where, sent.reply.error());
    Reply reply{.status = sent.reply->status, .headers = sent.reply->headers, .body = {}};
    if (!is_login) reply.body = without_secrets(sent.reply->body);
    watcher_->answered(where, std::move(reply));
}

Failure Calls::told(const rest::Answer& answer, const Where& where) {
    auto failure = rest::failure_of(answer, options_.connector.name + " " + where);
    failure.detail = without_secrets(std::move(failure.detail));
    return failure;
}

void Calls::leave_alone(Duration pause) { leave_alone_until(clock_.now() + pause); }

void Calls::leave_alone_until(Time until) {
    if (!memory_.not_before || *memory_.not_before < until) memory_.not_before = until;
}

asio::awaitable<Result<void>> Calls::wait(Duration pause, Failure otherwise, Deadline deadline) {
    const auto until = clock_.steady_now() + pause;
    if (until >= deadline) {
        if (!otherwise.retry_after) otherwise.retry_after = pause;
        leave_alone(pause);
        co_return otherwise;
    }
    bucket_.pause_until(until);
    co_await clock_.sleep_until(until);
    co_return Result<void>();
}

asio::awaitable<Result<void>> Calls::take_turn(Where where, Deadline deadline) {
    const auto now = clock_.steady_now();
    if (now >= deadline) co_return deadline_passed(options_.connector.name + " " + where);
    auto counted = rest::take_call(memory_.calls, options_.connector.limits.calls_per_day, clock_.now());
    if (!counted) co_return counted.error();
    const auto turn = bucket_.reserve(now);
    if (turn >= deadline) co_return deadline_passed(options_.connector.name + " " + where);
    if (turn > now) co_await clock_.sleep_until(turn);
    co_return Result<void>();
}

asio::awaitable<Calls::Sent> Calls::exchange(rest::Call call, Where where, Deadline deadline) {
    where = options_.connector.name + " " + where;
    auto client = client_for(call.url.origin());
    if (!client) {
        auto failure = client.error();
        failure.where = where;
        co_return Sent{.reply = failure};
    }
    auto request = request_of(std::move(call));
    const auto now = clock_.steady_now();
    const auto left = deadline > now ? deadline - now : Duration(0);
    const bool is_last = left <= options_.connector.limits.timeout;
    const Deadline until = real_now() + (is_last ? left : options_.connector.limits.timeout);
    auto response = co_await (*client)->send(std::move(request), until);
    if (response) co_return Sent{.reply = reply_of(std::move(*response))};
    auto failure = response.error();
    const bool is_timed_out = failure.code == "timed_out";
    const bool is_given_up = failure.effect != Effect::none && (is_timed_out || failure.code == "answer_lost");
    // The time for a first byte may be over long before the deadline is: that is a call that failed, and no run that
    // did.
    const bool is_out_of_time = is_timed_out && is_last && real_now() >= until;
    if (is_out_of_time) co_return Sent{.reply = deadline_passed(where), .is_given_up = is_given_up};
    failure.where = where;
    failure.effect = Effect::none;  // it was to read, so that it may have arrived means nothing
    co_return Sent{.reply = std::move(failure), .is_given_up = is_given_up};
}

std::optional<Duration> Calls::wait_after(int attempts, const rest::Answer& answer) {
    if (answer.kind != AnswerKind::transient && answer.kind != AnswerKind::throttled) return std::nullopt;
    if (answer.asked_wait) return std::nullopt;
    const auto& limits = options_.connector.limits;
    const pace::BackoffLimits backoff{.attempts_max = limits.attempts_max, .server_wait_max = limits.wait_max};
    return pace::wait_before_retry(attempts, answer.wait, random_(), backoff);
}

std::optional<Duration> Calls::wait_after(int attempts, const Sent& sent) {
    const auto& limits = options_.connector.limits;
    const auto& failure = sent.reply.error();
    if (failure.kind != FailureKind::transient || failure.code == "deadline_passed") return std::nullopt;
    const pace::BackoffLimits backoff{.attempts_max = limits.attempts_max, .server_wait_max = limits.wait_max};
    const auto wait = pace::wait_before_retry(attempts, std::nullopt, random_(), backoff);
    if (!wait || !sent.is_given_up) return wait;
    return std::max(*wait, limits.pause_after_timeout);
}

asio::awaitable<Result<std::string>> Calls::signed_text() {
    const rest::Unique unique{unique_text()};
    auto what = rest::to_sign(options_.connector, options_.values, clock_.now(), unique);
    if (!what) co_return what.error();
    if (!*what) co_return std::string();
    const auto key = options_.values.secrets.find((*what)->key);
    if (key == options_.values.secrets.end()) {
        co_return Failure{.kind = FailureKind::blocked,
                          .code = "secret_missing",
                          .where = "rest.sign",
                          .detail = "the private key \"" + (*what)->key + "\" is not given"};
    }
    auto work = [to_sign = std::move(**what), key = key->second]() -> Result<std::string> {
        if (to_sign.what == rest::ToSign::What::saml) return sign_assertion(to_sign.text, key);
        auto signature = sign(to_sign.algorithm, key, to_sign.text);
        if (!signature) return signature;
        return to_sign.text + "." + base64url(*signature);
    };
    auto text = co_await run_on(lane_, std::move(work));
    co_return text;
}

/// A call for a token is not repeated when it is refused, but with the next of several secrets.
asio::awaitable<Result<void>> Calls::ask_for_token(Deadline deadline) {
    const auto& connector = options_.connector;
    const auto& use = *rest::token_use(connector.auth);
    const Where where = "login";
    for (int attempts = 1;;) {
        auto text = co_await signed_text();
        if (!text) co_return text.error();
        auto call = rest::token_call(connector, options_.values, memory_.token, clock_.now(), *text);
        if (!call) co_return call.error();
        login_sent_ = {Secret(*text), Secret(base64(*text)),
                       Secret(without_scheme(std::string(rest::header_of(call->headers, "Authorization"))))};
        auto turn = co_await take_turn(where, deadline);
        if (!turn) co_return turn.error();
        rest::note_token_call(memory_.token, use, clock_.now());
        // Counted on disk before it is sent: a limit of a month must outlive any number of starts.
        auto saved = co_await save_memory();
        if (!saved && use.calls_max) co_return saved.error();
        auto sent = co_await exchange(std::move(*call), where, deadline);
        tell(where, sent, true);
        std::optional<Duration> pause;
        Failure failure;
        if (sent.reply) {
            const auto answer = rest::class_of(*sent.reply, connector.errors, connector.limits, clock_.now());
            if (answer.kind == AnswerKind::ok) {
                auto kept = rest::keep_token(memory_.token, connector.auth, *sent.reply, clock_.now());
                if (!kept) co_return kept.error();
                saved = co_await save_memory();
                co_return Result<void>();
            }
            failure = told(answer, where);
            if (answer.kind == AnswerKind::nothing) failure.kind = FailureKind::blocked;
            if (rest::try_next_secret(memory_.token, connector.auth, options_.values, answer)) continue;
            if (answer.asked_wait) leave_alone(*answer.asked_wait);
            pause = wait_after(attempts, answer);
        } else {
            failure = sent.reply.error();
            pause = wait_after(attempts, sent);
        }
        if (!pause) co_return failure;
        auto waited = co_await wait(*pause, std::move(failure), deadline);
        if (!waited) co_return waited.error();
        ++attempts;
    }
}

asio::awaitable<Result<bool>> Calls::log_in(Deadline deadline) {
    const auto* use = rest::token_use(options_.connector.auth);
    if (use == nullptr) co_return false;
    while (is_asking_) co_await asked_.wait();
    const auto move = rest::token_move(memory_.token, *use, clock_.now());
    if (!move) co_return move.error();
    if (*move == rest::TokenMove::use) co_return false;
    struct Asking {
        Calls& calls;
        explicit Asking(Calls& all) : calls(all) { calls.is_asking_ = true; }
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        ~Asking() {
            calls.is_asking_ = false;
            calls.asked_.notify();
        }
    };
    const Asking asking(*this);
    auto asked = co_await ask_for_token(deadline);
    if (!asked) co_return asked.error();
    co_return true;
}

Result<rest::HeaderTexts> Calls::credentials() const {
    if (const auto* use = rest::token_use(options_.connector.auth)) return rest::token_header(memory_.token, *use);
    return rest::fixed_credentials(options_.connector.auth, options_.values);
}

/// Whether to ask once more. Of several calls under way the first drops the token; the others find another one.
bool Calls::is_refused_token(const std::string& used) {
    const auto& token = memory_.token.token;
    if (!token || token->text.expose() != used) return true;
    return rest::token_refused(memory_.token);
}

/// Somebody was removed between the list and the call about them: another read has neither. When it has both again, it
/// is the call that is wrong, and no read will mend that.
Failure Calls::not_there(Failure failure, const About& about) {
    const auto name = about.name.empty() ? std::string() : " (" + about.name + ")";
    if (memory_.gone.insert(about.digest).second) {
        failure.kind = FailureKind::transient;
        failure.code = "gone_since";
        failure.detail = "what was listed" + name + " is not there any more; " + failure.detail;
        return failure;
    }
    failure.kind = FailureKind::blocked;
    failure.code = "listed_not_found";
    failure.detail = "what is listed" + name +
                     " is not there, again: the path of the call, the rights to it, or that record at the source is "
                     "for somebody to mend; " +
                     failure.detail;
    return failure;
}

asio::awaitable<Result<Reply>> Calls::send(rest::Call call, Where where, Deadline deadline,
                                           const rest::DeltaRule* delta, About about) {
    const auto& connector = options_.connector;
    const bool has_token = rest::token_use(connector.auth) != nullptr;
    bool is_asked_anew = false;
    for (int attempts = 1;;) {
        auto turn = co_await take_turn(where, deadline);
        if (!turn) co_return turn.error();
        // Behind the wait for the turn, in which a token may have ended.
        auto logged_in = co_await log_in(deadline);
        if (!logged_in) co_return logged_in.error();
        if (has_token && !memory_.token.token) continue;  // another call has just dropped it
        auto who = credentials();
        if (!who) co_return who.error();
        const std::string used = has_token ? memory_.token.token->text.expose() : std::string();
        auto copy = call;
        copy.headers.insert(copy.headers.end(), who->begin(), who->end());
        co_await note_asked();
        auto sent = co_await exchange(std::move(copy), where, deadline);
        tell(where, sent, false);
        std::optional<Duration> pause;
        Failure failure;
        if (sent.reply) {
            const auto answer = rest::class_of(*sent.reply, connector.errors, connector.limits, clock_.now(), delta);
            if (answer.kind == AnswerKind::ok || answer.kind == AnswerKind::nothing) {
                if (has_token) rest::token_worked(memory_.token);
                co_return std::move(*sent.reply);
            }
            failure = told(answer, where);
            if (!about.digest.empty() && answer.status == 404 && answer.kind == AnswerKind::config) {
                failure = not_there(std::move(failure), about);
            }
            if (answer.kind == AnswerKind::auth && has_token && !is_asked_anew) {
                is_asked_anew = true;
                if (is_refused_token(used)) continue;
            }
            if (answer.asked_wait) leave_alone(*answer.asked_wait);
            pause = wait_after(attempts, answer);
        } else {
            failure = sent.reply.error();
            pause = wait_after(attempts, sent);
            if (!pause && sent.is_given_up) {
                const auto rest = connector.limits.pause_after_timeout;
                leave_alone(rest);
                if (rest > Duration(0) && !failure.retry_after) failure.retry_after = rest;
            }
        }
        if (!pause) co_return failure;
        auto waited = co_await wait(*pause, std::move(failure), deadline);
        if (!waited) co_return waited.error();
        ++attempts;
    }
}

}  // namespace usersync::rest_api

#include "core/rest/answer_class.hpp"

#include "core/base/ascii.hpp"
#include "core/pace/retry_after.hpp"
#include "core/rest/page.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace usersync::rest {
namespace {

constexpr std::size_t message_max = 300;
constexpr std::size_t searched_max = 16'384;

bool contains(std::string_view text, std::string_view part) {
    const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                   [](char a, char b) { return lower(a) == lower(b); });
    return found != text.end();
}

// One line of UTF-8, short enough for a log.
std::string cleaned(std::string_view text) {
    const bool is_utf8 = simdjson::validate_utf8(text.data(), text.size());
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_blank = byte <= ' ' || byte == 0x7F;
        if (is_blank && (line.empty() || line.back() == ' ')) continue;
        line += is_blank ? ' ' : (byte >= 0x80 && !is_utf8 ? '?' : c);
    }
    while (line.ends_with(' ')) line.pop_back();
    if (line.size() <= message_max) return line;
    auto end = message_max;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
    return line.substr(0, end);
}

// All that the vendor says, as it came.
std::string words_of(const Reply& reply, const ErrorRules& errors) {
    std::string all;
    for (const auto& path : errors.messages) {
        for (const auto& text : texts_at(reply.body, path)) {
            if (text.empty() || all.find(text) != std::string::npos) continue;
            all += (all.empty() ? "" : ": ") + text;
        }
    }
    if (!errors.message_header.empty()) {
        const std::string text(header_of(reply.headers, errors.message_header));
        if (!text.empty() && all.find(text) == std::string::npos) all += (all.empty() ? "" : ": ") + text;
    }
    return all;
}

AnswerKind kind_of(int status) {
    if (status == 204) return AnswerKind::nothing;
    if (status >= 200 && status < 300) return AnswerKind::ok;
    switch (status) {
        case 401: return AnswerKind::auth;
        case 403: return AnswerKind::forbidden;
        case 408:
        case 425:
        case 500:
        case 502:
        case 504: return AnswerKind::transient;
        case 429:
        case 503: return AnswerKind::throttled;
        default: return status >= 520 && status < 530 ? AnswerKind::transient : AnswerKind::config;
    }
}

std::string code_of(AnswerKind kind, int status) {
    switch (kind) {
        case AnswerKind::ok:
        case AnswerKind::nothing: return "";
        case AnswerKind::auth: return "not_authorised";
        case AnswerKind::forbidden: return "forbidden";
        case AnswerKind::config: return status == 404 ? "not_found" : "refused";
        case AnswerKind::transient: return "server_error";
        case AnswerKind::throttled: return "throttled";
        case AnswerKind::resync: return "resync";
    }
    return "";
}

constexpr std::size_t digits_of_seconds_max = 11;

// A number of seconds, with or without a fraction. A time in more digits than that is counted in milliseconds.
std::optional<Duration> seconds_in(std::string_view text) {
    text = text.substr(0, text.find('.'));
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool is_too_long = read.ec == std::errc::result_out_of_range;
    if (text.empty() || (read.ec != std::errc() && !is_too_long)) return {};
    if (read.ptr != text.data() + text.size() || seconds < 0) return {};
    if (is_too_long) seconds = INT64_MAX;
    if (text.size() > digits_of_seconds_max) seconds /= 1'000;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 100'000'000'000));
}

std::optional<Duration> until_reset(std::string_view text, Time now) {
    const auto seconds = seconds_in(text);
    if (!seconds || *seconds < std::chrono::seconds(1'000'000'000)) return seconds;
    return std::max(Duration(0), Time(*seconds) - now);
}

std::optional<Duration> wait_in(const Reply& reply, AnswerKind kind, const Limits& limits, Time now) {
    std::optional<Duration> wait;
    const auto longest = [&](std::optional<Duration> other) {
        if (other && (!wait || *other > *wait)) wait = other;
    };
    longest(pace::parse_retry_after(header_of(reply.headers, "Retry-After"), now));
    if (kind == AnswerKind::throttled && !limits.reset_header.empty()) {
        longest(until_reset(header_of(reply.headers, limits.reset_header), now));
    }
    if (limits.retry_after) {
        for (const auto& text : texts_at(reply.body, *limits.retry_after)) longest(seconds_in(text));
    }
    return wait;
}

// One of the texts in what a vendor says; in anything else of an answer only when it says nothing. A page of a proxy,
// or a name of a member, is no message.
struct Said {
    std::string words;    // as they came
    std::string message;  // as they are shown

    bool has(const std::vector<std::string>& texts, std::string_view body) const {
        return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
            if (message.empty()) return contains(body.substr(0, searched_max), text);
            return contains(message, text) || contains(words, text);
        });
    }
};

bool has_status(const std::vector<int>& statuses, int status) {
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

const ErrorRule* rule_for(const Reply& reply, const ErrorRules& errors, const Said& said) {
    for (const auto& rule : errors.rules) {
        if (!rule.statuses.empty() && !has_status(rule.statuses, reply.status)) continue;
        if (!rule.texts.empty() && !said.has(rule.texts, reply.body)) continue;
        return &rule;
    }
    return nullptr;
}

}  // namespace

std::string_view to_string(AnswerKind kind) {
    switch (kind) {
        case AnswerKind::ok: return "ok";
        case AnswerKind::nothing: return "nothing";
        case AnswerKind::auth: return "auth";
        case AnswerKind::forbidden: return "forbidden";
        case AnswerKind::config: return "config";
        case AnswerKind::transient: return "transient";
        case AnswerKind::throttled: return "throttled";
        case AnswerKind::resync: return "resync";
    }
    return "";
}

Answer class_of(const Reply& reply, const ErrorRules& errors, const Limits& limits, Time now, const DeltaRule* delta) {
    Answer answer;
    answer.status = reply.status;
    answer.kind = kind_of(reply.status);
    if (answer.kind == AnswerKind::ok || answer.kind == AnswerKind::nothing) return answer;
    auto words = words_of(reply, errors);
    auto message = cleaned(words);
    const Said said{.words = std::move(words), .message = std::move(message)};
    answer.message = said.message;
    if (errors.reference) {
        const auto references = texts_at(reply.body, *errors.reference);
        if (!references.empty()) answer.reference = cleaned(references.front());
    }
    if (delta != nullptr &&
        (has_status(delta->resync_statuses, reply.status) || said.has(delta->resync_texts, reply.body))) {
        answer.kind = AnswerKind::resync;
        answer.code = code_of(answer.kind, reply.status);
        return answer;
    }
    if (const auto* rule = rule_for(reply, errors, said)) {
        answer.kind = rule->is;
        answer.code = rule->code;
        answer.says = rule->says;
    }
    if (answer.code.empty()) answer.code = code_of(answer.kind, reply.status);
    const bool comes_again = answer.kind == AnswerKind::transient || answer.kind == AnswerKind::throttled;
    if (const auto wait = comes_again ? wait_in(reply, answer.kind, limits, now) : std::nullopt) {
        const auto believed = std::min(*wait, asked_wait_max);
        answer.wait = std::min(believed, limits.wait_max);
        if (believed > limits.wait_max) answer.asked_wait = believed;
    }
    return answer;
}

Failure failure_of(const Answer& answer, std::string_view where) {
    Failure failure{.code = answer.code, .where = std::string(where)};
    switch (answer.kind) {
        case AnswerKind::ok:
        case AnswerKind::nothing:
        case AnswerKind::resync: failure.kind = FailureKind::rejected; break;
        case AnswerKind::auth:
        case AnswerKind::forbidden:
        case AnswerKind::config: failure.kind = FailureKind::blocked; break;
        case AnswerKind::transient:
        case AnswerKind::throttled: failure.kind = FailureKind::transient; break;
    }
    failure.detail = "status " + std::to_string(answer.status);
    if (!answer.says.empty()) failure.detail = answer.says + " (" + failure.detail + ")";
    if (!answer.message.empty()) failure.detail += ": " + answer.message;
    if (!answer.reference.empty()) failure.detail += " [reference " + answer.reference + "]";
    failure.retry_after = answer.asked_wait ? answer.asked_wait : answer.wait;
    return failure;
}

}  // namespace usersync::rest

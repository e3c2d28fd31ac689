#include "connectors/speakap/error_meaning.hpp"

#include "connectors/speakap/speakap_wire.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace usersync::speakap {
namespace {

struct Documented {
    int status;
    std::string_view name;
};

// The documented codes -1 … -19, in order, and the status that each comes with.
constexpr std::array<Documented, 19> documented = {{{400, "invalid_request"},
                                                    {401, "invalid_token"},
                                                    {403, "insufficient_scope"},
                                                    {404, "not_found"},
                                                    {500, "internal_server_error"},
                                                    {400, "unknown_email_address"},
                                                    {400, "unexpected_password"},
                                                    {400, "invalid_email_address"},
                                                    {409, "already_member"},
                                                    {410, "gone"},
                                                    {409, "request_revoked"},
                                                    {403, "only_admin"},
                                                    {410, "stale_alert"},
                                                    {403, "incorrect_password"},
                                                    {403, "primary_email_address_in_use"},
                                                    {400, "embed_url_failed"},
                                                    {409, "group_name_in_use"},
                                                    {409, "role_name_in_use"},
                                                    {400, "group_required"}}};

constexpr int invalid_token = -2;
constexpr int insufficient_scope = -3;
constexpr int only_admin = -12;
constexpr int incorrect_password = -14;
constexpr int primary_email_address_in_use = -15;

// A body larger than this is an answer, not an error.
constexpr std::size_t error_body_max = 4096;

const Documented* find_documented(int code) {
    if (code > -1 || code < -static_cast<int>(documented.size())) return nullptr;
    return &documented[static_cast<std::size_t>(-code - 1)];
}

std::string name_of_status(int status) {
    switch (status) {
        case 400: return "invalid_request";
        case 401: return "invalid_token";
        case 403: return "insufficient_scope";
        case 404: return "not_found";
        case 405: return "method_not_allowed";
        case 406: return "version_not_acceptable";
        case 415: return "media_type_not_accepted";
        case 408: return "request_timeout";
        case 409: return "conflict";
        case 410: return "gone";
        case 425: return "too_early";
        case 429: return "too_many_requests";
        case 500: return "internal_server_error";
        case 502: return "bad_gateway";
        case 503: return "service_unavailable";
        case 504: return "gateway_timeout";
        default: return "http_" + std::to_string(status);
    }
}

bool is_about_the_person(int code) {
    return code == only_admin || code == incorrect_password || code == primary_email_address_in_use;
}

FailureKind kind_of(int status, int code) {
    if (code == invalid_token || code == insufficient_scope) return FailureKind::blocked;
    if (status == 401 || (status >= 300 && status < 400)) return FailureKind::blocked;
    if (status == 405 || status == 406 || status == 415) return FailureKind::broken;
    if (status == 403) return is_about_the_person(code) ? FailureKind::rejected : FailureKind::blocked;
    if (status == 408 || status == 425 || status == 429) return FailureKind::transient;
    if (status >= 400 && status < 500) return FailureKind::rejected;
    return FailureKind::transient;
}

Effect effect_of(int status) {
    if (status == 503) return Effect::none;
    if (status == 408) return Effect::unknown;
    return status >= 300 && status < 500 ? Effect::none : Effect::unknown;
}

std::string name_of(const ErrorWords& words, int status) {
    const auto* known = find_documented(words.code.value_or(0));
    if (!words.name.empty()) return words.name;
    if (known != nullptr) return std::string(known->name);
    return words.scim_type.empty() ? name_of_status(status) : words.scim_type;
}

// An error that is named without a code is about one person, whatever the status that it comes with.
FailureKind kind_of(const ErrorWords& words, int status) {
    return words.name.empty() ? kind_of(status, words.code.value_or(0)) : FailureKind::rejected;
}

void set_wait(Failure& failure, const http::Response& response, Time now, Duration wait_max) {
    pace::WordSettings settings;
    settings.wait_max = wait_max;
    const auto word = pace::server_word(fields_of(response.headers), now, settings);
    failure.retry_after = word.retry_after;
    if (word.is_unreadable) failure.detail += ", with a Retry-After that cannot be read";
    if (!word.asked) return;
    const auto seconds = [](Duration time) {
        return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
    };
    failure.detail +=
        ", asking for a wait of " + seconds(*word.asked) + ", of which " + seconds(wait_max) + " are kept";
}

Failure failure_with(const ErrorWords& words, int status, Sent sent, std::string_view where) {
    Failure failure;
    failure.kind = kind_of(words, status);
    failure.code = name_of(words, status);
    failure.where = where;
    failure.effect = sent == Sent::write ? effect_of(status) : Effect::none;
    return failure;
}

// The status that an error body stands for, in whatever answer it comes; nullopt when it is no error body.
std::optional<int> status_of_error(const ErrorWords& words) {
    if (words.scim_status && *words.scim_status >= 400) return words.scim_status;
    if (!words.code || *words.code >= 0 || !words.message) return std::nullopt;
    const auto* known = find_documented(*words.code);
    return known == nullptr ? 500 : known->status;
}

// Looked for before the body of each page and each entry is parsed only to find no error in it: an error of REST has a
// message, one of SCIM names its schema.
bool may_tell_of_an_error(std::string_view body) {
    return body.find("\"message\"") != std::string_view::npos || body.find(":Error\"") != std::string_view::npos;
}

Failure transient(std::string code, std::string detail, Sent sent, std::string_view where) {
    return Failure{.kind = FailureKind::transient,
                   .code = std::move(code),
                   .where = std::string(where),
                   .detail = std::move(detail),
                   .effect = sent == Sent::write ? Effect::unknown : Effect::none};
}

}  // namespace

std::vector<pace::HeaderField> fields_of(const std::vector<http::Header>& headers) {
    std::vector<pace::HeaderField> fields;
    for (const auto& header : headers) fields.emplace_back(header.name, header.value);
    return fields;
}

Failure failure_of(const http::Response& response, Sent sent, Time now, std::string_view where, Duration wait_max) {
    const auto words = error_words_from(response.body);
    Failure failure = failure_with(words, response.status, sent, where);
    failure.detail = "the answer was HTTP " + std::to_string(response.status);
    if (words.code) failure.detail += " with code " + std::to_string(*words.code);
    set_wait(failure, response, now, wait_max);
    return failure;
}

std::optional<Failure> failure_behind(const http::Response& success, Sent sent, Time now, std::string_view where,
                                      Duration wait_max) {
    if (success.status == 207) {
        return transient("partial_answer", "the answer says that only a part of it was done", sent, where);
    }
    if (!begins_as_json(success.body)) {
        return transient("not_json", "the answer was a success, but a page that is no JSON", sent, where);
    }
    if (success.body.size() > error_body_max || !may_tell_of_an_error(success.body)) return std::nullopt;
    const auto words = error_words_from(success.body);
    const auto status = status_of_error(words);
    if (!status) return std::nullopt;
    Failure failure = failure_with(words, *status, sent, where);
    failure.detail = "the answer was HTTP " + std::to_string(success.status) + ", and its body tells of an error";
    if (words.code) failure.detail += " with code " + std::to_string(*words.code);
    if (sent == Sent::write) failure.effect = Effect::unknown;
    set_wait(failure, success, now, wait_max);
    return failure;
}

Failure unreadable_answer(Sent sent, std::string_view where) {
    return Failure{.kind = FailureKind::transient,
                   .code = "unreadable_answer",
                   .where = std::string(where),
                   .detail = "the answer was a success, but its body is not what it should be",
                   .effect = sent == Sent::write ? Effect::unknown : Effect::none};
}

}  // namespace usersync::speakap

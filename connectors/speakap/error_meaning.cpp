#include "connectors/speakap/error_meaning.hpp"

#include "connectors/speakap/speakap_wire.hpp"
#include "core/pace/retry_after.hpp"

#include <array>
#include <optional>
#include <string>

namespace usersync::speakap {
namespace {

// The documented codes -1 … -19, in order.
constexpr std::array<std::string_view, 19> code_names = {"invalid_request",
                                                         "invalid_token",
                                                         "insufficient_scope",
                                                         "not_found",
                                                         "internal_server_error",
                                                         "unknown_email_address",
                                                         "unexpected_password",
                                                         "invalid_email_address",
                                                         "already_member",
                                                         "gone",
                                                         "request_revoked",
                                                         "only_admin",
                                                         "stale_alert",
                                                         "incorrect_password",
                                                         "primary_email_address_in_use",
                                                         "embed_url_failed",
                                                         "group_name_in_use",
                                                         "role_name_in_use",
                                                         "group_required"};

constexpr int invalid_token = -2;
constexpr int insufficient_scope = -3;
constexpr int only_admin = -12;
constexpr int incorrect_password = -14;
constexpr int primary_email_address_in_use = -15;

bool is_known(int code) { return code <= -1 && code >= -static_cast<int>(code_names.size()); }

std::string name_of_status(int status) {
    switch (status) {
        case 400: return "invalid_request";
        case 401: return "invalid_token";
        case 403: return "insufficient_scope";
        case 404: return "not_found";
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

}  // namespace

Failure failure_of(const http::Response& response, Sent sent, Time now, std::string_view where) {
    const int code = error_code_from(response.body).value_or(0);
    Failure failure;
    failure.kind = kind_of(response.status, code);
    failure.code =
        is_known(code) ? std::string(code_names[static_cast<std::size_t>(-code - 1)]) : name_of_status(response.status);
    failure.where = where;
    failure.detail = "the answer was HTTP " + std::to_string(response.status);
    if (code != 0) failure.detail += " with code " + std::to_string(code);
    failure.effect = sent == Sent::write ? effect_of(response.status) : Effect::none;
    failure.retry_after = retry_after_of(response, now);
    return failure;
}

std::optional<Duration> retry_after_of(const http::Response& response, Time now) {
    const auto later = http::find_header(response.headers, "Retry-After");
    if (!later) return std::nullopt;
    return pace::parse_retry_after(*later, now);
}

Failure unreadable_answer(Sent sent, std::string_view where) {
    return Failure{.kind = FailureKind::transient,
                   .code = "unreadable_answer",
                   .where = std::string(where),
                   .detail = "the answer was a success, but its body is not what it should be",
                   .effect = sent == Sent::write ? Effect::unknown : Effect::none};
}

}  // namespace usersync::speakap

#include "connectors/speakap/sandbox/fault_play.hpp"

#include "connectors/speakap/sandbox/rest_wire.hpp"
#include "connectors/speakap/sandbox/sandbox_answer.hpp"
#include "connectors/speakap/sandbox/sandbox_times.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds usual_retry_after{1};

std::string json_text(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

/// The first `length` characters of UTF-8 text.
std::string first_characters(const std::string& text, std::uint64_t length) {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u;
        if (begins && seen++ == length) return text.substr(0, i);
    }
    return text;
}

bool is_form(const http::Request& request) {
    const auto type = http::find_header(request.headers, "Content-Type").value_or("");
    return type.find("x-www-form-urlencoded") != std::string_view::npos;
}

std::string cut_form(const std::string& body, const Fault& fault) {
    auto form = http::parse_form(body);
    for (auto& parameter : form) {
        if (parameter.name == fault.field) parameter.value = first_characters(parameter.value, fault.length);
    }
    return http::encode_form(form);
}

/// A body without the field, or that is no JSON, stays as it is: then there is nothing to cut.
std::string cut_json(const std::string& body, const Fault& fault) {
    try {
        json object = json::parse(body);
        auto& value = object.at(json::json_pointer(fault.field));
        value = first_characters(value.get<std::string>(), fault.length);
        return json_text(object);
    } catch (const std::exception&) {
        return body;
    }
}

std::string kept_form(const std::string& body, std::uint64_t keep) {
    auto form = http::parse_form(body);
    if (form.size() > keep) form.resize(static_cast<std::size_t>(keep));
    return http::encode_form(form);
}

/// assumption: nothing public describes an answer in parts; this one names what was refused as changeroles does.
http::Response partial_answer(const Fault& fault, const http::Request& request, http::Response answer) {
    const auto form = http::parse_form(request.body);
    if (form.size() <= fault.keep) return answer;
    json failed = json::object();
    for (auto i = static_cast<std::size_t>(fault.keep); i < form.size(); ++i) {
        failed[form[i].name == "groups[]" ? form[i].value : form[i].name] = "refused";
    }
    const json body = {{"status", "some were refused"}, {"data", {{"failed", std::move(failed)}}}};
    return rest_answer_with(fault.code == 0 ? 207 : fault.code, json_text(body));
}

http::Response html_answer(const Fault& fault) {
    constexpr std::string_view page =
        "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>"
        "<body><h1>Web gateway</h1><p>Please sign in to continue.</p></body></html>\n";
    return {.status = fault.code == 0 ? 200 : fault.code,
            .headers = {{.name = "Content-Type", .value = "text/html; charset=utf-8"}},
            .body = fault.body.value_or(std::string(page))};
}

/// A refusal in the words of the API, or with the body that the rule gives.
http::Response status_answer_of(const Fault& fault, const http::Request& request, Time now) {
    auto answer = error_answer(path_of(request), fault.code);
    if (fault.body) answer.body = *fault.body;
    for (const auto& header : fault.headers) {
        std::erase_if(answer.headers, [&](const http::Header& one) { return one.name == header.name; });
        answer.headers.push_back(header);
    }
    if (!fault.retry_after) return answer;
    const auto& retry = *fault.retry_after;
    answer.headers.push_back(
        {.name = "Retry-After", .value = retry.date_in ? to_http_date(now + *retry.date_in) : retry.text});
    return answer;
}

http::Response error_body_answer(const Fault& fault, const http::Request& request) {
    auto answer = error_answer(path_of(request), 500);
    answer.status = fault.code == 0 ? 200 : fault.code;
    return answer;
}

}  // namespace

bool needs_answer(FaultKind kind) {
    switch (kind) {
        case FaultKind::no_effect:
        case FaultKind::slow:
        case FaultKind::partial:
        case FaultKind::cut:
        case FaultKind::truncated: return true;
        case FaultKind::lost:
        case FaultKind::closed:
        case FaultKind::error_500:
        case FaultKind::error_503:
        case FaultKind::too_many:
        case FaultKind::status:
        case FaultKind::error_body:
        case FaultKind::html: return false;
    }
    return false;
}

http::Request changed_request(const Fault& fault, http::Request request) {
    if (fault.kind == FaultKind::cut) {
        request.body = is_form(request) ? cut_form(request.body, fault) : cut_json(request.body, fault);
    }
    if (fault.kind == FaultKind::partial && is_form(request)) request.body = kept_form(request.body, fault.keep);
    return request;
}

http::Response changed_answer(const Fault& fault, const http::Request& request, http::Response answer, Time now) {
    switch (fault.kind) {
        case FaultKind::slow:
        case FaultKind::no_effect:
        case FaultKind::cut: return answer;
        case FaultKind::lost:
        case FaultKind::closed: return {.status = 0, .headers = {}, .body = ""};
        case FaultKind::error_500:
        case FaultKind::error_503:
        case FaultKind::too_many: return fault_answer(path_of(request), fault.kind, usual_retry_after);
        case FaultKind::status: return status_answer_of(fault, request, now);
        case FaultKind::error_body: return error_body_answer(fault, request);
        case FaultKind::partial: return partial_answer(fault, request, std::move(answer));
        case FaultKind::html: return html_answer(fault);
        case FaultKind::truncated: {
            const auto half = answer.body.size() / 2;
            answer.body.resize(std::min<std::size_t>(fault.length == 0 ? half : fault.length, answer.body.size()));
            return answer;
        }
    }
    return answer;
}

}  // namespace usersync::sandbox

#include "connectors/speakap/sandbox/fault_file.hpp"

#include "connectors/speakap/sandbox/description.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <map>
#include <string>
#include <utility>

namespace usersync::sandbox {
namespace {

using nlohmann::json;
using Part = PartOf<json>;

constexpr std::int64_t ms_max = 30ll * 24 * 3'600 * 1'000;

[[noreturn]] void complain(const Part& part, const char* key, const std::string& sentence) {
    throw BadDescription(part.where + "/" + key, sentence);
}

/// A whole number within limits; `missing` when the key is not there.
std::int64_t number(const Part& part, const char* key, std::int64_t missing, std::int64_t lowest,
                    std::int64_t highest) {
    const auto found = part.object.find(key);
    if (found == part.object.end()) return missing;
    if (!found->is_number_integer()) complain(part, key, "expected a whole number");
    const auto value = found->get<std::int64_t>();
    if (value < lowest || value > highest) complain(part, key, "this number is out of range");
    return value;
}

std::uint64_t count(const Part& part, const char* key) {
    return static_cast<std::uint64_t>(number(part, key, 0, 1, 1'000'000'000));
}

Duration milliseconds(const Part& part, const char* key) { return Duration(number(part, key, 0, 0, ms_max)); }

std::optional<Duration> until(const Part& part) {
    if (!part.object.contains("until_ms")) return std::nullopt;
    const auto end = milliseconds(part, "until_ms");
    if (end <= milliseconds(part, "after_ms")) complain(part, "until_ms", "this is not after after_ms");
    return end;
}

double fraction(const Part& part, const char* key, double lowest, double highest) {
    const auto found = part.object.find(key);
    if (found == part.object.end() || !found->is_number()) complain(part, key, "expected a number");
    const auto value = found->get<double>();
    if (value < lowest || value > highest) complain(part, key, "this number is out of range");
    return value;
}

double calls_per_second(const Part& part, double lowest) { return fraction(part, "calls_per_second", lowest, 1e6); }

// ---- rules --------------------------------------------------------------------------------------------------------

FaultKind kind_of(const Part& part) {
    constexpr std::array kinds{FaultKind::status,    FaultKind::lost,       FaultKind::closed,  FaultKind::slow,
                               FaultKind::no_effect, FaultKind::error_body, FaultKind::partial, FaultKind::cut,
                               FaultKind::html,      FaultKind::truncated};
    const auto word = compulsory_text(part, "what");
    for (const auto kind : kinds) {
        if (to_string(kind) == word) return kind;
    }
    complain(part, "what",
             "expected status, lost, closed, slow, no_effect, error_body, partial, cut, html or truncated");
}

/// The keys that a kind understands beside those of every rule.
bool understands(FaultKind kind, std::string_view key) {
    if (key == "ms" || key == "effect") return true;
    const bool answers = kind == FaultKind::status || kind == FaultKind::html;
    if (key == "body") return answers;
    if (key == "headers" || key == "retry_after") return kind == FaultKind::status;
    if (key == "status") return answers || kind == FaultKind::error_body || kind == FaultKind::partial;
    if (key == "keep") return kind == FaultKind::partial;
    if (key == "field") return kind == FaultKind::cut;
    return kind == FaultKind::cut || kind == FaultKind::truncated;  // length
}

void refuse_foreign_keys(const Part& part, FaultKind kind) {
    for (const char* key : {"ms", "effect", "body", "headers", "retry_after", "status", "keep", "field", "length"}) {
        if (part.object.contains(key) && !understands(kind, key)) complain(part, key, "this means nothing to its what");
    }
}

std::vector<http::Header> headers_of(const Part& part) {
    std::vector<http::Header> headers;
    for (const auto& [name, value] : value_or(part, "headers", std::map<std::string, std::string>())) {
        const bool broken = (name + value).find_first_of("\r\n") != std::string::npos;
        if (name.empty() || broken) complain(part, "headers", "a header has no name, or a line break");
        headers.push_back({.name = name, .value = value});
    }
    return headers;
}

std::optional<RetryAfter> retry_after_of(const Part& part) {
    const auto found = part.object.find("retry_after");
    if (found == part.object.end()) return std::nullopt;
    if (found->is_number_integer())
        return RetryAfter{.text = std::to_string(found->get<std::int64_t>()), .date_in = {}};
    if (found->is_string()) return RetryAfter{.text = found->get<std::string>(), .date_in = {}};
    const Part date{*found, part.where + "/retry_after"};
    refuse_unknown_keys(date, {"date_in_seconds"});
    if (!found->contains("date_in_seconds")) complain(part, "retry_after", "expected seconds, a text or a date");
    const auto seconds = number(date, "date_in_seconds", 0, -ms_max / 1000, ms_max / 1000);
    return RetryAfter{.text = "", .date_in = std::chrono::seconds(seconds)};
}

std::optional<std::string> body_of(const Part& part) {
    const auto found = part.object.find("body");
    if (found == part.object.end()) return std::nullopt;
    return found->is_string() ? found->get<std::string>() : found->dump();
}

Fault fault_of(const Part& part) {
    Fault fault;
    fault.kind = kind_of(part);
    refuse_foreign_keys(part, fault.kind);
    fault.wait = milliseconds(part, "ms");
    fault.code = static_cast<int>(number(part, "status", 0, 200, 599));
    fault.headers = headers_of(part);
    fault.body = body_of(part);
    fault.retry_after = retry_after_of(part);
    if (part.object.contains("effect")) fault.effect = value_or(part, "effect", false);
    fault.keep = static_cast<std::uint64_t>(number(part, "keep", 0, 0, 1'000'000));
    fault.field = text(part, "field");
    fault.length = static_cast<std::uint64_t>(number(part, "length", 0, 0, 1'000'000));
    const bool cuts = fault.kind == FaultKind::cut;
    if (fault.kind == FaultKind::status && fault.code == 0) complain(part, "status", "this is compulsory");
    if (fault.kind == FaultKind::slow && fault.wait == Duration(0)) complain(part, "ms", "this is compulsory");
    if (cuts && fault.field.empty()) complain(part, "field", "this is compulsory");
    if (cuts && !part.object.contains("length")) complain(part, "length", "this is compulsory");
    return fault;
}

FaultSpec rule_of(const Part& part) {
    refuse_unknown_keys(
        part, {"name", "method", "path",   "call", "every", "from",    "to",          "share",  "after_ms", "until_ms",
               "what", "ms",     "effect", "body", "keep",  "headers", "retry_after", "status", "field",    "length"});
    FaultSpec rule;
    rule.name = text(part, "name");
    rule.method = value_or(part, "method", std::string("*"));
    rule.path = compulsory_text(part, "path");
    rule.nth = count(part, "call");
    rule.every = count(part, "every");
    rule.from = count(part, "from");
    rule.to = count(part, "to");
    if (rule.to > 0 && rule.to < rule.from) complain(part, "to", "this is before from");
    if (part.object.contains("share")) rule.share = fraction(part, "share", 1e-9, 1);
    rule.after = milliseconds(part, "after_ms");
    rule.until = until(part);
    rule.fault = fault_of(part);
    return rule;
}

// ---- rate and settling --------------------------------------------------------------------------------------------

RateChange change_of(const Part& part) {
    refuse_unknown_keys(part, {"calls_per_second", "from_call", "after_ms", "until_ms"});
    return {.from_call = count(part, "from_call"),
            .after = milliseconds(part, "after_ms"),
            .until = until(part),
            .calls_per_second = calls_per_second(part, 0)};
}

SecondClient client_of(const Part& part) {
    refuse_unknown_keys(part, {"token", "calls_per_second", "after_ms", "until_ms"});
    SecondClient client{.token = value_or(part, "token", std::string("rest")),
                        .calls_per_second = calls_per_second(part, 0),
                        .after = milliseconds(part, "after_ms"),
                        .until = until(part)};
    if (client.token != "rest" && client.token != "scim") complain(part, "token", "expected rest or scim");
    return client;
}

RatePlan rate_of(const Part& part) {
    refuse_unknown_keys(part, {"calls_per_second", "burst", "scope", "changes", "second_clients"});
    RatePlan plan;
    if (part.object.contains("burst")) plan.burst = fraction(part, "burst", 1, 1e6);
    const auto scope = value_or(part, "scope", std::string("token"));
    if (scope != "token" && scope != "network") complain(part, "scope", "expected token or network");
    if (scope == "network") plan.scope = RateScope::network;
    if (part.object.contains("calls_per_second")) plan.calls_per_second = calls_per_second(part, 0);
    each(part, "changes", [&](const Part& one) { plan.changes.push_back(change_of(one)); });
    each(part, "second_clients", [&](const Part& one) { plan.second_clients.push_back(client_of(one)); });
    return plan;
}

Settling settling_of(const Part& part) {
    refuse_unknown_keys(part, {"ms", "single_reads"});
    return {.delay = milliseconds(part, "ms"), .single_reads = value_or(part, "single_reads", false)};
}

FaultFile file_of(const json& description) {
    const Part top{description, ""};
    refuse_unknown_keys(top, {"seed", "rate", "settle", "rules"});
    FaultFile file;
    file.seed = static_cast<std::uint64_t>(number(top, "seed", 1, 0, 1'000'000'000));
    if (const auto rate = description.find("rate"); rate != description.end()) file.rate = rate_of({*rate, "/rate"});
    if (const auto settle = description.find("settle"); settle != description.end()) {
        file.settling = settling_of({*settle, "/settle"});
    }
    each(top, "rules", [&](const Part& part) { file.rules.push_back(rule_of(part)); });
    return file;
}

Failure bad_file(const std::string& where, std::string detail) {
    return {.kind = FailureKind::rejected,
            .code = "bad_fault_file",
            .where = "faults" + where,
            .detail = std::move(detail),
            .effect = Effect::none,
            .retry_after = std::nullopt};
}

}  // namespace

Result<FaultFile> parse_fault_file(std::string_view text) {
    try {
        return file_of(json::parse(text));
    } catch (const BadDescription& bad) {
        return bad_file(bad.where, bad.what());
    } catch (const std::exception& error) {
        return bad_file("", error.what());
    }
}

}  // namespace usersync::sandbox

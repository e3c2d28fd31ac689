#include "core/rest/call.hpp"

#include "core/base/ascii.hpp"
#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace usersync::rest {
namespace {

Failure blocked(std::string code, std::string sentence) {
    return {.kind = FailureKind::blocked, .code = std::move(code), .where = "rest", .detail = std::move(sentence)};
}

bool is_same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

void set_header(HeaderTexts& headers, const std::string& name, std::string value) {
    for (auto& header : headers) {
        if (!is_same_name(header.first, name)) continue;
        header.second = std::move(value);
        return;
    }
    headers.emplace_back(name, std::move(value));
}

std::vector<std::string> list_names(const Connector& connector) {
    std::vector<std::string> names;
    for (const auto& setting : connector.settings) {
        if (setting.kind == Setting::Kind::list) names.push_back(setting.name);
    }
    return names;
}

Result<Url> base_of(const Connector& connector, const Values& values) {
    const auto text = filled(connector.base_url, values, {}, Place::url);
    auto url = text ? parse_url(*text) : std::nullopt;
    if (!url || !url->query.empty()) {
        return blocked("bad_base_url", "the base URL is not complete, or is no URL without a query");
    }
    while (url->path.ends_with('/')) url->path.pop_back();
    return *std::move(url);
}

Result<Url> address_of(const Connector& connector, const RequestRule& request, const Values& values,
                       const Words& words) {
    const auto base = base_of(connector, values);
    if (!base) return base.error();
    const auto path = filled(request.path, values, words, Place::path);
    if (!path) return blocked("bad_path", "something that the path of the request names has no value");
    if (path->starts_with("https://") || path->starts_with("http://")) {
        auto url = parse_url(*path);
        if (!url) return blocked("bad_path", "the address of the request is no URL");
        if (auto allowed = check_origin(connector, values, *url); !allowed) return allowed.error();
        return *std::move(url);
    }
    const auto slash = path->empty() || path->front() == '/' || path->front() == '?' ? "" : "/";
    auto whole = *base;
    whole.path += slash;
    const auto question = path->find('?');
    whole.path += path->substr(0, question);
    auto url = parse_url(whole.text() + (question == std::string::npos ? "" : path->substr(question)));
    if (!url) return blocked("bad_path", "the path of the request has something that may not stand in a URL");
    return *std::move(url);
}

std::string query_of(const std::string& first, const NamedTexts& own, const NamedTexts& more, const Values& values,
                     const Words& words) {
    std::string query = first;
    const auto add = [&](const std::string& name, const TextTemplate& text) {
        const auto value = filled(text, values, words, Place::query);
        if (!value) return;
        if (!query.empty()) query += '&';
        query += query_literal(name) + "=" + *value;
    };
    for (const auto& [name, text] : own) {
        const auto& replaced = name;
        const bool comes_again =
            std::any_of(more.begin(), more.end(), [&](const auto& other) { return other.first == replaced; });
        if (!comes_again) add(name, text);
    }
    for (const auto& [name, text] : more) add(name, text);
    return query;
}

std::string form_of(const NamedTexts& form, const Values& values, const Words& words) {
    std::string body;
    for (const auto& [name, text] : form) {
        const auto value = filled(text, values, words, Place::plain);
        if (!value) continue;
        if (!body.empty()) body += '&';
        body += form_encoded(name) + "=" + form_encoded(*value);
    }
    return body;
}

Failure secret_missing() {
    return blocked("secret_missing", "a user, secret or token that this connector logs in with is not given");
}

// Line breaks that a mail put into a token are not part of it.
std::string without_blanks(std::string_view text) {
    std::string all;
    std::copy_if(text.begin(), text.end(), std::back_inserter(all),
                 [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    return all;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::string_view header_of(const HeaderTexts& headers, std::string_view name) {
    for (const auto& header : headers) {
        if (is_same_name(header.first, name)) return header.second;
    }
    return {};
}

std::string whole_header(const HeaderTexts& headers, std::string_view name) {
    std::string all;
    for (const auto& header : headers) {
        if (is_same_name(header.first, name)) all += (all.empty() ? "" : ", ") + header.second;
    }
    return all;
}

Result<Call> make_call(const Connector& connector, const RequestRule& request, const Values& values, const Words& words,
                       const NamedTexts& more) {
    auto url = address_of(connector, request, values, words);
    if (!url) return url.error();
    Call call{.method = request.method, .url = *std::move(url)};
    call.url.query = query_of(call.url.query, request.query, more, values, words);
    if (call.url.query.size() > connector.limits.query_max) {
        return blocked("query_too_long", "the query would have " + std::to_string(call.url.query.size()) +
                                             " bytes, more than the " + std::to_string(connector.limits.query_max) +
                                             " that this source takes");
    }
    set_header(call.headers, "Accept", "application/json");
    if (request.body_kind == BodyKind::json) {
        auto body = filled(request.body, values, words, Place::json, list_names(connector));
        if (!body) return blocked("bad_body", "something that the body of the request names has no value");
        call.body = *std::move(body);
        set_header(call.headers, "Content-Type", "application/json");
    } else if (request.body_kind == BodyKind::form) {
        call.body = form_of(request.form, values, words);
        set_header(call.headers, "Content-Type", "application/x-www-form-urlencoded");
    }
    for (const auto* headers : {&connector.headers, &request.headers}) {
        for (const auto& [name, text] : *headers) {
            if (auto value = filled(text, values, words, Place::header))
                set_header(call.headers, name, *std::move(value));
        }
    }
    return call;
}

Result<void> check_origin(const Connector& connector, const Values& values, const Url& url) {
    const auto base = base_of(connector, values);
    if (!base) return base.error();
    if (url.origin() == base->origin()) return {};
    for (const auto& host : connector.hosts) {
        const auto allowed = parse_url(host);
        if (allowed && allowed->origin() == url.origin()) return {};
    }
    return blocked("link_elsewhere",
                   "the source links to " + url.origin() + ", where this connector may not send its credentials");
}

Result<Call> follow(const Connector& connector, const Values& values, const Call& last, std::string_view link,
                    paging::NextLink::Take take) {
    auto url = resolve(last.url, link);
    if (!url) return blocked("bad_link", "the link to the next page is no address");
    Call call = last;
    if (take == paging::NextLink::Take::query_only) {
        call.url.query = url->query;
    } else {
        if (auto allowed = check_origin(connector, values, *url); !allowed) return allowed.error();
        call.url = *std::move(url);
    }
    return call;
}

std::string unwrapped_paste(const auth::Header& rule, std::string_view pasted) {
    auto value = without_blanks(pasted);
    const auto before = without_blanks(rule.wrap_before);
    const auto behind = without_blanks(rule.wrap_behind);
    const auto is_whole = [&](const std::string& text) {
        return text.starts_with(before) && text.ends_with(behind) && text.size() > before.size() + behind.size();
    };
    if (!is_whole(value)) {
        const auto decoded = from_base64(value);
        if (decoded && is_whole(without_blanks(*decoded))) value = without_blanks(*decoded);
    }
    if (is_whole(value)) value = value.substr(before.size(), value.size() - before.size() - behind.size());
    return rule.wrap_before + value + rule.wrap_behind;
}

Result<HeaderTexts> fixed_credentials(const Auth& auth, const Values& values) {
    if (const auto* basic = std::get_if<auth::Basic>(&auth)) {
        const auto user = filled(basic->user, values, {}, Place::plain);
        const auto password = filled(basic->password, values, {}, Place::plain);
        if (!user || user->empty() || !password) return secret_missing();
        return HeaderTexts{{"Authorization", "Basic " + base64(*user + ":" + *password)}};
    }
    if (const auto* bearer = std::get_if<auth::Bearer>(&auth)) {
        const auto token = filled(bearer->token, values, {}, Place::plain);
        if (!token || trimmed(*token).empty()) return secret_missing();
        return HeaderTexts{{"Authorization", "Bearer " + trimmed(*token)}};
    }
    if (const auto* header = std::get_if<auth::Header>(&auth)) {
        const auto given = filled(header->value, values, {}, Place::plain);
        if (!given || trimmed(*given).empty()) return secret_missing();
        auto value = header->wrap_before.empty() ? trimmed(*given) : unwrapped_paste(*header, *given);
        if (header->base64) value = base64(value);
        return HeaderTexts{{header->name, header->prefix + value}};
    }
    return HeaderTexts{};
}

}  // namespace usersync::rest

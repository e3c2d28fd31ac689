#include "daemon/config/read_connector.hpp"

#include "core/rest/check_connector.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace usersync::config {
namespace {

using rest::FieldPath;
using rest::TextTemplate;
namespace auth = rest::auth;
namespace paging = rest::paging;

constexpr std::array<Choice<rest::Setting::Kind>, 6> setting_kinds{{{"text", rest::Setting::Kind::text},
                                                                    {"digits", rest::Setting::Kind::digits},
                                                                    {"host_part", rest::Setting::Kind::host_part},
                                                                    {"url", rest::Setting::Kind::url},
                                                                    {"choice", rest::Setting::Kind::choice},
                                                                    {"list", rest::Setting::Kind::list}}};
constexpr std::array<Choice<rest::Method>, 2> methods{{{"get", rest::Method::get}, {"post", rest::Method::post}}};

enum class AuthKind { none, basic, bearer, header, client_credentials, login, saml_bearer };
constexpr std::array<Choice<AuthKind>, 7> auth_kinds{{{"none", AuthKind::none},
                                                      {"basic", AuthKind::basic},
                                                      {"bearer", AuthKind::bearer},
                                                      {"header", AuthKind::header},
                                                      {"client_credentials", AuthKind::client_credentials},
                                                      {"login", AuthKind::login},
                                                      {"saml_bearer", AuthKind::saml_bearer}}};
constexpr std::array<Choice<auth::ClientCredentials::Proof>, 3> proofs{
    {{"body", auth::ClientCredentials::Proof::body},
     {"basic", auth::ClientCredentials::Proof::basic},
     {"private_key_jwt", auth::ClientCredentials::Proof::private_key_jwt}}};
constexpr std::array<Choice<auth::Algorithm>, 3> algorithms{
    {{"RS256", auth::Algorithm::rs256}, {"PS256", auth::Algorithm::ps256}, {"ES256", auth::Algorithm::es256}}};

enum class PagingKind { none, offset, page, cursor, next_link, link_header };
constexpr std::array<Choice<PagingKind>, 6> paging_kinds{{{"none", PagingKind::none},
                                                          {"offset", PagingKind::offset},
                                                          {"page", PagingKind::page},
                                                          {"cursor", PagingKind::cursor},
                                                          {"next_link", PagingKind::next_link},
                                                          {"link_header", PagingKind::link_header}}};
constexpr std::array<Choice<paging::Offset::Advance>, 2> advances{
    {{"page_size", paging::Offset::Advance::page_size}, {"rows_received", paging::Offset::Advance::rows_received}}};
constexpr std::array<Choice<paging::NextLink::Take>, 2> takes{
    {{"whole", paging::NextLink::Take::whole}, {"query_only", paging::NextLink::Take::query_only}}};

constexpr std::array<Choice<rest::RecordRule::Shape>, 3> shapes{{{"list", rest::RecordRule::Shape::list},
                                                                 {"map", rest::RecordRule::Shape::map},
                                                                 {"one", rest::RecordRule::Shape::one}}};
constexpr std::array<Choice<rest::Repeated>, 3> repetitions{
    {{"drop", rest::Repeated::drop}, {"keep", rest::Repeated::keep}, {"fail", rest::Repeated::fail}}};
constexpr std::array<Choice<rest::DateRule::Day>, 2> days{
    {{"as_written", rest::DateRule::Day::as_written}, {"in_zone", rest::DateRule::Day::in_zone}}};
constexpr std::array<Choice<rest::DateRule::Epoch>, 3> epochs{{{"none", rest::DateRule::Epoch::none},
                                                               {"seconds", rest::DateRule::Epoch::seconds},
                                                               {"milliseconds", rest::DateRule::Epoch::milliseconds}}};
constexpr std::array<Choice<rest::DeltaRule::Kind>, 2> delta_kinds{
    {{"link", rest::DeltaRule::Kind::link}, {"since", rest::DeltaRule::Kind::since}}};
constexpr std::array<Choice<rest::SinceForm::As>, 5> since_forms{
    {{"utc", rest::SinceForm::As::utc},
     {"local", rest::SinceForm::As::local},
     {"day", rest::SinceForm::As::day},
     {"epoch_seconds", rest::SinceForm::As::epoch_seconds},
     {"epoch_milliseconds", rest::SinceForm::As::epoch_milliseconds}}};
constexpr std::array<Choice<rest::AnswerKind>, 6> answer_kinds{{{"auth", rest::AnswerKind::auth},
                                                                {"forbidden", rest::AnswerKind::forbidden},
                                                                {"config", rest::AnswerKind::config},
                                                                {"transient", rest::AnswerKind::transient},
                                                                {"throttled", rest::AnswerKind::throttled},
                                                                {"resync", rest::AnswerKind::resync}}};

/// A text, and where it stands.
struct Text {
    std::string text;
    Position at;
};

/// One text or an array of them.
std::vector<Text> texts_at(TableReader& table, std::string_view key) {
    const auto* value = table.raw(key);
    if (value == nullptr) return {};
    if (const auto* text = std::get_if<std::string>(&value->content)) return {{*text, value->at}};
    std::vector<Text> all;
    const auto* array = std::get_if<Array>(&value->content);
    if (array == nullptr) {
        table.error(key, "expected a text or an array of texts, got " + describe(*value));
        return {};
    }
    for (const auto& element : *array) {
        const auto* text = std::get_if<std::string>(&element.content);
        if (text != nullptr) {
            all.push_back({*text, element.at});
        } else {
            table.error_at(element.at, table.path_of(key), "expected a text, got " + describe(element));
        }
    }
    return all;
}

template <class T>
void keep(TableReader& table, std::string_view key, const Text& text, std::variant<T, std::string> parsed,
          std::vector<T>& target) {
    if (auto* good = std::get_if<T>(&parsed)) return target.push_back(std::move(*good));
    table.error_at(text.at, table.path_of(key), std::get<std::string>(parsed));
}

std::vector<TextTemplate> templates(TableReader& table, std::string_view key) {
    std::vector<TextTemplate> all;
    for (const auto& text : texts_at(table, key)) keep(table, key, text, rest::parse_template(text.text), all);
    return all;
}

std::vector<FieldPath> paths(TableReader& table, std::string_view key) {
    std::vector<FieldPath> all;
    for (const auto& text : texts_at(table, key)) keep(table, key, text, rest::parse_field_path(text.text), all);
    return all;
}

template <class T>
bool take_one(TableReader& table, std::string_view key, std::vector<T> all, T& target) {
    if (all.size() > 1) table.error(key, "expected one text, not several");
    if (all.size() == 1) target = std::move(all.front());
    return all.size() == 1;
}

void text_template(TableReader& table, std::string_view key, TextTemplate& target) {
    take_one(table, key, templates(table, key), target);
}

void path(TableReader& table, std::string_view key, FieldPath& target) {
    take_one(table, key, paths(table, key), target);
}

void path(TableReader& table, std::string_view key, std::optional<FieldPath>& target) {
    FieldPath found;
    if (take_one(table, key, paths(table, key), found)) target = std::move(found);
}

void named(TableReader& table, std::string_view key, rest::NamedTexts& target) {
    const auto* value = table.raw(key);
    if (value == nullptr) return;
    const auto* entries = std::get_if<Table>(&value->content);
    if (entries == nullptr) return table.error(key, "expected a table of texts, got " + describe(*value));
    for (const auto& entry : *entries) {
        const auto where = table.path_of(key) + "." + entry.key;
        const auto* text = std::get_if<std::string>(&entry.value.content);
        if (text == nullptr) {
            table.error_at(entry.value.at, where, "expected a text in quotes, got " + describe(entry.value));
            continue;
        }
        auto parsed = rest::parse_template(*text);
        if (auto* good = std::get_if<TextTemplate>(&parsed)) {
            target.emplace_back(entry.key, std::move(*good));
        } else {
            table.error_at(entry.value.at, where, std::get<std::string>(parsed));
        }
    }
}

void whole_numbers(TableReader& table, std::string_view key, std::vector<int>& target) {
    const auto* value = table.raw(key);
    if (value == nullptr) return;
    const auto* array = std::get_if<Array>(&value->content);
    if (array == nullptr) return table.error(key, "expected an array of numbers, got " + describe(*value));
    target.clear();
    for (const auto& element : *array) {
        const auto* number = std::get_if<std::int64_t>(&element.content);
        const bool is_status = number != nullptr && *number >= 100 && *number <= 599;
        if (is_status) target.push_back(static_cast<int>(*number));
        if (!is_status) table.error_at(element.at, table.path_of(key), "expected a status such as 404");
    }
}

void limit(TableReader& table, std::string_view key, std::optional<std::size_t>& target) {
    std::size_t found = 0;
    table.whole(key, found, {.min = 1});
    if (found > 0) target = found;
}

/// Where the kind is mistaken nobody knows which keys belong there: one mistake is not to look like five. False then.
template <class E, std::size_t N>
bool read_kind(TableReader& table, E& kind, const std::array<Choice<E>, N>& choices,
               std::initializer_list<std::string_view> keys_of_all) {
    table.choice("kind", kind, choices);
    const auto* value = table.raw("kind");
    if (value == nullptr) return true;
    const auto* text = std::get_if<std::string>(&value->content);
    const bool is_known = text != nullptr && std::any_of(choices.begin(), choices.end(),
                                                         [&](const Choice<E>& one) { return one.word == *text; });
    if (is_known) return true;
    for (const auto key : keys_of_all) table.raw(key);
    return false;
}

// ---- blanks ---------------------------------------------------------------------------------------------------

void read_settings(TableReader& root, rest::Connector& connector) {
    for (std::size_t i = 0; i < root.rows("settings"); ++i) {
        auto table = root.row("settings", i);
        rest::Setting setting;
        table.require({"name", "description"});
        table.text("name", setting.name);
        table.text("description", setting.description);
        table.choice("kind", setting.kind, setting_kinds);
        table.texts("choices", setting.choices);
        for (auto& text : texts_at(table, "fallback")) setting.fallback.push_back(std::move(text.text));
        table.flag("optional", setting.is_optional);
        connector.settings.push_back(std::move(setting));
    }
    for (std::size_t i = 0; i < root.rows("secrets"); ++i) {
        auto table = root.row("secrets", i);
        rest::SecretBlank secret;
        table.require({"name", "description"});
        table.text("name", secret.name);
        table.text("description", secret.description);
        table.flag("optional", secret.is_optional);
        connector.secrets.push_back(std::move(secret));
    }
}

// ---- requests and who asks ------------------------------------------------------------------------------------

void read_request_keys(TableReader& table, rest::RequestRule& request) {
    text_template(table, "path", request.path);
    named(table, "query", request.query);
    named(table, "headers", request.headers);
    text_template(table, "body", request.body);
    named(table, "form", request.form);
    const bool has_body = table.has("body");
    const bool has_form = table.has("form");
    if (has_body && has_form) table.error("form", "either body or form, not both");
    if (has_body) request.body_kind = rest::BodyKind::json;
    if (has_form) request.body_kind = rest::BodyKind::form;
    if (has_body || has_form) request.method = rest::Method::post;
    table.choice("method", request.method, methods);
}

rest::RequestRule read_request(TableReader& parent) {
    rest::RequestRule request;
    auto table = parent.table("request");
    read_request_keys(table, request);
    return request;
}

void read_token(TableReader& table, auth::TokenReply& reply, auth::TokenUse& use, bool has_usual_names) {
    constexpr std::string_view token_path = "token_path";
    if (!has_usual_names) table.require({token_path});
    if (has_usual_names) {
        reply.token = std::get<FieldPath>(rest::parse_field_path("access_token"));
        reply.expires_in = std::get<FieldPath>(rest::parse_field_path("expires_in"));
    }
    path(table, token_path, reply.token);
    path(table, "expires_path", reply.expires_in);
    table.duration("lifetime", reply.lifetime);
    table.text("header", use.header);
    table.text("prefix", use.prefix, Empty::allowed);
    table.duration("refresh_early", use.refresh_early);
    limit(table, "calls_max", use.calls_max);
    table.duration("calls_in", use.calls_in);
}

auth::ClientCredentials read_credentials(TableReader& table) {
    auth::ClientCredentials rule;
    table.require({"token_url", "client_id"});
    text_template(table, "token_url", rule.token_url);
    table.choice("proof", rule.proof, proofs);
    text_template(table, "client_id", rule.client_id);
    rule.client_secrets = templates(table, "client_secret");
    named(table, "parameters", rule.parameters);
    named(table, "headers", rule.headers);
    table.text("key", rule.jwt.key);
    table.choice("algorithm", rule.jwt.algorithm, algorithms);
    text_template(table, "key_id", rule.jwt.key_id);
    named(table, "claims", rule.jwt.claims);
    table.duration("assertion_lifetime", rule.jwt.lifetime);
    const bool is_signed = rule.proof == auth::ClientCredentials::Proof::private_key_jwt;
    if (is_signed) table.require({"key", "claims"});
    for (const std::string_view key : {"key", "algorithm", "key_id", "claims", "assertion_lifetime"}) {
        if (!is_signed && table.has(key)) table.error(key, "only a proof of kind \"private_key_jwt\" has this");
    }
    read_token(table, rule.reply, rule.use, true);
    return rule;
}

auth::LoginToken read_login(TableReader& table) {
    auth::LoginToken rule;
    table.require({"request"});
    rule.request = read_request(table);
    read_token(table, rule.reply, rule.use, false);
    return rule;
}

auth::SamlBearer read_saml(TableReader& table) {
    auth::SamlBearer rule;
    table.require({"token_url", "assertion", "key"});
    text_template(table, "token_url", rule.token_url);
    text_template(table, "assertion", rule.assertion);
    table.text("key", rule.key);
    table.duration("assertion_lifetime", rule.lifetime);
    named(table, "parameters", rule.parameters);
    read_token(table, rule.reply, rule.use, true);
    return rule;
}

auth::Basic read_basic(TableReader& table) {
    auth::Basic rule;
    table.require({"user", "password"});
    text_template(table, "user", rule.user);
    text_template(table, "password", rule.password);
    return rule;
}

auth::Header read_header(TableReader& table) {
    auth::Header rule;
    table.require({"value"});
    table.text("name", rule.name);
    table.text("prefix", rule.prefix, Empty::allowed);
    text_template(table, "value", rule.value);
    table.flag("base64", rule.base64);
    table.text("wrap_before", rule.wrap_before, Empty::allowed);
    table.text("wrap_behind", rule.wrap_behind, Empty::allowed);
    return rule;
}

auth::Bearer read_bearer(TableReader& table) {
    auth::Bearer rule;
    table.require({"token"});
    text_template(table, "token", rule.token);
    return rule;
}

rest::Auth read_auth(TableReader& root) {
    auto table = root.table("auth");
    auto kind = AuthKind::none;
    const bool is_known = read_kind(table, kind, auth_kinds,
                                    {"user",    "password",      "token",         "name",         "prefix",
                                     "value",   "base64",        "wrap_before",   "wrap_behind",  "token_url",
                                     "proof",   "client_id",     "client_secret", "parameters",   "headers",
                                     "key",     "algorithm",     "key_id",        "claims",       "assertion_lifetime",
                                     "request", "assertion",     "token_path",    "expires_path", "lifetime",
                                     "header",  "refresh_early", "calls_max",     "calls_in"});
    if (!is_known) return auth::None{};
    switch (kind) {
        case AuthKind::none: return auth::None{};
        case AuthKind::basic: return read_basic(table);
        case AuthKind::bearer: return read_bearer(table);
        case AuthKind::header: return read_header(table);
        case AuthKind::client_credentials: return read_credentials(table);
        case AuthKind::login: return read_login(table);
        case AuthKind::saml_bearer: return read_saml(table);
    }
    return auth::None{};
}

// ---- pages and records ----------------------------------------------------------------------------------------

template <class Rule>
Rule read_counted(TableReader& table, std::string& size_parameter, Rule rule) {
    table.text("parameter", rule.parameter);
    table.text("limit_parameter", size_parameter);
    table.whole("size", rule.size, {.min = 1});
    table.whole("start", rule.start);
    return rule;
}

rest::Paging read_paging_of(TableReader& table, PagingKind kind) {
    std::string limit_parameter;
    switch (kind) {
        case PagingKind::none: return paging::None{};
        case PagingKind::offset: {
            auto rule = read_counted(table, limit_parameter, paging::Offset{});
            table.choice("advance", rule.advance, advances);
            rule.limit_parameter = std::move(limit_parameter);
            return rule;
        }
        case PagingKind::page: {
            auto rule = read_counted(table, limit_parameter, paging::Page{});
            rule.size_parameter = std::move(limit_parameter);
            return rule;
        }
        case PagingKind::cursor: {
            paging::Cursor rule;
            table.require({"path"});
            rule.paths = paths(table, "path");
            table.text("parameter", rule.parameter);
            table.text("limit_parameter", rule.limit_parameter);
            table.whole("size", rule.size);
            return rule;
        }
        case PagingKind::next_link: {
            paging::NextLink rule;
            table.require({"path"});
            rule.paths = paths(table, "path");
            table.choice("take", rule.take, takes);
            table.text("limit_parameter", rule.limit_parameter);
            table.whole("size", rule.size);
            return rule;
        }
        case PagingKind::link_header: {
            paging::LinkHeader rule;
            table.text("relation", rule.relation);
            table.text("limit_parameter", rule.limit_parameter);
            table.whole("size", rule.size);
            return rule;
        }
    }
    return paging::None{};
}

rest::Paging read_paging(TableReader& parent) {
    auto table = parent.table("paging");
    auto kind = PagingKind::none;
    const bool is_known =
        read_kind(table, kind, paging_kinds,
                  {"parameter", "limit_parameter", "size", "start", "advance", "path", "take", "relation"});
    if (!is_known) return paging::None{};
    return read_paging_of(table, kind);
}

rest::Stop read_stop(TableReader& parent) {
    rest::Stop stop;
    auto table = parent.table("stop");
    table.flag("on_short_page", stop.on_short_page);
    path(table, "total", stop.total);
    table.whole("pages_max", stop.pages_max, {.min = 1});
    table.whole("records_max", stop.records_max, {.min = 1});
    return stop;
}

std::optional<rest::DateRule> read_date(TableReader& parent, std::string_view key) {
    if (!parent.has(key)) return std::nullopt;
    rest::DateRule rule;
    auto table = parent.table(key);
    table.choice("day", rule.day, days);
    table.text("zone", rule.zone);
    table.choice("epoch", rule.epoch, epochs);
    return rule;
}

/// A text stands for a path and for the column's name.
rest::FieldRule read_field(TableReader& records, const Value& value) {
    rest::FieldRule field;
    const auto where = records.path_of("fields");
    if (const auto* text = std::get_if<std::string>(&value.content)) {
        field.name = *text;
        keep(records, "fields", {*text, value.at}, rest::parse_field_path(*text), field.paths);
        return field;
    }
    const auto* entries = std::get_if<Table>(&value.content);
    if (entries == nullptr) {
        records.error_at(value.at, where, "expected a path in quotes or a table, got " + describe(value));
        return field;
    }
    auto table = records.within(*entries, value.at, where);
    table.require({"name", "path"});
    table.text("name", field.name);
    field.paths = paths(table, "path");
    field.date = read_date(table, "date");
    table.flag("required", field.is_required);
    return field;
}

void read_fields(TableReader& records, rest::RecordRule& rule) {
    const auto* value = records.raw("fields");
    if (value == nullptr) return;
    const auto* array = std::get_if<Array>(&value->content);
    if (array == nullptr) return records.error("fields", "expected an array of fields, got " + describe(*value));
    for (const auto& element : *array) rule.fields.push_back(read_field(records, element));
}

void read_conditions(TableReader& records, rest::RecordRule& rule) {
    for (std::size_t i = 0; i < records.rows("keep"); ++i) {
        auto table = records.row("keep", i);
        rest::Condition condition;
        table.require({"path"});
        path(table, "path", condition.path);
        for (auto& text : texts_at(table, "is")) condition.texts.push_back(std::move(text.text));
        for (auto& text : texts_at(table, "is_not")) condition.texts.push_back(std::move(text.text));
        condition.is_not = table.has("is_not");
        if (condition.is_not && table.has("is")) table.error("is_not", "either is or is_not, not both");
        rule.keep.push_back(std::move(condition));
    }
}

void read_records(TableReader& parent, rest::ListRule& list) {
    auto table = parent.table("records");
    auto& rule = list.records;
    table.require({"path"});
    rule.paths = paths(table, "path");
    table.choice("shape", rule.shape, shapes);
    table.text("map_key", rule.map_key);
    read_fields(table, rule);
    table.flag("other_members", rule.other_members);
    table.flag("absent_is_empty", rule.absent_is_empty);
    read_conditions(table, rule);
    for (auto& text : texts_at(table, "refused_texts")) rule.refused_texts.push_back(std::move(text.text));
    rule.dates = read_date(table, "dates");
    table.text("key", rule.key, Empty::allowed);
    table.choice("repeated", list.repeated, repetitions);
}

/// What is left out is as it is in `list`.
rest::ListRule read_list(TableReader& table, rest::ListRule list) {
    if (table.has("request")) list.request = read_request(table);
    if (table.has("paging")) list.paging = read_paging(table);
    if (table.has("stop")) list.stop = read_stop(table);
    if (table.has("records")) {
        list.records = {};
        list.repeated = {};
        read_records(table, list);
    }
    return list;
}

void read_further_lists(TableReader& root, rest::Connector& connector) {
    if (root.has("person")) {
        auto table = root.table("person");
        table.require({"request"});
        connector.person = read_list(table, connector.list);
    }
    for (std::size_t i = 0; i < root.rows("joins"); ++i) {
        auto table = root.row("joins", i);
        rest::Join join;
        table.require({"name", "column", "records"});
        table.text("name", join.name);
        table.text("column", join.column);
        join.list = read_list(table, {});
        connector.joins.push_back(std::move(join));
    }
    for (std::size_t i = 0; i < root.rows("children"); ++i) {
        auto table = root.row("children", i);
        rest::ChildCall child;
        table.require({"name", "column", "request", "records"});
        table.text("name", child.name);
        table.text("column", child.column);
        child.list = read_list(table, {});
        connector.children.push_back(std::move(child));
    }
}

// ---- the rest -------------------------------------------------------------------------------------------------

void read_removed_becomes(TableReader& delta, rest::DeltaRule& rule) {
    if (!delta.has("removed_becomes")) return;
    auto table = delta.table("removed_becomes");
    std::pair<std::string, std::string> becomes;
    table.require({"column", "text"});
    table.text("column", becomes.first);
    table.text("text", becomes.second);
    rule.removed_becomes = std::move(becomes);
}

std::optional<rest::DeltaRule> read_delta(TableReader& root, const rest::ListRule& list) {
    if (!root.has("delta")) return std::nullopt;
    auto table = root.table("delta");
    rest::DeltaRule rule;
    table.require({"kind"});
    table.choice("kind", rule.kind, delta_kinds);
    rule.link_paths = paths(table, "link");
    const bool has_list = table.has("request") || table.has("paging") || table.has("stop") || table.has("records");
    if (has_list) rule.list = read_list(table, list);
    {
        auto since = table.table("since");
        since.choice("as", rule.since.as, since_forms);
        since.text("zone", rule.since.zone);
    }
    table.duration("overlap", rule.overlap);
    table.flag("partial", rule.is_partial);
    table.flag("several_rows", rule.several_rows);
    path(table, "removed", rule.removed);
    table.texts("removed_texts", rule.removed_texts);
    read_removed_becomes(table, rule);
    whole_numbers(table, "resync_statuses", rule.resync_statuses);
    table.texts("resync_texts", rule.resync_texts);
    table.duration("full_every", rule.full_every);
    return rule;
}

void read_probes(TableReader& root, rest::Connector& connector) {
    for (std::size_t i = 0; i < root.rows("probes"); ++i) {
        auto table = root.row("probes", i);
        rest::Probe probe;
        table.require({"name"});
        table.text("name", probe.name);
        read_request_keys(table, probe.request);
        path(table, "names", probe.names);
        table.text("must_name", probe.must_name);
        table.flag("names_columns", probe.names_columns);
        path(table, "tells", probe.tells);
        table.text("must_tell", probe.must_tell);
        probe.shows = paths(table, "shows");
        connector.probes.push_back(std::move(probe));
    }
}

void read_errors(TableReader& root, rest::ErrorRules& errors) {
    auto table = root.table("errors");
    errors.messages = paths(table, "messages");
    table.text("message_header", errors.message_header);
    path(table, "reference", errors.reference);
    for (std::size_t i = 0; i < table.rows("rules"); ++i) {
        auto row = table.row("rules", i);
        rest::ErrorRule rule;
        whole_numbers(row, "statuses", rule.statuses);
        row.texts("texts", rule.texts);
        row.choice("is", rule.is, answer_kinds);
        row.text("code", rule.code);
        row.text("says", rule.says);
        errors.rules.push_back(std::move(rule));
    }
}

void read_limits(TableReader& root, rest::Limits& limits) {
    auto table = root.table("limits");
    table.rate("calls_per_second", limits.calls_per_second);
    table.number("burst", limits.burst, 1.0, 10000.0);
    table.whole("concurrency", limits.concurrency, {.min = 1, .max = 64});
    limit(table, "calls_per_day", limits.calls_per_day);
    path(table, "retry_after", limits.retry_after);
    table.text("reset_header", limits.reset_header);
    table.duration("wait_max", limits.wait_max);
    table.whole("attempts_max", limits.attempts_max, {.min = 1, .max = 20});
    table.duration("timeout", limits.timeout, {.min = Duration(1)});
    // Whoever says how long a call may take has a system in mind that works on it before it says anything.
    if (table.has("timeout")) limits.first_byte = limits.timeout;
    table.duration("first_byte", limits.first_byte, {.min = Duration(1)});
    table.duration("pause_after_timeout", limits.pause_after_timeout);
    table.whole("query_max", limits.query_max, {.min = 1});
    table.bytes("body_max", limits.body_max);
}

// ---- where it is ----------------------------------------------------------------------------------------------

/// The value of a step of a path such as "fields[3]" within a table; nullptr when it is not there.
const Value* value_of(const Table& table, std::string_view step) {
    const auto bracket = step.find('[');
    const auto* entry = find(table, step.substr(0, bracket));
    if (entry == nullptr) return nullptr;
    const auto* array = std::get_if<Array>(&entry->value.content);
    if (bracket == std::string_view::npos || array == nullptr) return &entry->value;
    std::size_t index = 0;
    for (const char c : step.substr(bracket + 1)) {
        if (c < '0' || c > '9') break;
        index = index * 10 + static_cast<std::size_t>(c - '0');
    }
    return index < array->size() ? &(*array)[index] : &entry->value;
}

/// As far as the path is there.
Position position_of(const Table& root, std::string_view where) {
    Position at{.line = 1, .column = 1};
    const auto* table = &root;
    while (table != nullptr && !where.empty()) {
        const auto dot = where.find('.');
        const auto* value = value_of(*table, where.substr(0, dot));
        if (value == nullptr) break;
        at = value->at;
        table = std::get_if<Table>(&value->content);
        where = dot == std::string_view::npos ? std::string_view() : where.substr(dot + 1);
    }
    return at;
}

bool has_error(const Reading& reading) {
    return std::any_of(reading.problems.begin(), reading.problems.end(),
                       [](const ConfigProblem& problem) { return problem.severity == Severity::error; });
}

}  // namespace

rest::Connector read_connector(PresetFile& preset) {
    rest::Connector connector;
    {
        TableReader root(preset.reading, preset.document.root);
        root.require({"name", "title", "description", "base_url", "records"});
        root.text("name", connector.name);
        root.text("title", connector.title);
        root.text("description", connector.description);
        text_template(root, "base_url", connector.base_url);
        root.texts("hosts", connector.hosts);
        root.flag("client_certificate", connector.client_certificate);
        named(root, "headers", connector.headers);
        std::string webhook;
        root.text("webhook", webhook);
        read_settings(root, connector);
        connector.auth = read_auth(root);
        connector.list = read_list(root, {});
        read_further_lists(root, connector);
        connector.delta = read_delta(root, connector.list);
        read_probes(root, connector);
        read_errors(root, connector.errors);
        read_limits(root, connector.limits);
        root.raw("columns");
    }
    // What could not be read has been said; about the rest of it the engine would say the same in other words.
    if (has_error(preset.reading)) return connector;
    for (const auto& problem : rest::check_connector(connector)) {
        preset.reading.note(Severity::error, position_of(preset.document.root, problem.where), problem.where,
                            problem.sentence, "bad_declaration");
    }
    return connector;
}

}  // namespace usersync::config

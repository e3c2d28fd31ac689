#include "core/rest/check_connector.hpp"

#include "core/base/nearest.hpp"
#include "core/pace/schedule.hpp"
#include "core/rest/url.hpp"

#include <algorithm>
#include <set>

namespace usersync::rest {
namespace {

bool is_name(const std::string& name) {
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

class Check {
public:
    explicit Check(const Connector& connector) : connector_(connector) {}

    std::vector<ConnectorProblem> run() {
        check_blanks();
        check_text("base_url", connector_.base_url, {});
        if (connector_.base_url.empty()) say("base_url", "a base URL is missing");
        for (std::size_t at = 0; at < connector_.hosts.size(); ++at) {
            if (!parse_url(connector_.hosts[at])) say(place("hosts", at), "it is no URL such as https://other.example");
        }
        check_texts("headers", connector_.headers, {});
        check_auth();
        check_list("", connector_.list, {"since", "now"});
        if (connector_.person) check_list("person.", *connector_.person, {"key", "now"});
        check_additions();
        check_delta();
        check_probes();
        check_errors();
        check_limits();
        return std::move(problems_);
    }

private:
    using Known = std::vector<std::string>;

    void say(std::string where, std::string sentence) { problems_.push_back({std::move(where), std::move(sentence)}); }

    static std::string place(const std::string& name, std::size_t at) { return name + "[" + std::to_string(at) + "]"; }

    // ---- texts
    void check_text(const std::string& where, const TextTemplate& text, const Known& words) {
        for (const auto& part : text.parts) {
            if (part.kind == TextTemplate::Kind::literal) continue;
            const bool is_secret = part.kind == TextTemplate::Kind::secret;
            const bool is_word = !is_secret && std::find(words.begin(), words.end(), part.text) != words.end();
            const auto& known = is_secret ? secrets_ : settings_;
            if (is_word || std::find(known.begin(), known.end(), part.text) != known.end()) continue;
            auto names = known;
            if (!is_secret) names.insert(names.end(), words.begin(), words.end());
            const auto close = nearest(part.text, names);
            say(where, std::string(is_secret ? "{secret:" : "{") + part.text +
                           (is_secret ? "} is no secret that is declared" : "} is no setting that is declared") +
                           (close ? ": did you mean \"" + *close + "\"?" : ""));
        }
    }

    void check_texts(const std::string& where, const NamedTexts& texts, const Known& words) {
        for (const auto& [name, text] : texts) {
            if (name.empty()) say(where, "a name is missing");
            check_text(where + "." + name, text, words);
        }
    }

    void check_blanks() {
        std::set<std::string> seen;
        for (std::size_t at = 0; at < connector_.settings.size(); ++at) {
            const auto& setting = connector_.settings[at];
            const auto where = place("settings", at);
            check_blank(where, setting.name, seen);
            settings_.push_back(setting.name);
            const auto& words = engine_words();
            if (std::find(words.begin(), words.end(), setting.name) != words.end()) {
                say(where, "\"" + setting.name + "\" is a word of the engine's own");
            }
            if (setting.kind == Setting::Kind::choice && setting.choices.empty()) say(where, "it has no choices");
            if (setting.kind != Setting::Kind::list && setting.fallback.size() > 1) {
                say(where, "only a list may have several texts as its fallback");
            }
        }
        seen.clear();
        for (std::size_t at = 0; at < connector_.secrets.size(); ++at) {
            check_blank(place("secrets", at), connector_.secrets[at].name, seen);
            secrets_.push_back(connector_.secrets[at].name);
        }
    }

    void check_blank(const std::string& where, const std::string& name, std::set<std::string>& seen) {
        if (!is_name(name)) say(where, "\"" + name + "\" is no name: names have a-z, 0-9 and '_'");
        if (!seen.insert(name).second) say(where, "\"" + name + "\" is there twice");
    }

    // ---- who asks
    void check_key(const std::string& where, const std::string& key) {
        if (std::find(secrets_.begin(), secrets_.end(), key) == secrets_.end()) {
            say(where, "\"" + key + "\" is no secret that is declared");
        }
    }

    void check_token(const auth::TokenReply& reply, const auth::TokenUse& use) {
        if (reply.token.steps.empty()) say("auth.token_path", "it does not say where the token stands");
        if (reply.lifetime <= Duration(0)) say("auth.lifetime", "it must be longer than nothing");
        if (use.calls_max && *use.calls_max == 0) say("auth.calls_max", "without any call there is no token");
        if (use.calls_in <= Duration(0)) say("auth.calls_in", "it must be longer than nothing");
        if (use.header.empty()) say("auth.header", "a name is missing");
    }

    void check_auth() {
        const Known assertion = {"now",    "now_seconds", "not_before", "expires", "expires_seconds",
                                 "unique", "token_url"};
        if (const auto* basic = std::get_if<auth::Basic>(&connector_.auth)) {
            check_text("auth.user", basic->user, {});
            check_text("auth.password", basic->password, {});
        } else if (const auto* bearer = std::get_if<auth::Bearer>(&connector_.auth)) {
            check_text("auth.token", bearer->token, {});
        } else if (const auto* header = std::get_if<auth::Header>(&connector_.auth)) {
            if (header->name.empty()) say("auth.name", "a name is missing");
            check_text("auth.value", header->value, {});
        } else if (const auto* credentials = std::get_if<auth::ClientCredentials>(&connector_.auth)) {
            check_text("auth.token_url", credentials->token_url, {});
            check_text("auth.client_id", credentials->client_id, {});
            for (const auto& secret : credentials->client_secrets) check_text("auth.client_secret", secret, {});
            check_texts("auth.parameters", credentials->parameters, {});
            check_texts("auth.headers", credentials->headers, {});
            if (credentials->proof == auth::ClientCredentials::Proof::private_key_jwt) {
                check_key("auth.key", credentials->jwt.key);
                check_text("auth.key_id", credentials->jwt.key_id, {});
                check_texts("auth.claims", credentials->jwt.claims, assertion);
                if (credentials->jwt.claims.empty()) say("auth.claims", "a token without claims says nothing");
            } else if (credentials->client_secrets.empty()) {
                say("auth.client_secret", "it is missing");
            }
            check_token(credentials->reply, credentials->use);
        } else if (const auto* login = std::get_if<auth::LoginToken>(&connector_.auth)) {
            check_request("auth.request", login->request, {"now", "now_seconds"});
            check_token(login->reply, login->use);
        } else if (const auto* saml = std::get_if<auth::SamlBearer>(&connector_.auth)) {
            check_text("auth.token_url", saml->token_url, {});
            check_text("auth.assertion", saml->assertion, assertion);
            check_key("auth.key", saml->key);
            check_texts("auth.parameters", saml->parameters, {});
            check_token(saml->reply, saml->use);
        }
    }

    // ---- lists
    void check_request(const std::string& where, const RequestRule& request, const Known& words) {
        check_text(where + ".path", request.path, words);
        check_texts(where + ".query", request.query, words);
        check_texts(where + ".headers", request.headers, words);
        check_text(where + ".body", request.body, words);
        check_texts(where + ".form", request.form, words);
        if (request.method == Method::get && request.body_kind != BodyKind::none) {
            say(where + ".body", "a GET has none: the method must be POST");
        }
        if (request.body_kind != BodyKind::json && !request.body.empty()) {
            say(where + ".body", "it is given, but the kind of body is not \"json\"");
        }
    }

    void check_list(const std::string& where, const ListRule& list, Known words) {
        for (const auto* word : {"cursor", "offset", "page", "limit"}) words.emplace_back(word);
        check_request(where + "request", list.request, words);
        check_paging(where + "paging", list);
        check_records(where + "records", list.records);
        if (list.stop.pages_max == 0) say(where + "stop.pages_max", "it must be at least 1");
        if (list.stop.records_max == 0) say(where + "stop.records_max", "it must be at least 1");
    }

    bool is_filled_in(const RequestRule& request, std::string_view word) const {
        const auto has = [&](const auto& named) { return named.second.names(word); };
        return request.body.names(word) || request.path.names(word) ||
               std::any_of(request.query.begin(), request.query.end(), has) ||
               std::any_of(request.form.begin(), request.form.end(), has) ||
               std::any_of(request.headers.begin(), request.headers.end(), has);
    }

    // That the page is asked for at all: a parameter that is never sent gives the first page for ever.
    void check_sent(const std::string& where, const std::string& parameter, const RequestRule& request,
                    const std::string& word) {
        if (!parameter.empty() || is_filled_in(request, word)) return;
        say(where, "it has no parameter, and nothing in the request has {" + word + "}: every page would be the first");
    }

    void check_paging(const std::string& where, const ListRule& list) {
        if (const auto* offset = std::get_if<paging::Offset>(&list.paging)) {
            check_sent(where, offset->parameter, list.request, "offset");
            if (offset->size == 0) say(where + ".size", "it must be at least 1");
            if (offset->advance == paging::Offset::Advance::page_size && !list.stop.total) {
                say(where + ".advance",
                    "by \"page_size\" a source that gives fewer than it was asked for loses people: "
                    "stop.total must say how many there are, or take \"rows_received\"");
            }
        } else if (const auto* page = std::get_if<paging::Page>(&list.paging)) {
            check_sent(where, page->parameter, list.request, "page");
            if (page->size == 0) say(where + ".size", "it must be at least 1");
        } else if (const auto* cursor = std::get_if<paging::Cursor>(&list.paging)) {
            check_sent(where, cursor->parameter, list.request, "cursor");
            check_marks(where, cursor->paths);
        } else if (const auto* link = std::get_if<paging::NextLink>(&list.paging)) {
            check_marks(where, link->paths);
        } else if (const auto* header = std::get_if<paging::LinkHeader>(&list.paging)) {
            if (header->relation.empty()) say(where + ".relation", "it is missing");
        }
    }

    void check_marks(const std::string& where, const std::vector<FieldPath>& paths) {
        if (paths.empty()) say(where + ".path", "it does not say where the next page is named");
    }

    void check_records(const std::string& where, const RecordRule& records) {
        if (records.paths.empty()) say(where + ".path", "it does not say where the records are");
        for (const auto& path : records.paths) {
            const bool is_plain = std::all_of(path.steps.begin(), path.steps.end(), [](const FieldPath::Step& step) {
                return step.kind == FieldPath::Kind::member;
            });
            if (!is_plain) say(where + ".path", "\"" + path.text + "\" must consist of names only");
        }
        if (records.shape == RecordRule::Shape::map && records.map_key.empty()) {
            say(where + ".map_key", "it is missing: the key of each record becomes a column");
        }
        if (records.fields.empty() && !records.other_members)
            say(where, "it has no fields, and takes no others either");
        check_fields(where, records);
        for (std::size_t at = 0; at < records.keep.size(); ++at) {
            if (records.keep[at].path.steps.empty()) say(place(where + ".keep", at), "a path is missing");
        }
        if (records.dates) check_zone(where + ".dates", records.dates->zone);
        const bool is_own = std::any_of(records.fields.begin(), records.fields.end(),
                                        [&](const FieldRule& field) { return field.name == records.key; });
        if (!records.key.empty() && !is_own && !records.other_members && records.key != records.map_key) {
            say(where + ".key", "\"" + records.key + "\" is none of its fields");
        }
    }

    void check_fields(const std::string& where, const RecordRule& records) {
        std::set<std::string> seen;
        for (std::size_t at = 0; at < records.fields.size(); ++at) {
            const auto& field = records.fields[at];
            const auto here = place(where + ".fields", at);
            if (field.name.empty()) say(here, "a name is missing");
            if (!seen.insert(field.name).second) say(here, "\"" + field.name + "\" is there twice");
            if (field.paths.empty()) say(here + ".path", "a path is missing");
            for (const auto& path : field.paths) {
                if (path.steps.empty()) say(here + ".path", "the whole record is no value");
            }
            if (field.date) check_zone(here + ".date", field.date->zone);
        }
    }

    void check_zone(const std::string& where, const std::string& zone) {
        if (!pace::check_time_zone(zone))
            say(where + ".zone", "\"" + zone + "\" is no time zone such as Europe/Amsterdam");
    }

    void check_additions() {
        for (std::size_t at = 0; at < connector_.joins.size(); ++at) {
            const auto& join = connector_.joins[at];
            const auto where = place("joins", at);
            check_list(where + ".", join.list, {"now"});
            check_column(where, join.column);
            if (join.list.records.key.empty())
                say(where + ".records.key", "it is missing: what the column is compared with");
            for (const auto& field : join.list.records.fields) joined_.push_back(field.name);
        }
        for (std::size_t at = 0; at < connector_.children.size(); ++at) {
            const auto& child = connector_.children[at];
            const auto where = place("children", at);
            check_list(where + ".", child.list, {"key", "now"});
            check_column(where, child.column);
            if (!is_filled_in(child.list.request, "key")) {
                say(where + ".request", "nothing in it has {key}: every call would be the same");
            }
        }
    }

    void check_column(const std::string& where, const std::string& column) {
        const auto& records = connector_.list.records;
        std::vector<std::string> names;
        for (const auto& field : records.fields) names.push_back(field.name);
        names.insert(names.end(), joined_.begin(), joined_.end());
        if (std::find(names.begin(), names.end(), column) != names.end()) return;
        if (!column.empty() && (records.other_members || column == records.map_key)) return;
        const auto close = nearest(column, names);
        say(where + ".column",
            "\"" + column + "\" is no field of the records" + (close ? ": did you mean \"" + *close + "\"?" : ""));
    }

    void check_delta() {
        if (!connector_.delta) return;
        const auto& delta = *connector_.delta;
        if (connector_.list.records.key.empty()) say("records.key", "without it nobody knows whom a change is about");
        if (delta.kind == DeltaRule::Kind::link && delta.link_paths.empty()) say("delta.link", "it is missing");
        if (delta.kind == DeltaRule::Kind::since) {
            check_zone("delta.since", delta.since.zone);
            const auto& list = delta.list ? *delta.list : connector_.list;
            if (!is_filled_in(list.request, "since")) say("delta.request", "nothing in it has {since}");
        }
        if (delta.list) {
            check_list("delta.", *delta.list, {"since", "now"});
            if (delta.list->records.key != connector_.list.records.key) {
                say("delta.records.key", "it must be that of the full read");
            }
        }
        if (delta.overlap < Duration(0)) say("delta.overlap", "it must not be less than nothing");
        if (delta.full_every <= Duration(0)) say("delta.full_every", "it must be longer than nothing");
        if (delta.is_partial && delta.several_rows) {
            say("delta.several_rows",
                "with records that leave out what did not change, nobody knows which row is meant");
        }
    }

    void check_probes() {
        for (std::size_t at = 0; at < connector_.probes.size(); ++at) {
            const auto& probe = connector_.probes[at];
            const auto where = place("probes", at);
            check_request(where, probe.request, {"now"});
            if (!probe.must_name.empty() &&
                std::find(settings_.begin(), settings_.end(), probe.must_name) == settings_.end()) {
                say(where + ".must_name", "\"" + probe.must_name + "\" is no setting that is declared");
            }
            if (!probe.must_name.empty() && !probe.names) say(where + ".names", "it is missing");
            if (probe.names_columns && !probe.names) say(where + ".names", "it is missing");
            if (!probe.must_tell.empty() &&
                std::find(settings_.begin(), settings_.end(), probe.must_tell) == settings_.end()) {
                say(where + ".must_tell", "\"" + probe.must_tell + "\" is no setting that is declared");
            }
            if (probe.must_tell.empty() != !probe.tells) say(where + ".tells", "it needs must_tell, and must_tell it");
        }
    }

    void check_errors() {
        for (std::size_t at = 0; at < connector_.errors.rules.size(); ++at) {
            const auto& rule = connector_.errors.rules[at];
            const auto where = place("errors.rules", at);
            if (rule.statuses.empty() && rule.texts.empty()) say(where, "it has neither a status nor a text");
            if (rule.is == AnswerKind::ok || rule.is == AnswerKind::nothing) {
                say(where, "what failed cannot be taken for an answer: people would be missing");
            }
            for (const auto& text : rule.texts) {
                if (text.empty()) say(where, "an empty text is in every message");
            }
        }
    }

    void check_limits() {
        const auto& limits = connector_.limits;
        if (!(limits.calls_per_second > 0)) say("limits.calls_per_second", "it must be more than 0");
        if (!(limits.burst >= 1)) say("limits.burst", "it must be at least 1");
        if (limits.concurrency == 0) say("limits.concurrency", "it must be at least 1");
        if (limits.calls_per_day && *limits.calls_per_day == 0) say("limits.calls_per_day", "it must be at least 1");
        if (limits.attempts_max < 1) say("limits.attempts_max", "it must be at least 1");
        if (limits.timeout <= Duration(0)) say("limits.timeout", "it must be longer than nothing");
        if (limits.first_byte <= Duration(0)) say("limits.first_byte", "it must be longer than nothing");
        if (limits.first_byte > limits.timeout) {
            say("limits.first_byte", "an answer that begins after limits.timeout is never waited for");
        }
        if (limits.wait_max < Duration(0)) say("limits.wait_max", "it must not be less than nothing");
        if (limits.pause_after_timeout < Duration(0))
            say("limits.pause_after_timeout", "it must not be less than nothing");
        if (limits.body_max == 0) say("limits.body_max", "it must be at least 1");
    }

    const Connector& connector_;
    std::vector<std::string> settings_;
    std::vector<std::string> secrets_;
    std::vector<std::string> joined_;  // columns that the joins so far bring
    std::vector<ConnectorProblem> problems_;
};

}  // namespace

std::vector<ConnectorProblem> check_connector(const Connector& connector) { return Check(connector).run(); }

}  // namespace usersync::rest

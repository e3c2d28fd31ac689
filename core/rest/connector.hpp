#pragma once
// A REST source as a declaration: who asks, for what, page by page, and what of the answers is the record.
// Presets are such declarations; nothing in the engine knows a vendor. What columns a preset proposes is not in here:
// that is a `[columns]` like a tenant's own.

#include "core/base/time.hpp"
#include "core/rest/field_path.hpp"
#include "core/rest/template_text.hpp"
#include "core/rest/vendor_dates.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::rest {

// ---- what a tenant fills in -----------------------------------------------------------------------------------

/// A blank of the declaration. One without a fallback that is not optional must be filled in.
struct Setting {
    enum class Kind : std::uint8_t {
        text,
        digits,     ///< digits only
        host_part,  ///< a part of a host's name: letters, digits, '-', and dots between them
        url,        ///< https://…, without query
        choice,     ///< one of `choices`
        list,       ///< several texts
    };
    std::string name;
    std::string description;  ///< one sentence: what it is, and where the customer finds it
    Kind kind = Kind::text;
    std::vector<std::string> choices;
    std::vector<std::string> fallback;  ///< several of a list
    bool is_optional = false;
    bool operator==(const Setting&) const = default;
};

struct SecretBlank {
    std::string name;
    std::string description;
    bool is_optional = false;
    bool operator==(const SecretBlank&) const = default;
};

// ---- requests -------------------------------------------------------------------------------------------------

using NamedTexts = std::vector<std::pair<std::string, TextTemplate>>;

enum class Method : std::uint8_t { get, post };
enum class BodyKind : std::uint8_t { none, json, form };

/// A parameter or header of which something named has no value is left out, such as one with {since} in a full read.
struct RequestRule {
    Method method = Method::get;
    TextTemplate path;  ///< behind the base URL; "https://…" stands alone
    NamedTexts query;
    NamedTexts headers;
    BodyKind body_kind = BodyKind::none;
    TextTemplate body;  ///< of `json`
    NamedTexts form;    ///< of `form`
    bool operator==(const RequestRule&) const = default;
};

// ---- who asks -------------------------------------------------------------------------------------------------
namespace auth {

struct None {
    bool operator==(const None&) const = default;
};
struct Basic {
    TextTemplate user;
    TextTemplate password;  ///< may be a fixed text, "x"
    bool operator==(const Basic&) const = default;
};
struct Bearer {
    TextTemplate token;
    bool operator==(const Bearer&) const = default;
};
/// `name: prefix + value`, the value perhaps in base64.
struct Header {
    std::string name = "Authorization";
    std::string prefix;  ///< "AfasToken ", with its space
    TextTemplate value;
    bool base64 = false;
    /// What stands before and behind the bare value. A value that is pasted with it, or as base64 of it, is taken as
    /// such; white space anywhere in it is dropped. Empty: the value as it is, trimmed.
    std::string wrap_before;
    std::string wrap_behind;
    bool operator==(const Header&) const = default;
};

/// Where the token stands in the answer to the call for it, and how long it lives.
struct TokenReply {
    FieldPath token;                               ///< "access_token"
    std::optional<FieldPath> expires_in;           ///< in seconds
    Duration lifetime = std::chrono::minutes(10);  ///< when the answer does not say
    bool operator==(const TokenReply&) const = default;
};
/// How the token is used, and how often it may be asked for.
struct TokenUse {
    std::string header = "Authorization";
    std::string prefix = "Bearer ";
    Duration refresh_early = std::chrono::minutes(2);  ///< at most half of the lifetime
    std::optional<std::size_t> calls_max;              ///< within `calls_in`
    Duration calls_in = std::chrono::hours(24 * 30);
    bool operator==(const TokenUse&) const = default;
};

enum class Algorithm : std::uint8_t { rs256, ps256, es256 };
std::string_view to_string(Algorithm algorithm);  ///< "RS256"

/// A JSON web token in place of a secret. The connector signs.
struct SignedJwt {
    Algorithm algorithm = Algorithm::rs256;
    std::string key;      ///< name of the secret that is the private key, PEM
    TextTemplate key_id;  ///< `kid`; empty: none
    NamedTexts claims;    ///< {now_seconds}, {expires_seconds} are written as numbers
    Duration lifetime = std::chrono::minutes(5);
    bool operator==(const SignedJwt&) const = default;
};
struct ClientCredentials {
    enum class Proof : std::uint8_t { body, basic, private_key_jwt };
    TextTemplate token_url;
    Proof proof = Proof::body;
    TextTemplate client_id;
    std::vector<TextTemplate>
        client_secrets;     ///< tried in this order when one is refused; one without a value is skipped
    SignedJwt jwt;          ///< of `private_key_jwt`
    NamedTexts parameters;  ///< besides: scope, tenant_id
    NamedTexts headers;
    TokenReply reply;
    TokenUse use;
    bool operator==(const ClientCredentials&) const = default;
};
/// A call of the vendor's own that gives a token.
struct LoginToken {
    RequestRule request;
    TokenReply reply;
    TokenUse use;
    bool operator==(const LoginToken&) const = default;
};
/// grant_type saml2-bearer: an assertion that the connector signs and puts, in base64, into the form as `assertion`.
struct SamlBearer {
    TextTemplate token_url;
    TextTemplate assertion;  ///< the XML, unsigned; {now}, {not_before}, {expires}, {unique}, {token_url}
    std::string key;         ///< name of the secret that is the private key, PEM
    Duration lifetime = std::chrono::minutes(10);
    NamedTexts parameters;  ///< company_id, client_id
    TokenReply reply;
    TokenUse use;
    bool operator==(const SamlBearer&) const = default;
};

}  // namespace auth

using Auth = std::variant<auth::None, auth::Basic, auth::Bearer, auth::Header, auth::ClientCredentials,
                          auth::LoginToken, auth::SamlBearer>;

// ---- page by page ---------------------------------------------------------------------------------------------
namespace paging {

/// Everything is one page.
struct None {
    bool operator==(const None&) const = default;
};
/// Parameters without a name are only filled into the body, as {offset} and {limit}.
struct Offset {
    enum class Advance : std::uint8_t { page_size, rows_received };
    std::string parameter;
    std::string limit_parameter;
    std::size_t start = 0;
    std::size_t size = 100;
    /// `page_size` leaves out everybody between what a source gave and what it was asked for: only with a total.
    Advance advance = Advance::rows_received;
    bool operator==(const Offset&) const = default;
};
struct Page {
    std::string parameter;  ///< or {page}
    std::string size_parameter;
    std::size_t start = 1;
    std::size_t size = 100;
    bool operator==(const Page&) const = default;
};
struct Cursor {
    std::vector<FieldPath> paths;  ///< the first that has a value; none, null or "": it was the last page
    std::string parameter;         ///< or {cursor}
    std::string limit_parameter;
    std::size_t size = 0;  ///< 0: not said
    bool operator==(const Cursor&) const = default;
};
/// OData is this with "@odata.nextLink", "odata.nextLink", "d.__next".
struct NextLink {
    enum class Take : std::uint8_t {
        whole,       ///< the link, which may be relative to the request's URL
        query_only,  ///< its query, on the request's own path
    };
    std::vector<FieldPath> paths;
    Take take = Take::whole;
    std::string limit_parameter;  ///< of the first call
    std::size_t size = 0;
    bool operator==(const NextLink&) const = default;
};
/// RFC 8288: `Link: <…>; rel="next"`.
struct LinkHeader {
    std::string relation = "next";
    std::string limit_parameter;
    std::size_t size = 0;
    bool operator==(const LinkHeader&) const = default;
};

}  // namespace paging

using Paging =
    std::variant<paging::None, paging::Offset, paging::Page, paging::Cursor, paging::NextLink, paging::LinkHeader>;

/// What ends a list. Offset and Page end at an empty page, at a short one where that is said (and the `total`, if there
/// is one, is reached), or when several pages agree on a `total` that is exactly what came; the others when there is no
/// next, however empty a page is. A status of 204 ends any of them. The cap, a repeated cursor, link or page never end
/// it: they are failures.
struct Stop {
    /// A page with fewer records than asked for is the last. It spares one call, and must not be said of a source that
    /// may give less than it was asked for.
    bool on_short_page = false;
    /// How many there are in all: fewer, more, or another number on another page are a failure.
    std::optional<FieldPath> total;
    std::size_t pages_max = 10'000;
    std::size_t records_max = 5'000'000;
    bool operator==(const Stop&) const = default;
};

// ---- what of it is the record ---------------------------------------------------------------------------------

/// A record is kept when the path has one of the texts, or when it has any (`texts` empty); reversed by `is_not`.
struct Condition {
    FieldPath path;
    std::vector<std::string> texts;
    bool is_not = false;
    bool operator==(const Condition&) const = default;
};

struct FieldRule {
    std::string name;              ///< of the column
    std::vector<FieldPath> paths;  ///< the first that has a value
    std::optional<DateRule> date;  ///< texts that are no date stay as they are, for the column's recipe to refuse
    bool is_required = false;      ///< when no record at all has it, the read is a failure: a right was taken away
    bool operator==(const FieldRule&) const = default;
};

struct RecordRule {
    enum class Shape : std::uint8_t {
        list,  ///< the path leads to a list of objects
        map,   ///< to an object of objects, by key
        one,   ///< to one object
    };
    std::vector<FieldPath> paths;  ///< members only; the first that is there. None there: a failure
    Shape shape = Shape::list;
    std::string map_key;  ///< of `map`: the column that the key becomes
    std::vector<FieldRule> fields;
    bool other_members = false;              ///< every other member goes along under its own name, as it is
    bool absent_is_empty = false;            ///< the vendor leaves out what is empty
    std::vector<Condition> keep;             ///< all must hold
    std::vector<std::string> refused_texts;  ///< "(replaced)": a value that means that the read is not to be believed
    std::optional<DateRule>
        dates;        ///< for every text that is written as a time or as /Date()/, of fields without a rule
    std::string key;  ///< the column that says who it is; "" where nothing needs it
    bool operator==(const RecordRule&) const = default;
};

/// What to do with a record that came before, in all it holds.
enum class Repeated : std::uint8_t {
    drop,  ///< it is there once
    keep,
    fail,  ///< pages have shifted while they were read: again
};

/// A list of records: its request, its pages, its records.
struct ListRule {
    RequestRule request;
    Paging paging;
    Stop stop;
    RecordRule records;
    Repeated repeated = Repeated::drop;
    bool operator==(const ListRule&) const = default;
};

/// A secondary list, read whole, whose columns are added where `column` of the record is `list.records.key` of it.
/// Several that match give lists of values.
struct Join {
    std::string name;  ///< for people: "departments"
    ListRule list;
    std::string column;
    bool operator==(const Join&) const = default;
};

/// A call for each record, {key} being what its `column` has; what it gives is added as by a join.
struct ChildCall {
    std::string name;
    ListRule list;
    std::string column;
    bool operator==(const ChildCall&) const = default;
};

// ---- what changed ---------------------------------------------------------------------------------------------

struct DeltaRule {
    enum class Kind : std::uint8_t {
        link,   ///< the last page of a full read has a link that later gives what changed since
        since,  ///< `list` with {since}
    };
    Kind kind = Kind::link;
    std::vector<FieldPath> link_paths;  ///< of `link`: "@odata.deltaLink"
    std::optional<ListRule> list;       ///< of `since`; of `link`: how its pages are read, when not as the full read's
    SinceForm since;
    Duration overlap = std::chrono::minutes(15);  ///< asked for again before the last read began
    bool is_partial = false;                      ///< what a changed record leaves out is as it was
    bool several_rows = false;               ///< a person may have several rows, and all of them come when one changes
    std::optional<FieldPath> removed;        ///< of the record: it is gone
    std::vector<std::string> removed_texts;  ///< what stands there then; empty: anything
    /// The column and the text that a removed one gets instead of being taken out.
    std::optional<std::pair<std::string, std::string>> removed_becomes;
    std::vector<int> resync_statuses = {410};
    std::vector<std::string> resync_texts;  ///< in the message of any other failing status: "syncStateNotFound"
    Duration full_every = std::chrono::hours(24);
    bool operator==(const DeltaRule&) const = default;
};

// ---- what goes wrong, and how fast it may go ------------------------------------------------------------------

enum class AnswerKind : std::uint8_t {
    ok,
    nothing,    ///< 204: there are none, or no more
    auth,       ///< who asks is not accepted: once with a new token, then a failure
    forbidden,  ///< known, but may not
    config,     ///< what is asked for is not there or not asked for rightly
    transient,
    throttled,
    resync,  ///< what the delta rests on is forgotten: read it all
};
std::string_view to_string(AnswerKind kind);

/// The first that fits decides. `texts` are looked for in the message without regard to case, and in the whole body
/// when there is no message; one is enough.
struct ErrorRule {
    std::vector<int> statuses;  ///< empty: any that failed
    std::vector<std::string> texts;
    AnswerKind is = AnswerKind::config;
    std::string code;  ///< stable, snake_case; empty: the kind's own
    std::string says;  ///< one sentence for the operator: what it means and who mends it
    bool operator==(const ErrorRule&) const = default;
};

struct ErrorRules {
    std::vector<FieldPath> messages;     ///< in the body; all that have a text, in this order
    std::string message_header;          ///< "X-BambooHR-Error-Message"
    std::optional<FieldPath> reference;  ///< what the vendor's support asks for: "profitLogReference"
    std::vector<ErrorRule> rules;
    bool operator==(const ErrorRules&) const = default;
};

struct Limits {
    double calls_per_second = 5.0;
    double burst = 5.0;
    std::size_t concurrency = 1;  ///< of child calls; pages go one after another
    std::optional<std::size_t> calls_per_day;
    std::optional<FieldPath> retry_after;          ///< seconds, in the body of a throttled answer
    std::string reset_header;                      ///< a moment in seconds since 1970, or seconds from now
    Duration wait_max = std::chrono::minutes(15);  ///< the vendor asks for longer: the read fails, and says until when
    int attempts_max = 4;
    Duration timeout = std::chrono::minutes(2);     ///< of one call
    Duration first_byte = std::chrono::minutes(1);  ///< of it, until an answer begins
    Duration pause_after_timeout = Duration(0);     ///< the vendor goes on working: do not ask again before this
    std::size_t query_max = 8'000;                  ///< bytes of a query
    std::size_t body_max = std::size_t{256} << 20;  ///< bytes of an answer
    bool operator==(const Limits&) const = default;
};

/// A call that says whether access and spelling are right, before anything is read: "/metainfo".
struct Probe {
    std::string name;  ///< for people: "the connector and its fields"
    RequestRule request;
    std::optional<FieldPath> names;  ///< names that are offered: "getConnectors[*].id"
    std::string must_name;           ///< the setting whose text must be among them; "" for none
    bool names_columns = false;      ///< the names are the columns of the records: those that are mapped must be there
    std::optional<FieldPath> tells;  ///< what tells environments apart: "info.envid"
    std::string must_tell;           ///< the setting that says which one is meant; given, it is asked before every run
    std::vector<FieldPath> shows;    ///< what is worth showing, such as when a token ends
    bool operator==(const Probe&) const = default;
};

struct Connector {
    std::string name;         ///< "afas-get-connector"
    std::string title;        ///< "AFAS Profit Get Connector"
    std::string description;  ///< what the customer must supply, in a few sentences
    std::vector<Setting> settings;
    std::vector<SecretBlank> secrets;
    TextTemplate base_url;            ///< https; plain http is for loopback only
    std::vector<std::string> hosts;   ///< where links may lead besides: "https://other.example:443"
    NamedTexts headers;               ///< of every call
    bool client_certificate = false;  ///< must be given
    Auth auth;
    ListRule list;
    std::optional<ListRule> person;  ///< {key}: one person only
    std::vector<Join> joins;
    std::vector<ChildCall> children;
    std::optional<DeltaRule> delta;
    std::vector<Probe> probes;
    ErrorRules errors;
    Limits limits;
    bool operator==(const Connector&) const = default;
};

}  // namespace usersync::rest

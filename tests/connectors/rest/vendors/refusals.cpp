// The shapes of errors that the vendors publish; where from, stands at the top of each preset.
#include "tests/connectors/rest/vendors/refusals.hpp"

#include <string>

namespace usersync::vendors {
namespace {

constexpr auto blocked = FailureKind::blocked;
constexpr auto transient = FailureKind::transient;
constexpr auto login = Refused::login;
constexpr auto first = Refused::first_page;
constexpr auto second = Refused::second_page;
constexpr auto two_hours = std::chrono::hours(2);

using Headers = std::vector<http::Header>;

http::Response bare(int status, Headers headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = ""};
}
http::Response page_of_a_proxy(int status) {
    return {.status = status, .headers = {{"Content-Type", "text/html"}}, .body = "<html>Bad gateway</html>"};
}

/// RFC 6749, 5.2.
http::Response oauth(int status, const char* error, const char* description) {
    return reply(status, {{"error", error}, {"error_description", description}});
}
/// RFC 7807.
http::Response problem(int status, const char* title, const char* detail) {
    return reply(status, {{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}});
}
http::Response afas(int status, const char* message) {
    return reply(status, {{"externalMessage", message},
                          {"errorNumber", -2147180996},
                          {"profitLogReference", "0123456789ABCDEF0123456789ABCDEF"}});
}
/// Microsoft Graph, and OData v4 as such.
http::Response graph(int status, const char* code, const char* message, Headers headers = {}) {
    return reply(status, {{"error", {{"code", code}, {"message", message}, {"innerError", json::object()}}}},
                 std::move(headers));
}
/// SuccessFactors, and OData v2 as such.
http::Response odata_v2(int status, const char* code, const char* message) {
    return reply(status, {{"error", {{"code", code}, {"message", {{"lang", "en-US"}, {"value", message}}}}}});
}
http::Response personio_v1(int status, const char* message, Headers headers = {}) {
    return reply(status, {{"success", false}, {"error", {{"code", 0}, {"message", message}}}}, std::move(headers));
}
http::Response personio_v2(int status, const char* title, const char* detail) {
    return reply(status, {{"personio_trace_id", "trace-1"},
                          {"timestamp", "2026-11-23T10:00:00Z"},
                          {"errors", json::array({{{"title", title}, {"detail", detail}}})}});
}
http::Response adp(int status, const char* message) {
    return reply(status, {{"response",
                           {{"responseCode", status}, {"applicationCode", {{"code", status}, {"message", message}}}}}});
}
/// RFC 7644, 3.12.
http::Response scim(int status, const char* type, const char* detail, Headers headers = {}) {
    json error = {{"schemas", json::array({"urn:ietf:params:scim:api:messages:2.0:Error"})},
                  {"status", std::to_string(status)},
                  {"detail", detail}};
    if (*type != '\0') error["scimType"] = type;
    return reply(status, error, std::move(headers));
}
http::Response said(int status, const char* name, const char* message, Headers headers = {}) {
    return reply(status, {{name, message}}, std::move(headers));
}

const Headers in_two_hours = {{"Retry-After", "7200"}};

// What all three logins of AFAS have in common.
std::vector<Refusal> of_afas(const char* preset) {
    const auto not_ours = "GetConnector niet ondersteund voor deze app of de gebruiker is niet geautoriseerd";
    const auto maintenance = json{{"error", {{"code", "string"}, {"message", "string"}}}, {"retry_after", 7200}};
    return {
        {preset, first, afas(401, ""), blocked, "token_refused", "AFAS does not accept the token"},
        {preset, first, afas(403, ""), blocked, "address_refused", "list of IP addresses"},
        {preset, first, bare(404), blocked, "not_found", "number of the environment"},
        {preset, first, afas(500, not_ours), blocked, "connector_not_linked", "niet ondersteund"},
        {preset, first, afas(401, not_ours), blocked, "connector_not_linked", "not part of the app connector"},
        {preset, first, afas(500, "Deze GetConnector (definitie) is geblokkeerd"), blocked, "connector_blocked",
         "lift"},
        {preset, first, afas(500, "Connector-veld 'X' niet gevonden"), blocked, "field_gone", "'X' niet gevonden"},
        {preset, first, afas(500, "Invalid Index field"), blocked, "bad_order_field", "cannot order"},
        {preset, second, afas(500, "Command timeout expired"), transient, "query_too_heavy", "lighter"},
        {preset, second, afas(500, "Er is een fout opgetreden"), transient, "server_error", "0123456789ABCDEF"},
        {preset, second, reply(503, maintenance), transient, "throttled", "503", two_hours},
    };
}

std::vector<Refusal> of_scim(const char* preset) {
    return {
        {preset, first, scim(401, "", "Authorization failure"), blocked, "login_refused",
         "SCIM service does not accept"},
        {preset, first, scim(403, "", "Operation is not permitted"), blocked, "forbidden", "is not permitted"},
        {preset, first, scim(404, "", "Resource not found"), blocked, "not_found", "base URL"},
        {preset, first, scim(400, "invalidValue", "count is too large"), blocked, "refused", "invalidValue: count"},
        {preset, second, scim(400, "tooMany", "too many results"), blocked, "refused", "tooMany"},
        {preset, second, scim(429, "", "Slow down", in_two_hours), transient, "throttled", "Slow", two_hours},
        {preset, second, page_of_a_proxy(502), transient, "server_error", "502"},
    };
}

std::vector<Refusal> make_all() {
    const auto wrong_secret = "AADSTS7000215: Invalid client secret provided.";
    const auto too_fast = Headers{{"Retry-After", "7200"}, {"X-BambooHR-Error-Message", "Limit Exceeded"}};
    const auto switched_off = Headers{{"X-BambooHR-Error-Message", "Directory disabled for this account"}};
    std::vector<Refusal> all = {
        {"adp", login, oauth(401, "invalid_client", "credentials were not valid"), blocked, "client_refused",
         "not valid"},
        {"adp", first, adp(401, "Expired token"), blocked, "client_refused", "Expired token"},
        {"adp", first, adp(403, "Invalid Scope"), blocked, "api_missing", "Invalid Scope"},
        {"adp", first,
         reply(400, {{"confirmMessage",
                      {{"processMessages",
                        json::array({{{"userMessage", {{"messageTxt", "Invalid / Missing Role code"}}}}})}}}}),
         blocked, "refused", "Missing Role code"},
        {"adp", second, bare(429, in_two_hours), transient, "throttled", "429", two_hours},
        {"adp", second, bare(500), transient, "server_error", "500"},

        {"afas-get-connector", login, said(400, "error", "invalid_client"), blocked, "client_refused",
         "ends after a while"},
        {"afas-get-connector", login, bare(503), transient, "throttled", "503"},
        {"afas-get-connector-key", login, said(400, "error", "invalid_client"), blocked, "client_refused", "signature"},
        {"afas-get-connector-key", login, bare(503), transient, "throttled", "503"},

        {"bamboohr", first, bare(401), blocked, "key_refused", "API key"},
        {"bamboohr", first, problem(403, "Forbidden", "no access"), blocked, "dataset_forbidden", "no access"},
        {"bamboohr", first, problem(422, "INVALID_FIELD", "shoeSize"), blocked, "refused", "INVALID_FIELD: shoeSize"},
        {"bamboohr", second, bare(503, too_fast), transient, "throttled", "Limit Exceeded", two_hours},
        {"bamboohr", second, bare(429, too_fast), transient, "throttled", "Limit Exceeded", two_hours},
        {"bamboohr-directory", first, bare(401), blocked, "key_refused", "API key"},
        {"bamboohr-directory", first, bare(403, switched_off), blocked, "directory_off", "Directory disabled"},
        {"bamboohr-directory", first, bare(404), blocked, "directory_empty", "nobody in it"},
        {"bamboohr-directory", first, bare(429, too_fast), transient, "throttled", "Limit Exceeded", two_hours},
        {"bamboohr-employees", first, bare(401), blocked, "key_refused", "API key"},
        {"bamboohr-employees", first, bare(404), blocked, "not_found", "setting company"},
        {"bamboohr-employees", second, problem(400, "Bad Request", "invalid cursor"), blocked, "refused", "cursor"},
        {"bamboohr-employees", second, bare(429, too_fast), transient, "throttled", "Limit Exceeded", two_hours},
        {"bamboohr-report", first, bare(401), blocked, "key_refused", "API key"},
        {"bamboohr-report", first, bare(404), blocked, "not_found", "setting company"},
        {"bamboohr-report", first, problem(400, "Bad Request", "no such field"), blocked, "refused", "no such field"},
        {"bamboohr-report", first, bare(503, too_fast), transient, "throttled", "Limit Exceeded", two_hours},

        {"entra-id", login, oauth(401, "invalid_client", wrong_secret), blocked, "client_refused", "AADSTS7000215"},
        {"entra-id", login, oauth(400, "unauthorized_client", "AADSTS700016"), blocked, "client_refused",
         "AADSTS700016"},
        {"entra-id", first, graph(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
         blocked, "not_authorised", "InvalidAuthenticationToken"},
        {"entra-id", first, graph(403, "Authorization_RequestDenied", "Insufficient privileges."), blocked,
         "permission_missing", "User.Read.All"},
        {"entra-id", first, graph(400, "BadRequest", "Could not find a property named 'shoeSize'."), blocked, "refused",
         "shoeSize"},
        {"entra-id", second, graph(400, "Directory_ExpiredPageToken", "The page token has expired."), transient,
         "page_token_expired", "Directory_ExpiredPageToken"},
        {"entra-id", second, graph(429, "TooManyRequests", "Slow down", in_two_hours), transient, "throttled",
         "TooManyRequests", two_hours},

        {"hibob", first, said(401, "error", "Unauthorized"), blocked, "token_refused", "many failed attempts"},
        {"hibob", first, said(403, "error", "Forbidden"), blocked, "permission_missing", "permission group"},
        {"hibob", first, said(400, "error", "no field shoeSize"), blocked, "refused", "no field shoeSize"},
        {"hibob", first, bare(429, {{"X-RateLimit-Reset", "1766023200"}}), transient, "throttled", "429", two_hours},

        {"odata-v2", first, odata_v2(401, "401", "Unauthorized"), blocked, "login_refused", "does not accept the user"},
        {"odata-v2", first, odata_v2(404, "005056A509B1", "No such set"), blocked, "not_found", "No such set"},
        {"odata-v2", first, odata_v2(400, "BAD", "Invalid property"), blocked, "refused", "BAD: Invalid property"},
        {"odata-v2", second, bare(503, in_two_hours), transient, "throttled", "503", two_hours},
        {"odata-v4", first, graph(401, "401", "Unauthorized"), blocked, "login_refused", "does not accept the user"},
        {"odata-v4", first, graph(404, "404", "No such set"), blocked, "not_found", "No such set"},
        {"odata-v4", first, graph(400, "BAD", "Invalid property"), blocked, "refused", "BAD: Invalid property"},
        {"odata-v4", second, bare(503, in_two_hours), transient, "throttled", "503", two_hours},

        {"personio-v1", login, personio_v1(403, "Wrong credentials"), blocked, "credentials_refused",
         "Wrong credentials"},
        {"personio-v1", first, personio_v1(401, "The token is invalid"), blocked, "credentials_refused", "is invalid"},
        {"personio-v1", second, personio_v1(404, "Not found"), blocked, "not_found", "Not found"},
        {"personio-v1", second, personio_v1(429, "Too many requests", in_two_hours), transient, "throttled",
         "Too many requests", two_hours},
        {"personio-v2", login, oauth(401, "invalid_client", "unknown"), blocked, "client_refused",
         "of the API credentials"},
        {"personio-v2", first, personio_v2(401, "Unauthorized", "Token is invalid."), blocked, "credentials_refused",
         "[reference trace-1]"},
        {"personio-v2", first, personio_v2(403, "Forbidden", "Scope is missing."), blocked, "credentials_refused",
         "personio:persons:read"},
        {"personio-v2", second, problem(400, "Bad Request", "Cursor is invalid."), blocked, "refused",
         "Cursor is invalid"},
        {"personio-v2", second, bare(429, in_two_hours), transient, "throttled", "429", two_hours},

        {"successfactors", login,
         reply(401, {{"errorHttpCode", "401"}, {"errorMessage", "Unable to authenticate the client (Login failed)"}}),
         blocked, "assertion_refused", "Unable to authenticate"},
        {"successfactors", first, odata_v2(403, "LGN0006", "Token has been expired."), blocked, "token_refused",
         "LGN0006"},
        {"successfactors", first, odata_v2(403, "COE_GENERAL_FORBIDDEN", "[COE0020]No permission to view EmpJob"),
         blocked, "permission_missing", "COE0020"},
        {"successfactors", first, odata_v2(400, "COE_PROPERTY_NOT_FOUND", "[COE0021]Invalid property names: shoeSize"),
         blocked, "refused", "shoeSize"},
        {"successfactors", second, bare(503, in_two_hours), transient, "throttled", "503", two_hours},
        {"successfactors", second, bare(500), transient, "server_error", "500"},

        {"workday-raas", first, bare(401), blocked, "password_refused", "unless the user is exempt"},
        {"workday-raas", first, said(403, "error", "no access to the report"), blocked, "report_forbidden",
         "no access"},
        {"workday-raas", first, said(404, "error", "no such report"), blocked, "not_found", "no such report"},
        {"workday-raas", first, bare(503, in_two_hours), transient, "throttled", "503", two_hours},

        {"youforce", login, said(400, "error", "invalid_client"), blocked, "client_refused", "tenant id"},
        {"youforce", first, said(401, "message", "Unauthorized"), blocked, "not_authorised", "Unauthorized"},
        {"youforce", first, said(403, "message", "Forbidden"), blocked, "forbidden", "Forbidden"},
        {"youforce", second, said(429, "message", "Quota", in_two_hours), transient, "throttled", "Quota", two_hours},
    };
    for (const auto* preset : {"afas-get-connector", "afas-get-connector-classic", "afas-get-connector-key"}) {
        for (auto& refusal : of_afas(preset)) all.push_back(std::move(refusal));
    }
    for (const auto* preset : {"scim2", "scim2-basic"}) {
        for (auto& refusal : of_scim(preset)) all.push_back(std::move(refusal));
    }
    return all;
}

}  // namespace

const std::vector<Refusal>& refusals() {
    static const auto all = make_all();
    return all;
}

}  // namespace usersync::vendors

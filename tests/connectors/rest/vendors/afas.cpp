// docs.afas.help/profit/en: get-connector, authentication, troubleshooting.
#include "core/base/byte_text.hpp"
#include "core/rest/encode.hpp"
#include "tests/connectors/rest/vendors/assertions.hpp"
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>
#include <sstream>

namespace usersync::vendors {
namespace {

constexpr const char* root = "/ProfitRestServices";
constexpr const char* connector_name = "Usersync_Employees";

http::Response refused(int status, const char* message) {
    return reply(status, {{"externalMessage", message},
                          {"errorNumber", -2147180996},
                          {"profitLogReference", "0123456789ABCDEF0123456789ABCDEF"}});
}

bool is_known(const Asked& asked) {
    const auto classic = "<token><version>1</version><data>" + std::string(64, 'A') + "</data></token>";
    return has_bearer(asked) || asked.header("Authorization") == "AfasToken " + base64(classic);
}

std::string moment(const std::string& day) { return day.empty() ? std::string() : day + "T00:00:00Z"; }

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
    return parts;
}

}  // namespace

http::Response Afas::log_in(const Asked& asked) {
    if (!asked.is("POST", std::string(root) + "/oauth/token")) return {.status = 0, .headers = {}, .body = {}};
    if (asked.form.contains("client_assertion")) {
        const auto problem = problem_of_jwt(asked, *this, origin + root + "/oauth/token");
        if (!problem.empty()) return reply(400, {{"error", "invalid_client"}, {"error_description", problem}});
        return reply(200, {{"access_token", "token-of-today"}, {"token_type", "Bearer"}, {"expires_in", 3600}});
    }
    return client_credentials(asked);
}

std::vector<json> Afas::rows() const {
    std::vector<json> all;
    if (!has_filter_rights) return all;
    for (std::size_t at = 0; at < people.size(); ++at) {
        const auto& person = people[at];
        json row = {{"EmployeeId", person.id},
                    {"EmailWork", person.email},
                    {"FirstName", person.first},
                    {"Infix", text_or_null(person.infix)},
                    {"LastName", person.last},
                    {"JobTitle", has_replaced_field ? "(replaced)" : person.job},
                    {"Phone", person.phone},
                    {"Location", person.location},
                    {"Department", person.department},
                    {"StartDate", moment(person.start)},
                    {"EndDate", text_or_null(moment(person.end))}};
        all.push_back(row);
        if (!has_second_contracts || at % 5 != 0) continue;
        row["StartDate"] = "2015-01-01T00:00:00Z";
        row["Department"] = "Archive";
        all.push_back(row);
    }
    return all;
}

http::Response Afas::connector(const Asked& asked) {
    if (!is_linked) {
        return refused(500, "GetConnector niet ondersteund voor deze app of de gebruiker is niet geautoriseerd");
    }
    auto all = rows();
    const auto order = split(asked.of("orderbyfieldids"));
    const bool is_turned = reads_++ % 2 == 1;
    for (const auto& field : order) {
        if (!all.empty() && !all.front().contains(field)) {
            return refused(500, ("Connector-veld '" + field + "' niet gevonden").c_str());
        }
    }
    if (is_turned) std::reverse(all.begin(), all.end());
    std::stable_sort(all.begin(), all.end(), [&](const json& a, const json& b) {
        for (const auto& field : order) {
            if (a[field] != b[field]) return a[field] < b[field];
        }
        return false;
    });
    if (asked.query.contains("filterjson")) {
        const auto filter = json::parse(asked.of("filterjson"));
        const auto& field = filter["Filters"]["Filter"][0]["Field"][0];
        std::erase_if(all,
                      [&](const json& row) { return row[field["@FieldId"].get<std::string>()] != field["#text"]; });
    }
    const auto skip = asked.number("skip", 0);
    const auto take = std::min(asked.number("take", 100), page_max);
    json page = {{"skip", skip}, {"take", take}, {"rows", json::array()}};
    for (auto at = skip; at < std::min(skip + take, all.size()); ++at) page["rows"].push_back(all[at]);
    return reply(200, page);
}

http::Response Afas::speak(const Asked& asked) {
    if (!is_known(asked)) return refused(401, "");
    if (asked.request.target.size() - asked.path.size() > 2049) return reply(404, json::object());
    if (asked.is("GET", std::string(root) + "/metainfo")) {
        json info = {{"envid", "T12345AA"}, {"appName", "User Sync"}, {"group", "Usersync"}, {"tokenExpiry", "0"}};
        json connectors = json::array();
        if (is_linked) connectors.push_back({{"id", connector_name}, {"description", "For User Sync"}});
        return reply(200, {{"updateConnectors", json::array()}, {"getConnectors", connectors}, {"info", info}});
    }
    if (asked.is("GET", std::string(root) + "/metainfo/get/" + connector_name)) {
        json fields = json::array();
        const auto example = Afas(invented_people(1)).rows().front();
        for (const auto& field : example.items()) {
            fields.push_back(
                {{"id", field.key()}, {"fieldId", "U001"}, {"dataType", "string"}, {"label", field.key()}});
        }
        return reply(200, {{"name", connector_name}, {"description", ""}, {"fields", fields}});
    }
    if (asked.is("GET", std::string(root) + "/connectors/" + connector_name)) return connector(asked);
    return refused(500, "GetConnector niet ondersteund voor deze app of de gebruiker is niet geautoriseerd");
}

}  // namespace usersync::vendors

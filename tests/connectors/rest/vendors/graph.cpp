// learn.microsoft.com/graph: delta-query-overview, user-delta.
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>

namespace usersync::vendors {
namespace {

http::Response refused(int status, const char* code, const char* message) {
    return reply(status, {{"error", {{"code", code}, {"message", message}, {"innerError", json::object()}}}});
}

}  // namespace

Graph::Graph(std::vector<Person> staff) : Vendor(std::move(staff)) { page_max = 4; }

json Graph::user(const Person& person) {
    return {{"id", "guid-" + person.id},
            {"employeeId", person.id},
            {"userType", "Member"},
            {"accountEnabled", true},
            {"mail", person.email},
            {"userPrincipalName", person.email},
            {"givenName", person.first},
            {"surname", person.whole_last()},
            {"jobTitle", person.job},
            {"mobilePhone", person.phone},
            {"businessPhones", json::array({person.phone})},
            {"officeLocation", person.location},
            {"department", person.department},
            {"employeeHireDate", person.start + "T00:00:00Z"},
            {"employeeOrgData", {{"costCenter", "100"}, {"division", nullptr}}}};
}

http::Response Graph::log_in(const Asked& asked) {
    if (!asked.is("POST", "/contoso.onmicrosoft.com/oauth2/v2.0/token"))
        return {.status = 0, .headers = {}, .body = {}};
    return client_credentials(asked);
}

http::Response Graph::round(std::size_t skip) {
    std::vector<json> users;
    for (const auto& person : people) users.push_back(user(person));
    users.push_back({{"id", "guest"}, {"employeeId", "9999"}, {"userType", "Guest"}, {"mail", "guest@other.example"}});
    users.push_back({{"id", "service"}, {"employeeId", nullptr}, {"userType", "Member"}, {"mail", nullptr}});
    const auto base = origin + "/v1.0/users/delta?";
    json page = {{"@odata.context", origin + "/v1.0/$metadata#users"}, {"value", json::array()}};
    const bool is_empty_page = skip == 1;  // no user is read by it: the next one goes on where the first ended
    const auto begin = skip == 0 ? 0 : (skip - 1) * page_max;
    if (!is_empty_page) {
        for (auto at = begin; at < std::min(begin + page_max, users.size()); ++at) page["value"].push_back(users[at]);
    }
    if (skip == 0 || is_empty_page || begin + page_max < users.size()) {
        page["@odata.nextLink"] = base + "$skiptoken=" + std::to_string(skip + 1);
    } else {
        page["@odata.deltaLink"] = base + "$deltatoken=" + std::to_string(changes.size());
    }
    return reply(200, page);
}

http::Response Graph::speak(const Asked& asked) {
    if (!has_bearer(asked)) return refused(401, "InvalidAuthenticationToken", "Access token is empty.");
    if (!has_permission) {
        return refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    }
    if (asked.is("GET", "/v1.0/users")) {
        json page = {{"value", json::array()}};
        for (const auto& person : people) {
            if (asked.of("$filter") == "employeeId eq '" + person.id + "'") page["value"].push_back(user(person));
        }
        return reply(200, page);
    }
    if (!asked.is("GET", "/v1.0/users/delta")) return refused(404, "Request_ResourceNotFound", "");
    if (asked.query.contains("$deltatoken")) {
        if (has_forgotten) return refused(410, "syncStateNotFound", "The sync state generation is not found.");
        json page = {{"value", json::array()}};
        for (auto at = asked.number("$deltatoken", 0); at < changes.size(); ++at) page["value"].push_back(changes[at]);
        page["@odata.deltaLink"] = origin + "/v1.0/users/delta?$deltatoken=" + std::to_string(changes.size());
        return reply(200, page);
    }
    return round(asked.number("$skiptoken", 0));
}

}  // namespace usersync::vendors

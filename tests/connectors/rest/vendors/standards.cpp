// ADP Workforce, SCIM 2.0 (RFC 7643, 7644), OData.
#include "core/rest/encode.hpp"
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>

namespace usersync::vendors {

http::Response Adp::log_in(const Asked& asked) {
    if (!asked.is("POST", "/auth/oauth/v2/token")) return {.status = 0, .headers = {}, .body = {}};
    if (!has_basic(asked, "client", "secret")) return reply(401, {{"error", "invalid_client"}});
    return reply(200, {{"access_token", "token-of-today"}, {"token_type", "Bearer"}, {"expires_in", 3600}});
}

http::Response Adp::speak(const Asked& asked) {
    if (!has_bearer(asked)) {
        return reply(401, {{"response", {{"applicationCode", {{"code", "401"}, {"message", "Token expired"}}}}}});
    }
    if (!asked.is("GET", "/hr/v2/workers")) return reply(404, json::object());
    if (asked.number("$top", 100) > 100) return reply(503, json::object());
    const auto page = part_of(people, asked.number("$skip", 0), std::min(asked.number("$top", 100), page_max));
    if (page.empty()) return {.status = 204, .headers = {}, .body = ""};
    json workers = json::array();
    for (const auto& person : page) {
        json name = {{"givenName", person.first}, {"familyName1", person.last}};
        if (!person.infix.empty()) name["familyName1Prefix"] = person.infix;
        json before = {{"primaryIndicator", false}, {"jobTitle", "What it was before"}};
        json now = {{"primaryIndicator", true},
                    {"jobTitle", person.job},
                    {"homeOrganizationalUnits", json::array({{{"nameCode", {{"longName", person.department}}}}})},
                    {"homeWorkLocation", {{"nameCode", {{"codeValue", person.location}}}}},
                    {"assignmentStatus", {{"statusCode", {{"codeValue", "A"}}}}}};
        json dates = {{"originalHireDate", person.start}};
        if (!person.end.empty()) dates["terminationDate"] = person.end;
        workers.push_back({{"associateOID", "G" + person.id},
                           {"workerID", {{"idValue", person.id}}},
                           {"person", {{"legalName", name}}},
                           {"businessCommunication",
                            {{"emails", json::array({{{"emailUri", person.email}}})},
                             {"mobiles", json::array({{{"formattedNumber", person.phone}}})}}},
                           {"workAssignments", json::array({before, now})},
                           {"workerDates", dates}});
    }
    return reply(200, {{"workers", workers}});
}

http::Response Scim::speak(const Asked& asked) {
    const bool is_known = asked.header("Authorization") == "Bearer token" || has_basic(asked, "user", "password");
    if (!is_known) {
        return reply(401, {{"schemas", json::array({"urn:ietf:params:scim:api:messages:2.0:Error"})},
                           {"status", "401"},
                           {"detail", "Authorization failure. The authorization header is invalid or missing."}});
    }
    if (!asked.is("GET", "/scim/v2/Users")) return reply(404, json::object());
    constexpr const char* enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    auto staff = people;
    if (!has_order && reads_++ % 2 == 1) std::reverse(staff.begin(), staff.end());
    const auto start = std::max<std::size_t>(asked.number("startIndex", 1), 1);
    const auto page = part_of(staff, start - 1, std::min({asked.number("count", 100), page_max, std::size_t{7}}));
    json resources = json::array();
    for (const auto& person : page) {
        json user = {{"id", "scim-" + person.id},
                     {"userName", person.email},
                     {"active", true},
                     {"name", {{"givenName", person.first}, {"familyName", person.whole_last()}}},
                     {"title", person.job},
                     {"emails", json::array({{{"type", "home"}, {"value", "private@home.example"}},
                                             {{"type", "work"}, {"value", person.email}}})},
                     {"phoneNumbers", json::array({{{"type", "mobile"}, {"value", person.phone}}})}};
        user[enterprise] = {
            {"employeeNumber", person.id}, {"department", person.department}, {"division", person.location}};
        resources.push_back(user);
    }
    return reply(200, {{"schemas", json::array({"urn:ietf:params:scim:api:messages:2.0:ListResponse"})},
                       {"totalResults", people.size()},
                       {"startIndex", start},
                       {"itemsPerPage", page.size()},
                       {"Resources", resources}});
}

http::Response OData::speak(const Asked& asked) {
    if (!has_basic(asked, "user", "password")) {
        return reply(401, {{"error", {{"code", "401"}, {"message", "Unauthorized"}}}});
    }
    if (!asked.is("GET", "/odata/Employees")) return reply(404, {{"error", {{"code", "404"}, {"message", "No"}}}});
    const auto skip = turns_in_circles ? 0 : asked.number("$skiptoken", 0);
    const auto size = std::min<std::size_t>(page_max, 5);
    json records = json::array();
    for (const auto& person : part_of(people, skip, size)) {
        json record = {{"EmployeeId", person.id},         {"Email", person.email},          {"FirstName", person.first},
                       {"LastName", person.whole_last()}, {"JobTitle", person.job},         {"Phone", person.phone},
                       {"Location", person.location},     {"Department", person.department}};
        if (is_v4_) {
            record["StartDate"] = person.start;
            record["EndDate"] = text_or_null(person.end);
        } else {
            record["StartDate"] = ticks(person.start);
            record["EndDate"] = ticks(person.end);
            record["__metadata"] = {{"uri", origin + "/odata/Employees('" + person.id + "')"}};
        }
        records.push_back(record);
    }
    const bool has_more = skip + size < people.size() || turns_in_circles;
    const auto link = "$skiptoken=" + std::to_string(turns_in_circles ? 0 : skip + size);
    if (is_v4_) {
        json answer = {{"value", records}};
        if (has_more) answer["@odata.nextLink"] = "Employees?" + link;  // relative, which OData v4 allows
        return reply(200, answer);
    }
    json answer = {{"d", {{"results", records}}}};
    if (has_more) answer["d"]["__next"] = origin + "/odata/Employees?" + link;
    return reply(200, answer);
}

}  // namespace usersync::vendors

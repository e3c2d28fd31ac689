// Vendors that give everybody in one answer: HiBob (apidocs.hibob.com), Workday reports.
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>

namespace usersync::vendors {

http::Response Hibob::speak(const Asked& asked) {
    if (!has_basic(asked, "service-1", "token")) return reply(401, {{"error", "Unauthorized"}});
    const auto body = asked.body();
    if (!asked.is("POST", "/v1/people/search") || !body.contains("fields")) return reply(404, json::object());
    const bool is_readable = body.value("humanReadable", "") == "REPLACE";
    auto staff = people;
    if (body.contains("filters")) {
        const auto& wanted = body["filters"][0]["values"];
        std::erase_if(staff, [&](const Person& person) {
            return std::find(wanted.begin(), wanted.end(), json(person.id)) == wanted.end();
        });
    }
    json employees = json::array();
    for (const auto& person : staff) {
        json work = {{"title", is_readable ? person.job : "258"},
                     {"department", is_readable ? person.department : "259"},
                     {"site", person.location},
                     {"startDate", person.start}};
        if (!person.manager.empty()) work["reportsTo"] = {{"id", person.manager}, {"displayName", "Jan"}};
        json internal = {{"status", "Active"}};
        if (!person.end.empty()) internal["terminationDate"] = person.end;
        employees.push_back({{"id", person.id},
                             {"email", person.email},
                             {"firstName", person.first},
                             {"surname", person.whole_last()},
                             {"work", work},
                             {"personal", {{"mobile", person.phone}}},
                             {"internal", internal}});
    }
    return reply(200, {{"employees", employees}});
}

http::Response Workday::speak(const Asked& asked) {
    if (!has_basic(asked, "isu@shop", "password")) return {.status = 401, .headers = {}, .body = ""};
    if (!asked.is("GET", "/ccx/service/customreport2/shop/isu/User Sync") || asked.of("format") != "json") {
        return {.status = 404, .headers = {}, .body = ""};
    }
    json entries = json::array();
    for (const auto& person : people) {
        json entry = {{"Employee_ID", person.id},    {"Email", person.email},
                      {"First_Name", person.first},  {"Last_Name", person.whole_last()},
                      {"Job_Title", person.job},     {"Phone", person.phone},
                      {"Location", person.location}, {"Department", person.department},
                      {"Hire_Date", person.start},   {"Status", "Active"}};
        if (!person.end.empty()) entry["Termination_Date"] = person.end;
        if (!person.manager.empty()) entry["Manager_ID"] = person.manager;
        entry["Teams_group"] = json::array({{{"Team", "A"}}, {{"Team", "B"}}});
        entries.push_back(entry);
    }
    return reply(200, is_bare ? entries : json{{"Report_Entry", entries}});
}

}  // namespace usersync::vendors

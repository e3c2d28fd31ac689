// documentation.bamboohr.com: datasets, list of employees, custom report, directory.
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>
#include <sstream>

namespace usersync::vendors {
namespace {

json employee_of(const Person& person) {
    return {{"id", person.id},
            {"employeeId", person.id},
            {"firstName", person.first},
            {"lastName", person.whole_last()},
            {"displayName", person.first + " " + person.whole_last()},
            {"workEmail", person.email},
            {"jobTitle", person.job},
            {"jobTitleName", person.job},
            {"mobilePhone", person.phone},
            {"location", person.location},
            {"department", person.department},
            {"hireDate", person.start},
            {"terminationDate", person.end.empty() ? "0000-00-00" : person.end},
            {"supervisorId", person.manager},
            {"status", "Active"}};
}

json row_of(const Person& person) {
    return {{"eeid", person.id},
            {"firstName", person.first},
            {"lastName", person.whole_last()},
            {"email", person.email},
            {"jobInformationJobTitle", person.job},
            {"jobInformationDepartment", person.department},
            {"jobInformationReportsTo", text_or_null(person.manager)},
            {"status", "Active"}};
}

http::Response problem(int status, const char* title, const char* detail) {
    return reply(status, {{"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}});
}

}  // namespace

http::Response Bamboo::dataset(const Asked& asked) {
    const auto body = asked.body();
    if (!body.is_object() || !body.contains("fields")) return problem(400, "Bad Request", "fields is missing");
    for (const auto& field : body["fields"]) {
        if (!row_of(people.front()).contains(field.get<std::string>())) {
            return problem(422, "INVALID_FIELD", ("no such field: " + field.get<std::string>()).c_str());
        }
    }
    const auto page = body.value("page", std::size_t{1});
    const auto size = std::min({body.value("pageSize", std::size_t{100}), std::size_t{1000}, page_max});
    json answer = {{"data", json::array()},
                   {"links", json::object()},
                   {"meta",
                    {{"page", page},
                     {"pageSize", size},
                     {"totalPages", (people.size() + size - 1) / size},
                     {"totalItems", people.size()}}}};
    for (const auto& person : part_of(people, (page - 1) * size, size)) {
        json fields = json::object();
        for (const auto& field : body["fields"])
            fields[field.get<std::string>()] = row_of(person)[field.get<std::string>()];
        answer["data"].push_back({{"fields", fields}});
    }
    return reply(200, answer);
}

http::Response Bamboo::employees(const Asked& asked) {
    const auto size = std::min(asked.number("page[limit]", 250), page_max);
    const auto skip = asked.number("page[after]", 0);
    auto staff = people;
    if (asked.query.contains("filter[ids]")) {
        std::erase_if(staff, [&](const Person& person) { return person.id != asked.of("filter[ids]"); });
    }
    json answer = {{"data", json::array()}, {"meta", {{"total", staff.size()}, {"page", json::object()}}}};
    for (const auto& person : part_of(staff, skip, size)) {
        const auto whole = employee_of(person);
        json record = {{"_restrictedFields", json::array()}, {"photoUrl", "https://photos.example/1"}};
        for (const char* name : {"employeeId", "firstName", "lastName", "jobTitleName", "status"})
            record[name] = whole[name];
        std::istringstream fields(asked.of("fields"));
        for (std::string name; std::getline(fields, name, ',');) {
            if (whole.contains(name)) record[name] = whole[name];
        }
        answer["data"].push_back(record);
    }
    if (skip + size < staff.size()) answer["meta"]["page"]["nextCursor"] = std::to_string(skip + size);
    return reply(200, answer);
}

http::Response Bamboo::report(const Asked& asked) {
    const auto body = asked.body();
    if (asked.of("format") != "JSON" || !body.contains("fields")) return problem(400, "Bad Request", "");
    json answer = {{"title", body.value("title", "")}, {"fields", json::array()}, {"employees", json::array()}};
    for (const auto& person : people) {
        const auto whole = employee_of(person);
        json record = json::object();
        for (const auto& field : body["fields"])
            record[field.get<std::string>()] = whole.value(field.get<std::string>(), "");
        answer["employees"].push_back(record);
    }
    return reply(200, answer);
}

http::Response Bamboo::directory() {
    if (!shares_directory) {
        return {.status = 403,
                .headers = {{"X-BambooHR-Error-Message", "Directory disabled for this account"}},
                .body = ""};
    }
    json answer = {{"fields", json::array()}, {"employees", json::array()}};
    for (const auto& person : people) {
        auto record = employee_of(person);
        for (const char* name : {"hireDate", "terminationDate", "status", "employeeId", "supervisorId"})
            record.erase(name);
        answer["employees"].push_back(record);
    }
    return people.empty() ? http::Response{.status = 404, .headers = {}, .body = ""} : reply(200, answer);
}

http::Response Bamboo::speak(const Asked& asked) {
    if (!has_basic(asked, "key", "x")) return {.status = 401, .headers = {}, .body = ""};
    if (asked.is("POST", "/api/v2/datasets/employee/data")) return dataset(asked);
    if (asked.is("GET", "/api/v1/employees")) return employees(asked);
    if (asked.is("POST", "/api/v1/reports/custom")) return report(asked);
    if (asked.is("GET", "/api/v1/employees/directory")) return directory();
    return {.status = 404, .headers = {}, .body = ""};
}

}  // namespace usersync::vendors

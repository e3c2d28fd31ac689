// github.com/personio/api-docs; developer.personio.de/v2.0/reference.
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>

namespace usersync::vendors {
namespace {

json valued(json value) { return {{"label", "a label"}, {"value", std::move(value)}, {"type", "standard"}}; }

json named(const char* type, json attributes) {
    return valued({{"type", type}, {"attributes", std::move(attributes)}});
}

json employee_of(const Person& person, bool allows_email) {
    json attributes = {
        {"id", valued(std::stoi(person.id))},
        {"first_name", valued(person.first)},
        {"last_name", valued(person.whole_last())},
        {"status", valued("active")},
        {"position", valued(person.job)},
        {"department", named("Department", {{"id", 1}, {"name", person.department}})},
        {"office", named("Office", {{"id", 2}, {"name", person.location}})},
        {"team", valued(nullptr)},
        {"supervisor", valued(nullptr)},
        {"hire_date", valued(person.start + "T00:00:00+01:00")},
        {"termination_date", valued(person.end.empty() ? json() : json(person.end + "T00:00:00+01:00"))}};
    if (!person.manager.empty()) {
        attributes["supervisor"] = named("Employee", {{"id", valued(std::stoi(person.manager))}});
    }
    if (allows_email) attributes["email"] = valued(person.email);
    return {{"type", "Employee"}, {"attributes", attributes}};
}

http::Response refused_v2(int status, const char* title, const char* detail) {
    return reply(status, {{"personio_trace_id", "trace-1"},
                          {"timestamp", "2026-11-23T10:00:00Z"},
                          {"errors", json::array({{{"title", title}, {"detail", detail}}})}});
}

}  // namespace

http::Response PersonioV1::log_in(const Asked& asked) {
    if (!asked.is("POST", "/v1/auth")) return {.status = 0, .headers = {}, .body = {}};
    const auto body = asked.body();
    if (body.value("client_id", "") != "client" || body.value("client_secret", "") != "secret") {
        return reply(403, {{"success", false}, {"error", {{"code", 0}, {"message", "Wrong credentials"}}}});
    }
    return reply(200, {{"success", true}, {"data", {{"token", "token-of-today"}, {"expires_in", 86400}}}});
}

http::Response PersonioV1::speak(const Asked& asked) {
    if (!has_bearer(asked)) return reply(401, {{"success", false}, {"error", {{"message", "The token is invalid"}}}});
    if (!asked.is("GET", "/v1/company/employees")) return reply(404, {{"success", false}});
    const auto limit = std::min({asked.number("limit", 50), std::size_t{100}, page_max});
    const auto offset = asked.number("offset", 0);
    auto page = part_of(people, offset, limit);
    if (loses_one && offset > 0 && !page.empty()) page.erase(page.begin());
    json data = json::array();
    for (const auto& person : page) data.push_back(employee_of(person, allows_email));
    return reply(200, {{"success", true},
                       {"metadata",
                        {{"total_elements", people.size()},
                         {"current_page", offset / limit},
                         {"total_pages", (people.size() + limit - 1) / limit}}},
                       {"data", data}});
}

http::Response PersonioV2::log_in(const Asked& asked) {
    if (!asked.is("POST", "/v2/auth/token")) return {.status = 0, .headers = {}, .body = {}};
    return client_credentials(asked);
}

http::Response PersonioV2::speak(const Asked& asked) {
    if (!has_bearer(asked)) return refused_v2(401, "Unauthorized", "Provided token is invalid.");
    constexpr std::string_view begin = "/v2/persons/";
    constexpr std::string_view end = "/employments";
    if (asked.is("GET", "/v2/persons")) {
        auto staff = people;
        if (asked.query.contains("id")) {
            std::erase_if(staff, [&](const Person& person) { return person.id != asked.of("id"); });
        }
        const auto limit = std::min({asked.number("limit", 10), std::size_t{50}, page_max});
        const auto skip = asked.number("cursor", 0);
        json answer = {{"_data", json::array()},
                       {"_meta", {{"links", {{"self", {{"href", origin + "/v2/persons"}}}}}}}};
        for (const auto& person : part_of(staff, skip, limit)) {
            answer["_data"].push_back({{"id", person.id},
                                       {"email", person.email},
                                       {"first_name", person.first},
                                       {"last_name", person.whole_last()},
                                       {"status", "ACTIVE"},
                                       {"employments", json::array({{{"id", "job-" + person.id}}})}});
        }
        if (skip + limit < staff.size()) {
            // As in the vendor's own examples: the way is not that of the request.
            answer["_meta"]["links"]["next"]["href"] =
                origin + "/v2/person?limit=" + std::to_string(limit) + "&cursor=" + std::to_string(skip + limit);
        }
        return reply(200, answer);
    }
    if (asked.path.starts_with(begin) && asked.path.ends_with(end)) {
        const auto id = asked.path.substr(begin.size(), asked.path.size() - begin.size() - end.size());
        const auto found =
            std::find_if(people.begin(), people.end(), [&](const Person& person) { return person.id == id; });
        if (found == people.end()) return refused_v2(404, "Resource not found", "There is no resource for the id.");
        const auto job = [&](const std::string& title, const std::string& status) {
            json employment = {{"id", "job-" + id},
                               {"status", status},
                               {"position", {{"title", title}}},
                               {"office", {{"id", found->location}}},
                               {"org_units", json::array({{{"type", "department"}, {"id", found->department}}})},
                               {"employment_start_date", found->start},
                               {"employment_end_date", text_or_null(found->end)}};
            if (!found->manager.empty()) employment["supervisor"] = {{"id", found->manager}};
            return employment;
        };
        json all = json::array({job(found->job, "ACTIVE"), job("What it was before", "INACTIVE")});
        if (asked.number("limit", 10) == 1) all.erase(1);
        return reply(200, {{"_data", all}, {"_meta", {{"links", json::object()}}}});
    }
    return refused_v2(404, "Resource not found", "");
}

}  // namespace usersync::vendors

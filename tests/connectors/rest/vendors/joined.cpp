// Vendors whose people stand in several lists: SAP SuccessFactors (OData v2), Visma Raet Youforce.
#include "tests/connectors/rest/vendors/assertions.hpp"
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <algorithm>
#include <functional>

namespace usersync::vendors {
namespace {

using Records = std::vector<json>;

Records records_of(const std::vector<Person>& people, const std::function<json(const Person&)>& make) {
    Records all;
    for (const auto& person : people) all.push_back(make(person));
    return all;
}

std::string code_of(const std::string& name) { return name.empty() ? std::string() : "D-" + name.substr(0, 3); }

// Each department or job once.
Records different(const std::vector<Person>& people, const std::function<json(const Person&)>& make) {
    Records all;
    for (const auto& person : people) {
        auto record = make(person);
        if (std::find(all.begin(), all.end(), record) == all.end()) all.push_back(std::move(record));
    }
    return all;
}

Records entity(const std::string& name, const std::vector<Person>& people) {
    if (name == "EmpEmployment") {
        return records_of(people, [](const Person& person) -> json {
            return {{"personIdExternal", person.id},
                    {"userId", "u" + person.id},
                    {"startDate", ticks(person.start)},
                    {"endDate", ticks(person.end)}};
        });
    }
    if (name == "PerPersonal") {
        return records_of(people, [](const Person& person) -> json {
            return {{"personIdExternal", person.id}, {"firstName", person.first}, {"lastName", person.whole_last()}};
        });
    }
    if (name == "PerEmail") {
        return records_of(people, [](const Person& person) -> json {
            return {{"personIdExternal", person.id}, {"emailAddress", person.email}};
        });
    }
    if (name == "PerPhone") {
        return records_of(people, [](const Person& person) -> json {
            return {{"personIdExternal", person.id}, {"phoneNumber", person.phone}};
        });
    }
    if (name == "EmpJob") {
        return records_of(people, [](const Person& person) -> json {
            return {{"userId", "u" + person.id},
                    {"jobTitle", person.job},
                    {"department", code_of(person.department)},
                    {"location", person.location},
                    {"managerId", text_or_null(person.manager)},
                    {"emplStatus", "A"}};
        });
    }
    return different(people, [](const Person& person) -> json {
        return {{"externalCode", code_of(person.department)}, {"name", person.department}};
    });
}

}  // namespace

http::Response SuccessFactors::log_in(const Asked& asked) {
    if (!asked.is("POST", "/oauth/token")) return {.status = 0, .headers = {}, .body = {}};
    const auto has = [&](const char* name, std::string_view value) {
        const auto found = asked.form.find(name);
        return found != asked.form.end() && found->second == value;
    };
    const bool is_known = has("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer") &&
                          has("company_id", "shop") && has("client_id", "client");
    const auto problem = is_known ? problem_of_saml(asked, *this, origin + "/oauth/token") : "the client";
    if (!problem.empty()) {
        return reply(401, {{"error", "invalid_grant"}, {"error_description", "Unable to authenticate: " + problem}});
    }
    return reply(200, {{"access_token", "token-of-today"}, {"token_type", "Bearer"}, {"expires_in", 86399}});
}

http::Response SuccessFactors::speak(const Asked& asked) {
    constexpr std::string_view root = "/odata/v2/";
    if (!has_bearer(asked)) {
        return reply(401,
                     {{"error", {{"code", "LGN0022"}, {"message", {{"lang", "en-US"}, {"value", "Not allowed"}}}}}});
    }
    if (!asked.path.starts_with(root)) return reply(404, json::object());
    const auto name = asked.path.substr(root.size());
    const auto all = entity(name, people);
    const auto size = std::min(asked.number("customPageSize", 1000), page_max);
    const auto skip = asked.number("$skiptoken", 0);
    json results = json::array();
    for (auto at = skip; at < std::min(skip + size, all.size()); ++at) {
        auto record = all[at];
        record["__metadata"] = {{"uri", origin + asked.path}, {"type", "SFOData." + name}};
        results.push_back(record);
    }
    json answer = {{"d", {{"results", results}}}};
    if (skip + size < all.size()) {
        answer["d"]["__next"] = origin + asked.path + "?$format=json&customPageSize=" + std::to_string(size) +
                                "&$skiptoken=" + std::to_string(skip + size);
    }
    return reply(200, answer);
}

http::Response Youforce::log_in(const Asked& asked) {
    if (!asked.is("POST", "/connect/token")) return {.status = 0, .headers = {}, .body = {}};
    const auto tenant = asked.form.find("tenant_id");
    if (tenant == asked.form.end() || tenant->second != "shop") return reply(400, {{"error", "invalid_client"}});
    return client_credentials(asked);
}

http::Response Youforce::speak(const Asked& asked) {
    constexpr std::string_view root = "/iam/v1.0/";
    if (!has_bearer(asked)) return reply(401, {{"message", "Unauthorized"}});
    const auto name = asked.path.starts_with(root) ? asked.path.substr(root.size()) : std::string();
    Records all;
    if (name == "employments") {
        all = records_of(people, [](const Person& person) {
            json record = {{"personCode", person.id},
                           {"employmentCode", "1"},
                           {"hireDate", person.start + "T00:00:00"},
                           {"organizationUnit", code_of(person.department)},
                           {"jobProfile", code_of(person.job)}};
            if (!person.end.empty()) record["dischargeDate"] = person.end + "T00:00:00";
            for (const auto* name : {"organizationUnit", "jobProfile"}) {
                if (record[name] == "") record.erase(name);
            }
            return record;
        });
    } else if (name == "persons") {
        all = records_of(people, [](const Person& person) {
            json record = {{"id", "p" + person.id},
                           {"personCode", person.id},
                           {"knownAs", person.first},
                           {"lastNameAtBirth", person.last},
                           {"emailAddresses", json::array({{{"type", "Private"}, {"address", "private@home.example"}},
                                                           {{"type", "Business"}, {"address", person.email}}})}};
            if (!person.infix.empty()) record["lastNameAtBirthPrefix"] = person.infix;
            return record;
        });
        if (!all.empty()) all.push_back(all.front());
        all.push_back({{"id", "nobody"}, {"personCode", nullptr}});
    } else if (name == "organizationUnits") {
        all = different(people, [](const Person& person) -> json {
            return {{"id", code_of(person.department)}, {"shortName", "S"}, {"fullName", person.department}};
        });
    } else if (name == "jobProfiles") {
        all = different(people, [](const Person& person) -> json {
            return {{"id", code_of(person.job)}, {"shortName", "J"}, {"fullName", person.job}};
        });
    } else {
        return reply(404, json::object());
    }
    const auto take = std::min(asked.number("take", 500), page_max);
    const auto skip = asked.number("skip", 0);
    json answer = {{"value", json::array()}};
    for (auto at = skip; at < std::min(skip + take, all.size()); ++at) answer["value"].push_back(all[at]);
    if (skip + take < all.size()) {
        answer["nextLink"] =
            "https://inside.example/" + name + "?skip=" + std::to_string(skip + take) + "&take=" + std::to_string(take);
    }
    return reply(200, answer);
}

}  // namespace usersync::vendors

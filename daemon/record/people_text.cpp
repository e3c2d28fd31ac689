#include "daemon/record/people_text.hpp"

#include "core/record/write_csv.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace usersync::record_view {
namespace {

using Json = nlohmann::ordered_json;

/// A field of one value by its name in `[columns]`.
struct SingleField {
    const char* name;
    const std::optional<std::string>& (*of)(const Employee& employee);
};

constexpr SingleField profile_fields[] = {
    {"job_title", [](const Employee& e) -> const std::optional<std::string>& { return e.profile.job_title; }},
    {"phone", [](const Employee& e) -> const std::optional<std::string>& { return e.profile.phone; }},
};
constexpr SingleField employment_fields[] = {
    {"upn", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.upn; }},
    {"language", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.language; }},
    {"start_date", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.start_date; }},
    {"end_date", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.end_date; }},
    {"status", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.status; }},
    {"manager", [](const Employee& e) -> const std::optional<std::string>& { return e.employment.manager; }},
};

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : "|") + value;
    return text;
}

std::set<std::string> extra_fields(const PeopleBytes& people) {
    std::set<std::string> fields;
    for (std::size_t at = 0; at < people.size(); ++at) {
        for (const auto& [field, value] : people.employee(at).extra) fields.insert(field);
    }
    return fields;
}

Json json_of(const Employee& employee) {
    Json json{{"employee_id", employee.key.value()}};
    const auto add = [&json](const char* name, const std::optional<std::string>& value) {
        if (value) json[name] = *value;
    };
    add("email", employee.profile.email);
    if (const auto& name = employee.profile.name) {
        json["first_name"] = name->first;
        json["infix"] = name->infix;
        json["last_name"] = name->last;
    }
    for (const auto& field : profile_fields) add(field.name, field.of(employee));
    if (!employee.locations.empty() || employee.locations_emptied) json["locations"] = employee.locations;
    if (!employee.departments.empty() || employee.departments_emptied) json["departments"] = employee.departments;
    for (const auto& field : employment_fields) add(field.name, field.of(employee));
    for (const auto& [field, value] : employee.extra) json["extra"][field] = value;
    return json;
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::vector<std::vector<std::string>> people_table(const PeopleBytes& people) {
    const auto extra = extra_fields(people);
    std::vector<std::vector<std::string>> rows = {{"employee_id", "email", "first_name", "infix", "last_name"}};
    for (const auto& field : profile_fields) rows[0].emplace_back(field.name);
    rows[0].insert(rows[0].end(), {"location", "department"});
    for (const auto& field : employment_fields) rows[0].emplace_back(field.name);
    rows[0].insert(rows[0].end(), extra.begin(), extra.end());
    for (std::size_t at = 0; at < people.size(); ++at) {
        const auto employee = people.employee(at);
        const auto name = employee.profile.name.value_or(PersonName{});
        std::vector<std::string> row = {employee.key.value(), employee.profile.email.value_or(""), name.first,
                                        name.infix, name.last};
        for (const auto& field : profile_fields) row.push_back(field.of(employee).value_or(""));
        row.push_back(joined(employee.locations));
        row.push_back(joined(employee.departments));
        for (const auto& field : employment_fields) row.push_back(field.of(employee).value_or(""));
        for (const auto& field : extra) {
            const auto value = employee.extra.find(field);
            row.push_back(value == employee.extra.end() ? "" : value->second);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string people_csv(const PeopleBytes& people, bool for_spreadsheet) {
    record::CsvStyle style;
    style.defuses_formulas = for_spreadsheet;
    std::string text;
    for (const auto& row : people_table(people)) {
        record::append_csv_row(text, {row.begin(), row.end()}, style);
    }
    return text;
}

std::string people_json(const PeopleBytes& people) {
    std::string text = "[";
    for (std::size_t at = 0; at < people.size(); ++at) {
        text += (at == 0 ? "\n  " : ",\n  ") + dumped(json_of(people.employee(at)));
    }
    return text + (people.empty() ? "]\n" : "\n]\n");
}

std::string people_json_lines(const PeopleBytes& people) {
    std::string text;
    for (std::size_t at = 0; at < people.size(); ++at) text += dumped(json_of(people.employee(at))) + "\n";
    return text;
}

}  // namespace usersync::record_view

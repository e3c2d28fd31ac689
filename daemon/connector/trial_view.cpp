#include "daemon/connector/trial_view.hpp"

#include "core/ingest/tally.hpp"
#include "daemon/record/people_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <variant>

namespace usersync::connector_view {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t people_shown_max = 3;
constexpr const char* column_missing = "column_missing";

std::string counted(std::size_t count, const char* one, const char* several) {
    return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::vector<std::string> issues_by_code(const std::vector<RecordIssue>& issues) {
    std::map<std::string, std::size_t> counts;
    std::map<std::string, std::string> columns;  // names of the customer's columns are nobody's name
    for (const auto& issue : issues) {
        ++counts[issue.code];
        if (issue.code == column_missing)
            columns[issue.code] += (columns[issue.code].empty() ? "" : ", ") + issue.column;
    }
    std::vector<std::string> all;
    for (const auto& [code, count] : counts) {
        const auto& names = columns[code];
        all.push_back(code + ": " + std::to_string(count) + (names.empty() ? "" : " (" + names + ")"));
    }
    return all;
}

PeopleBytes first_of(const PeopleBytes& people) {
    PeopleBytes first;
    for (std::size_t at = 0; at < std::min(people.size(), people_shown_max); ++at) first.add(people.employee(at));
    return first;
}

std::string padded(const std::string& text, std::size_t width) {
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

std::string text_of(const MappedPeople& mapped) {
    if (mapped.refused) return "The mapping refuses these records: " + *mapped.refused + "\n";
    std::string text = "The mapping makes of them " + counted(mapped.employees, "employee", "employees");
    if (mapped.frozen > 0) text += ", " + std::to_string(mapped.frozen) + " of whom cannot be read";
    text += mapped.people.empty() ? ".\n" : "; the first ones, masked:\n";
    std::size_t width = 0;
    for (const auto& field : mapped.fields) width = std::max(width, field.size());
    for (std::size_t at = 0; at < mapped.fields.size(); ++at) {
        std::string row;
        bool is_empty = true;
        for (const auto& person : mapped.people) {
            row += "  " + padded(person[at], 28);
            is_empty = is_empty && person[at].empty();
        }
        while (row.ends_with(' ')) row.pop_back();
        if (!is_empty) text += "  " + padded(mapped.fields[at], width) + row + "\n";
    }
    for (const auto& issue : mapped.issues) text += "  " + issue + "\n";
    return text;
}

Json json_of(const MappedPeople& mapped) {
    Json json{{"employees", mapped.employees}, {"frozen", mapped.frozen}};
    json["refused"] = mapped.refused ? Json(*mapped.refused) : Json(nullptr);
    json["issues"] = mapped.issues;
    json["people"] = Json::array();
    for (const auto& person : mapped.people) {
        Json one = Json::object();
        for (std::size_t at = 0; at < mapped.fields.size(); ++at) {
            if (!person[at].empty()) one[mapped.fields[at]] = person[at];
        }
        json["people"].push_back(std::move(one));
    }
    return json;
}

}  // namespace

MappedPeople mapped(const std::string& lines, const ingest::Mapping& mapping, const record::Decrypt& decrypt) {
    MappedPeople result;
    KnownPeople nobody;
    const auto outcome = ingest::ingest_bytes(lines, mapping.columns, mapping.format, {}, nobody, {}, decrypt);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) {
        result.refused = bounce->sentence;
        return result;
    }
    const auto& people = std::get<ingest::Ingested>(outcome);
    result.employees = people.employee_count();
    result.frozen = people.frozen.size();
    result.issues = issues_by_code(people.issues);
    result.lacks_column = std::any_of(people.issues.begin(), people.issues.end(),
                                      [](const RecordIssue& issue) { return issue.code == column_missing; });
    auto rows = record_view::people_table(first_of(people.changed));
    result.fields = std::move(rows.front());
    rows.erase(rows.begin());
    for (auto& row : rows) {
        for (auto& cell : row) cell = ingest::masked(cell);
    }
    result.people = std::move(rows);
    return result;
}

bool is_good(const rest_api::Trial& trial, const std::optional<MappedPeople>& mapped) {
    const bool are_good = std::all_of(trial.steps.begin(), trial.steps.end(),
                                      [](const rest_api::TrialStep& step) { return step.is_good; });
    return trial.is_good() && are_good && mapped && !mapped->refused && mapped->frozen == 0 && !mapped->lacks_column;
}

std::string trial_text(const TenantId& tenant, const rest_api::Trial& trial,
                       const std::optional<MappedPeople>& mapped) {
    std::string text = "Source of " + tenant.value() + ":\n";
    for (const auto& step : trial.steps) {
        auto took = step.took ? std::to_string(step.took->count()) + " ms" : std::string();
        took = std::string(took.size() < 10 ? 10 - took.size() : 0, ' ') + took;
        text += std::string(step.is_good ? "  ok    " : "  WRONG ") + took + "  " + step.name + ": ";
        text += step.code.empty() ? step.says : step.code + ": " + step.says;
        text += "\n";
    }
    return mapped ? text + text_of(*mapped) : text;
}

std::string trial_json(const TenantId& tenant, const rest_api::Trial& trial,
                       const std::optional<MappedPeople>& mapped) {
    Json json{{"tenant", tenant.value()}, {"good", is_good(trial, mapped)}};
    json["steps"] = Json::array();
    for (const auto& step : trial.steps) {
        json["steps"].push_back({{"name", step.name},
                                 {"good", step.is_good},
                                 {"milliseconds", step.took ? Json(step.took->count()) : Json(nullptr)},
                                 {"says", step.says},
                                 {"code", step.code}});
    }
    const auto& tally = trial.tally;
    json["records"] = {{"received", trial.counts_records ? Json(tally.received) : Json(nullptr)},
                       {"kept", trial.counts_records ? Json(tally.kept) : Json(nullptr)},
                       {"pages", trial.counts_records ? Json(trial.pages) : Json(nullptr)},
                       {"whole", trial.is_whole}};
    json["fields"] = Json::object();
    for (std::size_t at = 0; at < trial.tally.fields.size(); ++at) {
        json["fields"][trial.tally.fields[at]] = trial.tally.with_field[at];
    }
    json["mapping"] = mapped ? json_of(*mapped) : Json(nullptr);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace usersync::connector_view

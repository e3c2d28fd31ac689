#include "storage/snapshot_json.hpp"

#include "storage/guarded.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>

namespace usersync::storage {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<RecordIssue>& issues) {
    Json list = Json::array();
    for (const auto& issue : issues) {
        Json json{{"severity", to_string(issue.severity)}, {"sheet", issue.sheet}, {"line", issue.line}};
        if (issue.key) json["key"] = issue.key->value();
        json["column"] = issue.column;
        json["code"] = issue.code;
        json["message"] = issue.message;
        list.push_back(std::move(json));
    }
    return list;
}

Json json_of(const std::vector<Frozen>& frozen) {
    Json list = Json::array();
    for (const auto& each : frozen) list.push_back(Json{{"key", each.key.value()}, {"reason", each.reason}});
    return list;
}

std::vector<RecordIssue> issues_from(const Json& list) {
    std::vector<RecordIssue> issues;
    for (const auto& json : list) {
        RecordIssue issue;
        const auto severity = issue_severity_from(json.at("severity").get<std::string>());
        issue.severity = severity.value_or(IssueSeverity::unknown);
        issue.sheet = json.at("sheet").get<std::string>();
        issue.line = json.at("line").get<std::size_t>();
        if (json.contains("key")) issue.key = EmployeeKey(json.at("key").get<std::string>());
        issue.column = json.at("column").get<std::string>();
        issue.code = json.at("code").get<std::string>();
        issue.message = json.at("message").get<std::string>();
        issues.push_back(std::move(issue));
    }
    return issues;
}

std::vector<Frozen> frozen_from(const Json& list) {
    std::vector<Frozen> frozen;
    for (const auto& json : list) {
        frozen.push_back(Frozen{.key = EmployeeKey(json.at("key").get<std::string>()),
                                .reason = json.at("reason").get<std::string>()});
    }
    return frozen;
}

}  // namespace

Result<SnapshotTexts> texts_of(const SnapshotHead& snapshot) {
    try {
        return SnapshotTexts{.reasons = Json(snapshot.meta.completeness_reasons).dump(),
                             .columns = Json{{"names", snapshot.meta.columns}, {"filled", snapshot.meta.filled}}.dump(),
                             .issues = json_of(snapshot.issues).dump(),
                             .frozen = json_of(snapshot.frozen).dump()};
    } catch (const Json::exception&) {
        return Failure{.kind = FailureKind::broken,
                       .code = "bad_snapshot",
                       .where = "storage",
                       .detail = "a column name, an issue or a reason is not UTF-8"};
    }
}

Result<void> read_texts(const SnapshotTexts& texts, SnapshotHead& snapshot) {
    try {
        snapshot.meta.completeness_reasons = Json::parse(texts.reasons).get<std::vector<std::string>>();
        const auto columns = Json::parse(texts.columns);
        snapshot.meta.columns = columns.at("names").get<std::vector<std::string>>();
        snapshot.meta.filled = columns.at("filled").get<std::vector<std::size_t>>();
        snapshot.issues = issues_from(Json::parse(texts.issues));
        snapshot.frozen = frozen_from(Json::parse(texts.frozen));
        return {};
    } catch (const Json::exception&) {
        return damaged("the lists of a snapshot are not what this program writes");
    }
}

}  // namespace usersync::storage

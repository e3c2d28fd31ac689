#include "daemon/rule_file_commands.hpp"

#include "core/pace/schedule.hpp"
#include "core/rules/desired_network.hpp"
#include "daemon/config/rule_readers.hpp"
#include "daemon/record_file.hpp"
#include "daemon/rules/desired_view.hpp"
#include "daemon/rules/match_view.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>

namespace usersync {
namespace {

using control::ExitCode;

int ended(ExitCode code) { return static_cast<int>(code); }

/// Today in UTC unless a day was given. nullopt after it was told that it is no day.
/// Today as the tenant's runs see it; without a tenant, in UTC.
std::optional<Day> day_or_complain(const std::string& given, const std::optional<config::TenantConfig>& tenant) {
    if (given.empty()) {
        return pace::day_in(tenant ? tenant->schedule.time_zone : "UTC",
                            std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
    }
    const auto day = day_from(given);
    if (!day) complain(ExitCode::usage, "--today is a day such as 2026-03-01, not \"" + given + '"');
    return day;
}

/// Columns without a field become fields of their own, under their headings.
void add_headings(const ingest::Survey& survey, ingest::ColumnMap& columns) {
    for (const auto& column : survey.columns) {
        const auto known = config::field_names(columns).find(column.name);
        const bool is_new = !column.name.empty() && !known.index && !known.ambiguous;
        if (is_new) columns.extra[column.name].columns = {column.name};
    }
}

/// How a record is read that nobody configured: as `inspect` proposes.
std::optional<Reading> proposed_reading(const std::string& bytes) {
    auto inspection = ingest::inspect(bytes, std::nullopt, {}, {});
    if (inspection.bounce) {
        complain(ExitCode::held, "refused (" + inspection.bounce->code + "): " + inspection.bounce->sentence);
        return std::nullopt;
    }
    Reading reading{.mapping = ingest::Mapping{.columns = std::move(inspection.columns)}, .decrypt = {}};
    add_headings(inspection.survey, reading.mapping->columns);
    if (inspection.survey.header_line > 0) reading.mapping->format.header_row = inspection.survey.header_line;
    return reading;
}

std::optional<ingest::Ingested> people_or_complain(const std::string& bytes, const Reading& reading) {
    KnownPeople nobody;
    const auto& mapping = *reading.mapping;
    auto outcome = ingest::ingest_bytes(bytes, mapping.columns, mapping.format, {}, nobody, {}, reading.decrypt);
    if (const auto* bounce = std::get_if<ingest::Bounce>(&outcome)) {
        complain(ExitCode::held, "refused (" + bounce->code + "): " + bounce->sentence);
        return std::nullopt;
    }
    return std::move(std::get<ingest::Ingested>(outcome));
}

int refuse(const cli::Match& arguments, const std::vector<rules::ExpressionProblem>& problems) {
    std::cerr << rules_view::problems_text(arguments.expression, problems);
    if (arguments.format == "json") std::cout << rules_view::problems_json(arguments.expression, problems);
    return ended(ExitCode::usage);
}

bool has_unknown(const std::vector<RecordIssue>& issues) {
    return std::any_of(issues.begin(), issues.end(),
                       [](const RecordIssue& issue) { return issue.severity != IssueSeverity::warning; });
}

}  // namespace

int match_people(const cli::Match& arguments) {
    std::optional<config::TenantConfig> tenant;
    if (!arguments.tenant.empty()) {
        tenant = tenant_or_complain(arguments.where, arguments.tenant);
        if (!tenant) return ended(ExitCode::usage);
    }
    const auto today = day_or_complain(arguments.today, tenant);
    if (!today) return ended(ExitCode::usage);
    const auto bytes = read_record_file(arguments.record);
    if (!bytes) return complain(ExitCode::usage, bytes.error().detail);
    const auto reading = tenant ? std::optional(reading_of(*tenant)) : proposed_reading(*bytes);
    if (!reading) return ended(ExitCode::held);

    const auto names = config::field_names(reading->mapping->columns);
    auto parsed = rules::parse_expression(arguments.expression, names);
    if (!parsed.expression) return refuse(arguments, parsed.problems);
    const auto people = people_or_complain(*bytes, *reading);
    if (!people) return ended(ExitCode::held);

    rules_view::Matched matched{.expression = arguments.expression, .today = *today};
    matched.total = people->changed.size();
    matched.problems = parsed.problems;
    for (std::size_t at = 0; at < people->changed.size(); ++at) {
        const auto employee = people->changed.employee(at);
        if (parsed.expression->matches(employee, names, *today)) matched.employees.push_back(employee.key);
    }
    std::cerr << rules_view::problems_text(arguments.expression, parsed.problems);
    if (!people->frozen.empty()) std::cerr << people->frozen.size() << " people could not be read: see inspect\n";
    std::cout << (arguments.format == "json" ? rules_view::match_json(matched) : rules_view::match_text(matched));
    return ended(ExitCode::done);
}

int print_desired(const cli::Desired& arguments) {
    const auto tenant = tenant_or_complain(arguments.where, arguments.tenant);
    if (!tenant) return ended(ExitCode::usage);
    const auto today = day_or_complain(arguments.today, tenant);
    if (!today) return ended(ExitCode::usage);
    const auto bytes = read_record_file(arguments.record);
    if (!bytes) return complain(ExitCode::usage, bytes.error().detail);
    auto people = people_or_complain(*bytes, reading_of(*tenant));
    if (!people) return ended(ExitCode::held);

    Snapshot snapshot;
    const auto judgement = ingest::judge(people->facts, std::nullopt, std::nullopt, tenant->completeness);
    snapshot.meta.completeness = judgement.completeness;
    snapshot.meta.completeness_reasons = judgement.reasons;
    snapshot.issues = people->issues;
    snapshot.frozen = people->frozen;
    snapshot.employees = std::move(people->changed);
    const auto desired = rules::desired_network(snapshot, tenant->rules, *today);
    const rules_view::DesiredFrom from{.tenant = tenant->id,
                                       .today = *today,
                                       .record = std::filesystem::path(arguments.record).filename().string(),
                                       .rules = tenant->fingerprint};
    std::cout << (arguments.format == "json" ? rules_view::desired_json(from, desired)
                                             : rules_view::desired_text(from, desired));
    return ended(has_unknown(people->issues) ? ExitCode::people_open : ExitCode::done);
}

}  // namespace usersync

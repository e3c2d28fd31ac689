#include "daemon/config/readers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace usersync::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::array<Choice<diff::LeaverAction>, 2> leaver_actions{
    {{"suspend", diff::LeaverAction::suspend}, {"remove", diff::LeaverAction::remove}}};
constexpr std::array<Choice<diff::EmptyCell>, 2> empty_cells{
    {{"keep", diff::EmptyCell::keep}, {"clear", diff::EmptyCell::clear}}};
constexpr std::array<std::string_view, 9> own_fields{"employee_id", "email", "first_name", "infix",     "last_name",
                                                     "job_title",   "phone", "location",   "department"};

bool is_field_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), fits);
}

void read_extra_columns(TableReader& columns, ingest::FieldMap& fields) {
    const auto* value = columns.raw("extra");
    if (value == nullptr) return;
    const auto* extra = std::get_if<Table>(&value->content);
    if (extra == nullptr) return columns.error("extra", "expected a table of field names and columns");
    for (const auto& [field, at, column] : *extra) {
        const auto path = columns.path_of("extra") + "." + field;
        const auto* name = std::get_if<std::string>(&column.content);
        if (!is_field_name(field)) {
            columns.error_at(at, path, "a field's name has small letters, digits and _, and begins with a letter");
        } else if (std::find(own_fields.begin(), own_fields.end(), field) != own_fields.end()) {
            columns.error_at(at, path, "this is columns." + field);
        } else if (name == nullptr || name->empty()) {
            columns.error_at(column.at, path, "expected a column's name in quotes, got " + describe(column));
        } else {
            fields.extra[field] = *name;
        }
    }
}

void read_columns(TableReader& root, ingest::FieldMap& fields) {
    auto columns = root.table("columns");
    columns.require({"employee_id"});
    columns.text("employee_id", fields.employee_id);
    columns.text("email", fields.email);
    columns.text("first_name", fields.first_name);
    columns.text("infix", fields.infix);
    columns.text("last_name", fields.last_name);
    columns.text("job_title", fields.job_title);
    columns.text("phone", fields.phone);
    columns.text("location", fields.location);
    columns.text("department", fields.department);
    read_extra_columns(columns, fields);
    if (columns.is_there() && !columns.has("email")) {
        columns.warn("email", "missing: nobody can be invited without an e-mail address");
    }
}

void read_record(TableReader& root, ingest::RecordFormat& format, diff::Policy& policy) {
    auto record = root.table("record");
    std::string delimiter;
    record.text("delimiter", delimiter);
    if (delimiter == "tab") delimiter = "\t";
    constexpr std::string_view possible = ",;\t|";
    if (delimiter.size() == 1 && possible.find(delimiter) != std::string_view::npos) {
        format.delimiter = delimiter.front();
    } else if (!delimiter.empty()) {
        record.error("delimiter", "expected one of \",\", \";\", \"|\", \"tab\"");
    }
    record.text("list_separators", format.list_separators, Empty::allowed);
    record.bytes("row_bytes_max", format.row_bytes_max);
    record.choice("empty_cell", policy.empty_cell, empty_cells);
}

void read_cron(TableReader& schedule, pace::Schedule& target) {
    // Daily is the default of the product; the words and their hours are the pace room's.
    std::string expression = "daily";
    schedule.text("cron", expression);
    auto cron = pace::parse_cron(expression);
    if (!cron) return schedule.error("cron", cron.error().detail);
    target.when = *cron;
}

void read_schedule(TableReader& root, pace::Schedule& target) {
    auto schedule = root.table("schedule");
    pace::Interval interval;
    schedule.duration("every", interval.every, {.min = seconds(1)});
    read_cron(schedule, target);
    if (schedule.has("every")) target.when = interval;
    if (schedule.has("every") && schedule.has("cron")) schedule.error("cron", "either every or cron, not both");
    schedule.text("time_zone", target.time_zone);
    if (const auto known = pace::check_time_zone(target.time_zone); !known) {
        schedule.error("time_zone", known.error().detail);
    }
    schedule.duration("jitter", target.jitter, {.max = hours(24)});
}

void read_brakes(TableReader& root, TenantConfig& config) {
    auto completeness = root.table("completeness");
    completeness.share("drop_share_max", config.completeness.drop_share_max);
    completeness.growth("rise_share_max", config.completeness.rise_share_max);
    auto brakes = root.table("brakes");
    brakes.whole("removals_max", config.guard.removals_max);
    brakes.share("removals_share_max", config.guard.removals_share_max);
    brakes.share("memberships_lost_share_max", config.guard.memberships_lost_share_max);
    brakes.whole("role_grants_max", config.guard.role_grants_max);
}

void read_role(TableReader& roles, std::string_view key, RoleId& role) {
    std::string text;
    roles.text(key, text);
    if (!text.empty()) role = RoleId(std::move(text));
}

void read_policy(TableReader& root, diff::Policy& policy) {
    root.table("leavers").choice("action", policy.leavers, leaver_actions);
    auto roles = root.table("roles");
    read_role(roles, "default", policy.default_role);
    read_role(roles, "invitee", policy.invitee_role);
    read_role(roles, "protected", policy.protected_role);
    roles.flag("before_activation", policy.roles_before_activation);
}

void read_retry(TableReader& root, pace::BackoffLimits& limits) {
    auto retry = root.table("retry");
    retry.duration("first", limits.first, {.min = Duration(1), .max = hours(1)});
    retry.duration("longest", limits.longest, {.min = Duration(1), .max = hours(24)});
    retry.whole("attempts_max", limits.attempts_max, {.min = 1, .max = 20});
    retry.duration("server_wait_max", limits.server_wait_max, {.max = hours(24)});
    if (limits.longest < limits.first) retry.error("longest", "must not be shorter than retry.first");
}

}  // namespace

void read_tenant_file(TableReader& root, TenantConfig& config) {
    root.require({"source", "target", "columns"});
    read_source(root, config);
    read_schedule(root, config.schedule);
    read_target(root, config.target);
    read_columns(root, config.fields);
    read_record(root, config.format, config.policy);
    read_mappings(root, config.fields, config.rules);
    read_brakes(root, config);
    read_policy(root, config.policy);
    read_retry(root, config.retry);
}

}  // namespace usersync::config

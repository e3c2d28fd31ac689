#include "daemon/config/config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace usersync::config {
namespace {

namespace step = ingest::step;

void add(FingerprintBuilder& builder, std::string_view name, std::string_view value) { builder.add(name).add(value); }

/// Absent differs from every text, the empty one included.
void add_optional(FingerprintBuilder& builder, std::string_view name, const std::optional<std::string>& value) {
    builder.add(name).add(value ? std::uint64_t{1} : std::uint64_t{0}).add(value.value_or(""));
}

void add_count(FingerprintBuilder& builder, std::string_view name, std::uint64_t value) {
    builder.add(name).add(value);
}

void add_share(FingerprintBuilder& builder, std::string_view name, double value) {
    builder.add(name).add(std::to_string(value));
}

/// Each step under its own name, so that no two of them look alike.
class AddStep {
public:
    explicit AddStep(FingerprintBuilder& builder) : builder_(builder) {}

    void operator()(const step::ToCase& one) const { add_count(builder_, "case", static_cast<std::uint64_t>(one.to)); }
    void operator()(const step::PadLeft& one) const { add_count(builder_, "pad_left", one.width); }
    void operator()(const step::StripApostrophe&) const { builder_.add("strip_apostrophe"); }
    void operator()(const step::Split& one) const { add(builder_, "split", one.separators); }
    void operator()(const step::Join& one) const { add(builder_, "join", one.separator); }
    void operator()(const step::Constant& one) const { add(builder_, "constant", one.value); }
    void operator()(const step::Lookup& one) const {
        add_count(builder_, "lookup", one.table.size());
        for (const auto& [from, to] : one.table) add(builder_, from, to);
        add_count(builder_, "any_case", one.any_case ? 1 : 0);
        add_count(builder_, "otherwise", static_cast<std::uint64_t>(one.otherwise));
    }
    void operator()(const step::Date& one) const { add(builder_, "date", one.pattern); }
    void operator()(const step::Phone& one) const { add(builder_, "phone", one.country); }
    void operator()(const step::Email&) const { builder_.add("email"); }
    void operator()(const step::Nfc&) const { builder_.add("nfc"); }

private:
    FingerprintBuilder& builder_;
};

void add_recipe(FingerprintBuilder& builder, std::string_view field, const ingest::Recipe& recipe) {
    add_count(builder, field, recipe.columns.size());
    for (const auto& column : recipe.columns) builder.add(column);
    add_count(builder, "steps", recipe.steps.size());
    for (const auto& one : recipe.steps) std::visit(AddStep(builder), one);
    add_count(builder, "on_empty", static_cast<std::uint64_t>(recipe.on_empty));
    add(builder, "fallback", recipe.fallback);
}

void add_columns(FingerprintBuilder& builder, const ingest::ColumnMap& map) {
    add_count(builder, "fields", map.fields.size());
    for (const auto& [field, recipe] : map.fields) add_recipe(builder, to_string(field), recipe);
    add_count(builder, "extra", map.extra.size());
    for (const auto& [field, recipe] : map.extra) add_recipe(builder, field, recipe);
    add_count(builder, "name_order", static_cast<std::uint64_t>(map.name_order));
    add_count(builder, "infixes", map.infixes.size());
    for (const auto& infix : map.infixes) builder.add(infix);
    const auto& rows = map.rows_per_person;
    add_count(builder, "rows_per_person", static_cast<std::uint64_t>(rows.main));
    add(builder, "main_column", rows.column);
    add(builder, "main_value", rows.value);
    add_count(builder, "merge_lists", rows.merge_lists ? 1 : 0);
    const auto& domains = map.address_domains;
    // Where nothing is said nothing is added, so that plans that were approved before there was this setting stay so.
    if (!domains.ours.empty()) {
        add_count(builder, "address_domains", domains.ours.size());
        for (const auto& domain : domains.ours) builder.add(domain);
        add_share(builder, "other_domains_share_max", domains.other_domains_share_max);
    }
}

void add_record(FingerprintBuilder& builder, const TenantConfig& tenant) {
    const auto& format = tenant.format;
    add(builder, "format", format.format ? to_string(*format.format) : std::string_view());
    add_optional(builder, "encoding", format.encoding);
    add(builder, "delimiter", format.delimiter ? std::string(1, *format.delimiter) : std::string());
    add_count(builder, "backslash_escapes", format.backslash_escapes ? 1 : 0);
    add_optional(builder, "sheet", format.sheet);
    add_count(builder, "header_row", format.header_row.value_or(0));
    add(builder, "records", format.records);
    add_count(builder, "row_bytes_max", format.row_bytes_max);
    const auto& limits = tenant.completeness;
    add_share(builder, "drop_share_max", limits.drop_share_max);
    add_share(builder, "rise_share_max", limits.rise_share_max);
    add_share(builder, "key_fill_min", limits.key_fill_min);
    add_share(builder, "fill_drop_max", limits.fill_drop_max);
    add_count(builder, "age_max", limits.age_max ? static_cast<std::uint64_t>(limits.age_max->count()) : 0);
}

template <class Limit>
std::optional<std::string> limit_text(const std::optional<Limit>& limit) {
    return limit ? std::optional(std::to_string(*limit)) : std::nullopt;
}

void add_window(FingerprintBuilder& builder, std::string_view name, const plan::WindowLimits& limits) {
    builder.add(name);
    add_optional(builder, "removals_max", limit_text(limits.removals_max));
    add_optional(builder, "removals_share_max", limit_text(limits.removals_share_max));
    add_optional(builder, "memberships_lost_share_max", limit_text(limits.memberships_lost_share_max));
    add_optional(builder, "role_grants_max", limit_text(limits.role_grants_max));
    add_count(builder, "counts", limits.counts.size());
    for (const auto& [kind, limit] : limits.counts) add_count(builder, to_string(kind), limit);
    add_optional(builder, "group_loss_share_max", limit_text(limits.group_loss_share_max));
}

void add_brakes(FingerprintBuilder& builder, const plan::GuardLimits& limits) {
    add_count(builder, "budgets_by_count", limits.counts.size());
    for (const auto& [kind, limit] : limits.counts) add_count(builder, to_string(kind), limit);
    add_count(builder, "budgets_by_share", limits.shares.size());
    for (const auto& [kind, limit] : limits.shares) add_share(builder, to_string(kind), limit);
    add_share(builder, "group_loss_share_max", limits.group_loss_share_max);
    add_count(builder, "group_loss_max", limits.group_loss_max);
    add_share(builder, "values_cleared_share_max", limits.values_cleared_share_max);
    add_count(builder, "values_cleared_max", limits.values_cleared_max);
    add_count(builder, "holds", static_cast<std::uint64_t>(limits.scope));
    add_window(builder, "day", limits.day);
    add_window(builder, "week", limits.week);
    add_window(builder, "month", limits.month);
}

void add_decisions(FingerprintBuilder& builder, const TenantConfig& tenant) {
    add_count(builder, "leavers", static_cast<std::uint64_t>(tenant.policy.leavers));
    add(builder, "default_role", tenant.policy.default_role.value());
    add(builder, "invitee_role", tenant.policy.invitee_role.value());
    for (const auto& role : tenant.policy.protected_roles) add(builder, "protected_role", role.value());
    add_count(builder, "roles_before_activation", tenant.policy.roles_before_activation ? 1 : 0);
    const auto& drift = tenant.policy.drift;
    add(builder, "drift_memberships", to_string(drift.memberships));
    add(builder, "drift_roles", to_string(drift.roles));
    add(builder, "drift_accounts", to_string(drift.accounts));
    add_count(builder, "drift_settle", static_cast<std::uint64_t>(tenant.drift_settle.count()));
    add_count(builder, "active_email", static_cast<std::uint64_t>(tenant.policy.active_email));
    add_count(builder, "adopt_by_email", tenant.policy.adopt_by_email ? 1 : 0);
    add_count(builder, "xid_change_on_reactivation", tenant.policy.xid_change_on_reactivation ? 1 : 0);
    add_count(builder, "group_roles_by_call", tenant.policy.group_roles_by_call ? 1 : 0);
    add_count(builder, "ask_again_after", static_cast<std::uint64_t>(tenant.ask_again.after.count()));
    add_count(builder, "ask_again_times", tenant.ask_again.times);
    const auto& fill = tenant.policy.fill;
    add_count(builder, "fill_name", static_cast<std::uint64_t>(fill.name));
    add_count(builder, "fill_email", static_cast<std::uint64_t>(fill.email));
    add_count(builder, "fill_job_title", static_cast<std::uint64_t>(fill.job_title));
    add_count(builder, "fill_phone", static_cast<std::uint64_t>(fill.phone));
    if (!tenant.policy.swap_parking.empty()) add(builder, "swap_parking", tenant.policy.swap_parking);
    add_count(builder, "removals_max", tenant.guard.removals_max);
    add_share(builder, "removals_share_max", tenant.guard.removals_share_max);
    add_share(builder, "memberships_lost_share_max", tenant.guard.memberships_lost_share_max);
    add_count(builder, "role_grants_max", tenant.guard.role_grants_max);
    add_count(builder, "groups_made_max", tenant.guard.groups_made_max);
    add_brakes(builder, tenant.guard);
    if (tenant.clock_ahead_max) {
        add_count(builder, "clock_ahead_max", static_cast<std::uint64_t>(tenant.clock_ahead_max->count()));
    }
    add_count(builder, "leavers_snapshots", tenant.queue.snapshots);
    add_count(builder, "suspend_after", static_cast<std::uint64_t>(tenant.queue.suspend_after.count()));
    add_count(builder, "remove_after", static_cast<std::uint64_t>(tenant.queue.remove_after.count()));
}

void add_network(FingerprintBuilder& builder, const speakap::SpeakapOptions& target) {
    add(builder, "rest_url", target.rest_url);
    add(builder, "scim_url", target.scim_url);
    add(builder, "network", target.network);
    add_count(builder, "phone_by_scim", target.phone_by_scim ? 1 : 0);
    add_count(builder, "login_in_bag", target.login_in_bag ? 1 : 0);
    add(builder, "own_lock", target.own_lock);
    add_count(builder, "create_by_invite", target.create_by_invite ? 1 : 0);
}

}  // namespace

Fingerprint fingerprint_of(const TenantConfig& tenant) {
    FingerprintBuilder builder;
    add(builder, "rules", rules::fingerprint_of(tenant.rules).hex());
    add(builder, "mapping", to_string(tenant.version.state));
    add_columns(builder, tenant.columns);
    add_record(builder, tenant);
    add_decisions(builder, tenant);
    add_network(builder, tenant.target);
    add(builder, "time_zone", tenant.schedule.time_zone);
    return builder.finish();
}

}  // namespace usersync::config

#include "daemon/config/config.hpp"

#include <string>
#include <string_view>

namespace usersync::config {
namespace {

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

void add_record(FingerprintBuilder& builder, const TenantConfig& tenant) {
    const auto& fields = tenant.fields;
    add(builder, "employee_id", fields.employee_id);
    add_optional(builder, "email", fields.email);
    add_optional(builder, "first_name", fields.first_name);
    add_optional(builder, "infix", fields.infix);
    add_optional(builder, "last_name", fields.last_name);
    add_optional(builder, "job_title", fields.job_title);
    add_optional(builder, "phone", fields.phone);
    add_optional(builder, "location", fields.location);
    add_optional(builder, "department", fields.department);
    for (const auto& [field, column] : fields.extra) add(builder, "extra." + field, column);
    add(builder, "delimiter", tenant.format.delimiter ? std::string(1, *tenant.format.delimiter) : std::string());
    add(builder, "list_separators", tenant.format.list_separators);
    add_count(builder, "row_bytes_max", tenant.format.row_bytes_max);
    add_share(builder, "drop_share_max", tenant.completeness.drop_share_max);
    add_share(builder, "rise_share_max", tenant.completeness.rise_share_max);
}

void add_decisions(FingerprintBuilder& builder, const TenantConfig& tenant) {
    add_count(builder, "leavers", static_cast<std::uint64_t>(tenant.policy.leavers));
    add(builder, "default_role", tenant.policy.default_role.value());
    add(builder, "invitee_role", tenant.policy.invitee_role.value());
    add(builder, "protected_role", tenant.policy.protected_role.value());
    add_count(builder, "empty_cell", static_cast<std::uint64_t>(tenant.policy.empty_cell));
    add_count(builder, "roles_before_activation", tenant.policy.roles_before_activation ? 1 : 0);
    add_count(builder, "removals_max", tenant.guard.removals_max);
    add_share(builder, "removals_share_max", tenant.guard.removals_share_max);
    add_share(builder, "memberships_lost_share_max", tenant.guard.memberships_lost_share_max);
    add_count(builder, "role_grants_max", tenant.guard.role_grants_max);
}

void add_network(FingerprintBuilder& builder, const speakap::SpeakapOptions& target) {
    add(builder, "rest_url", target.rest_url);
    add(builder, "scim_url", target.scim_url);
    add(builder, "network", target.network);
    add_count(builder, "phone_by_scim", target.phone_by_scim ? 1 : 0);
    add_count(builder, "login_in_bag", target.login_in_bag ? 1 : 0);
}

}  // namespace

Fingerprint fingerprint_of(const TenantConfig& tenant) {
    FingerprintBuilder builder;
    add(builder, "rules", rules::fingerprint_of(tenant.rules).hex());
    add_record(builder, tenant);
    add_decisions(builder, tenant);
    add_network(builder, tenant.target);
    return builder.finish();
}

}  // namespace usersync::config

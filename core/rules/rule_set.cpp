#include "core/rules/rule_set.hpp"

namespace usersync::rules {

Fingerprint fingerprint_of(const RuleSet& rules) {
    FingerprintBuilder builder;
    builder.add(static_cast<std::uint64_t>(rules.groups.size()));
    for (const auto& rule : rules.groups) {
        builder.add(rule.field).add(rule.value).add(describe(rule.group)).add(rule.origin);
    }
    for (const auto& rule : rules.roles) {
        builder.add(rule.field).add(rule.value).add(rule.role.value()).add(rule.origin);
    }
    return builder.finish();
}

}  // namespace usersync::rules

#pragma once
// What a mapping leaves open, as text and as JSON. Pure.

#include "core/base/fingerprint.hpp"
#include "core/model/ids.hpp"
#include "core/rules/review.hpp"

#include <string>

namespace usersync::rules_view {

struct ReviewOf {
    TenantId tenant;
    SnapshotId snapshot;
    Day today{};
    Fingerprint rules;
};

/// By kind, with counts first.
std::string review_text(const ReviewOf& of, const rules::Review& review);

/// Keys: tenant, snapshot, today, rules, employees, wanted, open (how many findings), counts (kind → how many),
/// findings (kind, rule, file, line, column, field, value, group, people, employees, sentence).
std::string review_json(const ReviewOf& of, const rules::Review& review);

}  // namespace usersync::rules_view

#pragma once
// Who would move by another version of the mapping, as text and as JSON. Pure; keys of employees, nothing else of them.

#include "core/model/ids.hpp"
#include "core/rules/compare.hpp"

#include <string>

namespace usersync::rules_view {

struct MovesBetween {
    TenantId tenant;
    SnapshotId snapshot;  ///< over whose people
    std::string before;   ///< the versions, in words
    std::string after;
};

std::string moves_text(const MovesBetween& versions, const rules::Moves& moves);

/// Keys: tenant, snapshot, before, after, counts (people, wanted_before, wanted_after, groups, joins, leaves, roles),
/// groups (kind, by, text, members_before, members_after, joins, leaves), people (employee, before, after: "wanted",
/// "ended", …; joins, leaves, roles, others).
std::string moves_json(const MovesBetween& versions, const rules::Moves& moves);

}  // namespace usersync::rules_view

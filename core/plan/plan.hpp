#pragma once
// A plan: the ordered operations that make the actual network the desired one, as plain data with a fingerprint.

#include "core/base/fingerprint.hpp"
#include "core/model/operation.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usersync {

/// What the comparison of two networks says. Sorted: equal inputs give equal bytes.
struct ChangeSet {
    std::vector<Change> changes;
    std::vector<Note> notes;
    std::vector<Drift> drift = {};
    bool operator==(const ChangeSet&) const = default;
};

/// What a plan was made from; part of its fingerprint.
struct PlanBasis {
    TenantId tenant;
    SnapshotId snapshot;
    Fingerprint snapshot_content;
    Fingerprint rules;
    Completeness completeness = Completeness::complete;
    bool operator==(const PlanBasis&) const = default;
};

struct Plan {
    PlanId id;
    PlanBasis basis;
    std::vector<Operation> operations;  ///< in the order in which they may start
    std::vector<Note> notes;            ///< what is deliberately not done, and why
    std::vector<Unmapped> unmapped;
    std::vector<Drift> drift = {};  ///< sorted: what somebody changed of what is ours, and what is done about it
    bool operator==(const Plan&) const = default;

    bool empty() const { return operations.empty(); }
};

/// Why a plan must wait for a person.
struct HoldReason {
    std::string code;  ///< "first_run", "doubtful_snapshot", "mapping_not_final", "adoption", "rekey", "saved", "undo",
                       ///< "undone", "restored", and what has a budget: "removals", "role_grants", …,
                       ///< "removals_7_days", "group_loss", "values_cleared"
    std::string sentence;     ///< with the figure and the limit
    std::string object = {};  ///< what it is about: the group's EID, the field; empty: the plan as a whole
    auto operator<=>(const HoldReason&) const = default;
};

/// What the guard says about a whole plan, before anything is sent.
struct Verdict {
    std::vector<HoldReason> hold;  ///< empty: allowed
    bool allowed() const { return hold.empty(); }
    bool operator==(const Verdict&) const = default;
};

}  // namespace usersync

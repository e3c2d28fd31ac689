#pragma once
// One person: what the record says, what the rules make of it, what the network shows, and why. Pure.

#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/ports/ledger.hpp"
#include "core/ports/run_store.hpp"
#include "core/rules/explain.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::rules_view {

/// What the network shows of the person.
struct ShownByNetwork {
    bool was_asked = false;              ///< false: nobody looked
    std::optional<std::string> failure;  ///< it could not be read
    std::optional<ActualUser> account;   ///< absent: there is none
    std::vector<ActualGroup> groups;     ///< those that the account is in
};

struct ExplainedPerson {
    TenantId tenant;
    EmployeeKey employee;
    Day today{};
    std::optional<SnapshotMeta> snapshot;  ///< the newest; absent before the first record
    Fingerprint rules;
    std::optional<rules::Explanation> explanation;  ///< absent when they are not in the record, or frozen
    std::optional<Frozen> frozen;
    std::optional<NeverRemoved> never_removed;  ///< an exception keeps them when they leave, or their memberships
    std::vector<RecordIssue> issues;            ///< findings of the record about them
    ShownByNetwork network;
    std::optional<OwnedUser> owned;    ///< what of theirs is ours
    std::optional<StoredPlan> plan;    ///< the newest: pending where it is held or allowed
    std::vector<LedgerRow> history;    ///< newest first
    std::optional<std::string> group;  ///< that was asked for
    std::optional<rules::WhyNot> why_not;
    bool group_is_known = true;                ///< false: no rule names it, and the network does not show it either
    std::optional<std::string> nearest_group;  ///< of one that is not known: the name that was probably meant
};

/// The plan's operations and notes for one person, while it is neither applied nor superseded.
std::vector<const Operation*> pending_of(const ExplainedPerson& person);
std::vector<const Note*> notes_of(const ExplainedPerson& person);

/// "frozen", "not_in_record", "wanted", or the absence: "ended".
std::string standing_of(const ExplainedPerson& person);

/// One screen: rules that match whole, of the others what stands in their way, ten at most.
std::string explain_text(const ExplainedPerson& person);

/// | key      | is                                                                                                |
/// |----------|---------------------------------------------------------------------------------------------------|
/// | tenant, employee, today, rules_version, snapshot, delivery | what was looked at                              |
/// | standing | "wanted", "frozen", "not_in_record", or why not: "ended"; `reason` is the rule or the sentence      |
/// | record   | objects: field, headings, values, says_nothing; `issues` the record's findings about them           |
/// | rules    | objects: kind, rule, file, line, column, says, effect, because, groups, role, tests, obstacles      |
/// | desired  | as in `desired`; null                                                                             |
/// | never_removed | the reason of an exception that keeps the account when they leave; `kept_in` the groups that stay |
/// | in_doubt | objects: field, because, groups, any_of (kinds): memberships there that are ours are kept            |
/// | actual   | object: state, role, groups (eid, kind, name, ours), eid; null without an account or when not asked |
/// | network  | "read", "not_asked", or what failed                                                               |
/// | pending  | object: plan, state, operations (key, stage, kind, groups, role_before, role_after, reason), notes  |
/// | history  | objects: run, kind, intended_at, settled_at, outcome, code, attempts, groups, reason                |
/// | why_not  | object: group, is_wanted, reasons, hindrances, ways (kind, rule, file, line, column, obstacles,     |
/// |          | hindrances), is_known, nearest; null when it was not asked                                        |
///
/// A test is an object: file, line, column, field, values, wanted, negated, holds.
std::string explain_json(const ExplainedPerson& person);

}  // namespace usersync::rules_view

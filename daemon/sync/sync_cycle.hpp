#pragma once
// One run of one tenant, from the source to the settled ledger: the daemon's main job as one linear walk.

#include "daemon/sync/tenant_parts.hpp"

#include <map>
#include <string>
#include <vector>

namespace usersync::sync {

enum class Goal {
    apply,  ///< plan, and carry the plan out if the guard (or an approval) lets it pass
    plan,   ///< plan only; nothing is sent
    adopt,  ///< propose only which accounts are to count as ours; nothing is sent
    undo,   ///< propose only how what a run did is taken back; nothing is sent
};

/// What a run is asked to do.
struct CycleOrder {
    std::string trigger = "schedule";
    Goal goal = Goal::apply;
    std::optional<PlanId> approve;    ///< a person approves this plan: the source is not looked at again
    std::optional<PlanId> carry_out;  ///< this plan, which the guard or a person let pass, or somebody saved; likewise
    std::string approved_by;          ///< who asks for either
    bool save = false;                ///< the plan waits until it is carried out by its name, whatever the guard says
    std::optional<EmployeeKey> person;  ///< of Goal::apply: this one alone is looked at anew and seen to
    std::optional<RunId> undo;          ///< of Goal::undo: what this run did is to be taken back
    std::uint64_t seed = 0;             ///< spreads the waits between retries
};

/// What a run did.
struct CycleResult {
    RunRecord run;
    std::optional<StoredPlan> plan;        ///< what was planned last; absent when it did not get so far
    std::vector<StoredPlan> plans_before;  ///< carried out in this run before it: plans that made groups
    bool was_delivered = false;            ///< a complete record was there, new or known
    bool new_snapshot = false;
    std::optional<SnapshotMeta> good_snapshot;  ///< the newest that may be believed, once the run got that far
    std::vector<std::string> not_ready;         ///< files that are left for the next look
    std::vector<std::string> changed_since;  ///< why an approval was refused: what differs from the plan that was seen
    std::optional<apply::Summary> applied;   ///< absent when nothing was to be carried out
    LedgerSummary ledger;                    ///< what the ledger says about this run
    std::size_t recovered = 0;               ///< open intents of an earlier process that were settled first
    std::optional<Failure> failure;          ///< what ended the run early
    std::optional<plan::Removals> removals;  ///< who is to leave, once it was planned
    std::map<EmployeeKey, Time> next_attempts;  ///< who is left out until then: refused in several runs in a row
    std::optional<plan::Estimate> estimate;     ///< of the plan, how long it takes
    bool is_adoption = false;                   ///< the plan proposes what is to count as ours, and nothing else
    std::optional<RunId> undoes;                ///< the plan takes back what that run did, and nothing else

    /// Of a run for one person.
    enum class Found { in_record, frozen, nowhere };
    std::optional<EmployeeKey> person;
    Found found = Found::nowhere;  ///< what the record says of them
    bool is_person_open = false;   ///< they are not in the desired state
    std::size_t people_left = 0;   ///< others, for whom the next run of all has something to do

    /// It is no plan towards the desired network, and waits for a person whatever the brakes say.
    bool is_proposal() const { return is_adoption || undoes; }
};

/// A plan that made groups is followed by one that places people in them, in the same run: the network is read again,
/// and the new plan is judged by itself. Not more than three plans; what is left then is the next run's.
///
/// A proposal waits for a person, always. Its approval makes it anew like any other plan and refuses it when it became
/// another one. It is the whole of its run: the next run does what follows from it, and is the tenant's first plan if
/// there was none before. Where there is nothing to propose, nothing is stored.
///
/// To take back what a run did is a proposal, too, made by the newest snapshot without looking at the source. After it
/// was carried out, a plan that would do the same again waits for a person, and so does every plan after the store was
/// put back from a backup, until one was approved.
///
/// A run for one person reads this one anew, where the source can be asked for one, and else the whole record. The plan
/// is that of everybody, and the brakes judge it as ever: if it has to wait, it waits whole; if it may pass, the part
/// of this person is carried out, never a leaving. It is refused (`rejected`, and no run is opened) where it would take
/// a plan's place that waits, was rejected or is not finished ("plan_waits", "plan_rejected", "plan_not_finished"), and
/// before the first plan was carried out ("first_run").
///
/// Never throws but for cancellation, which comes only before a plan's first call. Whatever happens is in the
/// result, in the run store (unless the store itself is the failure) and in the log, once.
boost::asio::awaitable<CycleResult> sync_cycle(TenantParts parts, CycleOrder order);

}  // namespace usersync::sync

#pragma once
// What one tenant's synchronisation works with: its settings, its ports, and the switch that stops it.

#include "core/apply/apply_run.hpp"
#include "core/apply/person_retry.hpp"
#include "core/async/event.hpp"
#include "core/diff/policy.hpp"
#include "core/ingest/ingest.hpp"
#include "core/plan/estimate.hpp"
#include "core/plan/guard.hpp"
#include "core/plan/removal_queue.hpp"
#include "core/plan/repeated.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/ledger.hpp"
#include "core/ports/network.hpp"
#include "core/ports/notes.hpp"
#include "core/ports/pace_store.hpp"
#include "core/ports/pause.hpp"
#include "core/ports/removal_queue.hpp"
#include "core/ports/retention.hpp"
#include "core/ports/rule_versions.hpp"
#include "core/ports/run_store.hpp"
#include "core/ports/snapshot_store.hpp"
#include "core/ports/source.hpp"
#include "core/rules/rule_set.hpp"
#include "daemon/log/log.hpp"
#include "daemon/sync/tenant_status.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::sync {

/// Everything of a tenant's configuration that decides something. Never changes: a run has one from beginning to end.
struct TenantSettings {
    TenantId tenant;
    ingest::ColumnMap columns;
    record::RecordFormat format;
    record::RecordLimits record_limits;
    record::Decrypt decrypt;  ///< empty: encrypted records are refused
    ingest::Language note_language = ingest::Language::en;
    ingest::CompletenessLimits completeness;
    rules::RuleSet rules;
    std::string time_zone = "UTC";  ///< of the schedule: which day it is, for rules that ask. A name that was checked
    Fingerprint rules_fingerprint;  ///< of everything above and the policy: stands in every plan
    MappingState rules_state = MappingState::final_;
    std::string rules_author;           ///< who says to have written them; empty: not said
    std::string rules_comment;          ///< likewise
    std::vector<RuleFile> rules_files;  ///< what they were read from
    diff::Policy policy;                ///< but for what depends on the day
    diff::AskAgain ask_again;
    Duration drift_settle =
        std::chrono::minutes(10);  ///< so long the network may not show what we have done; 0: it does
    plan::GuardLimits guard;
    Duration clock_ahead_max = plan::clock_ahead_least;  ///< further after the run before, nobody leaves unseen
    plan::QueueLimits queue;                             ///< how long leavers wait, and by what evidence they leave
    plan::RepeatLimits repeats;
    plan::Pace pace;  ///< for telling how long a plan takes; decides nothing
    apply::ApplyLimits apply;
    apply::PersonRetryLimits retry_people;  ///< whom the network refuses in run after run
    std::optional<Duration> keep;           ///< so long what decides nothing any more is kept; nullopt: for ever
    Duration fetch_max = std::chrono::minutes(10);       ///< for finding and downloading the record
    Duration read_max = std::chrono::hours(2);           ///< for reading the whole network
    Duration read_whole_every = std::chrono::hours(24);  ///< between these, only what changed in the network is read
    Duration call_max = std::chrono::minutes(2);         ///< for one operation, its wait for the rate limit included
    Duration drain_max = std::chrono::seconds(3);        ///< on stop: for the calls under way to be answered
};

/// The policy with what depends on the day, and on the moment at which the network is compared.
diff::Policy policy_at(const TenantSettings& settings, Time now, Day today);

/// A request to stop, as a state that is looked at, and an event that wakes whoever waits.
class StopSwitch {
public:
    explicit StopSwitch(boost::asio::any_io_executor executor) : pressed_(std::move(executor)) {}
    void press() {
        requested_ = true;
        pressed_.notify();
    }
    /// Ends the run under way like `press`; after `release` the next one may begin.
    void hold_back() {
        held_back_ = true;
        pressed_.notify();
    }
    void release() { held_back_ = false; }
    bool requested() const {
        return requested_ || held_back_;
    }                                             ///< from any thread: work on a lane looks before it begins
    bool is_final() const { return requested_; }  ///< nothing begins any more
    /// Until somebody presses it, or holds back. REQUIRES: nobody has.
    boost::asio::awaitable<void> wait() { return pressed_.wait(); }

private:
    std::atomic<bool> requested_ = false;
    std::atomic<bool> held_back_ = false;
    Event pressed_;
};

/// What is known about earlier readings of the network. In memory only: a process that starts reads the whole.
struct Readings {
    std::optional<SteadyTime> whole_at;  ///< the newest that was whole, unless one has failed since
    LearntRates kept_rates = {};         ///< as they stand in the store
};

/// The settings in force, and references to things that outlive every run. All of them are used on the I/O thread only.
struct TenantParts {
    std::shared_ptr<const TenantSettings> settings;
    Source& source;
    Network& network;
    SnapshotStore& snapshots;
    RunStore& runs;
    Ledger& ledger;
    RuleVersions& rule_versions;
    NoteBox& notes;
    Clock& clock;
    log::Log& log;
    StopSwitch& stop;
    boost::asio::any_io_executor compute_lane;                          ///< for reading and comparing large records
    std::optional<Progress>& progress;                                  ///< set while a plan is applied
    std::shared_ptr<Readings> readings = std::make_shared<Readings>();  // between the runs of a tenant
    RemovalQueue* removals = nullptr;  ///< nullptr: nothing is remembered of leavers from run to run
    PauseStore* pauses = nullptr;      ///< nullptr: a pause ends with the process
    PaceStore* pace = nullptr;         ///< what is to be remembered about the pace; nullptr: nothing is
    Retention* retention = nullptr;    ///< nullptr: everything is kept
};

}  // namespace usersync::sync

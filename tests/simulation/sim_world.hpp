#pragma once
// A world in one thread: several tenants of one daemon, each with its source, its network and its SQLite file; a
// process that may die and is started again; people who upload, approve, accept and meddle; and time.

#include "connectors/speakap/sandbox/sandbox_server.hpp"
#include "core/model/ledger_entry.hpp"
#include "tests/fakes/fake_note_box.hpp"
#include "tests/fakes/fake_source.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/fault_plan.hpp"
#include "tests/simulation/sim_ports.hpp"
#include "tests/simulation/sim_time.hpp"
#include "tests/simulation/story.hpp"
#include "tests/simulation/witness.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace usersync::simulation {

/// What outlives the process, of one tenant.
struct SimTenant {
    SimTenant(SimClock& clock, const TenantStory& told, const TenantFaults& faults, std::filesystem::path store);

    const TenantStory& story;
    std::filesystem::path file;
    test::FakeSource source;
    test::FakeNoteBox notes;
    Witness witness;
    Disk disk;
    std::unique_ptr<sandbox::Sandbox> network;
    sandbox::SandboxState at_first;
    RulesInForce rules = RulesInForce::the_usual;
    bool last_record_is_good = true;
    std::string newest_good;  ///< the last record that told the truth
    std::size_t files = 0;
    std::size_t delivered = 0;
    std::string yesterday;          ///< the record before the newest good one, as bytes
    std::set<std::uint64_t> hands;  ///< numbers of events that were done by hand
    /// By key and kind: events that follow from something done by hand, some time later.
    std::set<std::pair<std::string, std::string>> excused;
    /// By key: something was done for them that a store which was put back does not know to be ours, and that is not
    /// wanted any more. It stays (docs/operations.md): they need not be as in the twin.
    std::set<std::string> forgotten;
    bool had_other_rules = false;
};

/// A copy of a tenant's store, and how everything was then.
struct Backup {
    std::filesystem::path file;
    ChainHead ledger;                           ///< how far it had come
    std::string snapshot_of;                    ///< the bytes of the newest record that it has
    std::size_t delivered = 0;                  ///< good records so far
    std::map<std::string, std::string> people;  ///< in the network, by key
};

/// How a tenant looks when everything is over.
struct Ended {
    std::map<std::string, std::string> people;  ///< who is in the network, by key: everything about them
    std::map<std::string, std::string> owned;   ///< what is ours of them
    std::vector<std::string> unmanaged;         ///< everybody and everything that is nobody's business of ours
    bool is_well = false;
    std::string last_run;
    std::size_t operations_left = 0;  ///< of the newest plan
    std::size_t open_intents = 0;
    std::size_t late_writes = 0;  ///< calls that changed something in the last hours
};

class SimWorld {
public:
    /// `faults` may be those of no_faults.
    SimWorld(const Story& story, const FaultPlan& faults, Planted planted = Planted::nothing);
    ~SimWorld();

    /// From the beginning to the end of the story.
    void run();

    std::size_t tenants() const { return tenants_.size(); }
    SimTenant& tenant(std::size_t number) { return *tenants_[number]; }
    /// REQUIRES: `run` has ended.
    Ended ended(std::size_t number);
    /// What is wrong with the world as a whole: it never came to rest, a stop took too long.
    const std::vector<std::string>& broken() const { return broken_; }
    std::size_t processes() const { return processes_; }

private:
    struct Process;
    struct Due {
        Duration at{};
        std::function<void()> what;
    };

    void plan_story();
    void plan_faults();
    void at(Duration when, std::function<void()> what);
    void start_process();
    void bury();
    void settle();
    void advance(Duration limit);
    bool stop();
    void while_stopped(const std::function<void()>& what);
    void back_up(SimTenant& tenant, Duration put_back_after);
    void put_back(SimTenant& tenant, const Backup& backup);
    void deliver_good(SimTenant& tenant);
    void happens(SimTenant& tenant, const Happening& happening);
    void deliver_bad(SimTenant& tenant, Happening::What what, std::uint64_t chance);
    void by_hand(SimTenant& tenant, const Happening& happening);
    void ask_by_hand(SimTenant& tenant, http::Request request);
    void everybody_accepts(SimTenant& tenant);
    void operator_looks();
    void operator_does(SimTenant& tenant, const Happening& happening);
    void soon(Duration wait, std::function<void()> what);

    const Story& story_;
    const FaultPlan& faults_;
    Planted planted_;
    SimTime time_;
    SimClock true_clock_{time_};
    SimClock clock_{time_};  ///< the daemon's machine
    boost::asio::io_context hands_;
    std::filesystem::path folder_;
    std::optional<CallBucket> shared_pace_;
    std::vector<std::unique_ptr<SimTenant>> tenants_;
    std::unique_ptr<Process> process_;
    std::optional<Duration> back_at_;  ///< when the process that died is started again
    std::vector<Due> due_;             ///< sorted by time, the next one last
    std::size_t processes_ = 0;
    std::size_t turns_ = 0;
    std::vector<std::string> broken_;
    std::vector<std::size_t> writes_before_the_end_;
};

}  // namespace usersync::simulation

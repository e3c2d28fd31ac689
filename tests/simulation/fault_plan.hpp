#pragma once
// What goes wrong in a world, and when. A seed decides it; the plan can be read by people.

#include "connectors/speakap/sandbox/sandbox_faults.hpp"
#include "connectors/speakap/sandbox/sandbox_limits.hpp"
#include "tests/simulation/story.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace usersync::simulation {

/// Something that somebody does, or that befalls a source.
struct Happening {
    enum class What {
        cut_record,    ///< ends within a row
        half_record,   ///< more than half of the people are missing
        empty_record,  ///< no bytes
        header_only,
        garbage,            ///< no record at all
        broken_row,         ///< of one person nothing can be read
        without_key,        ///< the column of keys has another name
        yesterdays_record,  ///< under a new name
        growing_record,     ///< the upload of a good record goes on for hours
        source_away,        ///< the next looks fail
        left_by_hand,       ///< somebody takes a person out of a group
        removed_by_hand,    ///< … or of the network
        suspended_by_hand,
        title_by_hand,
        role_by_hand,   ///< takes a role away
        rejected_plan,  ///< an operator does not want the plan that waits
        held_person,    ///< … keeps somebody from leaving
        paused_runs,    ///< … pauses, and resumes a while later
        undone_run,     ///< … takes back what a run did
        tried_rules,    ///< … has other rules for some hours
        clock_jump,     ///< of the machine; back again an hour or two later
        backup,         ///< of one tenant's store; some hours later it is put back
        stop,           ///< SIGTERM, and a new start
    };
    Duration at{};
    What what = What::garbage;
    std::uint64_t chance = 0;  ///< decides whom it meets
    Duration by{};             ///< of a jump, or how long something lasts
};
std::string_view to_string(Happening::What what);

/// The store refuses these writes, counted from the start of the world.
struct DiskFault {
    std::size_t from = 0;
    std::size_t to = 0;
    bool after_writing = false;  ///< the failure is told although it was written
};

struct TenantFaults {
    std::vector<sandbox::FaultSpec> calls;
    sandbox::RatePlan rate;
    Duration settling{0};
    std::vector<Happening> happenings;
    std::vector<DiskFault> disk;
};

struct FaultPlan {
    /// Everything befalls the first tenant alone, and nothing the process: the others must not notice.
    bool is_one_tenants = false;
    std::vector<TenantFaults> tenants;  ///< by tenant
    std::vector<Happening> happenings;  ///< of the machine
    std::vector<std::size_t> deaths;    ///< the n-th process dies after so many effects
    std::vector<Duration> downtimes;    ///< and nobody is there for so long
};

FaultPlan faults_of(const Story& story);
FaultPlan no_faults(const Story& story);

std::string describe(const FaultPlan& plan);

}  // namespace usersync::simulation

#pragma once
// What happens in the world whether or not anything goes wrong: companies, their records, and when they come.

#include "core/base/time.hpp"
#include "daemon/sync/tenant_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace usersync::simulation {

/// A record that says the truth.
struct GoodDelivery {
    Duration at{};  ///< since the beginning of the world
    std::vector<std::string> rows;
    std::set<std::string> people;  ///< their keys
};

/// One customer.
struct TenantStory {
    std::string name;
    std::uint64_t seed = 0;
    Duration every{};              ///< between two runs on schedule
    bool creates_missing = false;  ///< stores that the network lacks are made
    bool removes_leavers = false;  ///< suspended, and then removed
    bool keeps_files = false;      ///< the account may not move what was read
    bool learns_rate = false;      ///< the rate below is the most, and what the network allows is found out
    std::size_t canary = 0;        ///< so many people go first and are read back
    Duration outage_wait{};        ///< so long a run waits for a network that is away
    bool holds_kinds = false;      ///< what no brake holds goes ahead of what one does
    double calls_per_second = 10;
    double burst = 10;
    std::vector<GoodDelivery> deliveries;
    std::string network;  ///< as network.json says it
};

struct Story {
    std::uint64_t seed = 0;
    int days = 0;           ///< in which something may go wrong
    Duration quiet_from{};  ///< from then on nothing does
    Duration end{};
    bool share_pace = false;  ///< the tenants have one limit of calls together
    std::vector<TenantStory> tenants;
};

/// So many seeds in a row have one story, each with other faults: its twin has to be lived once.
constexpr std::uint64_t faults_a_story = 5;

Story story_of(std::uint64_t seed);

/// With a header, as a file.
std::string record_of(const std::vector<std::string>& rows);

/// `others`: somebody tries other rules, by which everybody is in one store and nobody is an administrator.
enum class RulesInForce { the_usual, others };
sync::TenantSettings settings_of(const TenantStory& tenant, RulesInForce rules = RulesInForce::the_usual);

/// Groups and people that are nobody's business of ours.
extern const std::string unmanaged_group;

}  // namespace usersync::simulation

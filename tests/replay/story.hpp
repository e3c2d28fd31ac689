#pragma once
// The days of a small chain of stores, of which some runs are recorded.

#include "tests/replay/recorded_run.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace usersync::sync {
struct TenantSettings;
}

namespace usersync::test {

/// What a tenant's folder of rules says, as runs have it. Throws with all problems.
sync::TenantSettings settings_in(const std::filesystem::path& rules);

struct PlannedRun {
    RecordedRun inputs;
    std::string plan;  ///< plan.json, of what the daemon's run itself has planned
};

/// By name: "first-load", "joiner-and-mover", … The whole daemon without its network: source, SQLite, rules and runs.
std::map<std::string, PlannedRun> runs_of_the_story(const sync::TenantSettings& settings);

}  // namespace usersync::test

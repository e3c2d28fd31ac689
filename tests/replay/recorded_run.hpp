#pragma once
// All that a run had before it when it made its plan, as files.

#include "core/model/missing.hpp"
#include "core/model/network.hpp"
#include "core/model/operation.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/guard.hpp"
#include "core/plan/removal_queue.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// A folder of tests/golden/runs, beside the folder `rules` of its tenant:
///
/// | file           | what                                                                            |
/// |----------------|---------------------------------------------------------------------------------|
/// | record.csv     | the delivery, byte for byte                                                     |
/// | before.csv     | the delivery of the last good record before it; not there: it was the first     |
/// | run.json       | when, by which rules, what the ledger counted lately, who was missing since when |
/// | network.json   | the network as it was read                                                      |
/// | ownership.json | what of it was ours                                                             |
/// | queue.json     | who was to leave, and who was held                                              |
/// | effects.json   | of an undo alone: what the run that it takes back had done                      |
/// | plan.json      | the plan that came of it, and what the brakes said                              |
struct RecordedRun {
    std::string record;
    std::optional<std::string> before;
    SnapshotId snapshot;
    Time now{};
    Fingerprint rules;       ///< as it stands in the plan: not of the settings of today's program
    bool first_run = false;  ///< no plan of the tenant was applied yet
    std::optional<RunId> undoes = {};
    plan::RecentCounts recent = {};
    std::vector<MissingSince> missing = {};
    ActualNetwork network;
    Ownership ownership;
    plan::Removals removals;
    std::vector<Operation> effects = {};
    bool operator==(const RecordedRun&) const = default;
};

/// Throw what is wrong with a file.
/// @{
RecordedRun load_run(const std::filesystem::path& folder);
void save_run(const std::filesystem::path& folder, const RecordedRun& run);
/// @}

/// The folders of tenants, or of a tenant's runs, without that of rules; sorted.
std::vector<std::filesystem::path> recorded_in(const std::filesystem::path& folder);

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

/// plan.json of this plan: all of it, for a person to compare line by line.
std::string plan_text(const Plan& plan, const Verdict& verdict);

}  // namespace usersync::test

#pragma once
// What a run did, for a terminal and for programs, and the exit code that goes with it.

#include "daemon/control/command.hpp"
#include "daemon/sync/sync_cycle.hpp"

#include <string>

namespace usersync::report {

enum class Format { text, json };

/// The run in a few lines: what was read, planned, done (from the ledger), and who is not as they should be.
std::string render_run(const TenantId& tenant, const sync::CycleResult& result, Format format);

/// The plan of a plan-only run.
std::string render_plan(const sync::CycleResult& result, Format format);

/// | the run                                       | exit code       |
/// |-----------------------------------------------|-----------------|
/// | held a plan, or refused an approval           | 3, held         |
/// | failed                                        | 4, failed       |
/// | for one person: left them not as they should be | 1, people_open |
/// | for one person: refused, or they are not in the record | 3, held  |
/// | left somebody not as they should be           | 1, people_open  |
/// | did everything                                | 0, done         |
control::ExitCode exit_code_of(const sync::CycleResult& result);

}  // namespace usersync::report

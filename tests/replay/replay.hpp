#pragma once
// A recorded run once more, by the program as it is now: pure.

#include "daemon/sync/tenant_parts.hpp"
#include "tests/replay/recorded_run.hpp"

namespace usersync::test {

struct Replayed {
    Plan plan;
    Verdict verdict;
};

/// What a run with nothing else before it would plan, and what its brakes would say; nothing was saved, restored,
/// undone or refused lately. Throws when the record is bounced.
Replayed replay(const RecordedRun& run, const sync::TenantSettings& settings);

}  // namespace usersync::test

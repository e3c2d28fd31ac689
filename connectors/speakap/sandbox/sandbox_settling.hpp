#pragma once
// What lists show while a change has not settled: the row as it was before. A new row shows from `seen_from` on.
// assumption: a change of a row takes as long to show as a new row does, and each change has its own time.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <optional>
#include <vector>

namespace usersync::sandbox {

/// Every row before a call that may change some.
struct RowsBefore {
    std::vector<User> users;
    std::vector<Group> groups;
};
/// nullopt when every change shows at once.
std::optional<RowsBefore> rows_before(const SandboxState& state);
/// Keeps what the call has changed, and forgets what has settled.
void keep_earlier(SandboxState& state, RowsBefore before, Time now);

/// The row as lists show it.
const User& as_listed(const SandboxState& state, const User& user, Time now);
const Group& as_listed(const SandboxState& state, const Group& group, Time now);
/// The row as a read of the one alone shows it.
const User& as_read(const SandboxState& state, const User& user, Time now);
const Group& as_read(const SandboxState& state, const Group& group, Time now);

}  // namespace usersync::sandbox

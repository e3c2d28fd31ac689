#pragma once
// What picking a record up from a folder is like, whether the folder is local or remote.

#include "core/ingest/pickup.hpp"
#include "core/ports/source.hpp"

#include <functional>
#include <string>
#include <vector>

namespace usersync::pickup {

using Listing = std::vector<ingest::FileEntry>;
using ReadFile = std::function<Result<std::string>(const ingest::FileEntry&)>;

/// Compares two looks at a folder and reads the file that is to be taken, if there is one. A Failure is `read`'s.
Result<Fetched> pick_up(const Listing& earlier, const Listing& now, const ingest::PickupRules& rules,
                        const ReadFile& read);

/// No file of the folder deserves a second look.
Fetched nothing_to_wait_for(const Listing& listing, const ingest::PickupRules& rules);

/// The deadline leaves no room for a second look: every candidate stays, with the reason.
Fetched no_time_to_wait(const Listing& candidates, Duration stable_for);

}  // namespace usersync::pickup

#pragma once
// Groups that rules name and the network does not have.

#include "core/diff/group_directory.hpp"
#include "core/plan/plan.hpp"

#include <set>

namespace usersync::diff {

/// Every managed group that cannot be found is made, where the tenant allows it, or noted:
///
/// | the group                                     | result                                             |
/// |-----------------------------------------------|----------------------------------------------------|
/// | may be made                                   | made first                                         |
/// | a local department whose parents are there    | made first, under them                             |
/// | …, whose parents are to be made themselves    | note: waits for them, made by the plan after that  |
/// | …, of which a parent is named by nobody       | note: cannot be made                               |
/// | may not be made, or several have the name     | note                                               |
///
/// The references that are answered: whoever belongs there waits.
std::set<GroupRef> make_missing_groups(const DesiredNetwork& desired, const GroupDirectory& groups, ChangeSet& out);

}  // namespace usersync::diff

#pragma once
// Groups that rules name and the network does not have.

#include "core/diff/group_directory.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <map>
#include <set>

namespace usersync::diff {

/// By the group that would be made: the one that is there and seems to be it, under its former name. Of the same kind,
/// and under the same business unit; no rule names it any more; everybody in it who stays, two at least, is there by
/// us and belongs in the new one, of whose people they are most.
using RenamedGroups = std::map<GroupRef, const ActualGroup*>;
RenamedGroups renamed_groups(const DesiredNetwork& desired, const ActualNetwork& actual, const GroupDirectory& groups,
                             const Ownership& ownership);

/// Every managed group that cannot be found is made, where the tenant allows it, or noted:
///
/// | the group                                     | result                                             |
/// |-----------------------------------------------|----------------------------------------------------|
/// | may be made                                   | made first                                         |
/// | a local department whose parents are there    | made first, under them                             |
/// | …, whose parents are to be made themselves    | note: waits for them, made by the plan after that  |
/// | seems to be there under another name      | note: rename; not made, and nobody leaves that one |
/// | …, of which a parent is named by nobody       | note: cannot be made                               |
/// | may not be made, or several have the name     | note                                               |
///
/// The references that are answered: whoever belongs there waits.
std::set<GroupRef> make_missing_groups(const DesiredNetwork& desired, const GroupDirectory& groups,
                                       const RenamedGroups& renamed, ChangeSet& out);

}  // namespace usersync::diff

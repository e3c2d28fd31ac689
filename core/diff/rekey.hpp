#pragma once
// People who seem to be in the record under another employee ID than before: one leaves and the other joins.

#include "core/diff/address_index.hpp"
#include "core/diff/policy.hpp"
#include "core/model/network.hpp"
#include "core/plan/plan.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace usersync::diff {

/// The record's, where it has them: "1980-02-29".
using Birthdays = std::map<EmployeeKey, std::string>;

/// Who would lose an account, and who would get one.
struct LeavingAndJoining {
    std::vector<const ActualUser*> leaving;  ///< by a record that could not be read whole: also whom it lacks
    std::vector<const DesiredUser*> joining;
    std::set<EmployeeKey> gone;  ///< of those leaving, from whom something is taken for having no row any more
};

/// Nobody's account is taken while the same person gets another one. Two are taken for one person when the joiner has
/// an address of the leaver's account, or the same name and birthday; and are not when their birthdays differ, or both
/// their first and their last names: an address may be a function's.
///
/// | the tenant                            | neither leaves nor joins, and                                        |
/// |---------------------------------------|----------------------------------------------------------------------|
/// | –                                     | note: rekey, for both                                                |
/// | `Policy::xid_change_on_reactivation`, | the account is suspended with all that it has, to be brought back    |
/// | gone, address theirs alone            | under the other key by the next plan; a person approves that          |
void keep_rekeyed(ChangeSet& changes, const LeavingAndJoining& people, const DesiredNetwork& desired,
                  const ActualNetwork& actual, const Birthdays& birthdays, const Policy& policy);

}  // namespace usersync::diff

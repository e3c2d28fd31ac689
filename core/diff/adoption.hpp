#pragma once
// The proposal that links accounts that predate the sync to employees.

#include "core/diff/policy.hpp"
#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

#include <map>
#include <string>

namespace usersync::diff {

/// Adopts by XID; else by address, primary or other, of an account without XID, when both are alone with it. Pure,
/// sorted.
///
/// | account                                     | result                                              |
/// |---------------------------------------------|-----------------------------------------------------|
/// | XID of the employee, not ours               | adopt                                               |
/// | no XID, the employee's address              | adopt, linked                                       |
/// | …, an address that two employees or two     | note: conflict                                      |
/// | accounts have                               |                                                     |
/// | another XID, the employee's address         | note: conflict                                      |
/// | no XID, another or no address, same name    | note: hint; a person gives the account the XID,     |
/// | and birthday                                | or the address, in the network                      |
///
/// Notes never say a name or an address. `birthdays` are the record's, where it has them ("1980-02-29").
ChangeSet propose_adoption(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
                           const std::map<EmployeeKey, std::string>& birthdays, const Policy& policy);

}  // namespace usersync::diff

#pragma once
// The part of a plan that may be carried out for one person while everything else waits for a run of all.

#include "core/plan/plan.hpp"

#include <set>

namespace usersync::plan {

struct OnePerson {
    ChangeSet changes;             ///< of this person; with all that the whole plan says besides its operations
    std::set<EmployeeKey> others;  ///< for whom the whole plan would do something; the empty key for groups
};

/// Pure. The plan is the whole one, so that the brakes have seen everything; what is left of it is
///
/// | operation of the whole plan                      | stays                                               |
/// |--------------------------------------------------|-----------------------------------------------------|
/// | of this person                                   | yes                                                 |
/// | that takes something from them because they leave | no: who leaves is decided by runs of all alone      |
/// | that needs an operation of somebody else         | no, with all that needs it                          |
/// | of several for one address, of which one is left out | none of them                                    |
/// | that makes a group                               | where this person waits for one                     |
/// | of somebody else                                 | no                                                  |
OnePerson of_one_person(const Plan& plan, const EmployeeKey& person);

}  // namespace usersync::plan

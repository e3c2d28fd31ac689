#pragma once
// The comparison of one person: joins, stays or leaves.

#include "core/diff/address_book.hpp"
#include "core/diff/group_directory.hpp"
#include "core/diff/policy.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

namespace usersync::diff {

/// What every person's comparison needs; refers to things that outlive it.
struct PersonComparison {
    const DesiredNetwork& desired;
    const GroupDirectory& groups;
    const AddressBook& addresses;
    const Policy& policy;
    ChangeSet& out;
};

/// In the record, without an account.
void joins(const PersonComparison& compare, const DesiredUser& wanted);
/// In the record, with an account.
void stays(const PersonComparison& compare, const DesiredUser& wanted, const ActualUser& account,
           const OwnedUser& owned);
/// Not in the record, with an account of ours.
void leaves(const PersonComparison& compare, const ActualUser& account, const OwnedUser& owned,
            Completeness completeness);

/// The profile that the account should have: what the record says, else what is there. Names in joined form. An empty
/// text is something that the record says: there is none.
Profile merged(const Profile& wanted, const Profile& there);

/// "email,phone": the fields in which the account differs from what is wanted, without their values. A field that
/// the network does not show (nullopt) cannot be compared, so it does not differ.
std::string fields_that_differ(const Profile& there, const Profile& wanted);

}  // namespace usersync::diff

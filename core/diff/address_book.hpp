#pragma once
// Who has which e-mail address, who gives one up, and who may therefore claim one.

#include "core/diff/policy.hpp"
#include "core/model/network.hpp"
#include "core/plan/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace usersync::diff {

/// What stands in the way of giving an address to a person.
enum class Claim {
    free,         ///< nobody has it, or the person has it already
    handed_over,  ///< somebody gives it up by a change of this comparison
    unlinked,     ///< an account that is linked to no employee has it
    taken,        ///< another employee has it and keeps it
};

/// Somebody who has accepted keeps the address of the account, whatever the record says: the tenant wants it so, and
/// they do not sign in with the company's account. Of a suspended account it is not known whether they had accepted.
bool keeps_address(const Policy& policy, const DesiredUser& wanted, const ActualUser& account);

/// The addresses of the actual network, primary and other. Refers to it.
class AddressBook {
public:
    /// `policy`: when an account's address follows the record.
    AddressBook(const DesiredNetwork& desired, const ActualNetwork& actual, const Policy& policy);

    Claim claim(const std::string& email, const EmployeeKey& person) const;
    /// The employees whose accounts have the address now.
    std::vector<EmployeeKey> holders(const std::string& email) const;

private:
    struct Holder {
        const ActualUser* user = nullptr;
        bool gives_up = false;
    };
    std::map<std::string, std::vector<Holder>> holders_;
};

/// Takes out the changes that claim an address which its holder turns out to keep, with a note each.
void refuse_claims_without_giver(ChangeSet& changes, const AddressBook& addresses);

/// Profile updates that wait for each other in a circle (two people swap addresses, or more hand theirs round). Where
/// the tenant says to which address (`Policy::swap_parking`), the one of them with the smallest key is parked there
/// until the others have moved on. Otherwise, or where that address is somebody's, they are taken out, with a note each
/// that names the others; and so is whoever else waits for one of them.
void order_swaps(ChangeSet& changes, const AddressBook& addresses, const Policy& policy);

/// What takes back a run hands addresses round as well: those who swap get theirs by way of a parking address, and
/// whoever would get what somebody keeps is taken out, with a note (`not_undone`) each.
void order_addresses_of_undo(ChangeSet& undo, const ActualNetwork& actual, const Policy& policy);

/// The circles in which somebody is parked, each with its people, sorted.
using Swaps = std::vector<std::vector<EmployeeKey>>;
Swaps swaps_of(const ChangeSet& changes);

/// When something was taken out of `changes` since: nobody is parked in vain. A circle in which an update is missing is
/// taken out, with a note for everybody in it.
void keep_swaps_whole(ChangeSet& changes, const Swaps& before);

}  // namespace usersync::diff

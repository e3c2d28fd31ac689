#pragma once
// The difference between the network that should be and the network that is, under ownership.

#include "core/diff/policy.hpp"
#include "core/diff/rekey.hpp"
#include "core/model/network.hpp"
#include "core/model/ownership.hpp"
#include "core/plan/plan.hpp"

namespace usersync::diff {

/// Pure, and sorted: equal inputs give equal bytes. Cases, by person:
///
/// | record        | network                  | ours | result                                                      |
/// |---------------|--------------------------|------|-------------------------------------------------------------|
/// | there         | no account               | –    | create, groups, role                                        |
/// | there         | no account, but somebody | –    | conflict, nothing is sent: an unlinked account has the      |
/// |               | else has the e-mail      |      | address, or another person keeps it                         |
/// | there         | account                  | no   | adopt (nothing is sent), then as below                      |
/// | there         | account                  | yes  | differences of profile, groups, role                        |
/// | there         | suspended                | any  | reactivate, then as above                                   |
/// | unusable row  | any                      | any  | frozen: left exactly as it is                               |
/// | not there     | account                  | no   | left alone                                                  |
/// | not there     | account                  | yes  | leaves: role, groups, suspend (, remove)                    |
/// | not there,    | account                  | yes  | nothing, and shown: the record is no evidence of absence,   |
/// | partial       |                          |      | nor is what a row of it says of who has left or is on leave |
/// | not there     | administrator by hand    | yes  | left alone and shown                                        |
/// | not there,    | account                  | yes  | left alone and shown; or, where an exception only keeps     |
/// | never removed |                          |      | memberships: leaves, and these stay                         |
/// | ended, or     | account                  | yes  | leaves: the row is the evidence                             |
/// | not active    |                          |      |                                                             |
/// | on leave      | active                   | yes  | suspended; groups and role stay. Back: reactivated          |
/// | … of these,   | account                  | any  | left alone and shown                                        |
/// | never removed |                          |      |                                                             |
/// | … of these    | account                  | no   | left alone and shown                                        |
/// | not started   | account                  | any  | left alone and shown; without account nothing               |
/// | unclear       | any                      | any  | not created; left exactly as it is, and open                |
/// | excluded      | any                      | any  | left exactly as it is, and shown                            |
/// | not admitted  | any                      | any  | not created; left as it is, and open                        |
/// | not invited   | no account               | –    | not created, and shown; with an account as anybody else     |
///
/// "Never removed" protects the account: it is neither suspended nor ended. As long as the person is in the record and
/// wanted, memberships and roles follow the rules all the same.
///
/// A group membership or role that is not ours is never taken away. One that is wanted and already there is adopted.
/// A person with a rule whose group cannot be found loses no membership: the network may have renamed the group.
/// So does a person with a value that no rule knows (or an empty cell that is to be kept), for the groups that the
/// rules of that field can lead to: the value may be a new name of the same place.
/// A role of ours stays likewise while a rule that may give it cannot be judged. What stays for an empty field is
/// noted. What an exception keeps is neither added nor taken away; what one forbids is taken away where it is ours,
/// however much else is in doubt. Nothing that can be called prints a password, and not every network lets us give a
/// role in a group: these are notes. A group that is missing and may be made is made first; people are placed in it by
/// the plan after that. An account that exists is filled by `Policy::fill`; a new one with everything. Of people who
/// swap e-mail addresses one is parked at another for a while, where the tenant says at which (`Policy::swap_parking`);
/// otherwise they are a conflict: neither address can be set first.
///
/// Nothing is taken away and made anew in one go: not the account of somebody who has another employee ID in the record
/// (core/diff/rekey.hpp), nor a group that has another name there (core/diff/missing_groups.hpp).
///
/// What somebody changed of what is ours is answered by `Policy::drift` (core/diff/drift.hpp), and always shown. What
/// another application has locked, and the last group of somebody from outside, is left alone
/// (core/diff/protection.hpp). Somebody without an account under their key may have one all the same
/// (core/diff/known_account.hpp). Whoever has not accepted is asked again when the address changes, and after a while
/// (core/diff/email_change.hpp).
ChangeSet diff(const DesiredNetwork& desired, const ActualNetwork& actual, const Ownership& ownership,
               const Policy& policy, const Birthdays& birthdays = {});

/// The account is as a leaver's should be: their absence asks for nothing more.
bool is_gone(const ActualUser& account, const Policy& policy);

}  // namespace usersync::diff

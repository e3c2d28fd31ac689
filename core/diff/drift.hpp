#pragma once
// What is ours and was changed by somebody in the network, and what is done about it (demand T-2).

#include "core/diff/decided.hpp"
#include "core/diff/places.hpp"

namespace usersync::diff {

/// By kind, and what the tenant answers:
///
/// | ours, wanted, and                     | repair                    | adopt                  | ignore      |
/// |---------------------------------------|---------------------------|------------------------|-------------|
/// | the membership is not there           | added                     | declined               | left        |
/// | the role is the default one           | given                     | declined               | left        |
/// | the role is another, given by hand    | left, and noted           | declined               | left        |
/// | the role in the group, likewise       | likewise                  | declined               | left        |
/// | the account is not there              | created                   | declined, all of it    | left        |
/// | the account is suspended, not by us   | reactivated               | declined, all of it    | left        |
/// | …, not wanted, and let in again by    | suspended again           | not ours any more      | left        |
/// | somebody after we suspended it        |                           |                        |             |
///
/// What we changed a short while ago (`Policy::may_not_show_since`) and the network does not show is no drift: nothing
/// is put back or given up, and it is noted. An account that is made begins without any memory.
///
/// What is declined is not ours any more, and not put back as long as the rules want it; each time it is noted. The
/// memory goes when the rules stop wanting it, or when somebody puts it back. What is left counts as ours all the same.
/// What was ours, is not there and is not wanted either is no drift: it is forgotten, so that the same thing given by
/// hand later is not taken for ours. All of this needs the account to be shown: nothing is said about the groups and
/// roles of somebody who is suspended, nor about the role of somebody who has not accepted.

/// Every rule of the person's could be judged, and found its group.
bool is_certain(const DesiredUser& wanted, const Places& places);

/// True when nothing is to be done about the account of somebody who has none, or whose account is suspended.
bool leaves_account_as_it_is(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                             const OwnedUser& owned);

/// What we did to their account does not show yet, and there is nothing to be said or done until it does; noted.
bool waits_to_be_shown(const Comparison& compare, const EmployeeKey& person, const ActualUser* account,
                       const OwnedUser& owned);

/// They should be suspended, were by us, and are not. True when that stays so.
bool leaves_reactivated(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                        const OwnedUser& owned);
/// Nobody asks for the suspension any more, and somebody has ended it: one that follows is not ours.
void forget_suspension(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                       const OwnedUser& owned);

/// Takes out of what is decided what is not to be put back, and adds a Release where there is something to give up.
/// `account` is nullptr for somebody who gets one, or is reactivated; `owned` is empty for whoever gets one.
void answer_drift(const Comparison& compare, const DesiredUser& wanted, const ActualUser* account,
                  const OwnedUser& owned, const Places& places, Decided& decided);

/// Nobody wants them in the network any more: what was declined means nothing now.
void forget_declined(const Comparison& compare, const EmployeeKey& person, const OwnedUser& owned);

}  // namespace usersync::diff

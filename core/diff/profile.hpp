#pragma once
// What an account's profile should be, field by field.

#include "core/diff/policy.hpp"
#include "core/model/employee.hpp"

#include <string>

namespace usersync::diff {

/// What the record still has to say about an account that exists: a field that is filled `on_invite` is not spoken of
/// any more, one that is filled `if_empty` only where the account shows that it has nothing.
Profile still_filled(Profile wanted, const Profile& there, const ProfileFill& fill);

/// The profile that the account should have: what the record says, else what is there. Names in joined form. An empty
/// text is something that the record says: there is none.
Profile merged(const Profile& wanted, const Profile& there);

/// A new account begins without what the record leaves empty.
Profile to_begin_with(const Profile& wanted);

/// "email,phone": the fields in which the account differs from what is wanted, without their values. A field that
/// the network does not show (nullopt) cannot be compared, so it does not differ.
std::string fields_that_differ(const Profile& there, const Profile& wanted);

}  // namespace usersync::diff

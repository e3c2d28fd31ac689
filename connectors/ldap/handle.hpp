#pragma once
// libldap's session with an owner, without libldap's headers.

#include <memory>

struct ldap;

namespace usersync::ldap {

struct FreeHandle {
    void operator()(::ldap* session) const;
};
/// Says goodbye and closes the connection it was given. One thread at a time.
using Handle = std::unique_ptr<::ldap, FreeHandle>;

}  // namespace usersync::ldap

#pragma once
// A directory that is open for reading.

#include "connectors/ldap/entry.hpp"
#include "connectors/ldap/handle.hpp"
#include "connectors/ldap/ldap_options.hpp"
#include "connectors/session/breaker.hpp"
#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace usersync::ldap {

/// What was found, as the record has it.
struct Found {
    std::string record;
    std::vector<std::string> referrals;  ///< each once: "ldap://dc2.shop.example: a referral, not followed"
};

/// A session over this connection, encrypted and logged in. Blocks; runs on a lane and counts its steps at the breaker.
/// REQUIRES: the options outlive the session.
Result<Handle> open_directory(const LdapOptions& options, session::Descriptor connection, session::Breaker& breaker);

/// Reads all that the options ask for, or nothing. Blocks as above. REQUIRES: the session may read.
Result<Found> read_directory(::ldap* session, const LdapOptions& options, session::Breaker& breaker);

}  // namespace usersync::ldap

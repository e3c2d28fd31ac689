#pragma once
// What an answer of libldap or of the server means for the run.

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace usersync::ldap {

/// Of a search. REQUIRES: `code` is no success.
Failure search_failure(int code, bool in_pages);

/// Of a bind; `said` is the server's own message, of which only Active Directory's reason is told.
Failure bind_failure(int code, std::string_view said);

/// Of StartTLS or of a handshake; `said` is the library's reason.
Failure tls_failure(int code, std::string_view said, bool peer_is_gone);

}  // namespace usersync::ldap

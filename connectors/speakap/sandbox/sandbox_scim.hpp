#pragma once
// Speakap's SCIM under /scim, as far as a public client shows it, as a function over the state.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

#include <cstddef>

namespace usersync::sandbox {

/// Users per page; a larger `count` is cut to it.
constexpr std::size_t scim_page_max = 20;

/// Answers one SCIM call and changes the state accordingly.
///
/// GET /Users (startIndex, count, filter `userName eq "…"` or `externalId eq "…"`), GET, PUT /Users/{id}, POST /Users.
/// PATCH and DELETE answer 501. A PUT replaces the attributes that it carries.
/// assumption: attributes that a PUT does not carry stay as they are, unless `strict_put` of network.json has them
/// cleared; name, emails and phoneNumbers are replaced whole.
/// assumption: a PUT with another externalId or userName gives the account another XID, as `key_change` allows.
/// assumption: externalId, or userName without one, is the XID that REST shows; userName, externalId and the primary
/// address are unique among all accounts, suspended ones included; a second claim is 409 with scimType uniqueness.
/// assumption: an account created by SCIM joins the network as an invitee, and one invitation goes out.
http::Response answer_scim(SandboxState& state, const http::Request& request, Time now);

}  // namespace usersync::sandbox

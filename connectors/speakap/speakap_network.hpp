#pragma once
// A Speakap network as the Network port: users through SCIM, everything else through REST.

#include "connectors/http/client.hpp"
#include "connectors/speakap/gates.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/network.hpp"

#include <cstdint>
#include <memory>

namespace usersync::speakap {

/// `rest` and `scim` are bound to the two base URLs of the options. Reads are repeated on transient failures, with
/// waits drawn from `seed`; writes are sent once. The clock must outlive the network. One thread.
///
/// Further failures of `apply`: `transient`/"not_visible_yet" while REST does not list a person who must be
/// changed there; `rejected`/"unknown_to_scim" for somebody whom SCIM does not have; `rejected`/
/// "membership_not_listed" when a person whom SCIM has shows no membership that could be ended; `rejected`/
/// "group_role_by_hand" for a role in a group, unless the options say that there is a call for it; `rejected`/
/// "membership_locked" for what another application protects; `rejected`/"needs_scim" for what only SCIM can do, in a
/// network without it; `rejected`/"no_address" for somebody who is to be invited and has none; `rejected`/
/// "changed_meanwhile" when somebody whose role is to be changed, or who is to be suspended or removed, has another
/// role by now than the operation was planned with; `transient`/"promised" with an unknown effect for a write that was
/// answered by 202 and does not show within half a minute.
///
/// Of invitations `find` takes in doubt what sends nobody two mails. One that is sent again leaves no certain trace and
/// counts as sent. An account that was made by invitation and is not listed is `transient`/"not_visible_yet" for ten
/// minutes after this process lost the answer, or first looked; then it is not in effect.
/// docs/speakap-assumptions.md lists what is not public and yet relied upon.
///
/// `gates` may be shared with other networks (`SharedGates`); without them it has its own.
std::unique_ptr<Network> make_speakap_network(SpeakapOptions options, std::unique_ptr<http::Client> rest,
                                              std::unique_ptr<http::Client> scim, Clock& clock, std::uint64_t seed,
                                              Gates gates = {});

}  // namespace usersync::speakap

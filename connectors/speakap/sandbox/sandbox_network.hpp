#pragma once
// What happens in the network when somebody joins, moves, is suspended or leaves: changes of a SandboxState, each with
// its event.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

/// Suspended people can come back for this long; afterwards a new account is needed.
constexpr std::chrono::hours suspension_max{24 * 30};

enum class Invite { now, later };

/// Gives the draft its ids and its membership of the network with role "invitee"; records the one invitation
/// when it is sent now. Groups, ids and status of the draft are not looked at.
User& create_user(SandboxState& state, User draft, std::string_view reason, Invite invite, Time now);

/// One more invitation to the address that the person has now; the ones before are withdrawn.
void invite_again(SandboxState& state, User& user, Time now);

/// The person is in the group afterwards, as a member. A member of a local department is a member of its business
/// unit and its department as well, and is added to them if need be.
void join_group(SandboxState& state, User& user, const Group& group, Time now);

/// The person is not in the group afterwards.
/// assumption: leaving a business unit or a department also ends the memberships of the local departments in it,
/// since a local department lies within both; leaving a local department leaves the other two alone.
void leave_group(SandboxState& state, User& user, const Group& group, Time now);

/// Ends the membership of the network and with it all others. What is left of the account is its EID, its names and
/// a status: `canceled` for somebody who never accepted, `deleted` otherwise. Its XID, userName and addresses are free.
void leave_network(SandboxState& state, User& user, Time now);

/// assumption: `active:false` suspends. Groups, role and EID are kept, REST shows nothing of the person any more,
/// SCIM shows them with `active:false`, and their userName and address stay taken.
void suspend(SandboxState& state, User& user, Time now);

/// assumption: `active:true` within `suspension_max` brings the person back as they were, with the same EID, groups and
/// role, and sends no second invitation; one that never went out (created with `active:false`) goes out now.
void reactivate(SandboxState& state, User& user, Time now);

/// A new primary address. While the invitation is pending, a fresh one goes to the new address and the old one
/// disappears (documented for User Sync).
/// assumption: SCIM does so by itself; and an active person's address is changed as well.
void change_emails(SandboxState& state, User& user, std::vector<std::string> emails, Time now);

/// The person is known by another XID from now on. Nothing happens when it is the same.
void change_key(SandboxState& state, User& user, std::string xid, Time now);

/// A role in the network (`membership` is `user.network`) or in a group.
/// assumption: a role in the network is no change of the person; `role_change_modifies` of network.json has it
/// otherwise.
void give_role(SandboxState& state, User& user, Membership& membership, std::string role, Time now);

/// Invitees of that XID become active; without one, all of them. Suspended people stay as they are. A role that
/// `changeroles` gave meanwhile is kept. Gives their number.
std::size_t accept_invitations(SandboxState& state, std::optional<std::string_view> xid, Time now);

/// Accepts that a membership will end: at once, or after the settling time.
/// REQUIRES: the membership exists and `is_ending` is false for it.
void end_membership_soon(SandboxState& state, std::string_view membership, bool whole, Time now);
/// True for a membership whose end was accepted and has not been carried out yet.
bool is_ending(const SandboxState& state, std::string_view membership);

/// What time alone brings about: removals that were accepted are carried out, and those suspended for longer than
/// `suspension_max` leave the network.
void catch_up(SandboxState& state, Time now);

}  // namespace usersync::sandbox

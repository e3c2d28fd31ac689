#pragma once
// Everything that was read of a network, from both APIs, and the one picture that it makes. Pure.

#include "connectors/speakap/speakap_wire.hpp"
#include "core/model/network.hpp"
#include "core/model/ownership.hpp"

#include <map>
#include <string>
#include <vector>

namespace usersync::speakap {

/// The server's clock need not agree with ours.
inline constexpr Duration clocks_apart_max = std::chrono::minutes(10);

/// The roles of somebody who was asked in, or asked to come in, and is not in yet.
inline const RoleId invitee("invitee");
inline const RoleId wannabee("wannabee");

struct Reading {
    NetworkEid eid;
    std::vector<RestGroup> groups;
    std::vector<RestUser> users;                              ///< deleted ones too, where they are shown
    std::vector<RestMembership> memberships;                  ///< of the network
    std::map<GroupEid, std::vector<RestMembership>> members;  ///< of each group
    std::vector<ScimUser> scim_users;
};

/// False for somebody who only asked to join.
bool is_member(const RestMembership& membership);

/// Joins what REST and SCIM say about a person: the XID is SCIM's externalId, else its userName. Of several SCIM
/// users with the same key an active one is meant. Somebody without XID is joined to the SCIM user without
/// externalId whose userName is their address; else such an account would be taken for an employee of that key.
///
/// | REST lists | SCIM knows | the person is                                                             |
/// |------------|------------|---------------------------------------------------------------------------|
/// | yes        | inactive   | suspended                                                                 |
/// | yes        | active, or not at all | invited while the role is "invitee" or "wannabee", else active |
/// | no         | inactive   | suspended, without EID                                                    |
/// | no         | active     | invited, without EID: REST does not show them yet                         |
///
/// An account without XID that is linked to an employee shows the key as its XID, unless somebody has that XID already;
/// its SCIM user is the one that the link names, else the one whose userName is its address. While REST does not list
/// the account, the link's SCIM id alone tells whose it is. Whoever SCIM knows by nothing but an address is nobody's
/// employee, whether REST lists them or not: they are shown without XID. Deleted accounts are not shown. A membership
/// that is locked by `own_lock` is not locked.
///
/// Name from REST where it lists the person, else from SCIM; the rest of the profile from SCIM, which is what we
/// write, where it knows the person, else from REST. Somebody who only asked to join a group is not in it.
ActualNetwork assemble(const Reading& reading, const std::vector<Link>& links = {}, const std::string& own_lock = {});

/// True when everybody whom REST lists has a membership of the network and the reverse. Memberships of people who have
/// not accepted, are suspended or were deleted may stand alone.
bool people_agree(const Reading& reading);

/// False when SCIM shows nobody whom REST shows, and each shows some: they are two networks. People are known by XID,
/// by address, or by what SCIM has for a name.
bool are_one_network(const Reading& reading);

/// True when a group says to have as many members as were read: with or without those who only asked to join, with or
/// without those who have not accepted. Also when it says nothing.
bool members_agree(const RestGroup& group, const std::vector<RestMembership>& members);

}  // namespace usersync::speakap

#pragma once
// Speakap's words, read and written: SCIM users, REST collections, form bodies. Pure.

#include "connectors/speakap/speakap_options.hpp"
#include "core/base/time.hpp"
#include "core/model/network.hpp"
#include "core/model/operation.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::speakap {

// Decoders are tolerant in form (a collection in `_embedded`, under its own name or as the whole body; numbers as
// text) and strict in substance: nullopt when the body is not JSON, is not of that kind or lacks an id. A page that has
// neither `_embedded` nor `_links` nor its members by name is of no kind.

// ---- SCIM ---------------------------------------------------------------------------------------------------

struct ScimUser {
    ScimId id;
    std::string user_name;
    std::string external_id;
    std::string login;  ///< from the bag; empty when it is not shown
    bool active = true;
    Profile profile;  ///< name joined, absent fields empty; phone is nullopt when SCIM carries none
    bool operator==(const ScimUser&) const = default;
};

/// The employee that a SCIM user stands for: externalId, else userName.
EmployeeKey key_of(const ScimUser& user);

struct ScimPage {
    std::optional<std::size_t> total;  ///< totalResults
    std::vector<ScimUser> users;
    bool operator==(const ScimPage&) const = default;
};

enum class Account { active, suspended };

/// A whole SCIM user, for POST and PUT. Fields that are nullopt are left out; empty ones are sent empty. The userName
/// is the employee key, whatever the login is: people are found by it. An empty login is the employee key too.
std::string scim_user_json(const EmployeeKey& key, const Profile& profile, Account account,
                           const SpeakapOptions& options, const std::string& login = {});
/// The same of a user as it stands, under the names that it has. Without an externalId or a login it sends none.
std::string scim_user_json(const ScimUser& user, const SpeakapOptions& options);

std::optional<ScimUser> scim_user_from(std::string_view body, const SpeakapOptions& options);
std::optional<ScimPage> scim_page_from(std::string_view body, const SpeakapOptions& options);

/// `userName eq "1001"`, quotes and backslashes escaped.
std::string scim_filter(const std::string& user_name);

// ---- REST ---------------------------------------------------------------------------------------------------

struct RestUser {
    UserEid eid;
    std::optional<EmployeeKey> xid;
    Profile profile;  ///< name joined, absent fields empty; no phone: the shape of telephoneNumbers is not public
    bool deleted = false;
    bool external = false;
    std::vector<std::string> other_emails = {};  ///< sorted, lower case, without the primary one
    std::optional<std::string> birthday = {};
    std::string last_modified = {};  ///< as the server prints it; empty when it does not
    bool operator==(const RestUser&) const = default;
};

struct RestMembership {
    MembershipEid eid;
    std::string rev;  ///< "network", "group", or empty when the server does not say
    UserEid user;
    std::optional<EmployeeKey> user_xid;
    RoleId role;
    std::string locked_by = {};  ///< the application that protects it; empty: none
    std::optional<Time> invited_at = {};
    bool operator==(const RestMembership&) const = default;
};

struct RestGroup {
    ActualGroup group;
    std::string type = {};                    ///< `groupType` as it stands there
    std::optional<std::size_t> members = {};  ///< `numMembers`
    std::string last_modified = {};
    bool operator==(const RestGroup&) const = default;
};

template <class Row>
struct RestPage {
    std::vector<Row> rows;
    std::size_t links = 0;  ///< members that the page links to; more than `rows`: not all of them were embedded
    bool operator==(const RestPage&) const = default;
};

std::optional<NetworkEid> network_eid_from(std::string_view body);
std::optional<RestPage<RestUser>> users_from(std::string_view body);
std::optional<RestPage<RestMembership>> memberships_from(std::string_view body);
std::optional<RestPage<RestGroup>> groups_from(std::string_view body);
/// One membership, as `/memberships/{eid}/` shows it.
std::optional<RestMembership> membership_from(std::string_view body);
/// The `status` of `/users/{eid}/status`; empty when there is none.
std::string status_from(std::string_view body);

/// The `code` of an error body, as number or text; nullopt when there is none.
std::optional<int> error_code_from(std::string_view body);

/// What a body says about an error, in words that are published. The server's own sentences are not among them.
struct ErrorWords {
    std::optional<int> code;         ///< of REST
    bool message = false;            ///< there is one
    std::string name;                ///< of an error that is published without a code: "stray_user_prevented"
    std::string scim_type;           ///< "uniqueness", when it is one of RFC 7644
    std::optional<int> scim_status;  ///< of a SCIM error body
    bool operator==(const ErrorWords&) const = default;
};
ErrorWords error_words_from(std::string_view body);

/// True unless the body cannot be JSON at all, by how it begins. An empty one says nothing and is fine.
bool begins_as_json(std::string_view body);

/// True when the answer to `changeroles` lists anything under `data.failed`.
bool lists_failed_roles(std::string_view body);

/// `groups[]=…&groups[]=…`, percent-encoded.
std::string groups_form(const std::vector<GroupChange>& groups);
/// `memberships[EID]=role`, percent-encoded.
std::string role_form(const MembershipEid& membership, const RoleId& role);

/// The collection of the REST API that a new group of this kind is posted to, "business-units/".
std::string_view collection_of(GroupKind kind);
/// The body that makes the group there.
std::string group_json(const MakeGroup& group, const SpeakapOptions& options);

struct Invitee {
    std::string email;
    std::string name;  ///< may be empty
};
/// Whether those of one call are asked in for the first time.
enum class Asked { in, again };
/// `invitees[0][email]=…&invitees[0][name]=…`, percent-encoded; `resend=true` stands for all of them.
std::string invite_form(const std::vector<Invitee>& invitees, bool resend);

/// What the network did about one invitee.
struct InviteAnswer {
    std::string status;          ///< "sent", "resend", "invitee", "member", "invalid", or a word we do not know
    std::optional<UserEid> eid;  ///< of the profile; not of an invalid one
    bool operator==(const InviteAnswer&) const = default;
};
/// By address in lower case; nullopt when the body has no `data`.
std::optional<std::map<std::string, InviteAnswer>> invite_answers_from(std::string_view body);

/// "2026-01-31T06:05:00.000+00:00".
std::string timestamp(Time time);
/// The reverse, for what Speakap prints: with or without milliseconds, "Z", "+01:00" or "+0100".
std::optional<Time> time_from(std::string_view text);

/// An address as it is compared: trimmed, ASCII in lower case.
std::string normalised_email(std::string_view email);

// ---- comparing ----------------------------------------------------------------------------------------------

/// The fields of `wanted` that say something over those of `had`; the name joined.
Profile merged(const Profile& had, const Profile& wanted);

/// True when `shown` differs from `wanted` in nothing that `wanted` says and the network can show.
bool shows(const Profile& shown, const Profile& wanted);

}  // namespace usersync::speakap

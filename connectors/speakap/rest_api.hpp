#pragma once
// Speakap's REST API: one function for each endpoint in use.

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/speakap_wire.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// Collections are read whole or not at all: page by page until an empty one, without repetitions. When pages overlap,
/// somebody came or went between them: the collection is read once more, and is `transient`/"collection_changes" when
/// that shows others and overlaps again. `blocked`/"members_not_embedded" when a page only links to members that were
/// to be embedded; `transient`/"paging_does_not_move" when a page holds nothing new; `transient`/"unreadable_answer"
/// when it is no page of this collection. Writes are sent once; a 404 has the code "not_found". `calls` must outlive
/// it.
class RestApi {
public:
    using SeesUsers = std::function<void(const std::vector<RestUser>& users, std::size_t first_new)>;
    using IsWanted = std::function<bool(const RestMembership&)>;

    explicit RestApi(Calls& calls);

    boost::asio::awaitable<Result<NetworkEid>> network(Deadline deadline);

    /// With `modified_since`, only those whom the server counts as modified since then. Deleted users are among them,
    /// where the server shows them.
    boost::asio::awaitable<Result<std::vector<RestUser>>> users(std::optional<Time> modified_since, Deadline deadline);
    /// `sees` is told of each page when it comes: the rows so far, and which is the first that is new.
    boost::asio::awaitable<Result<std::vector<RestUser>>> users(std::optional<Time> modified_since, SeesUsers sees,
                                                                Deadline deadline);
    /// Those of these users whom the network lists, however many they are. Whoever has them all asks for no other page.
    boost::asio::awaitable<Result<std::vector<RestUser>>> users_with(std::vector<UserEid> eids, Deadline deadline);
    boost::asio::awaitable<Result<std::vector<RestGroup>>> groups(std::optional<Time> modified_since,
                                                                  Deadline deadline);
    /// The groups that this user is in.
    boost::asio::awaitable<Result<std::vector<RestGroup>>> groups_of(UserEid user, Deadline deadline);
    /// Memberships of the network itself; with `role`, only those that have it.
    boost::asio::awaitable<Result<std::vector<RestMembership>>> network_memberships(std::optional<RoleId> role,
                                                                                    Deadline deadline);
    /// Those of people whom the network finds by this text: their name.
    boost::asio::awaitable<Result<std::vector<RestMembership>>> network_memberships_of(std::string name,
                                                                                       Deadline deadline);
    boost::asio::awaitable<Result<std::vector<RestMembership>>> group_memberships(GroupEid group, Deadline deadline);
    /// The one that is wanted, looked for by the person's name if that is not empty, and else in the whole list; no
    /// page behind it is read. nullopt when it is not there.
    boost::asio::awaitable<Result<std::optional<RestMembership>>> group_membership(GroupEid group, std::string name,
                                                                                   IsWanted is_wanted,
                                                                                   Deadline deadline);
    /// nullopt when there is none of this EID.
    boost::asio::awaitable<Result<std::optional<RestMembership>>> membership(MembershipEid membership,
                                                                             Deadline deadline);

    boost::asio::awaitable<Result<Taken>> add_to_groups(UserEid user, std::vector<GroupChange> groups,
                                                        Deadline deadline);
    boost::asio::awaitable<Result<Taken>> remove_from_groups(UserEid user, std::vector<GroupChange> groups,
                                                             Deadline deadline);
    /// `rejected`/"role_not_changed" when the answer lists it as failed.
    boost::asio::awaitable<Result<Taken>> change_role(MembershipEid membership, RoleId role, Deadline deadline);
    /// `rejected`/"group_name_in_use" when the network has a group of this name.
    boost::asio::awaitable<Result<void>> make_group(MakeGroup group, Deadline deadline);
    boost::asio::awaitable<Result<Taken>> delete_membership(MembershipEid membership, Deadline deadline);
    /// What became of each, by address in lower case. REQUIRES: 1 to 1,000.
    boost::asio::awaitable<Result<std::map<std::string, InviteAnswer>>> invite(std::vector<Invitee> invitees,
                                                                               Asked asked, Deadline deadline);

private:
    template <class Row>
    struct Pass;
    /// Whether the rows so far, of which the newest page begins at `first_new`, are all that is needed.
    template <class Row>
    using Enough = std::function<bool(const std::vector<Row>& rows, std::size_t first_new)>;
    template <class Row>
    boost::asio::awaitable<Result<Pass<Row>>> pass(std::string name, std::vector<http::Parameter> parameters,
                                                   Enough<Row> enough, Deadline deadline);
    template <class Row>
    boost::asio::awaitable<Result<std::vector<Row>>> collection(std::string name,
                                                                std::vector<http::Parameter> parameters,
                                                                Enough<Row> enough, Deadline deadline);
    boost::asio::awaitable<Result<std::vector<RestMembership>>> memberships(std::vector<http::Parameter> parameters,
                                                                            std::string rev, IsWanted last,
                                                                            Deadline deadline);
    boost::asio::awaitable<Result<http::Response>> post_form(std::string action, std::string form, Deadline deadline);
    std::string path(const std::string& below) const;

    Calls& calls_;
};

}  // namespace usersync::speakap

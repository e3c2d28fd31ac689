#pragma once
// Who is who: from an employee key to the ids of both id spaces, looked up again when somebody is new.

#include "connectors/speakap/reading.hpp"
#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/scim_api.hpp"
#include "connectors/speakap/turns.hpp"
#include "core/ports/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync::speakap {

/// `transient`: the network lists no user or membership for this person, or not yet.
Failure not_visible_yet();

/// Filled by a reading of the network. Whoever is not in it is looked for, first where somebody new is found
/// cheaply, then in the whole collection; several who look at the same time share one look, and each goes on with the
/// page that shows whom they look for.
/// All that it is given must outlive it. One thread.
class Directory {
public:
    Directory(RestApi& rest, ScimApi& scim, Clock& clock);

    /// Replaces everything. Membership ids of suspended people are kept although the reading may not show them, and the
    /// EIDs of linked ones. `begun` is when the reading began.
    void refill(const Reading& reading, const ActualNetwork& network, const std::vector<Link>& links, Time begun);

    /// `transient`/"not_visible_yet" when REST lists no user with this XID.
    boost::asio::awaitable<Result<UserEid>> user_eid(EmployeeKey key, Deadline deadline);

    /// The membership of the network. nullopt when the network lists none for this person.
    boost::asio::awaitable<Result<std::optional<MembershipEid>>> membership(EmployeeKey key, Deadline deadline);

    /// As SCIM had it last. `rejected`/"unknown_to_scim" when SCIM has no such user.
    boost::asio::awaitable<Result<ScimUser>> scim_user(EmployeeKey key, Deadline deadline);

    /// What SCIM has now.
    void learn(const EmployeeKey& key, ScimUser user);
    /// The account that is theirs although it does not have their XID.
    void learn(const EmployeeKey& key, UserEid linked);
    /// The role that we gave them in the network.
    void learn(const EmployeeKey& key, RoleId role);
    /// From now on the account goes by another key.
    void rename(const EmployeeKey& before, const EmployeeKey& after);

    /// The account, as far as it is known without looking.
    std::optional<UserEid> known_eid(const EmployeeKey& key) const;
    std::optional<MembershipEid> known_membership(const EmployeeKey& key) const;
    /// The role in the network that the last reading showed, or that we gave since.
    std::optional<RoleId> known_role(const EmployeeKey& key) const;
    /// SCIM's id of a linked account.
    std::optional<ScimId> known_scim_id(const EmployeeKey& key) const;
    /// As SCIM has it; empty where that is not known.
    PersonName known_name(const EmployeeKey& key) const;
    /// Whose account this is, as far as known.
    std::optional<EmployeeKey> owner_of(const UserEid& eid) const;
    bool is_linked(const EmployeeKey& key) const;
    /// The userName under which SCIM finds them: the key, but for a linked account the name that it has.
    std::string scim_name(const EmployeeKey& key) const;

    /// False when the person could stand in these rows without being recognised: neither do they name XIDs, nor is
    /// the person's EID known.
    bool recognises(const EmployeeKey& key, const std::vector<RestMembership>& rows) const;

    /// Tells the person's rows from those of others, by what is known now.
    std::function<bool(const RestMembership&)> rows_of(const EmployeeKey& key) const;
    /// The person's row among these memberships; nullptr when there is none.
    const RestMembership* row_of(const EmployeeKey& key, const std::vector<RestMembership>& rows) const;

private:
    struct Known {
        std::optional<UserEid> eid;
        std::optional<MembershipEid> membership;
        std::optional<ScimUser> scim;
        std::optional<RoleId> role;
        bool linked = false;
    };
    // Whole looks are numbered, so that whoever waited can tell whether one began after they asked.
    struct Looks {
        std::size_t begun = 0;
        std::size_t finished = 0;
    };

    const Known* find(const EmployeeKey& key) const;
    void learn(const std::vector<RestUser>& users, std::size_t first);
    boost::asio::awaitable<Result<void>> read_users(std::optional<Time> since, Deadline deadline);
    void learn(const std::vector<RestMembership>& rows);
    boost::asio::awaitable<Result<void>> learn_eid_if_needed(EmployeeKey key, Deadline deadline);
    boost::asio::awaitable<Result<void>> look_for_user(EmployeeKey key, std::size_t asked, Deadline deadline);
    boost::asio::awaitable<Result<void>> look_for_membership(EmployeeKey key, std::size_t asked, Deadline deadline);

    RestApi& rest_;
    ScimApi& scim_;
    Clock& clock_;
    std::map<EmployeeKey, Known> known_;
    std::map<std::string, EmployeeKey> owners_;  ///< by folded EID
    bool memberships_name_xids_ = true;
    std::optional<Time> users_seen_at_;
    Looks user_looks_;
    Looks membership_looks_;
    Turns user_turns_;
    Turns membership_turns_;
};

}  // namespace usersync::speakap

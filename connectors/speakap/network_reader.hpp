#pragma once
// Reads a network: whole, or what changed since it was read last.

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/reading.hpp"
#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/scim_api.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {

/// Keeps what it read last. All that it is given must outlive it. One thread, one reading at a time.
///
/// What does not fit together (a group whose members are not as many as it says, people without a membership, a group
/// that was there before) is read once more; what then still does not is `transient`/"counts_disagree", never a part.
class NetworkReader {
public:
    NetworkReader(Calls& calls, RestApi& rest, ScimApi& scim);

    /// `blocked`/"wrong_network" when it is not the configured one.
    boost::asio::awaitable<Result<void>> read_all(Deadline deadline);

    /// What the network says to have changed since, and what was touched:
    ///
    /// | read                                           | calls                                                  |
    /// |------------------------------------------------|--------------------------------------------------------|
    /// | who has the protected role                     | one page for each `page_size`, and one each            |
    /// | who had it and is not listed with it any more  | one each                                               |
    /// | groups and people modified since               | one page for each `page_size`, and one each            |
    /// | members of the groups that changed             | at least two a group                                   |
    /// | people who left these groups, or are new there | one for fifty                                          |
    /// | the memberships of those who are not listed    | one or two each: silence alone is no proof             |
    /// | groups of people who were not listed before    | two each, and two for each group that does not show it; |
    /// |                                                | or the members of all groups where that is cheaper     |
    /// | the network memberships of people who changed  | one each, or all of them where that is cheaper         |
    /// | those of people who were not listed before     | two each by their name, or all of them: likewise       |
    /// | the SCIM users of people who changed           | likewise                                               |
    /// | how many users SCIM has                        | one                                                    |
    ///
    /// Roles and locks that somebody changes by hand need not show as a change of the person; of roles, the protected
    /// one is looked for each time.
    /// Before any reading, and when something does not fit, it is `read_all`.
    boost::asio::awaitable<Result<void>> read_again(Deadline deadline);

    /// REQUIRES: something was read.
    const Reading& last() const { return *last_; }
    bool has_read() const { return last_.has_value(); }
    /// When the last reading began.
    Time begun() const { return begun_; }

    /// We change these ourselves: every `read_again` of the next ten minutes looks at them, whatever the network says
    /// to have changed. Lists may lag, and what was promised may still be to come. `scim_name` is their userName there.
    void touch(const std::string& scim_name, const std::optional<UserEid>& eid);
    void touch(const GroupEid& group);

private:
    using People = std::map<std::string, UserEid>;  ///< by folded EID
    struct Touched {
        std::map<std::string, std::pair<UserEid, Time>> people;  ///< by folded EID
        std::map<std::string, Time> names;                       ///< userNames in SCIM
        std::map<GroupEid, Time> groups;
    };
    // Whom a reading again has to look at.
    struct Changed {
        std::set<std::string> people;  ///< EIDs, folded: their REST row is new or another one
        People newcomers;              ///< of them, who was not listed before
        People to_be_found;            ///< they may have come or gone without a row saying so
        std::set<std::string> names;   ///< userNames in SCIM
    };

    boost::asio::awaitable<Result<NetworkEid>> check_network(Deadline deadline);
    boost::asio::awaitable<Result<void>> read_people(Reading& reading, Deadline deadline);
    boost::asio::awaitable<Result<void>> read_groups(Reading& reading, Deadline deadline);
    boost::asio::awaitable<Result<void>> read_members(Reading& reading, Deadline deadline);
    boost::asio::awaitable<Result<void>> look_at_people_again(Reading& reading, Deadline deadline);
    boost::asio::awaitable<Result<void>> look_at_members_again(Reading& reading, Deadline deadline);
    void take(std::vector<RestUser> rows, Reading& reading, Changed& changed) const;
    boost::asio::awaitable<Result<std::vector<RestGroup>>> list_groups(std::vector<RestGroup> known, Deadline deadline);
    boost::asio::awaitable<Result<bool>> is_listed(GroupEid group, Deadline deadline);
    void finish(Reading reading, Time begun);
    bool members_fit(const Reading& reading, const RestGroup& group) const;

    // Each bool is false when the whole must be read.
    boost::asio::awaitable<Result<bool>> read_changes(Reading& reading, Time since, Deadline deadline);
    boost::asio::awaitable<Result<void>> read_protected_role(RoleId protected_role, Reading& reading, Changed& changed,
                                                             Deadline deadline);
    boost::asio::awaitable<Result<bool>> read_changed_groups(Reading& reading, Changed& changed, Time since,
                                                             Deadline deadline);
    boost::asio::awaitable<Result<void>> read_changed_users(Reading& reading, Changed& changed, Time since,
                                                            Deadline deadline);
    boost::asio::awaitable<Result<bool>> find_people(Reading& reading, Changed& changed, Deadline deadline);
    boost::asio::awaitable<Result<bool>> explain_silence(Reading& reading, Changed& changed, std::string eid,
                                                         Deadline deadline);
    boost::asio::awaitable<Result<void>> read_groups_of_newcomers(Reading& reading, const Changed& changed,
                                                                  Deadline deadline);
    boost::asio::awaitable<Result<void>> read_changed_memberships(Reading& reading, const Changed& changed,
                                                                  Deadline deadline);
    boost::asio::awaitable<Result<bool>> find_membership(Reading& reading, UserEid user, PersonName name,
                                                         Deadline deadline);
    boost::asio::awaitable<Result<void>> read_all_memberships(Reading& reading, Deadline deadline);
    boost::asio::awaitable<Result<bool>> read_changed_accounts(Reading& reading, Changed& changed, Deadline deadline);

    bool has_scim() const { return !calls_.options().create_by_invite; }

    Calls& calls_;
    RestApi& rest_;
    ScimApi& scim_;
    std::optional<Reading> last_;
    Time begun_{};
    Touched touched_;
};

}  // namespace usersync::speakap

#pragma once
// A network in memory that behaves as the port promises, with faults on demand.

#include "core/ports/clock.hpp"
#include "core/ports/network.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

enum class FaultKind {
    refused,       ///< nothing happens, and that is certain
    lost_request,  ///< nothing happens, but the caller cannot know that
    lost_answer,   ///< it takes effect, but the caller does not learn it
};

/// A person as the network keeps them; `read_all` shows less of somebody who is suspended.
struct FakePerson {
    EmployeeKey key;
    UserEid eid;
    ScimId scim_id;
    MembershipEid membership;
    bool accepted = false;  ///< has accepted the invitation
    bool suspended = false;
    Profile profile;
    RoleId role;
    std::vector<GroupEid> groups;                 ///< sorted
    std::map<GroupEid, RoleId> group_roles = {};  ///< where it is more than "member"
    std::vector<GroupEid> locked_groups = {};     ///< sorted: another application protects the membership
    bool locked = false;                          ///< likewise, the membership of the network
    bool external = false;                        ///< keeps at least one group
    bool without_xid = false;                     ///< nobody linked the account; `key` stands for it in tests alone
    std::vector<std::string> other_emails = {};   ///< sorted
    std::optional<std::string> birthday = {};
    std::optional<Time> invited_at = {};
    bool operator==(const FakePerson&) const = default;

    UserState state() const;
    /// As `read_all` shows them: without EID while suspended.
    ActualUser shown() const;
};

/// Create makes an invited person with role "invitee" and sends one invitation. Suspending keeps EID, role and
/// groups, and hides the EID. Reactivating brings the person back without a new invitation. Ending the membership
/// forgets the person; the invitations sent stay counted. Names are kept joined, absent profile fields as empty
/// text. Reactivating with a former key moves the account to the new one. An invitation that is sent again is one more;
/// an account that accepted gets none. A locked membership is not ended, and somebody external keeps their last group:
/// `rejected`. An account without XID is reached by the links of the last reading. An address that another person has
/// is `rejected`/"primary_email_address_in_use". A group whose kind and name are there already, in the same
/// business unit, is not made again.
class FakeNetwork final : public Network {
public:
    explicit FakeNetwork(NetworkEid eid = NetworkEid("00000000000000aa"));

    // The port. Each gives way to other coroutines once before it does anything.
    boost::asio::awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) override;
    boost::asio::awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) override;
    boost::asio::awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override;
    boost::asio::awaitable<Result<Found>> find(Operation operation, Deadline deadline) override;

    // ---- how it starts, and what happens in it without us ----
    GroupEid add_group(GroupKind kind, std::string name, std::optional<std::string> xid = std::nullopt);
    /// An active member with role "member" in no group, never invited by us. The reference stays good until the
    /// person is forgotten, and may be changed.
    FakePerson& add_person(const std::string& key, Profile profile = {});
    /// Somebody whom nobody linked to an employee record.
    UserEid add_stranger(Profile profile, RoleId role = RoleId("member"));
    void accept(const std::string& key);
    /// Somebody deleted this person by hand.
    void forget(const std::string& key);

    // ---- what it is like now ----
    ActualNetwork actual() const;            ///< with the links of the last reading
    std::vector<FakePerson> people() const;  ///< sorted by key; without strangers
    bool knows(const std::string& key) const;
    const FakePerson& person(const std::string& key) const;  ///< throws std::out_of_range
    FakePerson& person(const std::string& key);
    std::vector<std::string> group_names(const std::string& key) const;  ///< of a person's groups, sorted
    int invitations(const std::string& key) const;  ///< sent to this person ever, also if they are gone now

    // ---- what was asked of it ----
    std::size_t calls() const { return calls_; }      ///< of `apply`
    std::size_t reads() const { return reads_; }      ///< of `read_all` and `read_again`
    std::size_t rereads() const { return rereads_; }  ///< of `read_again` alone
    std::size_t finds() const { return finds_; }      ///< of `find`
    /// "create_user 1001", "make_group Store 99", one for each call of `apply` that changed something, in order.
    const std::vector<std::string>& effects() const { return effects_; }
    void forget_counts();  ///< calls, reads, finds and effects start at zero again; faults not yet met are dropped

    // ---- faults; n counts from 1 since the start or `forget_counts` ----
    /// The n-th `apply` ends in a `transient`/"connection_lost", or in `failure` (its effect set to match the kind).
    void fail_call(std::size_t n, FaultKind kind, std::optional<Failure> failure = std::nullopt);
    void fail_read(std::size_t n, Failure failure);
    void fail_find(std::size_t n, Failure failure);
    /// Every `apply` for this person ends in `failure`; nothing happens.
    void refuse_person(const std::string& key, Failure failure);
    /// Called right after each effect with its number, counted from 1 since the start. It may throw: the caller
    /// then dies between the effect and the answer, as a killed process does.
    void after_each_effect(std::function<void(std::size_t)> watcher) { watcher_ = std::move(watcher); }
    /// Every call of the port takes this long; the clock must live as long as the network.
    void answer_after(Clock& clock, Duration time);

private:
    struct Fault {
        FaultKind kind = FaultKind::refused;
        Failure failure;
    };
    boost::asio::awaitable<void> give_way();
    std::optional<Fault> take_fault(const EmployeeKey& key);
    Result<Receipt> perform(const Change& change);
    Result<Receipt> create(const EmployeeKey& key, const CreateUser& what);
    Result<Receipt> make_group(const MakeGroup& what);
    Result<Receipt> change_person(FakePerson& person, const What& what);
    Result<Receipt> write_profile(FakePerson& person, const Profile& profile);
    Result<Receipt> add_groups(FakePerson& person, const AddToGroups& what);
    Result<Receipt> remove_groups(FakePerson& person, const RemoveFromGroups& what);
    Result<Receipt> change_group_role(FakePerson& person, const ChangeGroupRole& what);
    Result<Receipt> invite_again(const EmployeeKey& key, const FakePerson& person);
    Result<Receipt> reactivate(const EmployeeKey& key, const ReactivateUser& what);
    void keep_links(const std::vector<Link>& links);
    FakePerson* find_person(const EmployeeKey& key);
    const FakePerson* find_person(const EmployeeKey& key) const;
    bool email_taken(const Profile& profile, const UserEid& by_other_than) const;
    bool has_group(const GroupEid& group) const;
    bool has_group(const MakeGroup& what) const;
    Found look(const Change& change) const;
    std::string next_eid();

    NetworkEid eid_;
    std::vector<ActualGroup> groups_;
    std::vector<FakePerson> strangers_;  ///< without key
    std::map<EmployeeKey, UserEid> links_;
    std::map<EmployeeKey, FakePerson> people_;
    std::map<EmployeeKey, int> invitations_;
    std::size_t ids_ = 0;
    std::size_t calls_ = 0;
    std::size_t reads_ = 0;
    std::size_t rereads_ = 0;
    std::size_t finds_ = 0;
    std::size_t effect_count_ = 0;
    std::vector<std::string> effects_;
    std::map<std::size_t, Fault> call_faults_;
    std::map<std::size_t, Failure> read_faults_;
    std::map<std::size_t, Failure> find_faults_;
    std::map<EmployeeKey, Failure> refused_;
    std::function<void(std::size_t)> watcher_;
    Clock* clock_ = nullptr;
    Duration time_{0};
};

/// The profile as a network shows it: the fields of `wanted` that say something over those of `had`, the name
/// joined, and empty text where nothing is known.
Profile written_over(const Profile& had, const Profile& wanted);

}  // namespace usersync::test

#include "connectors/speakap/speakap_network.hpp"

#include "connectors/speakap/calls.hpp"
#include "connectors/speakap/directory.hpp"
#include "connectors/speakap/reading.hpp"
#include "connectors/speakap/rest_api.hpp"
#include "connectors/speakap/scim_api.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;

Failure failure(FailureKind kind, std::string code, std::string where, std::string detail) {
    return Failure{.kind = kind, .code = std::move(code), .where = std::move(where), .detail = std::move(detail)};
}

Failure wrong_network() {
    return failure(FailureKind::blocked, "wrong_network", "speakap.rest",
                   "the network behind the configured address is not the configured one");
}

Failure taken_by_somebody_else() {
    return failure(FailureKind::rejected, "conflict", "speakap.scim",
                   "the network refuses this account as a duplicate, and has none with this employee key");
}

Failure membership_not_listed() {
    return failure(FailureKind::rejected, "membership_not_listed", "speakap.rest",
                   "the network lists no membership for this person, so it cannot be ended");
}

bool is_not_found(const Failure& failure) { return failure.code == "not_found"; }

enum class Wanted { in, out };

Found found_if(bool in_effect) { return in_effect ? Found::in_effect : Found::not_in_effect; }

class SpeakapNetwork final : public Network {
public:
    SpeakapNetwork(SpeakapOptions options, std::unique_ptr<http::Client> rest, std::unique_ptr<http::Client> scim,
                   Clock& clock, std::uint64_t seed)
        : calls_(std::move(options), std::move(rest), std::move(scim), clock, seed),
          rest_(calls_),
          scim_(calls_),
          clock_(clock),
          directory_(rest_, scim_, clock) {}

    awaitable<Result<ActualNetwork>> read_all(std::vector<Link> links, Deadline deadline) override;
    awaitable<Result<ActualNetwork>> read_again(std::vector<Link> links, Deadline deadline) override;
    awaitable<Result<Receipt>> apply(Operation operation, Deadline deadline) override;
    awaitable<Result<Found>> find(Operation operation, Deadline deadline) override;

private:
    awaitable<Result<NetworkEid>> check_network(Deadline deadline);
    awaitable<Result<Reading>> read_everything(Deadline deadline);
    awaitable<Result<void>> read_members(Reading& reading, Deadline deadline);

    awaitable<Result<Receipt>> create(EmployeeKey key, CreateUser what, Deadline deadline);
    awaitable<Result<Receipt>> put(EmployeeKey key, Profile profile, std::optional<Account> account, Deadline deadline);
    awaitable<Result<Receipt>> add_to_groups(EmployeeKey key, std::vector<GroupChange> groups, Deadline deadline);
    awaitable<Result<Receipt>> remove_from_groups(Operation operation, Deadline deadline);
    awaitable<Result<Receipt>> change_role(EmployeeKey key, RoleId role, Deadline deadline);
    awaitable<Result<Receipt>> end_membership(EmployeeKey key, Deadline deadline);
    awaitable<Result<Receipt>> make_group(MakeGroup group, Deadline deadline);

    awaitable<Result<Found>> find_account(Operation operation, Deadline deadline);
    awaitable<Result<Found>> find_groups(EmployeeKey key, std::vector<GroupChange> groups, Wanted wanted,
                                         Deadline deadline);
    awaitable<Result<Found>> find_membership(Operation operation, Deadline deadline);
    awaitable<Result<Found>> find_made_group(MakeGroup group, Deadline deadline);

    Calls calls_;
    RestApi rest_;
    ScimApi scim_;
    Clock& clock_;
    Directory directory_;
};

// ---- reading ------------------------------------------------------------------------------------------------

awaitable<Result<ActualNetwork>> SpeakapNetwork::read_again(std::vector<Link> links, Deadline deadline) {
    return read_all(std::move(links), deadline);
}

awaitable<Result<ActualNetwork>> SpeakapNetwork::read_all(std::vector<Link>, Deadline deadline) {
    const Time begun = clock_.now();
    Result<Reading> reading = co_await read_everything(deadline);
    if (!reading) co_return reading.error();
    ActualNetwork network = assemble(*reading);
    directory_.refill(*reading, network, begun);
    co_return network;
}

awaitable<Result<Reading>> SpeakapNetwork::read_everything(Deadline deadline) {
    Reading reading;
    Result<NetworkEid> eid = co_await check_network(deadline);
    if (!eid) co_return eid.error();
    reading.eid = *eid;

    Result<std::vector<ActualGroup>> groups = co_await rest_.groups(deadline);
    if (!groups) co_return groups.error();
    reading.groups = std::move(*groups);

    const std::optional<Time> everybody;
    Result<std::vector<RestUser>> users = co_await rest_.users(everybody, deadline);
    if (!users) co_return users.error();
    reading.users = std::move(*users);

    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> memberships = co_await rest_.network_memberships(any_role, deadline);
    if (!memberships) co_return memberships.error();
    reading.memberships = std::move(*memberships);

    Result<void> members = co_await read_members(reading, deadline);
    if (!members) co_return members.error();

    Result<std::vector<ScimUser>> scim_users = co_await scim_.users(deadline);
    if (!scim_users) co_return scim_users.error();
    reading.scim_users = std::move(*scim_users);
    co_return reading;
}

awaitable<Result<NetworkEid>> SpeakapNetwork::check_network(Deadline deadline) {
    Result<NetworkEid> eid = co_await rest_.network(deadline);
    if (!eid && is_not_found(eid.error())) co_return wrong_network();
    if (eid && folded(eid->value()) != folded(calls_.options().network)) co_return wrong_network();
    co_return eid;
}

awaitable<Result<void>> SpeakapNetwork::read_members(Reading& reading, Deadline deadline) {
    for (const auto& group : reading.groups) {
        Result<std::vector<RestMembership>> members = co_await rest_.group_memberships(group.eid, deadline);
        if (!members) co_return members.error();
        reading.members.emplace(group.eid, std::move(*members));
    }
    co_return Result<void>();
}

// ---- applying -----------------------------------------------------------------------------------------------

awaitable<Result<Receipt>> SpeakapNetwork::apply(Operation operation, Deadline deadline) {
    auto& key = operation.change.employee;
    auto& what = operation.change.what;
    if (auto* one = std::get_if<CreateUser>(&what)) return create(key, *one, deadline);
    if (auto* one = std::get_if<ReactivateUser>(&what)) return put(key, one->profile, Account::active, deadline);
    if (auto* one = std::get_if<UpdateProfile>(&what)) return put(key, one->after, std::nullopt, deadline);
    if (auto* one = std::get_if<SuspendUser>(&what)) return put(key, one->profile, Account::suspended, deadline);
    if (auto* one = std::get_if<AddToGroups>(&what)) return add_to_groups(key, one->groups, deadline);
    if (auto* one = std::get_if<ChangeRole>(&what)) return change_role(key, one->after, deadline);
    if (auto* one = std::get_if<MakeGroup>(&what)) return make_group(*one, deadline);
    if (std::holds_alternative<RemoveFromGroups>(what)) return remove_from_groups(std::move(operation), deadline);
    USERSYNC_INVARIANT(std::holds_alternative<EndMembership>(what), "adopt is never sent to a network");
    return end_membership(key, deadline);
}

// Channel, language and temporary password have no public place in either API: the network invites in its own way.
awaitable<Result<Receipt>> SpeakapNetwork::create(EmployeeKey key, CreateUser what, Deadline deadline) {
    const std::string login = what.user_name.value_or("");
    Result<std::optional<ScimUser>> created = co_await scim_.create(key, what.profile, login, deadline);
    if (!created) co_return created.error();
    if (*created) {
        // Not every answer repeats what was sent; what was sent is what SCIM has.
        (*created)->profile = merged((*created)->profile, what.profile);
        if (calls_.options().login_in_bag && !login.empty()) (*created)->login = login;
        directory_.learn(key, std::move(**created));
        co_return Receipt{};
    }
    Result<std::optional<ScimUser>> found = co_await scim_.user(key, deadline);
    if (!found) co_return found.error();
    if (!*found) co_return taken_by_somebody_else();
    directory_.learn(key, std::move(**found));
    co_return Receipt{.already_so = true};
}

awaitable<Result<Receipt>> SpeakapNetwork::put(EmployeeKey key, Profile profile, std::optional<Account> account,
                                               Deadline deadline) {
    Result<ScimUser> user = co_await directory_.scim_user(key, deadline);
    if (!user) co_return user.error();
    // Whether a PUT clears what it does not carry is not public, so it carries what SCIM had.
    user->profile = merged(user->profile, profile);
    if (account) user->active = *account == Account::active;
    ScimUser sent = *user;
    Result<void> put = co_await scim_.replace(key, std::move(sent), deadline);
    if (!put) co_return put.error();
    directory_.learn(key, std::move(*user));
    co_return Receipt{};
}

awaitable<Result<Receipt>> SpeakapNetwork::add_to_groups(EmployeeKey key, std::vector<GroupChange> groups,
                                                         Deadline deadline) {
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    if (!user) co_return user.error();
    Result<void> added = co_await rest_.add_to_groups(*user, std::move(groups), deadline);
    if (!added) co_return added.error();
    co_return Receipt{};
}

awaitable<Result<Receipt>> SpeakapNetwork::remove_from_groups(Operation operation, Deadline deadline) {
    EmployeeKey key = operation.change.employee;
    std::vector<GroupChange> groups = std::get<RemoveFromGroups>(operation.change.what).groups;
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    if (!user) co_return user.error();
    Result<void> removed = co_await rest_.remove_from_groups(*user, std::move(groups), deadline);
    if (removed) co_return Receipt{};
    if (!is_not_found(removed.error())) co_return removed.error();
    // A 404 does not say whether the person or one of the groups is gone, so look whether there is anything left.
    Result<Found> found = co_await find(std::move(operation), deadline);
    if (found && *found == Found::in_effect) co_return Receipt{.already_so = true};
    co_return removed.error();
}

awaitable<Result<Receipt>> SpeakapNetwork::change_role(EmployeeKey key, RoleId role, Deadline deadline) {
    Result<std::optional<MembershipEid>> membership = co_await directory_.membership(key, deadline);
    if (!membership) co_return membership.error();
    if (!*membership) {
        co_return failure(FailureKind::transient, "not_visible_yet", "speakap.rest",
                          "the network lists no membership for this person (yet)");
    }
    Result<void> changed = co_await rest_.change_role(**membership, role, deadline);
    if (!changed) co_return changed.error();
    co_return Receipt{};
}

awaitable<Result<Receipt>> SpeakapNetwork::end_membership(EmployeeKey key, Deadline deadline) {
    Result<std::optional<MembershipEid>> membership = co_await directory_.membership(key, deadline);
    if (!membership) co_return membership.error();
    if (!*membership) {
        // Nobody knows them: gone. SCIM knows them: suspended, and the network does not show what to end.
        Result<std::optional<ScimUser>> user = co_await scim_.user(key, deadline);
        if (!user) co_return user.error();
        if (*user) co_return membership_not_listed();
        co_return Receipt{.already_so = true};
    }
    Result<void> deleted = co_await rest_.delete_membership(**membership, deadline);
    if (deleted) co_return Receipt{};
    if (is_not_found(deleted.error())) co_return Receipt{.already_so = true};
    co_return deleted.error();
}

awaitable<Result<Receipt>> SpeakapNetwork::make_group(MakeGroup group, Deadline deadline) {
    Result<void> made = co_await rest_.make_group(group, deadline);
    if (made) co_return Receipt{};
    if (made.error().kind != FailureKind::rejected) co_return made.error();
    // The name may be taken by the very group that is meant.
    Result<Found> found = co_await find_made_group(std::move(group), deadline);
    if (found && *found == Found::in_effect) co_return Receipt{.already_so = true};
    co_return made.error();
}

// ---- finding ------------------------------------------------------------------------------------------------

awaitable<Result<Found>> SpeakapNetwork::find(Operation operation, Deadline deadline) {
    auto& key = operation.change.employee;
    const auto& what = operation.change.what;
    if (const auto* add = std::get_if<AddToGroups>(&what)) return find_groups(key, add->groups, Wanted::in, deadline);
    if (const auto* gone = std::get_if<RemoveFromGroups>(&what))
        return find_groups(key, gone->groups, Wanted::out, deadline);
    if (std::holds_alternative<ChangeRole>(what) || std::holds_alternative<EndMembership>(what)) {
        return find_membership(std::move(operation), deadline);
    }
    if (const auto* make = std::get_if<MakeGroup>(&what)) return find_made_group(*make, deadline);
    USERSYNC_INVARIANT(needs_call(what), "adopt leaves nothing to be found");
    return find_account(std::move(operation), deadline);
}

bool is_in_effect(const ScimUser& user, const What& what) {
    if (std::holds_alternative<SuspendUser>(what)) return !user.active;
    if (std::holds_alternative<ReactivateUser>(what)) return user.active;
    if (const auto* update = std::get_if<UpdateProfile>(&what)) return shows(user.profile, update->after);
    return std::holds_alternative<CreateUser>(what);
}

awaitable<Result<Found>> SpeakapNetwork::find_account(Operation operation, Deadline deadline) {
    EmployeeKey key = operation.change.employee;
    Result<std::optional<ScimUser>> user = co_await scim_.user(key, deadline);
    if (!user) co_return user.error();
    if (!*user) co_return Found::not_in_effect;
    directory_.learn(key, **user);
    co_return found_if(is_in_effect(**user, operation.change.what));
}

awaitable<Result<Found>> SpeakapNetwork::find_groups(EmployeeKey key, std::vector<GroupChange> groups, Wanted wanted,
                                                     Deadline deadline) {
    Result<UserEid> user = co_await directory_.user_eid(key, deadline);
    // The whole list was looked through: whom REST does not show (suspended, deleted) it shows in no group either.
    if (!user && user.error().code == "not_visible_yet") co_return found_if(wanted == Wanted::out);
    if (!user) co_return user.error();
    for (const auto& group : groups) {
        Result<std::vector<RestMembership>> members = co_await rest_.group_memberships(group.eid, deadline);
        const bool group_is_gone = !members && is_not_found(members.error());
        if (!members && !group_is_gone) co_return members.error();
        const auto* row = group_is_gone ? nullptr : directory_.row_of(key, *members);
        const bool is_in = row != nullptr && is_member(*row);
        if (is_in != (wanted == Wanted::in)) co_return Found::not_in_effect;
    }
    co_return Found::in_effect;
}

awaitable<Result<Found>> SpeakapNetwork::find_made_group(MakeGroup group, Deadline deadline) {
    Result<std::vector<ActualGroup>> groups = co_await rest_.groups(deadline);
    if (!groups) co_return groups.error();
    const auto is_it = [&](const ActualGroup& other) { return other.kind == group.kind && other.name == group.name; };
    const bool is_there = std::any_of(groups->begin(), groups->end(), is_it);
    co_return found_if(is_there);
}

awaitable<Result<Found>> SpeakapNetwork::find_membership(Operation operation, Deadline deadline) {
    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(any_role, deadline);
    if (!rows) co_return rows.error();
    EmployeeKey key = operation.change.employee;
    // A list that does not name XIDs shows nothing about somebody whose EID we do not know.
    if (!directory_.recognises(key, *rows)) {
        Result<UserEid> user = co_await directory_.user_eid(key, deadline);
        if (!user) co_return user.error();
    }
    const auto* row = directory_.row_of(key, *rows);
    const auto* change = std::get_if<ChangeRole>(&operation.change.what);
    if (change == nullptr) co_return found_if(row == nullptr);
    co_return found_if(row != nullptr && row->role == change->after);
}

}  // namespace

std::unique_ptr<Network> make_speakap_network(SpeakapOptions options, std::unique_ptr<http::Client> rest,
                                              std::unique_ptr<http::Client> scim, Clock& clock, std::uint64_t seed) {
    return std::make_unique<SpeakapNetwork>(std::move(options), std::move(rest), std::move(scim), clock, seed);
}

}  // namespace usersync::speakap

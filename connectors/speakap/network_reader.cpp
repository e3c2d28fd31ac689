#include "connectors/speakap/network_reader.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;

// How long a list may go on showing what we changed as it was.
constexpr Duration lists_lag_max = std::chrono::minutes(10);

Failure wrong_network() {
    return Failure{.kind = FailureKind::blocked,
                   .code = "wrong_network",
                   .where = "speakap.rest",
                   .detail = "the network behind the configured address is not the configured one"};
}

Failure wrong_scim() {
    return Failure{.kind = FailureKind::blocked,
                   .code = "wrong_network",
                   .where = "speakap.scim",
                   .detail = "SCIM shows nobody whom the network shows: its address or its token is another network's"};
}

Failure group_neither_there_nor_gone() {
    return Failure{.kind = FailureKind::transient,
                   .code = "collection_changes",
                   .where = "speakap.rest",
                   .detail = "a group is listed and yet not found when its members are read"};
}

Failure counts_disagree(const char* sentence) {
    return Failure{
        .kind = FailureKind::transient, .code = "counts_disagree", .where = "speakap.rest", .detail = sentence};
}

std::size_t pages_of(std::size_t rows, std::size_t page_size) { return rows / std::max<std::size_t>(page_size, 1) + 1; }

// Of the members of all groups: the pages of each, and the empty one behind them.
std::size_t calls_for_members(const Reading& reading, std::size_t page_size) {
    std::size_t calls = 0;
    for (const auto& group : reading.groups) {
        const auto known = reading.members.find(group.group.eid);
        const auto shown = known == reading.members.end() ? 0 : known->second.size();
        calls += pages_of(group.members.value_or(shown), page_size) + 1;
    }
    return calls;
}

template <class Rows, class Is>
typename Rows::value_type* find_row(Rows& rows, Is is) {
    const auto at = std::find_if(rows.begin(), rows.end(), is);
    return at == rows.end() ? nullptr : &*at;
}

// Where each user stands, by folded EID. Good as long as the vector is not shortened.
std::map<std::string, std::size_t> places_of(const std::vector<RestUser>& users) {
    std::map<std::string, std::size_t> places;
    for (std::size_t n = 0; n < users.size(); ++n) places.emplace(lower_case(users[n].eid.value()), n);
    return places;
}

// A row that is the same to the last millisecond of its last change says nothing new.
bool says_nothing_new(const RestUser& row, const RestUser& known) { return !row.last_modified.empty() && row == known; }
bool says_nothing_new(const RestGroup& row, const RestGroup& known) {
    return !row.last_modified.empty() && row == known;
}

// Whoever left a group may have left the network; whoever came may be new in it.
void note_who_came_and_went(const std::vector<RestMembership>& before, const std::vector<RestMembership>& after,
                            std::map<std::string, UserEid>& people) {
    std::map<std::string, UserEid> came;
    for (const auto& row : after) came.emplace(lower_case(row.user.value()), row.user);
    for (const auto& row : before) {
        const auto eid = lower_case(row.user.value());
        if (came.erase(eid) == 0) people.emplace(eid, row.user);
    }
    people.merge(came);
}

// By which userName SCIM finds somebody whom REST shows.
class ScimNames {
public:
    explicit ScimNames(const std::vector<ScimUser>& users) {
        for (const auto& user : users) {
            if (user.user_name.empty()) continue;
            by_key_.emplace(key_of(user).value(), user.user_name);
            if (user.external_id.empty()) by_address_.emplace(lower_case(user.user_name), user.user_name);
        }
    }
    /// The XID when SCIM has nobody of it yet; nothing when there is neither XID nor an account of that address.
    std::optional<std::string> of(const RestUser& user) const {
        const auto& table = user.xid ? by_key_ : by_address_;
        const auto at = table.find(user.xid ? user.xid->value() : user.profile.email.value_or(""));
        if (at != table.end()) return at->second;
        return user.xid ? std::optional(user.xid->value()) : std::nullopt;
    }

private:
    std::map<std::string, std::string> by_key_;
    std::map<std::string, std::string> by_address_;
};

void forget_user(Reading& reading, const std::string& eid) {
    std::erase_if(reading.users, [&](const RestUser& user) { return lower_case(user.eid.value()) == eid; });
}

void forget(Reading& reading, const std::string& person) {
    const auto is_gone = [&](const UserEid& eid) { return lower_case(eid.value()) == person; };
    forget_user(reading, person);
    std::erase_if(reading.memberships, [&](const RestMembership& row) { return is_gone(row.user); });
    for (auto& entry : reading.members) {
        std::erase_if(entry.second, [&](const RestMembership& row) { return is_gone(row.user); });
    }
}

bool misses_one_of(const std::vector<RestGroup>& known, const std::vector<RestGroup>& groups) {
    std::set<std::string> listed;
    for (const auto& group : groups) listed.insert(lower_case(group.group.eid.value()));
    return std::any_of(known.begin(), known.end(),
                       [&](const RestGroup& one) { return !listed.contains(lower_case(one.group.eid.value())); });
}

bool is_gone(const Failure& failure) { return failure.code == "not_found" || failure.code == "gone"; }

// What one way of reading cannot do may be possible in the other.
bool may_be_read_whole(const Failure& failure) {
    return failure.kind == FailureKind::rejected || failure.code == "paging_does_not_move" ||
           failure.code == "collection_changes";
}

}  // namespace

NetworkReader::NetworkReader(Calls& calls, RestApi& rest, ScimApi& scim) : calls_(calls), rest_(rest), scim_(scim) {}

void NetworkReader::touch(const std::string& scim_name, const std::optional<UserEid>& eid) {
    const Time now = calls_.clock().now();
    touched_.names.insert_or_assign(scim_name, now);
    if (eid) touched_.people.insert_or_assign(lower_case(eid->value()), std::pair(*eid, now));
}

void NetworkReader::touch(const GroupEid& group) { touched_.groups.insert_or_assign(group, calls_.clock().now()); }

void NetworkReader::finish(Reading reading, Time begun) {
    last_ = std::move(reading);
    begun_ = begun;
    const Time settled_before = begun - lists_lag_max;
    std::set<GroupEid> listed;
    for (const auto& group : last_->groups) listed.insert(group.group.eid);
    std::erase_if(touched_.people, [&](const auto& entry) { return entry.second.second < settled_before; });
    std::erase_if(touched_.names, [&](const auto& entry) { return entry.second < settled_before; });
    std::erase_if(touched_.groups,
                  [&](const auto& entry) { return entry.second < settled_before || !listed.contains(entry.first); });
}

// ---- the whole ----------------------------------------------------------------------------------------------

awaitable<Result<void>> NetworkReader::read_all(Deadline deadline) {
    const Time begun = calls_.clock().now();
    Reading reading;
    Result<NetworkEid> eid = co_await check_network(deadline);
    if (!eid) co_return eid.error();
    reading.eid = *eid;

    Result<void> groups = co_await read_groups(reading, deadline);
    if (!groups) co_return groups;
    Result<void> people = co_await read_people(reading, deadline);
    if (!people) co_return people;
    Result<void> members = co_await read_members(reading, deadline);
    if (!members) co_return members;
    if (has_scim()) {
        Result<std::vector<ScimUser>> scim_users = co_await scim_.users(deadline);
        if (!scim_users) co_return scim_users.error();
        reading.scim_users = std::move(*scim_users);
        if (!are_one_network(reading)) co_return wrong_scim();
    }
    Result<void> people_fit = co_await look_at_people_again(reading, deadline);
    if (!people_fit) co_return people_fit;
    Result<void> groups_fit = co_await look_at_members_again(reading, deadline);
    if (!groups_fit) co_return groups_fit;

    finish(std::move(reading), begun);
    co_return Result<void>();
}

awaitable<Result<NetworkEid>> NetworkReader::check_network(Deadline deadline) {
    Result<NetworkEid> eid = co_await rest_.network(deadline);
    if (!eid && eid.error().code == "not_found") co_return wrong_network();
    if (eid && lower_case(eid->value()) != lower_case(calls_.options().network)) co_return wrong_network();
    co_return eid;
}

awaitable<Result<void>> NetworkReader::read_groups(Reading& reading, Deadline deadline) {
    std::vector<RestGroup> known;
    if (last_) known = last_->groups;
    Result<std::vector<RestGroup>> groups = co_await list_groups(std::move(known), deadline);
    if (!groups) co_return groups.error();
    reading.groups = std::move(*groups);
    co_return Result<void>();
}

awaitable<Result<std::vector<RestGroup>>> NetworkReader::list_groups(std::vector<RestGroup> known, Deadline deadline) {
    const std::optional<Time> ever;
    Result<std::vector<RestGroup>> groups = co_await rest_.groups(ever, deadline);
    if (!groups || !misses_one_of(known, *groups)) co_return groups;
    // A group that went while pages were read hides another one. That one is there at a second look.
    Result<std::vector<RestGroup>> second_look = co_await rest_.groups(ever, deadline);
    co_return second_look;
}

awaitable<Result<bool>> NetworkReader::is_listed(GroupEid group, Deadline deadline) {
    const std::optional<Time> ever;
    Result<std::vector<RestGroup>> groups = co_await rest_.groups(ever, deadline);
    if (!groups) co_return groups.error();
    co_return std::any_of(groups->begin(), groups->end(), [&](const RestGroup& one) { return one.group.eid == group; });
}

awaitable<Result<void>> NetworkReader::read_people(Reading& reading, Deadline deadline) {
    const std::optional<Time> ever;
    Result<std::vector<RestUser>> users = co_await rest_.users(ever, deadline);
    if (!users) co_return users.error();
    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> memberships = co_await rest_.network_memberships(any_role, deadline);
    if (!memberships) co_return memberships.error();
    reading.users = std::move(*users);
    reading.memberships = std::move(*memberships);
    co_return Result<void>();
}

awaitable<Result<void>> NetworkReader::read_members(Reading& reading, Deadline deadline) {
    std::vector<GroupEid> to_read;
    for (const auto& group : reading.groups) {
        if (!reading.members.contains(group.group.eid)) to_read.push_back(group.group.eid);
    }
    for (const auto& group : to_read) {
        Result<std::vector<RestMembership>> members = co_await rest_.group_memberships(group, deadline);
        if (members) {
            reading.members.insert_or_assign(group, std::move(*members));
            continue;
        }
        if (!is_gone(members.error())) co_return members.error();
        // Somebody deleted it while we read.
        Result<bool> listed = co_await is_listed(group, deadline);
        if (!listed) co_return listed.error();
        if (*listed) co_return group_neither_there_nor_gone();
        std::erase_if(reading.groups, [&](const RestGroup& one) { return one.group.eid == group; });
    }
    co_return Result<void>();
}

awaitable<Result<void>> NetworkReader::look_at_people_again(Reading& reading, Deadline deadline) {
    if (!calls_.options().counts_agree || people_agree(reading)) co_return Result<void>();
    Result<void> again = co_await read_people(reading, deadline);
    if (!again) co_return again;
    if (people_agree(reading)) co_return Result<void>();
    co_return counts_disagree("users and memberships of the network are not the same people, also at a second look");
}

awaitable<Result<void>> NetworkReader::look_at_members_again(Reading& reading, Deadline deadline) {
    std::set<GroupEid> doubtful;
    for (const auto& group : reading.groups) {
        if (!members_fit(reading, group)) doubtful.insert(group.group.eid);
    }
    if (doubtful.empty()) co_return Result<void>();
    std::vector<RestGroup> known = reading.groups;
    Result<std::vector<RestGroup>> groups = co_await list_groups(std::move(known), deadline);
    if (!groups) co_return groups.error();
    reading.groups = std::move(*groups);
    for (const auto& group : doubtful) reading.members.erase(group);
    // Those of which the members are not known: the doubtful ones, and any that is new.
    Result<void> members = co_await read_members(reading, deadline);
    if (!members) co_return members;
    for (const auto& group : reading.groups) {
        const bool was_looked_at = doubtful.contains(group.group.eid);
        if (was_looked_at && !members_fit(reading, group)) {
            co_return counts_disagree(
                "a group says to have more or fewer members than it shows, also at a second look");
        }
    }
    co_return Result<void>();
}

bool NetworkReader::members_fit(const Reading& reading, const RestGroup& group) const {
    const auto at = reading.members.find(group.group.eid);
    return !calls_.options().counts_agree || at == reading.members.end() || members_agree(group, at->second);
}

// ---- what changed -------------------------------------------------------------------------------------------

awaitable<Result<void>> NetworkReader::read_again(Deadline deadline) {
    if (last_) {
        const Time begun = calls_.clock().now();
        const Time since = begun_ - clocks_apart_max;
        Reading reading = *last_;
        Result<bool> fits = co_await read_changes(reading, since, deadline);
        if (!fits && !may_be_read_whole(fits.error())) co_return fits.error();
        if (fits && *fits) {
            finish(std::move(reading), begun);
            co_return Result<void>();
        }
    }
    Result<void> whole = co_await read_all(deadline);
    co_return whole;
}

awaitable<Result<bool>> NetworkReader::read_changes(Reading& reading, Time since, Deadline deadline) {
    Result<NetworkEid> eid = co_await check_network(deadline);
    if (!eid) co_return eid.error();
    Changed changed;
    for (const auto& [folded_eid, person] : touched_.people) changed.to_be_found.emplace(folded_eid, person.first);
    for (const auto& [name, when] : touched_.names) changed.names.insert(name);
    const auto& protected_roles = calls_.options().protected_roles;
    for (std::size_t n = 0; n < protected_roles.size(); ++n) {
        RoleId role(protected_roles[n]);
        Result<void> of_role = co_await read_protected_role(std::move(role), reading, changed, deadline);
        if (!of_role) co_return of_role.error();
    }
    Result<bool> groups = co_await read_changed_groups(reading, changed, since, deadline);
    if (!groups || !*groups) co_return groups;
    Result<void> users = co_await read_changed_users(reading, changed, since, deadline);
    if (!users) co_return users.error();
    Result<bool> found = co_await find_people(reading, changed, deadline);
    if (!found || !*found) co_return found;
    Result<void> of_newcomers = co_await read_groups_of_newcomers(reading, changed, deadline);
    if (!of_newcomers) co_return of_newcomers.error();
    Result<void> memberships = co_await read_changed_memberships(reading, changed, deadline);
    if (!memberships) co_return memberships.error();
    Result<bool> accounts = co_await read_changed_accounts(reading, changed, deadline);
    if (!accounts || !*accounts) co_return accounts;
    co_return !calls_.options().counts_agree || people_agree(reading);
}

// Whoever administers a network is what nobody must be wrong about; a role need not show as a change of the person.
awaitable<Result<void>> NetworkReader::read_protected_role(RoleId protected_role, Reading& reading, Changed& changed,
                                                           Deadline deadline) {
    const std::optional<RoleId> role = protected_role;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(role, deadline);
    // Not every network has every role that is protected: the question about one that it has not may be refused.
    if (!rows && rows.error().kind == FailureKind::rejected) rows = std::vector<RestMembership>();
    if (!rows) co_return rows.error();
    std::map<std::string, std::size_t> places;
    for (std::size_t n = 0; n < reading.memberships.size(); ++n) {
        places.emplace(lower_case(reading.memberships[n].eid.value()), n);
    }
    std::set<std::string> listed;
    for (auto& row : *rows) {
        // A server that does not know the filter lists everybody.
        if (row.role != protected_role) continue;
        const auto eid = lower_case(row.eid.value());
        listed.insert(eid);
        const auto at = places.find(eid);
        if (at != places.end()) {
            reading.memberships[at->second] = std::move(row);
            continue;
        }
        changed.people.insert(lower_case(row.user.value()));
        changed.to_be_found.emplace(lower_case(row.user.value()), row.user);
    }
    for (auto& known : reading.memberships) {
        if (known.role != protected_role || listed.contains(lower_case(known.eid.value()))) continue;
        Result<std::optional<RestMembership>> now = co_await rest_.membership(known.eid, deadline);
        if (!now) co_return now.error();
        if (!*now) changed.to_be_found.emplace(lower_case(known.user.value()), known.user);
        if (*now) known = std::move(**now);
    }
    co_return Result<void>();
}

awaitable<Result<bool>> NetworkReader::read_changed_groups(Reading& reading, Changed& changed, Time since,
                                                           Deadline deadline) {
    const std::optional<Time> modified_since = since;
    Result<std::vector<RestGroup>> rows = co_await rest_.groups(modified_since, deadline);
    if (!rows) co_return rows.error();
    std::set<GroupEid> to_read;
    for (const auto& [group, when] : touched_.groups) to_read.insert(group);
    std::set<GroupEid> with_new_row;
    for (auto& row : *rows) {
        const auto eid = row.group.eid;
        with_new_row.insert(eid);
        auto* known = find_row(reading.groups, [&](const RestGroup& group) { return group.group.eid == eid; });
        if (known != nullptr && says_nothing_new(row, *known)) continue;
        to_read.insert(eid);
        if (known != nullptr) *known = std::move(row);
        if (known == nullptr) reading.groups.push_back(std::move(row));
    }
    for (const auto& group : to_read) {
        Result<std::vector<RestMembership>> members = co_await rest_.group_memberships(group, deadline);
        if (!members) co_return members.error();
        auto& known = reading.members[group];
        note_who_came_and_went(known, *members, changed.to_be_found);
        known = std::move(*members);
        const auto* row = find_row(reading.groups, [&](const RestGroup& one) { return one.group.eid == group; });
        // The row of a group that only we touched has the number of before.
        if (row == nullptr || (with_new_row.contains(group) && !members_fit(reading, *row))) co_return false;
    }
    co_return true;
}

awaitable<Result<void>> NetworkReader::read_changed_users(Reading& reading, Changed& changed, Time since,
                                                          Deadline deadline) {
    const std::optional<Time> modified_since = since;
    Result<std::vector<RestUser>> rows = co_await rest_.users(modified_since, deadline);
    if (!rows) co_return rows.error();
    // This is where they are: nobody needs to look for them.
    for (const auto& row : *rows) changed.to_be_found.erase(lower_case(row.eid.value()));
    take(std::move(*rows), reading, changed);
    co_return Result<void>();
}

void NetworkReader::take(std::vector<RestUser> rows, Reading& reading, Changed& changed) const {
    const auto places = places_of(reading.users);
    for (auto& row : rows) {
        const auto eid = lower_case(row.eid.value());
        const auto at = places.find(eid);
        const bool is_known = at != places.end();
        if (is_known && !touched_.people.contains(eid) && says_nothing_new(row, reading.users[at->second])) continue;
        changed.people.insert(eid);
        if (!is_known) changed.newcomers.emplace(eid, row.eid);
        if (is_known) reading.users[at->second] = std::move(row);
        if (!is_known) reading.users.push_back(std::move(row));
    }
}

awaitable<Result<bool>> NetworkReader::find_people(Reading& reading, Changed& changed, Deadline deadline) {
    std::vector<UserEid> eids;
    std::set<std::string> gone;
    for (const auto& [folded_eid, eid] : changed.to_be_found) {
        eids.push_back(eid);
        gone.insert(folded_eid);
    }
    if (eids.empty()) co_return true;
    Result<std::vector<RestUser>> rows = co_await rest_.users_with(std::move(eids), deadline);
    if (!rows) co_return rows.error();
    for (const auto& row : *rows) gone.erase(lower_case(row.eid.value()));
    take(std::move(*rows), reading, changed);
    // What SCIM says about them now decides between suspended and gone.
    const ScimNames names(reading.scim_users);
    for (const auto& user : reading.users) {
        if (!gone.contains(lower_case(user.eid.value()))) continue;
        const auto name = names.of(user);
        if (name) changed.names.insert(*name);
    }
    for (const auto& eid : gone) {
        Result<bool> explained = co_await explain_silence(reading, changed, eid, deadline);
        if (!explained || !*explained) co_return explained;
    }
    co_return true;
}

// A list that does not show somebody proves nothing. Their membership is gone, or SCIM has them suspended: then it is
// so. False when neither is.
awaitable<Result<bool>> NetworkReader::explain_silence(Reading& reading, Changed& changed, std::string eid,
                                                       Deadline deadline) {
    const auto is_theirs = [&](const RestMembership& row) { return lower_case(row.user.value()) == eid; };
    auto* membership = find_row(reading.memberships, is_theirs);
    if (membership != nullptr) {
        Result<std::optional<RestMembership>> row = co_await rest_.membership(membership->eid, deadline);
        if (!row) co_return row.error();
        if (!*row) {
            forget(reading, eid);
            co_return true;
        }
        *membership = std::move(**row);
    }
    const auto* user = find_row(reading.users, [&](const RestUser& one) { return lower_case(one.eid.value()) == eid; });
    // They were not listed before either.
    if (user == nullptr) co_return true;
    if (!has_scim()) co_return false;
    const auto name = ScimNames(reading.scim_users).of(*user);
    if (!name) co_return false;
    std::string asked = *name;
    Result<std::optional<ScimUser>> account = co_await scim_.user(std::move(asked), deadline);
    if (!account) co_return account.error();
    if (!*account || (*account)->active) co_return false;
    changed.people.erase(eid);
    forget_user(reading, eid);
    co_return true;
}

// Whoever comes back from a suspension is in their groups again, and no group need say so.
awaitable<Result<void>> NetworkReader::read_groups_of_newcomers(Reading& reading, const Changed& changed,
                                                                Deadline deadline) {
    // Each is a page and the empty one behind it.
    if (2 * changed.newcomers.size() > calls_for_members(reading, calls_.options().page_size)) {
        reading.members.clear();
        Result<void> all = co_await read_members(reading, deadline);
        co_return all;
    }
    for (const auto& [folded_eid, eid] : changed.newcomers) {
        Result<std::vector<RestGroup>> groups = co_await rest_.groups_of(eid, deadline);
        if (!groups) co_return groups.error();
        for (const auto& group : *groups) {
            auto& members = reading.members[group.group.eid];
            const auto is_theirs = [&, user = folded_eid](const RestMembership& row) {
                return lower_case(row.user.value()) == user;
            };
            const bool is_shown = std::any_of(members.begin(), members.end(), is_theirs);
            if (is_shown) continue;
            Result<std::vector<RestMembership>> again = co_await rest_.group_memberships(group.group.eid, deadline);
            if (!again) co_return again.error();
            members = std::move(*again);
        }
    }
    co_return Result<void>();
}

awaitable<Result<void>> NetworkReader::read_changed_memberships(Reading& reading, const Changed& changed,
                                                                Deadline deadline) {
    if (changed.people.empty()) co_return Result<void>();
    std::map<std::string, std::size_t> places;
    for (std::size_t n = 0; n < reading.memberships.size(); ++n) {
        places.emplace(lower_case(reading.memberships[n].user.value()), n);
    }
    std::vector<const RestUser*> without;
    for (const auto& user : reading.users) {
        const auto eid = lower_case(user.eid.value());
        if (!user.deleted && changed.people.contains(eid) && !places.contains(eid)) without.push_back(&user);
    }
    // Of those without, each name is a page and the empty one behind it.
    const std::size_t calls = changed.people.size() + without.size();
    if (calls > pages_of(reading.memberships.size(), calls_.options().page_size)) {
        Result<void> all = co_await read_all_memberships(reading, deadline);
        co_return all;
    }
    for (const auto* user : without) {
        Result<bool> found = co_await find_membership(reading, user->eid, *user->profile.name, deadline);
        if (!found) co_return found.error();
        if (*found) continue;
        Result<void> all = co_await read_all_memberships(reading, deadline);
        co_return all;
    }
    std::set<std::string> ended;
    for (const auto& eid : changed.people) {
        const auto place = places.find(eid);
        if (place == places.end()) continue;
        auto& known = reading.memberships[place->second];
        Result<std::optional<RestMembership>> row = co_await rest_.membership(known.eid, deadline);
        if (!row) co_return row.error();
        if (*row) known = std::move(**row);
        if (!*row) ended.insert(lower_case(known.eid.value()));
    }
    std::erase_if(reading.memberships,
                  [&](const RestMembership& row) { return ended.contains(lower_case(row.eid.value())); });
    co_return Result<void>();
}

awaitable<Result<void>> NetworkReader::read_all_memberships(Reading& reading, Deadline deadline) {
    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(any_role, deadline);
    if (!rows) co_return rows.error();
    reading.memberships = std::move(*rows);
    co_return Result<void>();
}

// False when the network does not find the person's membership by their name, whatever it looks at instead.
awaitable<Result<bool>> NetworkReader::find_membership(Reading& reading, UserEid user, PersonName name,
                                                       Deadline deadline) {
    if (name.first.empty() || name.last.empty()) co_return false;
    std::string text = name.first + ' ' + name.last;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships_of(std::move(text), deadline);
    if (!rows && rows.error().kind == FailureKind::rejected) co_return false;
    if (!rows) co_return rows.error();
    const auto eid = lower_case(user.value());
    auto* row = find_row(*rows, [&](const RestMembership& one) { return lower_case(one.user.value()) == eid; });
    if (row == nullptr) co_return false;
    reading.memberships.push_back(std::move(*row));
    co_return true;
}

awaitable<Result<bool>> NetworkReader::read_changed_accounts(Reading& reading, Changed& changed, Deadline deadline) {
    if (!has_scim()) co_return true;
    const ScimNames names(reading.scim_users);
    for (const auto& user : reading.users) {
        if (!changed.people.contains(lower_case(user.eid.value()))) continue;
        const auto name = names.of(user);
        if (name) changed.names.insert(*name);
    }
    if (changed.names.size() > pages_of(reading.scim_users.size(), calls_.options().scim_page_size)) {
        Result<std::vector<ScimUser>> everybody = co_await scim_.users(deadline);
        if (!everybody) co_return everybody.error();
        reading.scim_users = std::move(*everybody);
        if (!are_one_network(reading)) co_return wrong_scim();
        co_return true;
    }
    std::vector<ScimUser> found;
    for (const auto& name : changed.names) {
        Result<std::optional<ScimUser>> user = co_await scim_.user(name, deadline);
        if (!user) co_return user.error();
        const auto is_it = [&](const ScimUser& one) { return one.id == (*user)->id; };
        const bool is_new = *user && std::none_of(found.begin(), found.end(), is_it);
        if (is_new) found.push_back(std::move(**user));
    }
    std::erase_if(reading.scim_users, [&](const ScimUser& user) {
        return changed.names.contains(key_of(user).value()) || changed.names.contains(user.user_name);
    });
    reading.scim_users.insert(reading.scim_users.end(), found.begin(), found.end());
    Result<ScimPage> first = co_await scim_.first(deadline);
    if (!first) co_return first.error();
    // Whom nobody knows may be another network's: the whole will tell.
    const auto is_known = [&](const ScimUser& user) {
        return std::any_of(reading.scim_users.begin(), reading.scim_users.end(),
                           [&](const ScimUser& known) { return known.id == user.id; });
    };
    const bool all_known = std::all_of(first->users.begin(), first->users.end(), is_known);
    co_return all_known && (!first->total || *first->total == reading.scim_users.size());
}

}  // namespace usersync::speakap

#include "connectors/speakap/network_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace usersync::speakap {
namespace {

using boost::asio::awaitable;

// The server's clock need not agree with ours.
constexpr Duration clocks_apart_max = std::chrono::minutes(10);

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

Failure counts_disagree(const char* sentence) {
    return Failure{
        .kind = FailureKind::transient, .code = "counts_disagree", .where = "speakap.rest", .detail = sentence};
}

std::size_t pages_of(std::size_t rows, std::size_t page_size) { return rows / std::max<std::size_t>(page_size, 1) + 1; }

template <class Rows, class Is>
typename Rows::value_type* find_row(Rows& rows, Is is) {
    const auto at = std::find_if(rows.begin(), rows.end(), is);
    return at == rows.end() ? nullptr : &*at;
}

// Where each user stands, by folded EID. Good as long as the vector is not shortened.
std::map<std::string, std::size_t> places_of(const std::vector<RestUser>& users) {
    std::map<std::string, std::size_t> places;
    for (std::size_t n = 0; n < users.size(); ++n) places.emplace(folded(users[n].eid.value()), n);
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
    for (const auto& row : after) came.emplace(folded(row.user.value()), row.user);
    for (const auto& row : before) {
        const auto eid = folded(row.user.value());
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
            if (user.external_id.empty()) by_address_.emplace(folded(user.user_name), user.user_name);
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

void forget(Reading& reading, const std::set<std::string>& people) {
    if (people.empty()) return;
    const auto is_gone = [&](const UserEid& eid) { return people.contains(folded(eid.value())); };
    std::erase_if(reading.users, [&](const RestUser& user) { return is_gone(user.eid); });
    std::erase_if(reading.memberships, [&](const RestMembership& row) { return is_gone(row.user); });
    for (auto& entry : reading.members) {
        std::erase_if(entry.second, [&](const RestMembership& row) { return is_gone(row.user); });
    }
}

}  // namespace

NetworkReader::NetworkReader(Calls& calls, RestApi& rest, ScimApi& scim) : calls_(calls), rest_(rest), scim_(scim) {}

void NetworkReader::touch(const EmployeeKey& key, const std::optional<UserEid>& eid) {
    touched_names_.insert(key.value());
    if (eid) touched_people_.emplace(folded(eid->value()), *eid);
}

void NetworkReader::touch(const GroupEid& group) { touched_groups_.insert(group); }

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

    last_ = std::move(reading);
    begun_ = begun;
    touched_people_.clear();
    touched_names_.clear();
    touched_groups_.clear();
    co_return Result<void>();
}

awaitable<Result<NetworkEid>> NetworkReader::check_network(Deadline deadline) {
    Result<NetworkEid> eid = co_await rest_.network(deadline);
    if (!eid && eid.error().code == "not_found") co_return wrong_network();
    if (eid && folded(eid->value()) != folded(calls_.options().network)) co_return wrong_network();
    co_return eid;
}

awaitable<Result<void>> NetworkReader::read_groups(Reading& reading, Deadline deadline) {
    const std::optional<Time> ever;
    Result<std::vector<RestGroup>> groups = co_await rest_.groups(ever, deadline);
    if (!groups) co_return groups.error();
    if (misses_known_group(*groups)) {
        // A group that went while pages were read hides another one. That one is there at a second look.
        groups = co_await rest_.groups(ever, deadline);
        if (!groups) co_return groups.error();
    }
    reading.groups = std::move(*groups);
    co_return Result<void>();
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
    for (const auto& group : reading.groups) {
        if (reading.members.contains(group.group.eid)) continue;
        Result<std::vector<RestMembership>> members = co_await rest_.group_memberships(group.group.eid, deadline);
        if (!members) co_return members.error();
        reading.members.insert_or_assign(group.group.eid, std::move(*members));
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
    const std::optional<Time> ever;
    Result<std::vector<RestGroup>> groups = co_await rest_.groups(ever, deadline);
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

bool NetworkReader::misses_known_group(const std::vector<RestGroup>& groups) const {
    if (!last_) return false;
    std::set<std::string> listed;
    for (const auto& group : groups) listed.insert(folded(group.group.eid.value()));
    return std::any_of(last_->groups.begin(), last_->groups.end(),
                       [&](const RestGroup& known) { return !listed.contains(folded(known.group.eid.value())); });
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
        // What is refused here may be possible in the other way.
        if (!fits && fits.error().kind != FailureKind::rejected) co_return fits.error();
        if (fits && *fits) {
            last_ = std::move(reading);
            begun_ = begun;
            touched_people_.clear();
            touched_names_.clear();
            touched_groups_.clear();
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
    changed.to_be_found = touched_people_;
    changed.names = touched_names_;
    Result<bool> groups = co_await read_changed_groups(reading, changed, since, deadline);
    if (!groups || !*groups) co_return groups;
    Result<void> users = co_await read_changed_users(reading, changed, since, deadline);
    if (!users) co_return users.error();
    Result<void> found = co_await find_people(reading, changed, deadline);
    if (!found) co_return found.error();
    Result<void> of_newcomers = co_await read_groups_of_newcomers(reading, changed, deadline);
    if (!of_newcomers) co_return of_newcomers.error();
    Result<void> memberships = co_await read_changed_memberships(reading, changed, deadline);
    if (!memberships) co_return memberships.error();
    Result<bool> accounts = co_await read_changed_accounts(reading, changed, deadline);
    if (!accounts || !*accounts) co_return accounts;
    co_return !calls_.options().counts_agree || people_agree(reading);
}

awaitable<Result<bool>> NetworkReader::read_changed_groups(Reading& reading, Changed& changed, Time since,
                                                           Deadline deadline) {
    const std::optional<Time> modified_since = since;
    Result<std::vector<RestGroup>> rows = co_await rest_.groups(modified_since, deadline);
    if (!rows) co_return rows.error();
    std::set<GroupEid> to_read = touched_groups_;
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
    for (const auto& row : *rows) changed.to_be_found.erase(folded(row.eid.value()));
    take(std::move(*rows), reading, changed);
    co_return Result<void>();
}

void NetworkReader::take(std::vector<RestUser> rows, Reading& reading, Changed& changed) const {
    const auto places = places_of(reading.users);
    for (auto& row : rows) {
        const auto eid = folded(row.eid.value());
        const auto at = places.find(eid);
        const bool is_known = at != places.end();
        if (is_known && !touched_people_.contains(eid) && says_nothing_new(row, reading.users[at->second])) continue;
        changed.people.insert(eid);
        if (!is_known) changed.newcomers.emplace(eid, row.eid);
        if (is_known) reading.users[at->second] = std::move(row);
        if (!is_known) reading.users.push_back(std::move(row));
    }
}

awaitable<Result<void>> NetworkReader::find_people(Reading& reading, Changed& changed, Deadline deadline) {
    std::vector<UserEid> eids;
    std::set<std::string> gone;
    for (const auto& [folded_eid, eid] : changed.to_be_found) {
        eids.push_back(eid);
        gone.insert(folded_eid);
    }
    if (eids.empty()) co_return Result<void>();
    Result<std::vector<RestUser>> rows = co_await rest_.users_with(std::move(eids), deadline);
    if (!rows) co_return rows.error();
    for (const auto& row : *rows) gone.erase(folded(row.eid.value()));
    take(std::move(*rows), reading, changed);
    // What SCIM says about them now decides between suspended and gone.
    for (const auto& user : reading.users) {
        if (user.xid && gone.contains(folded(user.eid.value()))) changed.names.insert(user.xid->value());
    }
    forget(reading, gone);
    co_return Result<void>();
}

// Whoever comes back from a suspension is in their groups again, and no group need say so.
awaitable<Result<void>> NetworkReader::read_groups_of_newcomers(Reading& reading, const Changed& changed,
                                                                Deadline deadline) {
    for (const auto& [folded_eid, eid] : changed.newcomers) {
        Result<std::vector<RestGroup>> groups = co_await rest_.groups_of(eid, deadline);
        if (!groups) co_return groups.error();
        for (const auto& group : *groups) {
            auto& members = reading.members[group.group.eid];
            const auto is_theirs = [&, user = folded_eid](const RestMembership& row) {
                return folded(row.user.value()) == user;
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
        places.emplace(folded(reading.memberships[n].user.value()), n);
    }
    const bool all_known = std::all_of(changed.people.begin(), changed.people.end(),
                                       [&](const std::string& eid) { return places.contains(eid); });
    if (!all_known || changed.people.size() > pages_of(reading.memberships.size(), calls_.options().page_size)) {
        const std::optional<RoleId> any_role;
        Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(any_role, deadline);
        if (!rows) co_return rows.error();
        reading.memberships = std::move(*rows);
        co_return Result<void>();
    }
    std::set<std::string> ended;
    for (const auto& eid : changed.people) {
        auto& known = reading.memberships[places.at(eid)];
        Result<std::optional<RestMembership>> row = co_await rest_.membership(known.eid, deadline);
        if (!row) co_return row.error();
        if (*row) known = std::move(**row);
        if (!*row) ended.insert(folded(known.eid.value()));
    }
    std::erase_if(reading.memberships,
                  [&](const RestMembership& row) { return ended.contains(folded(row.eid.value())); });
    co_return Result<void>();
}

awaitable<Result<bool>> NetworkReader::read_changed_accounts(Reading& reading, Changed& changed, Deadline deadline) {
    if (!has_scim()) co_return true;
    const ScimNames names(reading.scim_users);
    for (const auto& user : reading.users) {
        if (!changed.people.contains(folded(user.eid.value()))) continue;
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

#include "connectors/speakap/directory.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace usersync::speakap {
namespace {

Failure unknown_to_scim() {
    return Failure{.kind = FailureKind::rejected,
                   .code = "unknown_to_scim",
                   .where = "speakap.scim",
                   .detail = "SCIM has no user with this userName or externalId"};
}

bool names_xids(const std::vector<RestMembership>& rows) {
    return std::any_of(rows.begin(), rows.end(), [](const RestMembership& row) { return row.user_xid.has_value(); });
}

}  // namespace

Failure not_visible_yet() {
    return Failure{.kind = FailureKind::transient,
                   .code = "not_visible_yet",
                   .where = "speakap.rest",
                   .detail = "the network does not list this person (yet)"};
}

Directory::Directory(RestApi& rest, ScimApi& scim, Clock& clock) : rest_(rest), scim_(scim), clock_(clock) {}

void Directory::refill(const Reading& reading, const ActualNetwork& network, const std::vector<Link>& links,
                       Time begun) {
    std::map<EmployeeKey, UserEid> linked;
    for (const auto& link : links) linked.emplace(link.key, link.eid);
    std::map<ScimId, const ScimUser*> scim_by_id;
    for (const auto& user : reading.scim_users) scim_by_id.emplace(user.id, &user);
    std::map<EmployeeKey, Known> known;
    for (const auto& user : network.users) {
        if (!user.xid) continue;
        const auto [at, is_new] = known.try_emplace(*user.xid);
        if (!is_new) continue;
        at->second.eid = user.eid;
        // No list names their XID: nothing but the link tells which membership is theirs.
        if (user.linked && !user.eid) at->second.eid = linked.at(*user.xid);
        if (user.membership) at->second.role = user.role;
        at->second.membership = user.membership;
        at->second.linked = user.linked;
        if (user.scim_id) at->second.scim = *scim_by_id.at(*user.scim_id);
        const auto* before = find(*user.xid);
        if (before == nullptr || user.state != UserState::suspended) continue;
        if (!user.membership) at->second.membership = before->membership;
    }
    known_ = std::move(known);
    owners_.clear();
    for (const auto& [key, one] : known_) {
        if (one.eid) owners_.emplace(lower_case(one.eid->value()), key);
    }
    memberships_name_xids_ = reading.memberships.empty() || names_xids(reading.memberships);
    users_seen_at_ = begun;
}

boost::asio::awaitable<Result<UserEid>> Directory::user_eid(EmployeeKey key, Deadline deadline) {
    const auto* known = find(key);
    if (known != nullptr && known->eid) co_return *known->eid;
    const std::size_t asked = user_looks_.begun;
    Result<void> looked = co_await look_for_user(key, asked, deadline);
    if (!looked) co_return looked.error();
    known = find(key);
    if (known == nullptr || !known->eid) co_return not_visible_yet();
    co_return *known->eid;
}

boost::asio::awaitable<Result<void>> Directory::look_for_user(EmployeeKey key, std::size_t asked, Deadline deadline) {
    std::function<bool()> is_known = [this, &key] { return known_eid(key).has_value(); };
    std::optional<Turns::Turn> turn = co_await user_turns_.take_unless(is_known);
    if (is_known() || user_looks_.finished > asked) co_return Result<void>();

    if (users_seen_at_) {
        const std::optional<Time> since = *users_seen_at_ - clocks_apart_max;
        Result<void> recent = co_await read_users(since, deadline);
        if (!recent || is_known()) co_return recent;
    }

    const std::size_t look = ++user_looks_.begun;
    const Time begun = clock_.now();
    const std::optional<Time> everybody;
    Result<void> read = co_await read_users(everybody, deadline);
    if (!read) co_return read;
    user_looks_.finished = look;
    users_seen_at_ = begun;
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> Directory::read_users(std::optional<Time> since, Deadline deadline) {
    RestApi::SeesUsers learns = [this](const std::vector<RestUser>& users, std::size_t first_new) {
        learn(users, first_new);
        user_turns_.look_again();
    };
    Result<std::vector<RestUser>> users = co_await rest_.users(since, std::move(learns), deadline);
    if (!users) co_return users.error();
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::optional<MembershipEid>>> Directory::membership(EmployeeKey key, Deadline deadline) {
    const auto* known = find(key);
    if (known != nullptr && known->membership) co_return known->membership;
    Result<void> recognisable = co_await learn_eid_if_needed(key, deadline);
    if (!recognisable) co_return recognisable.error();
    const std::size_t asked = membership_looks_.begun;
    Result<void> looked = co_await look_for_membership(key, asked, deadline);
    if (!looked) co_return looked.error();
    known = find(key);
    if (known == nullptr) co_return std::optional<MembershipEid>();
    co_return known->membership;
}

// Memberships that do not name XIDs are recognised by the user's EID. Suspended people may have none to be seen.
boost::asio::awaitable<Result<void>> Directory::learn_eid_if_needed(EmployeeKey key, Deadline deadline) {
    const auto* known = find(key);
    if (memberships_name_xids_ || (known != nullptr && known->eid)) co_return Result<void>();
    Result<UserEid> user = co_await user_eid(key, deadline);
    if (!user && user.error().code != "not_visible_yet") co_return user.error();
    co_return Result<void>();
}

boost::asio::awaitable<Result<void>> Directory::look_for_membership(EmployeeKey key, std::size_t asked,
                                                                    Deadline deadline) {
    Turns::Turn turn = co_await membership_turns_.take();
    const auto* known = find(key);
    if ((known != nullptr && known->membership) || membership_looks_.finished > asked) co_return Result<void>();

    // Somebody new is an invitee.
    const std::optional<RoleId> role = invitee;
    Result<std::vector<RestMembership>> invitees = co_await rest_.network_memberships(role, deadline);
    if (!invitees) co_return invitees.error();
    learn(*invitees);
    known = find(key);
    if (known != nullptr && known->membership) co_return Result<void>();

    const std::size_t look = ++membership_looks_.begun;
    const std::optional<RoleId> any_role;
    Result<std::vector<RestMembership>> rows = co_await rest_.network_memberships(any_role, deadline);
    if (!rows) co_return rows.error();
    learn(*rows);
    membership_looks_.finished = look;
    co_return Result<void>();
}

boost::asio::awaitable<Result<ScimUser>> Directory::scim_user(EmployeeKey key, Deadline deadline) {
    const auto* known = find(key);
    if (known != nullptr && known->scim) co_return *known->scim;
    std::string name = scim_name(key);
    Result<std::optional<ScimUser>> found = co_await scim_.user(std::move(name), deadline);
    if (!found) co_return found.error();
    if (!*found) co_return unknown_to_scim();
    learn(key, **found);
    co_return **found;
}

void Directory::learn(const EmployeeKey& key, ScimUser user) { known_[key].scim = std::move(user); }

void Directory::learn(const std::vector<RestUser>& users, std::size_t first) {
    for (auto n = first; n < users.size(); ++n) {
        const auto& user = users[n];
        if (user.xid && !user.deleted) known_[*user.xid].eid = user.eid;
    }
}

void Directory::learn(const std::vector<RestMembership>& rows) {
    std::map<std::string, Known*> by_eid;
    for (auto& [key, known] : known_) {
        if (known.eid) by_eid.emplace(lower_case(known.eid->value()), &known);
    }
    for (const auto& row : rows) {
        const auto at = by_eid.find(lower_case(row.user.value()));
        if (at != by_eid.end()) at->second->membership = row.eid;
        if (at == by_eid.end() && row.user_xid) known_[*row.user_xid].membership = row.eid;
    }
}

void Directory::learn(const EmployeeKey& key, UserEid linked) {
    auto& known = known_[key];
    owners_.insert_or_assign(lower_case(linked.value()), key);
    known.eid = std::move(linked);
    known.linked = true;
}

void Directory::learn(const EmployeeKey& key, RoleId role) { known_[key].role = std::move(role); }

void Directory::rename(const EmployeeKey& before, const EmployeeKey& after) {
    auto node = known_.extract(before);
    if (!node) return;
    node.key() = after;
    if (node.mapped().eid) owners_.insert_or_assign(lower_case(node.mapped().eid->value()), after);
    known_.erase(after);
    known_.insert(std::move(node));
}

std::optional<UserEid> Directory::known_eid(const EmployeeKey& key) const {
    const auto* known = find(key);
    return known == nullptr ? std::nullopt : known->eid;
}

std::optional<MembershipEid> Directory::known_membership(const EmployeeKey& key) const {
    const auto* known = find(key);
    return known == nullptr ? std::nullopt : known->membership;
}

std::optional<RoleId> Directory::known_role(const EmployeeKey& key) const {
    const auto* known = find(key);
    return known == nullptr ? std::nullopt : known->role;
}

std::optional<ScimId> Directory::known_scim_id(const EmployeeKey& key) const {
    const auto* known = find(key);
    if (known == nullptr || !known->linked || !known->scim) return std::nullopt;
    return known->scim->id;
}

PersonName Directory::known_name(const EmployeeKey& key) const {
    const auto* known = find(key);
    return known != nullptr && known->scim ? known->scim->profile.name.value_or(PersonName{}) : PersonName{};
}

std::optional<EmployeeKey> Directory::owner_of(const UserEid& eid) const {
    const auto at = owners_.find(lower_case(eid.value()));
    return at == owners_.end() ? std::nullopt : std::optional(at->second);
}

bool Directory::is_linked(const EmployeeKey& key) const {
    const auto* known = find(key);
    return known != nullptr && known->linked;
}

std::string Directory::scim_name(const EmployeeKey& key) const {
    const auto* known = find(key);
    const bool has_other_name = known != nullptr && known->linked && known->scim;
    return has_other_name ? known->scim->user_name : key.value();
}

bool Directory::recognises(const EmployeeKey& key, const std::vector<RestMembership>& rows) const {
    const auto* known = find(key);
    return rows.empty() || names_xids(rows) || (known != nullptr && known->eid);
}

std::function<bool(const RestMembership&)> Directory::rows_of(const EmployeeKey& key) const {
    const auto* known = find(key);
    auto eid = known != nullptr && known->eid ? lower_case(known->eid->value()) : std::string();
    return [key, eid = std::move(eid)](const RestMembership& row) {
        return row.user_xid == key || (!eid.empty() && lower_case(row.user.value()) == eid);
    };
}

const RestMembership* Directory::row_of(const EmployeeKey& key, const std::vector<RestMembership>& rows) const {
    const auto at = std::find_if(rows.begin(), rows.end(), rows_of(key));
    return at == rows.end() ? nullptr : &*at;
}

const Directory::Known* Directory::find(const EmployeeKey& key) const {
    const auto at = known_.find(key);
    return at == known_.end() ? nullptr : &at->second;
}

}  // namespace usersync::speakap

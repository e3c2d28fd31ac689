#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include "connectors/speakap/sandbox/sandbox_changes.hpp"
#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace usersync::sandbox {
namespace {

constexpr std::array<std::pair<GroupType, std::string_view>, 7> group_types{{
    {GroupType::business_unit, "business_unit"},
    {GroupType::department, "department"},
    {GroupType::local_department, "local_department"},
    {GroupType::public_, "public"},
    {GroupType::restricted, "restricted"},
    {GroupType::private_, "private"},
    {GroupType::secret, "secret"},
}};

constexpr std::array<std::pair<UserStatus, std::string_view>, 4> user_statuses{{
    {UserStatus::inactive, "inactive"},
    {UserStatus::active, "active"},
    {UserStatus::canceled, "canceled"},
    {UserStatus::deleted, "deleted"},
}};

constexpr std::array<std::pair<EventKind, std::string_view>, 17> event_kinds{{
    {EventKind::user_created, "user_created"},
    {EventKind::invited, "invited"},
    {EventKind::invited_again, "invited_again"},
    {EventKind::activated, "activated"},
    {EventKind::suspended, "suspended"},
    {EventKind::reactivated, "reactivated"},
    {EventKind::user_removed, "user_removed"},
    {EventKind::key_changed, "key_changed"},
    {EventKind::role_changed, "role_changed"},
    {EventKind::member_added, "member_added"},
    {EventKind::member_removed, "member_removed"},
    {EventKind::group_made, "group_made"},
    {EventKind::group_converted, "group_converted"},
    {EventKind::group_renamed, "group_renamed"},
    {EventKind::role_made, "role_made"},
    {EventKind::role_updated, "role_updated"},
    {EventKind::role_removed, "role_removed"},
}};

constexpr std::array<std::pair<ConflictShape, std::string_view>, 4> conflict_shapes{{
    {ConflictShape::scim, "scim"},
    {ConflictShape::rest, "rest"},
    {ConflictShape::text, "text"},
    {ConflictShape::empty, "empty"},
}};

constexpr std::array<std::pair<KeyChange, std::string_view>, 3> key_changes{{
    {KeyChange::allowed, "allowed"},
    {KeyChange::on_reactivation, "on_reactivation"},
    {KeyChange::refused, "refused"},
}};

/// The word of a value, or the first word of the table.
template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
    for (const auto& [known, word] : table) {
        if (known == value) return word;
    }
    return table.front().second;
}

template <class Table>
auto value_of(const Table& table, std::string_view text) -> std::optional<decltype(table.front().first)> {
    for (const auto& [value, word] : table) {
        if (word == text) return value;
    }
    return std::nullopt;
}

// SplitMix64: the n-th number of a seed without keeping anything but n.
std::uint64_t next_number(SandboxState& state) {
    std::uint64_t z = state.seed + ++state.issued * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

template <class Row>
Row* touched(SandboxState& state, Row* row) {
    if (row != nullptr) touch(state, *row);
    return row;
}

/// The first of these rows that is meant, or nullptr.
template <class Rows, class Predicate>
auto first_of(Rows& rows, const std::vector<std::size_t>& places, Predicate is_meant) -> decltype(rows.data()) {
    for (const auto place : places) {
        if (is_meant(rows[place])) return &rows[place];
    }
    return nullptr;
}

template <class Range, class Predicate>
auto* first_or_null(Range& range, Predicate predicate) {
    const auto found = std::find_if(range.begin(), range.end(), predicate);
    return found == range.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(GroupType type) {
    for (const auto& [value, text] : group_types) {
        if (value == type) return text;
    }
    return "public";
}

std::optional<GroupType> group_type_from(std::string_view text) {
    for (const auto& [value, word] : group_types) {
        if (word == text) return value;
    }
    return std::nullopt;
}

std::string_view to_string(UserStatus status) {
    for (const auto& [value, text] : user_statuses) {
        if (value == status) return text;
    }
    return "deleted";
}

std::optional<UserStatus> user_status_from(std::string_view text) {
    for (const auto& [value, word] : user_statuses) {
        if (word == text) return value;
    }
    return std::nullopt;
}

std::string_view to_string(EventKind kind) { return word_of(event_kinds, kind); }
std::optional<EventKind> event_kind_from(std::string_view text) { return value_of(event_kinds, text); }

std::string_view to_string(ConflictShape shape) { return word_of(conflict_shapes, shape); }
std::optional<ConflictShape> conflict_shape_from(std::string_view text) { return value_of(conflict_shapes, text); }

std::string_view to_string(KeyChange change) { return word_of(key_changes, change); }
std::optional<KeyChange> key_change_from(std::string_view text) { return value_of(key_changes, text); }

Time seen_from(const SandboxState& state, Time now) {
    return state.settling.delay > Duration(0) ? now + state.settling.delay : Time{};
}

bool has_account(const User& user) { return user.status == UserStatus::inactive || user.status == UserStatus::active; }

bool is_listed(const User& user) { return has_account(user) && !user.suspended_at; }

bool same_eid(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string full_name(const User& user) {
    std::string text = user.first_name;
    for (const auto* part : {&user.infix, &user.family_name}) {
        if (part->empty()) continue;
        if (!text.empty()) text += ' ';
        text += *part;
    }
    return text;
}

std::string_view primary_email(const User& user) {
    return user.emails.empty() ? std::string_view() : std::string_view(user.emails.front());
}

const Group* find_group(const SandboxState& state, std::string_view eid) {
    return first_of(state.groups, groups_that_may_have_eid(state, eid),
                    [&](const Group& group) { return same_eid(group.eid, eid); });
}
Group* find_group(SandboxState& state, std::string_view eid) {
    return touched(state, first_of(state.groups, groups_that_may_have_eid(state, eid),
                                   [&](const Group& group) { return same_eid(group.eid, eid); }));
}

const User* find_user(const SandboxState& state, std::string_view eid) {
    return first_of(state.users, users_who_may_have_eid(state, eid),
                    [&](const User& user) { return same_eid(user.eid, eid); });
}
User* find_user(SandboxState& state, std::string_view eid) {
    return touched(state, first_of(state.users, users_who_may_have_eid(state, eid),
                                   [&](const User& user) { return same_eid(user.eid, eid); }));
}

const User* find_scim_user(const SandboxState& state, std::string_view scim_id) {
    return first_of(state.users, users_who_may_have_scim_id(state, scim_id),
                    [&](const User& user) { return has_account(user) && user.scim_id == scim_id; });
}
User* find_scim_user(SandboxState& state, std::string_view scim_id) {
    return touched(state, first_of(state.users, users_who_may_have_scim_id(state, scim_id),
                                   [&](const User& user) { return has_account(user) && user.scim_id == scim_id; }));
}

const Membership* find_membership(const User& user, std::string_view group) {
    return first_or_null(user.groups, [&](const Membership& membership) { return same_eid(membership.group, group); });
}

Membership* find_membership(User& user, std::string_view group) {
    return first_or_null(user.groups, [&](const Membership& membership) { return same_eid(membership.group, group); });
}

std::string_view own_app(const SandboxState& state) {
    return std::string_view(state.token).substr(0, state.token.find('_'));
}

bool is_assignable_role(const SandboxState& state, std::string_view role) {
    // assumption: "invitee" and "external" are what somebody is, not what they are given.
    if (role == "member" || role == "admin" || role == "enterprise_admin") return true;
    return std::any_of(state.roles.begin(), state.roles.end(),
                       [&](const CustomRole& custom) { return same_eid(custom.eid, role); });
}

std::string next_eid(SandboxState& state) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::uint64_t number = next_number(state);
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4) *digit = digits[number & 15u];
    return text;
}

std::string next_letters(SandboxState& state, std::size_t length) {
    constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string text;
    text.reserve(length);
    while (text.size() < length) text += letters[next_number(state) % letters.size()];
    return text;
}

void record_call(SandboxState& state, CallRecord call) {
    call.number = ++state.calls_seen;
    // Drops a tenth at once, so that a full log does not move a thousand strings per call.
    if (state.calls.size() >= call_log_max) {
        state.calls.erase(state.calls.begin(), state.calls.begin() + call_log_max / 10);
    }
    state.calls.push_back(std::move(call));
}

void record_event(SandboxState& state, Event event) {
    event.number = ++state.events_seen;
    if (state.events.size() >= event_log_max) {
        state.events.erase(state.events.begin(), state.events.begin() + event_log_max / 10);
    }
    state.events.push_back(std::move(event));
}

}  // namespace usersync::sandbox

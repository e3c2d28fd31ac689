#include "connectors/speakap/sandbox/sandbox_changes.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace usersync::sandbox {
namespace {

template <class Row>
void keep(std::map<std::size_t, Row>& kept, const std::vector<Row>& rows, std::size_t before, const Row& row) {
    const std::less<const Row*> less;
    if (rows.empty() || less(&row, rows.data()) || !less(&row, rows.data() + rows.size())) return;
    const auto place = static_cast<std::size_t>(&row - rows.data());
    if (place < before) kept.try_emplace(place, row);
}

template <class Row>
void put_back(std::vector<Row>& rows, std::map<std::size_t, Row>& kept, std::size_t before) {
    rows.resize(before);
    for (auto& [place, row] : kept) rows[place] = std::move(row);
}

template <class Row>
bool differs(const std::vector<Row>& rows, const std::map<std::size_t, Row>& kept, std::size_t before) {
    return rows.size() != before ||
           std::any_of(kept.begin(), kept.end(), [&](const auto& one) { return !(rows[one.first] == one.second); });
}

}  // namespace

void begin_changes(SandboxState& state) {
    learn_places(state);
    auto& touched = state.touched;
    touched.watching = true;
    touched.users_before = state.users.size();
    touched.groups_before = state.groups.size();
    touched.invitations_before = state.invitations.size();
    touched.issued = state.issued;
    touched.events_seen = state.events_seen;
    if (state.settling.delay <= Duration(0)) return;
    touched.earlier_users = state.earlier_users;
    touched.earlier_groups = state.earlier_groups;
}

void end_changes(SandboxState& state) {
    learn_touched(state);
    state.touched = {};
}

void take_back(SandboxState& state) {
    auto touched = std::exchange(state.touched, {});
    put_back(state.users, touched.users, touched.users_before);
    put_back(state.groups, touched.groups, touched.groups_before);
    put_back(state.invitations, touched.invitations, touched.invitations_before);
    if (touched.roles) state.roles = std::move(*touched.roles);
    if (touched.removals) state.removals = std::move(*touched.removals);
    state.issued = touched.issued;
    std::erase_if(state.events, [&](const Event& event) { return event.number > touched.events_seen; });
    state.events_seen = touched.events_seen;
    if (state.settling.delay <= Duration(0)) return;
    state.earlier_users = std::move(touched.earlier_users);
    state.earlier_groups = std::move(touched.earlier_groups);
}

bool has_changed(const SandboxState& state) {
    const auto& touched = state.touched;
    return state.events_seen != touched.events_seen || state.issued != touched.issued ||
           differs(state.users, touched.users, touched.users_before) ||
           differs(state.groups, touched.groups, touched.groups_before) ||
           differs(state.invitations, touched.invitations, touched.invitations_before) ||
           (touched.roles && *touched.roles != state.roles) ||
           (touched.removals && *touched.removals != state.removals);
}

void touch(SandboxState& state, const User& user) {
    auto& touched = state.touched;
    if (touched.watching) keep(touched.users, state.users, touched.users_before, user);
}

void touch(SandboxState& state, const Group& group) {
    auto& touched = state.touched;
    if (touched.watching) keep(touched.groups, state.groups, touched.groups_before, group);
}

void touch(SandboxState& state, const Invitation& invitation) {
    auto& touched = state.touched;
    if (touched.watching) keep(touched.invitations, state.invitations, touched.invitations_before, invitation);
}

void touch_roles(SandboxState& state) {
    auto& touched = state.touched;
    if (touched.watching && !touched.roles) touched.roles = state.roles;
}

void touch_removals(SandboxState& state) {
    auto& touched = state.touched;
    if (touched.watching && !touched.removals) touched.removals = state.removals;
}

}  // namespace usersync::sandbox

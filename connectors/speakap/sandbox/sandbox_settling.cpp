#include "connectors/speakap/sandbox/sandbox_settling.hpp"

#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

namespace usersync::sandbox {
namespace {

template <class Row>
void forget_settled(EarlierRows<Row>& rows, Time now) {
    for (auto at = rows.begin(); at != rows.end();) {
        std::erase_if(at->second, [&](const Earlier<Row>& earlier) { return earlier.until <= now; });
        at = at->second.empty() ? rows.erase(at) : std::next(at);
    }
}

/// Rows are never taken out and never change places: the n-th one before is the n-th one after.
template <class Row>
void keep_changed(EarlierRows<Row>& rows, std::vector<Row> before, const std::vector<Row>& after, Time until) {
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
        if (before[i] == after[i]) continue;
        const std::string eid = before[i].eid;
        rows[eid].push_back({.until = until, .row = std::move(before[i])});
    }
}

template <class Row>
const Row& earlier_or(const EarlierRows<Row>& rows, const Row& row, Time now) {
    if (rows.empty()) return row;
    const auto found = rows.find(row.eid);
    if (found == rows.end()) return row;
    for (const auto& earlier : found->second) {
        if (earlier.until > now) return earlier.row;
    }
    return row;
}

}  // namespace

std::optional<RowsBefore> rows_before(const SandboxState& state) {
    if (state.settling.delay <= Duration(0)) return std::nullopt;
    return RowsBefore{.users = state.users, .groups = state.groups};
}

void keep_earlier(SandboxState& state, RowsBefore before, Time now) {
    forget_settled(state.earlier_users, now);
    forget_settled(state.earlier_groups, now);
    const Time until = now + state.settling.delay;
    keep_changed(state.earlier_users, std::move(before.users), state.users, until);
    keep_changed(state.earlier_groups, std::move(before.groups), state.groups, until);
}

const User& as_listed(const SandboxState& state, const User& user, Time now) {
    return earlier_or(state.earlier_users, user, now);
}

const Group& as_listed(const SandboxState& state, const Group& group, Time now) {
    return earlier_or(state.earlier_groups, group, now);
}

const User& as_read(const SandboxState& state, const User& user, Time now) {
    return state.settling.single_reads ? as_listed(state, user, now) : user;
}

const Group& as_read(const SandboxState& state, const Group& group, Time now) {
    return state.settling.single_reads ? as_listed(state, group, now) : group;
}

}  // namespace usersync::sandbox

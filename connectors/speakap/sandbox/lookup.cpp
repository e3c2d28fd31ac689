#include "connectors/speakap/sandbox/lookup.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>

namespace usersync::sandbox {
namespace {

template <class Table>
auto find(const Table& table, std::string_view eid) -> const typename Table::mapped_type* {
    const auto found = table.find(lower_case(eid));
    return found == table.end() ? nullptr : &found->second;
}

}  // namespace

void Lookup::forget_what_has_passed(const SandboxState& state) {
    if (events_ == state.events_seen) return;
    forget();
    events_ = state.events_seen;
}

const Group* Lookup::group(const SandboxState& state, std::string_view eid) {
    forget_what_has_passed(state);
    if (!groups_) {
        groups_.emplace();
        for (std::size_t n = 0; n < state.groups.size(); ++n) groups_->emplace(lower_case(state.groups[n].eid), n);
    }
    const auto* place = find(*groups_, eid);
    return place == nullptr ? nullptr : &state.groups[*place];
}

std::optional<Lookup::Place> Lookup::membership(const SandboxState& state, std::string_view eid) {
    forget_what_has_passed(state);
    if (!memberships_) {
        memberships_.emplace();
        for (std::size_t n = 0; n < state.users.size(); ++n) {
            const auto& user = state.users[n];
            if (!has_account(user)) continue;
            memberships_->emplace(lower_case(user.network.eid), Place{.user = n});
            for (std::size_t m = 0; m < user.groups.size(); ++m) {
                memberships_->emplace(lower_case(user.groups[m].eid), Place{.user = n, .group = m});
            }
        }
    }
    const auto* place = find(*memberships_, eid);
    return place == nullptr ? std::nullopt : std::optional(*place);
}

const std::vector<Lookup::Place>& Lookup::memberships_of(const SandboxState& state, std::string_view group) {
    static const std::vector<Place> none;
    forget_what_has_passed(state);
    if (!members_) {
        members_.emplace();
        for (std::size_t n = 0; n < state.users.size(); ++n) {
            const auto& groups = state.users[n].groups;
            for (std::size_t m = 0; m < groups.size(); ++m) {
                (*members_)[lower_case(groups[m].group)].push_back({.user = n, .group = m});
            }
        }
    }
    const auto* places = find(*members_, group);
    return places == nullptr ? none : *places;
}

const Membership& membership_at(const SandboxState& state, const Lookup::Place& place) {
    const auto& user = state.users[place.user];
    return place.group == Lookup::Place::of_network ? user.network : user.groups[place.group];
}

}  // namespace usersync::sandbox

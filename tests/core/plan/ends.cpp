#include "tests/core/plan/reference_model.hpp"

#include <algorithm>

namespace usersync::test {
namespace {

/// True when `some` has a group that `others` does not have.
bool has_more(const std::vector<GroupEid>& some, const std::vector<GroupEid>& others) {
    return !std::includes(others.begin(), others.end(), some.begin(), some.end());
}

std::optional<RoleId> role_in(const End& end, const GroupEid& group) {
    const auto at = end.in_groups.find(group);
    return at == end.in_groups.end() ? std::nullopt : std::optional(at->second);
}

std::size_t calls_between(const End* was, const End& is) {
    static const End nothing{
        .key = {}, .state = UserState::suspended, .profile = {}, .role = RoleId("member"), .groups = {}};
    const auto& from = was == nullptr ? nothing : *was;
    const bool is_made = from.state == UserState::suspended && is.state != UserState::suspended;
    std::size_t calls = 0;
    for (const auto& group : is.groups) calls += role_in(from, group) != role_in(is, group) ? 1 : 0;
    for (const bool is_needed :
         {is_made, is.asked, !is_made && from.profile != is.profile, has_more(is.groups, from.groups),
          has_more(from.groups, is.groups), from.role != is.role, !is_made && from.state != is.state, is.gone}) {
        calls += is_needed ? 1 : 0;
    }
    return calls;
}

}  // namespace

Ends ends_of(const ActualNetwork& network) {
    Ends ends;
    for (const auto& user : network.users) {
        auto& end = ends[user.eid->value()];
        end = {user.xid, user.state, user.profile, user.role, user.groups};
        for (const auto& one : user.group_roles) end.in_groups.emplace(one.group, one.role);
    }
    return ends;
}

Ends shown(Ends ends) {
    std::erase_if(ends, [](const auto& one) { return one.second.gone; });
    for (auto& [eid, end] : ends) end.asked = false;
    return ends;
}

std::size_t fewest_calls_between(const Ends& before, const Ends& after) {
    std::size_t calls = 0;
    for (const auto& [eid, end] : after) {
        const auto at = before.find(eid);
        calls += calls_between(at == before.end() ? nullptr : &at->second, end);
    }
    return calls;
}

std::string describe(const End& end) {
    std::string text = (end.key ? end.key->value() : "-") + ' ' + std::string(to_string(end.state)) + ' ' +
                       end.profile.email.value_or("-") + ' ' + end.profile.job_title.value_or("-") + ' ' +
                       end.role.value();
    for (const auto& group : end.groups) {
        const auto role = role_in(end, group);
        text += ' ' + group.value() + (role ? '/' + role->value() : "");
    }
    return end.gone ? text + " gone" : text;
}

}  // namespace usersync::test

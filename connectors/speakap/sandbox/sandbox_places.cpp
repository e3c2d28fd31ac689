#include "connectors/speakap/sandbox/sandbox_places.hpp"

#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/ascii.hpp"

#include <algorithm>
#include <numeric>

namespace usersync::sandbox {
namespace {

std::string name_claim(std::string_view user_name) { return "n" + std::string(user_name); }
std::string id_claim(std::string_view external_id) { return "i" + std::string(external_id); }
std::string email_claim(std::string_view email) { return "e" + lower_case(email); }

void learn_claim(Places& places, std::string claim, std::size_t place) {
    const auto [begin, end] = places.user_of_claim.equal_range(claim);
    if (std::any_of(begin, end, [&](const auto& known) { return known.second == place; })) return;
    places.user_of_claim.emplace(std::move(claim), place);
}

void learn_user(SandboxState& state, std::size_t place) {
    const auto& user = state.users[place];
    auto& places = state.places;
    places.user_of_eid.try_emplace(lower_case(user.eid), place);
    places.user_of_scim_id.try_emplace(user.scim_id, place);
    if (user.suspended_at) {
        places.suspended.insert(place);
    } else {
        places.suspended.erase(place);
    }
    if (!has_account(user)) return;
    if (!user.user_name.empty()) learn_claim(places, name_claim(user.user_name), place);
    if (!user.external_id.empty()) learn_claim(places, id_claim(user.external_id), place);
    if (!user.emails.empty()) learn_claim(places, email_claim(user.emails.front()), place);
}

std::vector<std::size_t> all(std::size_t count) {
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

/// Those without an entry, or with one that may be old: new in this call, or touched in it.
void add_touched_users(const SandboxState& state, std::vector<std::size_t>& places) {
    for (const auto& [place, before] : state.touched.users) places.push_back(place);
    for (auto place = state.places.users; place < state.users.size(); ++place) places.push_back(place);
}

std::vector<std::size_t> in_order(std::vector<std::size_t> places, std::size_t count) {
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::erase_if(places, [&](std::size_t place) { return place >= count; });
    return places;
}

std::vector<std::size_t> user_at(const SandboxState& state, const std::unordered_map<std::string, std::size_t>& table,
                                 const std::string& name) {
    std::vector<std::size_t> places;
    if (const auto known = table.find(name); known != table.end()) places.push_back(known->second);
    add_touched_users(state, places);
    return in_order(std::move(places), state.users.size());
}

}  // namespace

void learn_places(SandboxState& state) {
    auto& places = state.places;
    for (; places.users < state.users.size(); ++places.users) learn_user(state, places.users);
    for (; places.groups < state.groups.size(); ++places.groups) {
        places.group_of_eid.try_emplace(lower_case(state.groups[places.groups].eid), places.groups);
    }
}

void learn_touched(SandboxState& state) {
    for (const auto& [place, before] : state.touched.users) learn_user(state, place);
    learn_places(state);
}

std::vector<std::size_t> users_who_may_have_eid(const SandboxState& state, std::string_view eid) {
    if (!state.touched.watching) return all(state.users.size());
    return user_at(state, state.places.user_of_eid, lower_case(eid));
}

std::vector<std::size_t> users_who_may_have_scim_id(const SandboxState& state, std::string_view scim_id) {
    if (!state.touched.watching) return all(state.users.size());
    return user_at(state, state.places.user_of_scim_id, std::string(scim_id));
}

std::vector<std::size_t> users_who_may_claim(const SandboxState& state, std::string_view user_name,
                                             std::string_view external_id, std::string_view email) {
    if (!state.touched.watching) return all(state.users.size());
    std::vector<std::size_t> places;
    const auto add = [&](const std::string& claim) {
        const auto [begin, end] = state.places.user_of_claim.equal_range(claim);
        for (auto known = begin; known != end; ++known) places.push_back(known->second);
    };
    if (!user_name.empty()) add(name_claim(user_name));
    if (!external_id.empty()) add(id_claim(external_id));
    if (!email.empty()) add(email_claim(email));
    add_touched_users(state, places);
    return in_order(std::move(places), state.users.size());
}

std::vector<std::size_t> users_who_may_be_suspended(const SandboxState& state) {
    if (!state.touched.watching) return all(state.users.size());
    std::vector<std::size_t> places(state.places.suspended.begin(), state.places.suspended.end());
    add_touched_users(state, places);
    return in_order(std::move(places), state.users.size());
}

std::vector<std::size_t> groups_that_may_have_eid(const SandboxState& state, std::string_view eid) {
    if (!state.touched.watching) return all(state.groups.size());
    std::vector<std::size_t> places;
    const auto known = state.places.group_of_eid.find(lower_case(eid));
    if (known != state.places.group_of_eid.end()) places.push_back(known->second);
    for (auto place = state.places.groups; place < state.groups.size(); ++place) places.push_back(place);
    return in_order(std::move(places), state.groups.size());
}

}  // namespace usersync::sandbox

#pragma once
// Where rows stand, so that a call about one person does not look at everybody. Kept between `begin_changes` and
// `end_changes`; in a state that nobody watches, every row is looked at.

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usersync::sandbox {

struct SandboxState;
struct User;

/// What an entry says held once: whoever uses one looks whether it still does. No entry is missing for a row that has
/// not been touched in this call.
struct Places {
    std::size_t users = 0;                                      ///< rows that have entries
    std::size_t groups = 0;                                     ///< likewise
    std::unordered_map<std::string, std::size_t> user_of_eid;   ///< EIDs in lower case
    std::unordered_map<std::string, std::size_t> group_of_eid;  ///< likewise
    std::unordered_map<std::string, std::size_t> user_of_scim_id;
    std::unordered_multimap<std::string, std::size_t> user_of_claim;
    std::set<std::size_t> suspended;
    bool operator==(const Places&) const { return true; }
};

/// Entries for rows that have none.
void learn_places(SandboxState& state);
/// Entries for what the rows of this call have become.
void learn_touched(SandboxState& state);

/// Places of all people that may fulfil what is asked: to be looked at, in their order.
std::vector<std::size_t> users_who_may_have_eid(const SandboxState& state, std::string_view eid);
std::vector<std::size_t> users_who_may_have_scim_id(const SandboxState& state, std::string_view scim_id);
/// A userName, an externalId or a primary address; an empty one is not asked for.
std::vector<std::size_t> users_who_may_claim(const SandboxState& state, std::string_view user_name,
                                             std::string_view external_id, std::string_view email);
std::vector<std::size_t> users_who_may_be_suspended(const SandboxState& state);
std::vector<std::size_t> groups_that_may_have_eid(const SandboxState& state, std::string_view eid);

}  // namespace usersync::sandbox

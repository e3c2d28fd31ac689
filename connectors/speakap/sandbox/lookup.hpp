#pragma once
// Where things stand in a state, so that a read of a large network does not look at everybody.

#include "connectors/speakap/sandbox/sandbox_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usersync::sandbox {

/// Made part by part when somebody asks, and kept while reads follow each other. Good as long as no account, group or
/// membership comes, goes or changes its EID: after a change that leaves no event, `forget`.
class Lookup {
public:
    /// A membership: `state.users[user].groups[group]`, or the person's membership of the network.
    struct Place {
        static constexpr std::size_t of_network = static_cast<std::size_t>(-1);
        std::size_t user = 0;
        std::size_t group = of_network;
    };

    void forget() { *this = {}; }

    /// nullptr when there is none.
    const Group* group(const SandboxState& state, std::string_view eid);
    /// Of people who have an account; nullopt when there is none.
    std::optional<Place> membership(const SandboxState& state, std::string_view eid);
    /// Everybody's memberships of this group, in the order of the people.
    const std::vector<Place>& memberships_of(const SandboxState& state, std::string_view group);

private:
    /// By EID in lower case.
    template <class Value>
    using Table = std::unordered_map<std::string, Value>;

    void forget_what_has_passed(const SandboxState& state);

    std::uint64_t events_ = 0;
    std::optional<Table<std::size_t>> groups_;
    std::optional<Table<Place>> memberships_;
    std::optional<Table<std::vector<Place>>> members_;
};

const Membership& membership_at(const SandboxState& state, const Lookup::Place& place);

}  // namespace usersync::sandbox

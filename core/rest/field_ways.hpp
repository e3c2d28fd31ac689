#pragma once
// Many paths followed at once: what a member, or an element of a list, leads to. Every value is looked at once.

#include "core/rest/field_path.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace usersync::rest {

class FieldWays {
public:
    using State = std::uint32_t;
    static constexpr State nowhere = UINT32_MAX;
    static constexpr State start = 0;

    /// Paths are known by their place in this list.
    explicit FieldWays(std::vector<FieldPath> paths);

    /// The paths that end here.
    const std::vector<std::uint32_t>& ends(State state) const { return states_[state].ends; }
    /// The paths that end here or farther on.
    const std::vector<std::uint32_t>& within(State state) const { return states_[state].within; }

    /// The name that usually comes next in an object, as it stands between its quotes; empty when there is none. What
    /// it leads to is given by `expected_to`, which moves on to the one behind it.
    std::string_view expected(State state) const {
        const auto& here = states_[state];
        return here.next < here.seen.size() ? std::string_view(here.seen[here.next].name) : std::string_view();
    }
    State expected_to(State state) {
        auto& here = states_[state];
        return here.seen[here.next++].to;
    }
    /// What any name leads to. `written`: as it stands between its quotes; `name`: without escapes.
    State member(State state, std::string_view written, std::string_view name);
    /// A new object: its first member is expected.
    void begin_object(State state) { states_[state].next = 0; }

    struct Predicate {
        std::vector<std::string> left;
        std::string right;
        bool is_not = false;
    };
    /// What decides about an element of a list here, besides its place: at most 32.
    const std::vector<Predicate>& predicates(State state) const { return states_[state].predicates; }
    /// `holds`: bit n is set where the n-th predicate holds.
    State element(State state, std::size_t index, std::uint32_t holds);

private:
    struct Place {
        std::uint32_t path;
        std::uint32_t step;
        auto operator<=>(const Place&) const = default;
    };
    using Places = std::vector<Place>;
    struct Seen {
        std::string name;
        State to;
    };
    struct Here {
        Places places;
        std::vector<std::uint32_t> ends;
        std::vector<std::uint32_t> within;
        std::vector<Predicate> predicates;
        std::vector<Place> predicate_places;
        bool has_index = false;
        std::deque<Seen> seen;
        std::unordered_map<std::string_view, std::uint32_t> by_name;
        std::size_t next = 0;
        std::map<std::pair<std::size_t, std::uint32_t>, State> elements;
        State plain_element = nowhere;
        bool has_plain_element = false;
    };

    State state_of(Places places);
    State compute_member(State state, std::string_view name);
    State compute_element(State state, std::size_t index, std::uint32_t holds);

    std::vector<FieldPath> paths_;
    std::deque<Here> states_;
    std::map<Places, State> known_;
};

}  // namespace usersync::rest

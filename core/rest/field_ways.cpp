#include "core/rest/field_ways.hpp"

#include <algorithm>
#include <utility>

namespace usersync::rest {
namespace {

// Objects whose names are ids would otherwise be learnt for ever.
constexpr std::size_t names_max = 2'048;
constexpr std::size_t elements_max = 2'048;

}  // namespace

FieldWays::FieldWays(std::vector<FieldPath> paths) : paths_(std::move(paths)) {
    Places places;
    for (std::uint32_t path = 0; path < paths_.size(); ++path) places.push_back({path, 0});
    state_of(std::move(places));
}

FieldWays::State FieldWays::state_of(Places places) {
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    if (places.empty() && !states_.empty()) return nowhere;
    if (const auto found = known_.find(places); found != known_.end()) return found->second;
    const auto state = static_cast<State>(states_.size());
    known_.emplace(places, state);
    auto& here = states_.emplace_back();
    here.places = std::move(places);
    for (const auto& place : here.places) {
        const auto& steps = paths_[place.path].steps;
        here.within.push_back(place.path);
        if (place.step == steps.size()) {
            here.ends.push_back(place.path);
            continue;
        }
        const auto& step = steps[place.step];
        if (step.kind == FieldPath::Kind::index) here.has_index = true;
        if (step.kind != FieldPath::Kind::where || here.predicates.size() == 32) continue;
        here.predicates.push_back({step.left, step.right, step.is_not});
        here.predicate_places.push_back(place);
    }
    here.within.erase(std::unique(here.within.begin(), here.within.end()), here.within.end());
    here.ends.erase(std::unique(here.ends.begin(), here.ends.end()), here.ends.end());
    return state;
}

FieldWays::State FieldWays::compute_member(State state, std::string_view name) {
    Places to;
    for (const auto& place : states_[state].places) {
        const auto& steps = paths_[place.path].steps;
        if (place.step == steps.size()) continue;
        const auto& step = steps[place.step];
        const bool leads =
            step.kind == FieldPath::Kind::all || (step.kind == FieldPath::Kind::member && step.name == name);
        if (leads) to.push_back({place.path, place.step + 1});
    }
    return state_of(std::move(to));
}

FieldWays::State FieldWays::member(State state, std::string_view written, std::string_view name) {
    auto& here = states_[state];
    if (const auto found = here.by_name.find(written); found != here.by_name.end()) {
        here.next = found->second + 1;
        return here.seen[found->second].to;
    }
    const auto to = compute_member(state, name);
    if (here.seen.size() < names_max) {
        const auto at = static_cast<std::uint32_t>(here.seen.size());
        here.seen.push_back({std::string(written), to});
        here.by_name.emplace(here.seen.back().name, at);
        here.next = at + 1;
    }
    return to;
}

// What ends at the list ends at each of its elements, and names go on within each of them.
FieldWays::State FieldWays::compute_element(State state, std::size_t index, std::uint32_t holds) {
    const auto& here = states_[state];
    Places to;
    for (const auto& place : here.places) {
        const auto& steps = paths_[place.path].steps;
        if (place.step == steps.size()) {
            to.push_back(place);
            continue;
        }
        const auto& step = steps[place.step];
        switch (step.kind) {
            case FieldPath::Kind::member: to.push_back(place); break;
            case FieldPath::Kind::all: to.push_back({place.path, place.step + 1}); break;
            case FieldPath::Kind::index:
                if (step.index == index) to.push_back({place.path, place.step + 1});
                break;
            case FieldPath::Kind::where: break;
        }
    }
    for (std::size_t at = 0; at < here.predicate_places.size(); ++at) {
        const auto& place = here.predicate_places[at];
        if ((holds >> at & 1) != 0) to.push_back({place.path, place.step + 1});
    }
    return state_of(std::move(to));
}

FieldWays::State FieldWays::element(State state, std::size_t index, std::uint32_t holds) {
    auto& here = states_[state];
    if (!here.has_index && holds == 0) {
        if (!std::exchange(here.has_plain_element, true)) {
            const auto to = compute_element(state, index, holds);
            states_[state].plain_element = to;
        }
        return states_[state].plain_element;
    }
    if (!here.has_index) index = 0;
    const auto found = here.elements.find({index, holds});
    if (found != here.elements.end()) return found->second;
    const auto to = compute_element(state, index, holds);
    if (here.elements.size() < elements_max) here.elements.emplace(std::pair(index, holds), to);
    return to;
}

}  // namespace usersync::rest

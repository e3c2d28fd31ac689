#include "core/model/rule_version.hpp"

namespace usersync {

std::string_view to_string(MappingState state) {
    switch (state) {
        case MappingState::concept_: return "concept";
        case MappingState::feedback: return "feedback";
        case MappingState::final_: return "final";
    }
    return "concept";
}

std::optional<MappingState> mapping_state_from(std::string_view text) {
    for (const auto state : {MappingState::concept_, MappingState::feedback, MappingState::final_}) {
        if (to_string(state) == text) return state;
    }
    return std::nullopt;
}

}  // namespace usersync

#include "core/model/operation.hpp"

#include <array>

namespace usersync {

std::string_view kind_of(const What& what) {
    // In the order of the variant's alternatives.
    static constexpr std::array<std::string_view, std::variant_size_v<What>> kinds = {
        "adopt",       "create_user",        "reactivate_user",  "update_profile", "add_to_groups",
        "change_role", "remove_from_groups", "suspend_user",     "end_membership", "make_group",
        "release",     "invite_again",       "change_group_role"};
    return kinds[what.index()];
}

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::make_group: return "make_group";
        case Stage::adopt: return "adopt";
        case Stage::create: return "create";
        case Stage::invite_again: return "invite_again";
        case Stage::profile: return "profile";
        case Stage::group_add: return "group_add";
        case Stage::group_remove: return "group_remove";
        case Stage::role: return "role";
        case Stage::leave_role: return "leave_role";
        case Stage::leave_groups: return "leave_groups";
        case Stage::suspend: return "suspend";
        case Stage::remove: return "remove";
    }
    return "adopt";
}

bool needs_call(const What& what) {
    return !std::holds_alternative<Adopt>(what) && !std::holds_alternative<Release>(what);
}

std::string_view to_string(Drift::Kind kind) {
    switch (kind) {
        case Drift::Kind::membership_ended: return "membership_ended";
        case Drift::Kind::role_changed: return "role_changed";
        case Drift::Kind::group_role_changed: return "group_role_changed";
        case Drift::Kind::account_gone: return "account_gone";
        case Drift::Kind::account_suspended: return "account_suspended";
        case Drift::Kind::account_reactivated: return "account_reactivated";
    }
    return "membership_ended";
}

std::string_view to_string(Drift::Answer answer) {
    switch (answer) {
        case Drift::Answer::repair: return "repair";
        case Drift::Answer::adopt: return "adopt";
        case Drift::Answer::ignore: return "ignore";
    }
    return "repair";
}

std::optional<Drift::Answer> drift_answer_from(std::string_view text) {
    for (const auto answer : {Drift::Answer::repair, Drift::Answer::adopt, Drift::Answer::ignore}) {
        if (to_string(answer) == text) return answer;
    }
    return std::nullopt;
}

std::string_view to_string(Note::Kind kind) {
    switch (kind) {
        case Note::Kind::conflict: return "conflict";
        case Note::Kind::frozen: return "frozen";
        case Note::Kind::protected_: return "protected";
        case Note::Kind::unknown_group: return "unknown_group";
        case Note::Kind::unmapped: return "unmapped";
        case Note::Kind::no_removal: return "no_removal";
        case Note::Kind::not_admitted: return "not_admitted";
        case Note::Kind::unclear: return "unclear";
        case Note::Kind::left_alone: return "left_alone";
        case Note::Kind::awaits_group: return "awaits_group";
        case Note::Kind::kept: return "kept";
        case Note::Kind::by_hand: return "by_hand";
        case Note::Kind::awaits_hand: return "awaits_hand";
        case Note::Kind::not_shown_yet: return "not_shown_yet";
        case Note::Kind::no_effect: return "no_effect";
        case Note::Kind::not_undone: return "not_undone";
        case Note::Kind::queued: return "queued";
        case Note::Kind::retry_later: return "retry_later";
        case Note::Kind::rekey: return "rekey";
        case Note::Kind::rename: return "rename";
    }
    return "conflict";
}

bool is_open(Note::Kind kind) {
    switch (kind) {
        case Note::Kind::conflict:
        case Note::Kind::frozen:
        case Note::Kind::unknown_group:
        case Note::Kind::unmapped:
        case Note::Kind::no_removal:
        case Note::Kind::not_admitted:
        case Note::Kind::unclear:
        case Note::Kind::awaits_hand:
        case Note::Kind::not_shown_yet:
        case Note::Kind::no_effect:
        case Note::Kind::retry_later:
        case Note::Kind::rekey:
        case Note::Kind::rename: return true;
        case Note::Kind::protected_:
        case Note::Kind::left_alone:
        case Note::Kind::awaits_group:
        case Note::Kind::kept:
        case Note::Kind::by_hand:
        case Note::Kind::not_undone:
        case Note::Kind::queued: return false;
    }
    return true;
}

}  // namespace usersync

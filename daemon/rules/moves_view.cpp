#include "daemon/rules/moves_view.hpp"

#include "daemon/rules/rule_json.hpp"

namespace usersync::rules_view {
namespace {

using rules::Moves;
using rules::PersonMoves;
using rules::RoleMove;

constexpr std::size_t people_shown_max = 50;

struct Counts {
    std::size_t joins = 0;
    std::size_t leaves = 0;
    std::size_t roles = 0;
};

Counts counts_of(const Moves& moves) {
    Counts counts;
    for (const auto& person : moves.people) {
        counts.joins += person.joins.size();
        counts.leaves += person.leaves.size();
        counts.roles += person.roles.size();
    }
    return counts;
}

std::string role_word(const std::optional<RoleId>& role) { return role ? role->value() : "no role by a rule"; }

std::string text_of(const RoleMove& move) {
    return "role " + role_word(move.before) + " -> " + role_word(move.after) +
           (move.group ? " in " + describe(*move.group) : "");
}

std::string line_of(const PersonMoves& person) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    if (person.standing_before != person.standing_after) {
        add(person.standing_before + " -> " + person.standing_after);
    }
    for (const auto& group : person.joins) add("+ " + describe(group));
    for (const auto& group : person.leaves) add("- " + describe(group));
    for (const auto& role : person.roles) add(text_of(role));
    for (const auto& other : person.others) add(other + " differs");
    return "  " + person.key.value() + "  " + text + '\n';
}

Json json_of(const PersonMoves& person) {
    Json json{{"employee", person.key.value()}, {"before", person.standing_before}, {"after", person.standing_after}};
    json["joins"] = rules_view::json_of(person.joins);
    json["leaves"] = rules_view::json_of(person.leaves);
    json["roles"] = Json::array();
    for (const auto& role : person.roles) {
        json["roles"].push_back({{"group", role.group ? rules_view::json_of(*role.group) : Json()},
                                 {"before", role.before ? Json(role.before->value()) : Json()},
                                 {"after", role.after ? Json(role.after->value()) : Json()}});
    }
    json["others"] = person.others;
    return json;
}

}  // namespace

std::string moves_text(const MovesBetween& versions, const Moves& moves) {
    std::string text = "mapping of " + versions.tenant.value() + ", from " + versions.before + " to " + versions.after +
                       ", over snapshot " + std::to_string(versions.snapshot.value()) + '\n';
    if (moves.people.empty()) return text + "nobody would move\n";
    const auto counts = counts_of(moves);
    text += counted(moves.people.size(), "person", "people") +
            " would move: " + counted(counts.joins, "membership", "memberships") + " begin, " +
            std::to_string(counts.leaves) + " end, " + counted(counts.roles, "role", "roles") + " change; " +
            std::to_string(moves.wanted_before) + " -> " + counted(moves.wanted_after, "person", "people") +
            " in the network\n";
    if (!moves.groups.empty()) text += "\nBy group\n";
    for (const auto& group : moves.groups) {
        text += "  " + describe(group.group) + ": " + std::to_string(group.members_before) + " -> " +
                std::to_string(group.members_after) + " (+" + std::to_string(group.joins.size()) + " -" +
                std::to_string(group.leaves.size()) + ")\n";
    }
    text += "\nBy person\n";
    std::size_t shown = 0;
    for (const auto& person : moves.people) {
        if (shown == people_shown_max) break;
        text += line_of(person);
        ++shown;
    }
    if (shown < moves.people.size()) {
        text += "  … and " + std::to_string(moves.people.size() - shown) + " more; --format json has them all\n";
    }
    return text;
}

std::string moves_json(const MovesBetween& versions, const Moves& moves) {
    const auto counts = counts_of(moves);
    Json json{{"tenant", versions.tenant.value()},
              {"snapshot", versions.snapshot.value()},
              {"before", versions.before},
              {"after", versions.after},
              {"counts",
               {{"people", moves.people.size()},
                {"wanted_before", moves.wanted_before},
                {"wanted_after", moves.wanted_after},
                {"groups", moves.groups.size()},
                {"joins", counts.joins},
                {"leaves", counts.leaves},
                {"roles", counts.roles}}}};
    json["groups"] = Json::array();
    for (const auto& group : moves.groups) {
        auto moved = rules_view::json_of(group.group);
        moved["members_before"] = group.members_before;
        moved["members_after"] = group.members_after;
        moved["joins"] = rules_view::json_of(group.joins);
        moved["leaves"] = rules_view::json_of(group.leaves);
        json["groups"].push_back(std::move(moved));
    }
    json["people"] = Json::array();
    for (const auto& person : moves.people) json["people"].push_back(json_of(person));
    return dumped(json);
}

}  // namespace usersync::rules_view

#pragma once
// Rules and people in few words.

#include "core/rules/desired_network.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace usersync::test {

using rules::Admit;
using rules::RuleSet;
using rules::Written;
using rules::WrittenException;
using rules::WrittenGroup;
using rules::WrittenGroupRule;
using rules::WrittenGroupTable;
using rules::WrittenRules;

inline Day day(const char* text) { return day_from(text).value(); }
inline const Day today = day("2026-06-15");

inline WrittenGroup unit(std::string name) { return {.kind = "business_unit", .by = {}, .text = std::move(name)}; }
inline WrittenGroup department(std::string name) { return {.kind = "department", .by = {}, .text = std::move(name)}; }
inline WrittenGroup topic(std::string name) { return {.kind = "topic", .by = {}, .text = std::move(name)}; }
inline WrittenGroup with_xid(std::string xid) { return {.kind = {}, .by = "xid", .text = std::move(xid)}; }

inline GroupRef named(GroupKind kind, std::string name) {
    return {.by = GroupRef::By::name, .kind = kind, .text = std::move(name)};
}

inline Written written(std::string text, std::size_t line = 7) {
    return {.text = std::move(text), .origin = {.file = "tenant.toml", .line = line, .column = 10}};
}

using Cells = std::vector<rules::WrittenCell>;

/// Rules as a tenant writes them, one line each, from line 1 on.
class Rules {
public:
    WrittenRules text;

    Rules& table(bool first_match = false) {
        const auto id = "group_mapping[" + std::to_string(text.groups.size()) + "]";
        text.groups.push_back({.id = id, .origin = next(), .first_match = first_match, .rules = {}});
        return *this;
    }
    /// A row of the last table.
    Rules& row(Cells cells, WrittenGroup group, std::string expression = {}) {
        if (text.groups.empty()) table();
        auto& rows = text.groups.back().rules;
        WrittenGroupRule rule;
        rule.id = text.groups.back().id + " row " + std::to_string(rows.size() + 1);
        rule.origin = next();
        rule.when.cells = std::move(cells);
        if (!expression.empty()) rule.when.expression = written(std::move(expression), rule.origin.line);
        rule.group = std::move(group);
        rows.push_back(std::move(rule));
        return *this;
    }
    Rules& role(std::string role, Cells cells, std::optional<WrittenGroup> target = std::nullopt) {
        const auto id = "role_mapping[" + std::to_string(text.roles.size()) + "]";
        text.roles.push_back({.id = id,
                              .origin = next(),
                              .when = {.cells = std::move(cells), .expression = std::nullopt},
                              .target = std::move(target),
                              .role = std::move(role)});
        return *this;
    }
    Rules& invite(std::string channel, std::string language, std::string expression = {}) {
        const auto id = "invite[" + std::to_string(text.invites.size()) + "]";
        auto when = expression.empty() ? std::nullopt : std::optional(written(std::move(expression)));
        text.invites.push_back({.id = id,
                                .origin = next(),
                                .when = std::move(when),
                                .channel = std::move(channel),
                                .language = std::move(language)});
        return *this;
    }
    /// About one person, or about all with `when`.
    Rules& exception(WrittenException exception) {
        exception.id = "exception[" + std::to_string(text.exceptions.size()) + "]";
        exception.origin = next();
        if (exception.reason.empty()) exception.reason = "agreed";
        if (exception.owner.empty()) exception.owner = "HR";
        text.exceptions.push_back(std::move(exception));
        return *this;
    }

    RuleSet set(const rules::FieldNames& names = rules::FieldNames(), Day on = today) const {
        auto checked = rules::check_rules(text, names, on);
        for (const auto& problem : checked.problems) UNSCOPED_INFO(problem.rule << ": " << problem.sentence);
        REQUIRE(checked.rules);
        return std::move(*checked.rules);
    }

private:
    Origin next() { return {.file = "tenant.toml", .line = ++line_, .column = 1}; }
    std::size_t line_ = 0;
};

inline WrittenException about(std::string person) {
    WrittenException exception;
    exception.person = std::move(person);
    return exception;
}
inline WrittenException about_all(std::string expression) {
    WrittenException exception;
    exception.when = written(std::move(expression));
    return exception;
}

/// Somebody with an address, so that they may be in the network.
inline Employee employee(const std::string& key, std::vector<std::string> locations = {},
                         std::vector<std::string> departments = {}, std::string job_title = {}) {
    Employee person;
    person.key = EmployeeKey(key);
    person.profile.email = key + "@shop.example";
    person.profile.job_title = std::move(job_title);
    person.locations = std::move(locations);
    person.departments = std::move(departments);
    return person;
}

inline Snapshot snapshot_of(std::vector<Employee> employees) {
    Snapshot snapshot;
    snapshot.employees = std::move(employees);
    return snapshot;
}

inline DesiredNetwork desired(const Rules& rules, std::vector<Employee> employees, Day on = today) {
    const auto set = rules.set();
    return rules::desired_network(snapshot_of(std::move(employees)), set, on);
}

/// The groups that somebody is wanted in, by their names, sorted.
inline std::vector<std::string> groups_of(const DesiredUser& user) {
    std::vector<std::string> names;
    for (const auto& membership : user.placement->groups) {
        const bool kept = membership.mode == DesiredMembership::Mode::keep;
        names.push_back((kept ? "keep " : "") + membership.group.text);
    }
    return names;
}

/// What became of one person: "Amsterdam + Bakery, admin", or why they are absent.
inline std::string outcome(const DesiredNetwork& network) {
    if (!network.not_wanted.empty()) return std::string(to_string(network.not_wanted.front().absence));
    std::string text;
    for (const auto& name : groups_of(network.users.at(0))) text += (text.empty() ? "" : " + ") + name;
    const auto& placement = *network.users.at(0).placement;
    if (placement.role) text += ", " + placement.role->role.value();
    for (const auto& role : placement.group_roles) text += ", " + role.role.role.value() + " of " + role.group.text;
    if (placement.not_invited) text += ", not invited";
    if (placement.never_removed) text += ", never removed";
    return text;
}

}  // namespace usersync::test

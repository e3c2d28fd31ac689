// Ours, for P5: the people of the newest stored snapshot are mapped by 200 rows of group mapping and 50 role rules.
//
//     bench_desired DB             everybody, as after a rule has changed
//     bench_desired DB FILE        those alone whose rows in FILE differ from the stored ones, as on any other day
//
// It tells how many people were looked at and how many memberships they have together; of a FILE also how many of them
// are new.
#include "core/rules/desired_network.hpp"
#include "tests/bench/records.hpp"
#include "tests/storage/opened_store.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace usersync;

constexpr int rows_by_location = 120;
constexpr int rows_by_department = 40;
constexpr int rows_by_title = 22;
constexpr int rows_by_several = 18;
constexpr int role_rules = 50;

constexpr std::array titles = {"Bedrijfsleider", "Afdelingshoofd", "Caissière",      "Monteur",
                               "Kapper",         "Opticien",       "Elektromonteur", "Inkoper"};

template <class T>
T value_of(Result<T> result) {
    if (!result) bench::give_up(describe(result.error()));
    return std::move(*result);
}

Fingerprint reading() { return fingerprint_of("the twelve columns"); }

/// "NL-0007"
std::string location(int number) {
    const auto digits = std::to_string(number);
    return "NL-" + std::string(4 - digits.size(), '0') + digits;
}

std::string department(int number) { return (number % 2 == 0 ? "KAS-" : "VERS-") + std::to_string(200 + number / 2); }

std::string title(int number) { return titles[static_cast<std::size_t>(number) % titles.size()]; }

rules::Written written(std::string text) { return {.text = std::move(text), .origin = {}}; }

rules::WrittenGroup group(std::string kind, std::string name) {
    return {.kind = std::move(kind), .by = "name", .text = std::move(name)};
}

/// The rows of one mapping sheet.
class Sheet {
public:
    explicit Sheet(std::string name) : name_(name) { table_.id = std::move(name); }

    void row(std::vector<rules::WrittenCell> cells, rules::WrittenGroup target, std::string expression = {}) {
        rules::WrittenGroupRule rule;
        rule.origin = {.file = name_, .line = table_.rules.size() + 2, .column = 1};
        rule.id = name_ + " row " + std::to_string(rule.origin.line);
        rule.when.cells = std::move(cells);
        if (!expression.empty()) rule.when.expression = written(std::move(expression));
        rule.group = std::move(target);
        table_.rules.push_back(std::move(rule));
    }
    rules::WrittenGroupTable take() { return std::move(table_); }

private:
    std::string name_;
    rules::WrittenGroupTable table_;
};

std::vector<rules::WrittenGroupTable> group_mapping() {
    Sheet stores("stores.csv");
    for (int n = 1; n <= rows_by_location; ++n) {
        stores.row({{"location", {location(n)}}}, group("business_unit", "Store " + std::to_string(n)));
    }
    Sheet teams("teams.csv");
    for (int n = 0; n < rows_by_department; ++n) {
        teams.row({{"department", {department(n)}}}, group("department", "Team " + department(n)));
    }
    Sheet jobs("jobs.csv");
    for (int n = 0; n < rows_by_title; ++n) {
        jobs.row({{"job_title", {title(n), title(n + 3)}}}, group("topic", "Job " + std::to_string(n)));
    }
    Sheet several("several.csv");
    for (int n = 0; n < rows_by_several; ++n) {
        const auto name = group("topic", "Together " + std::to_string(n));
        switch (n % 3) {
            case 0: several.row({{"location", {location(n + 1)}}, {"job_title", {title(n)}}}, name); break;
            case 1: several.row({}, name, "startsWith(location, \"BE-0\") and job_title == \"" + title(n) + '"'); break;
            default: several.row({}, name, "start_date > date(\"2024-06-01\") and job_title == \"" + title(n) + '"');
        }
    }
    std::vector<rules::WrittenGroupTable> tables;
    for (auto* sheet : {&stores, &teams, &jobs, &several}) tables.push_back(sheet->take());
    return tables;
}

std::vector<rules::WrittenRoleRule> role_mapping() {
    std::vector<rules::WrittenRoleRule> roles;
    for (int n = 0; n < role_rules; ++n) {
        rules::WrittenRoleRule rule;
        rule.origin = {.file = "roles.csv", .line = static_cast<std::size_t>(n) + 2, .column = 1};
        rule.id = "roles.csv row " + std::to_string(n + 2);
        rule.when.cells = {{"job_title", {title(n)}}};
        rule.role = n % 5 == 0 ? "admin" : "member";
        if (n < 40) {
            rule.when.cells.push_back({"location", {location(n + 1)}});
            rule.target = group("business_unit", "Store " + std::to_string(n + 1));
        }
        roles.push_back(std::move(rule));
    }
    return roles;
}

rules::RuleSet rule_set(Day today) {
    rules::WrittenRules text;
    text.groups = group_mapping();
    text.roles = role_mapping();
    text.role_order = {"admin", "member"};
    text.life_cycle.start_lead_days = 14;
    auto checked = rules::check_rules(text, rules::FieldNames(), today);
    for (const auto& problem : checked.problems) {
        if (problem.severity == rules::RuleProblem::Severity::error)
            bench::give_up(problem.rule + ": " + problem.sentence);
    }
    return std::move(checked.rules.value());
}

std::size_t people_in(const DesiredNetwork& network) { return network.users.size() + network.not_wanted.size(); }

std::size_t memberships_in(const DesiredNetwork& network) {
    std::size_t count = 0;
    for (const auto& user : network.users) count += user.placement->groups.size();
    return count;
}

void map_everybody(test::OpenedStore& store, const rules::RuleSet& set, Day today) {
    const auto snapshot = value_of(store.wait(store.snapshots().latest()));
    if (!snapshot) bench::give_up("nothing is stored yet");
    const auto network = rules::desired_network(*snapshot, set, today);
    std::printf("{\"employees\":%zu,\"memberships\":%zu}\n", people_in(network), memberships_in(network));
}

void map_changed(test::OpenedStore& store, const char* path, const rules::RuleSet& set, Day today) {
    const auto head = value_of(store.wait(store.snapshots().newest()));
    if (!head) bench::give_up("nothing is stored yet");
    auto known = value_of(store.wait(store.snapshots().known(reading())));
    const bench::MappedFile file(path);
    const auto read =
        bench::read_people(file.bytes(), known, {.columns = head->meta.columns, .ending = head->meta.ending});
    rules::Mapper mapper(set, today);
    for (std::size_t at = 0; at < read.changed.size(); ++at) mapper.add(read.changed.employee(at));
    const auto network = mapper.take();
    const auto joiners = bench::joiners(read, known);
    std::printf("{\"employees\":%zu,\"memberships\":%zu,\"added\":%zu,\"changed\":%zu}\n", people_in(network),
                memberships_in(network), joiners, read.changed.size() - joiners);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2 && count != 3) bench::give_up("usage: bench_desired DB [FILE]");
    const Day today = day_from("2026-06-15").value();
    const auto set = rule_set(today);
    test::OpenedStore store(arguments[1]);
    if (count == 2) {
        map_everybody(store, set, today);
    } else {
        map_changed(store, arguments[2], set, today);
    }
    return 0;
}

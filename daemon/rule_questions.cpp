#include "daemon/rule_questions.hpp"

#include "core/async/run_on.hpp"
#include "core/base/nearest.hpp"
#include "core/rules/compare.hpp"
#include "core/rules/desired_network.hpp"
#include "core/rules/kept_people.hpp"
#include "core/rules/review.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/rules/desired_view.hpp"
#include "daemon/rules/explain_view.hpp"
#include "daemon/rules/moves_view.hpp"
#include "daemon/rules/review_view.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

constexpr std::size_t history_rows_max = 50;
constexpr std::string_view current = "current";

using Settings = std::shared_ptr<const sync::TenantSettings>;

/// What every question is asked with.
struct Question {
    std::vector<std::string> arguments;
    bool json = false;
    bool offline = false;
    std::optional<std::string> group;
    Day today{};
    Settings in_force;
};

// ---- the newest snapshot ------------------------------------------------------------------------------------

CommandResult no_record() { return ended(ExitCode::usage, "no employee record was taken in yet"); }

// ---- versions of rules --------------------------------------------------------------------------------------

struct Version {
    std::string words;
    std::optional<rules::RuleSet> rules;  ///< absent: they have errors
    Fingerprint fingerprint;
    std::string problems;
};

Version version_of(std::string words, config::LoadedMapping loaded) {
    Version version;
    version.words = std::move(words);
    for (const auto& problem : loaded.problems) version.problems += config::describe_at_length(problem);
    if (!loaded.config) return version;
    version.rules = std::move(loaded.config->rules);
    version.fingerprint = loaded.config->fingerprint;
    return version;
}

Version version_in_force(const sync::TenantSettings& settings) {
    return {.words = "the rules in force (" + settings.rules_fingerprint.hex().substr(0, 12) + ")",
            .rules = settings.rules,
            .fingerprint = settings.rules_fingerprint,
            .problems = {}};
}

asio::awaitable<Version> version_of_folder(asio::any_io_executor lane, std::filesystem::path folder, Day today) {
    auto work = [folder = std::move(folder), today] {
        return version_of(folder.string(), config::load_rules(folder, today));
    };
    auto version = co_await run_on(std::move(lane), std::move(work));
    co_return version;
}

asio::awaitable<Result<Version>> stored_version(Tenant& tenant, std::string prefix, TenantId id, Day today) {
    auto found = co_await tenant.store->rule_versions().find(prefix);
    if (!found) co_return found.error();
    if (!*found) {
        co_return Failure{.kind = FailureKind::rejected,
                          .code = "no_such_version",
                          .where = "mapping",
                          .detail = "no version begins with \"" + prefix + "\"; name one, a folder, or \"current\""};
    }
    auto work = [kept = std::move(**found), id = std::move(id), today] {
        return version_of("version " + kept.fingerprint.hex().substr(0, 12), config::load_rules(kept.files, id, today));
    };
    auto version = co_await run_on(tenant.compute_lane, std::move(work));
    co_return version;
}

asio::awaitable<Result<Version>> find_version(Tenant& tenant, Question question, std::string named) {
    if (named == current) co_return version_in_force(*question.in_force);
    const bool is_folder = named.find('/') != std::string::npos;
    if (is_folder) {
        std::filesystem::path folder(named);
        auto version = co_await version_of_folder(tenant.compute_lane, std::move(folder), question.today);
        co_return version;
    }
    auto id = question.in_force->tenant;
    auto version = co_await stored_version(tenant, std::move(named), std::move(id), question.today);
    co_return version;
}

// ---- mapping check, desired ---------------------------------------------------------------------------------

CommandResult check_mapping(const Question& question, const Snapshot& snapshot, const Version& version) {
    const auto desired = rules::desired_network(snapshot, *version.rules, question.today);
    const auto review = rules::review(snapshot, *version.rules, desired, question.today);
    const rules_view::ReviewOf of{.tenant = question.in_force->tenant,
                                  .snapshot = snapshot.meta.id,
                                  .today = question.today,
                                  .rules = version.fingerprint};
    auto result = answered(question.json ? rules_view::review_json(of, review) : rules_view::review_text(of, review));
    if (!review.findings.empty()) result.exit_code = ExitCode::people_open;
    return result;
}

CommandResult show_desired(const Question& question, const Snapshot& snapshot, const Version& version) {
    const auto desired = rules::desired_network(snapshot, *version.rules, question.today);
    const rules_view::DesiredFrom from{.tenant = question.in_force->tenant,
                                       .today = question.today,
                                       .record = "snapshot " + std::to_string(snapshot.meta.id.value()),
                                       .rules = version.fingerprint};
    return answered(question.json ? rules_view::desired_json(from, desired) : rules_view::desired_text(from, desired));
}

using Look = CommandResult (*)(const Question&, const Snapshot&, const Version&);

/// Looks at the files as they are now over the newest snapshot.
asio::awaitable<CommandResult> look_at_files(Tenant& tenant, Question question, Look look) {
    auto snapshot = co_await newest_snapshot(tenant);
    if (!snapshot) co_return failed(snapshot.error());
    if (!*snapshot) co_return no_record();
    auto version = co_await version_of_folder(tenant.compute_lane, tenant.folder, question.today);
    if (!version.rules) co_return CommandResult{.exit_code = ExitCode::usage, .out = {}, .err = version.problems};
    auto work = [question = std::move(question), snapshot = std::move(**snapshot), version, look] {
        return look(question, snapshot, version);
    };
    auto result = co_await run_on(tenant.compute_lane, std::move(work));
    result.err += version.problems;
    co_return result;
}

// ---- mapping diff -------------------------------------------------------------------------------------------

CommandResult compare_versions(const Question& question, const Snapshot& snapshot, const Version& before,
                               const Version& after) {
    const auto moves = rules::compare(rules::desired_network(snapshot, *before.rules, question.today),
                                      rules::desired_network(snapshot, *after.rules, question.today));
    const rules_view::MovesBetween between{.tenant = question.in_force->tenant,
                                           .snapshot = snapshot.meta.id,
                                           .before = before.words,
                                           .after = after.words};
    return answered(question.json ? rules_view::moves_json(between, moves) : rules_view::moves_text(between, moves));
}

CommandResult not_found(const Failure& failure) {
    return failure.kind == FailureKind::rejected ? ended(ExitCode::usage, describe(failure)) : failed(failure);
}

asio::awaitable<CommandResult> diff_mappings(Tenant& tenant, Question question) {
    auto snapshot = co_await newest_snapshot(tenant);
    if (!snapshot) co_return failed(snapshot.error());
    if (!*snapshot) co_return no_record();
    auto before = co_await find_version(tenant, question, question.arguments[1]);
    if (!before) co_return not_found(before.error());
    auto after = co_await find_version(tenant, question, question.arguments[2]);
    if (!after) co_return not_found(after.error());
    const auto* broken = !before->rules ? &*before : !after->rules ? &*after : nullptr;
    if (broken != nullptr) {
        auto result = ended(ExitCode::usage, "the rules of " + broken->words + " have errors");
        result.err += broken->problems;
        co_return result;
    }
    auto work = [question = std::move(question), snapshot = std::move(**snapshot), before = std::move(*before),
                 after = std::move(*after)] { return compare_versions(question, snapshot, before, after); };
    auto result = co_await run_on(tenant.compute_lane, std::move(work));
    co_return result;
}

// ---- explain ------------------------------------------------------------------------------------------------

template <class Person>
const Person* find(const std::vector<Person>& people, const EmployeeKey& key) {
    const auto at = std::lower_bound(people.begin(), people.end(), key,
                                     [](const Person& one, const EmployeeKey& wanted) { return one.key < wanted; });
    return at != people.end() && at->key == key ? &*at : nullptr;
}

/// What rules and record say of the person.
void look_at_record(const Question& question, const Snapshot& snapshot, rules_view::ExplainedPerson& person) {
    const auto& rules = question.in_force->rules;
    person.snapshot = snapshot.meta;
    if (const auto place = snapshot.employees.find(person.employee)) {
        person.explanation = rules::explain(snapshot.employees.employee(*place), rules, question.today);
    }
    if (const auto* frozen = find(snapshot.frozen, person.employee)) person.frozen = *frozen;
    for (const auto& issue : snapshot.issues) {
        if (issue.key == person.employee) person.issues.push_back(issue);
    }
    const auto nobody = rules::desired_network(Snapshot{}, rules, question.today);
    if (const auto* kept = find(nobody.never_removed, person.employee)) person.never_removed = *kept;
}

/// Every way in which a rule may mean the group that was asked for.
std::vector<GroupRef> names_of(const std::string& asked, const std::vector<ActualGroup>& groups) {
    std::vector<GroupRef> names = {{GroupRef::By::name, std::nullopt, asked},
                                   {GroupRef::By::eid, std::nullopt, asked},
                                   {GroupRef::By::xid, std::nullopt, asked}};
    for (const auto& group : groups) {
        if (group.name != asked && group.eid.value() != asked && group.xid != asked) continue;
        names.push_back({GroupRef::By::name, group.kind, group.name});
        names.push_back({GroupRef::By::eid, group.kind, group.eid.value()});
        if (group.xid) names.push_back({GroupRef::By::xid, group.kind, *group.xid});
    }
    return names;
}

/// What rules call their groups, where it is not filled in from the record.
std::vector<std::string> group_texts_of(const rules::RuleSet& rules) {
    std::vector<std::string> texts;
    const auto add = [&](const rules::GroupTarget& target) {
        if (target.text.is_constant() && !target.text.text().empty()) texts.push_back(target.text.text());
    };
    for (const auto& table : rules.groups) {
        for (const auto& rule : table.rules) {
            add(rule.group);
            std::for_each(rule.parents.begin(), rule.parents.end(), add);
        }
    }
    for (const auto& role : rules.roles) {
        if (role.target) add(*role.target);
    }
    for (const auto& exception : rules.exceptions) {
        for (const auto* targets : {&exception.add_groups, &exception.keep_in_groups, &exception.not_in_groups}) {
            std::for_each(targets->begin(), targets->end(), add);
        }
        if (exception.role_in) add(*exception.role_in);
    }
    return texts;
}

/// Whether there is such a group at all: a slip of the pen must not look like a rule that is missing.
void look_for_group(const std::string& asked, const rules::RuleSet& rules, const std::vector<ActualGroup>& groups,
                    rules_view::ExplainedPerson& person) {
    auto known = group_texts_of(rules);
    for (const auto& group : groups) known.push_back(group.name);
    const bool is_shown = std::any_of(groups.begin(), groups.end(), [&](const ActualGroup& group) {
        return group.eid.value() == asked || group.xid == asked;
    });
    // A template leads to whatever is asked for: it says nothing about a group that the network was seen not to have.
    const bool is_led_to =
        person.why_not && (person.why_not->is_wanted || (groups.empty() && !person.why_not->ways.empty()));
    person.group_is_known = is_shown || is_led_to || std::find(known.begin(), known.end(), asked) != known.end();
    if (person.group_is_known) return;
    std::sort(known.begin(), known.end());
    person.nearest_group = nearest(asked, known);
}

void look_at_network(const ActualNetwork& network, rules_view::ExplainedPerson& person) {
    for (const auto& user : network.users) {
        if (user.xid != person.employee) continue;
        person.network.account = user;
        for (const auto& group : network.groups) {
            const bool is_in = std::binary_search(user.groups.begin(), user.groups.end(), group.eid);
            if (is_in) person.network.groups.push_back(group);
        }
        return;
    }
}

asio::awaitable<Result<void>> look_at_store(Tenant& tenant, rules_view::ExplainedPerson& person) {
    auto ownership = co_await tenant.store->ledger().ownership();
    if (!ownership) co_return ownership.error();
    if (const auto* owned = ownership->find(person.employee)) person.owned = *owned;
    auto plan = co_await tenant.store->runs().load_plan(std::nullopt);
    if (!plan) co_return plan.error();
    person.plan = std::move(*plan);
    auto history = co_await tenant.store->ledger().history(person.employee, history_rows_max);
    if (!history) co_return history.error();
    person.history = std::move(*history);
    co_return Result<void>();
}

bool is_known(const rules_view::ExplainedPerson& person) {
    return person.explanation || person.frozen || person.network.account || person.owned || !person.history.empty();
}

asio::awaitable<CommandResult> explain(Tenant& tenant, Clock& clock, Question question) {
    rules_view::ExplainedPerson person;
    person.tenant = question.in_force->tenant;
    person.employee = EmployeeKey(question.arguments[1]);
    person.today = question.today;
    person.rules = question.in_force->rules_fingerprint;
    auto snapshot = co_await newest_snapshot(tenant);
    if (!snapshot) co_return failed(snapshot.error());
    if (*snapshot) look_at_record(question, **snapshot, person);
    const bool is_gone = *snapshot && !person.explanation && !person.frozen;
    if (is_gone && rules::keeps_by_expression(question.in_force->rules, question.today)) {
        const std::vector<EmployeeKey> gone{person.employee};
        auto rows = co_await tenant.store->snapshots().last_rows(gone);
        if (!rows) co_return failed(rows.error());
        const auto kept = rules::kept_after_leaving(gone, *rows, question.in_force->rules, question.today);
        if (!kept.empty()) person.never_removed = kept.front();
    }
    auto looked = co_await look_at_store(tenant, person);
    if (!looked) co_return failed(looked.error());

    std::vector<ActualGroup> groups;
    if (!question.offline) {
        person.network.was_asked = true;
        auto network = co_await read_network(tenant, clock, question.in_force->read_max, "explain");
        if (!network) person.network.failure = describe(network.error());
        if (network) look_at_network(*network, person);
        if (network) groups = std::move(network->groups);
    }
    if (question.group && *snapshot) {
        person.group = question.group;
        const auto& rules = question.in_force->rules;
        if (const auto place = (*snapshot)->employees.find(person.employee)) {
            const auto employee = (*snapshot)->employees.employee(*place);
            person.why_not = rules::why_not(employee, rules, question.today, names_of(*question.group, groups));
        }
        look_for_group(*question.group, rules, groups, person);
    }
    if (!is_known(person)) {
        co_return ended(ExitCode::usage, "nobody with the employee id " + person.employee.value() +
                                             " is in the record" + (question.offline ? "" : ", in the network") +
                                             " or in the ledger");
    }
    co_return answered(question.json ? rules_view::explain_json(person) : rules_view::explain_text(person));
}

struct Usage {
    std::string_view command;
    std::size_t arguments;
    std::string_view words;
};
constexpr std::array usages = {Usage{"explain", 2, "explain TENANT EMPLOYEE"}, Usage{"desired", 1, "desired TENANT"},
                               Usage{"mapping check", 1, "mapping check TENANT"},
                               Usage{"mapping diff", 3, "mapping diff TENANT A B"}};

const Usage* usage_of(std::string_view command) {
    const auto at =
        std::find_if(usages.begin(), usages.end(), [&](const Usage& usage) { return usage.command == command; });
    return at == usages.end() ? nullptr : &*at;
}

}  // namespace

bool is_rule_question(const std::string& command) { return usage_of(command) != nullptr; }

asio::awaitable<CommandResult> answer_question(Tenant& tenant, Clock& clock, CommandRequest request) {
    const auto* usage = usage_of(request.command);
    if (request.arguments.size() != usage->arguments) {
        co_return ended(ExitCode::usage, "usage: " + std::string(usage->words));
    }
    Question question;
    question.arguments = std::move(request.arguments);
    question.json = option_of(request, "format") == "json";
    question.offline = option_of(request, "offline").has_value();
    question.group = option_of(request, "why_not");
    question.in_force = tenant.loop->settings();
    const auto today = day_of(request, *question.in_force, clock);
    if (!today) co_return ended(ExitCode::usage, today.error().detail);
    question.today = *today;
    if (request.command == "explain") {
        auto result = co_await explain(tenant, clock, std::move(question));
        co_return result;
    }
    if (request.command == "mapping diff") {
        auto result = co_await diff_mappings(tenant, std::move(question));
        co_return result;
    }
    const Look look = request.command == "desired" ? show_desired : check_mapping;
    auto result = co_await look_at_files(tenant, std::move(question), look);
    co_return result;
}

}  // namespace usersync

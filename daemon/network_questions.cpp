#include "daemon/network_questions.hpp"

#include "core/async/run_on.hpp"
#include "core/base/nearest.hpp"
#include "core/diff/diff.hpp"
#include "core/rules/desired_network.hpp"
#include "daemon/ask_tenant.hpp"
#include "daemon/network/network_view.hpp"
#include "daemon/network/probe_view.hpp"

#include <algorithm>
#include <utility>

namespace usersync {

namespace asio = boost::asio;
using control::CommandRequest;
using control::CommandResult;
using control::ExitCode;

namespace {

struct Question {
    std::optional<std::string> user;
    std::optional<std::string> group;
    bool json = false;
    Day today{};
    Time now{};
    std::shared_ptr<const sync::TenantSettings> in_force;
};

CommandResult answered_by_drift(std::string out, const std::vector<Drift>& drift) {
    auto result = answered(std::move(out));
    if (network_view::is_any_ignored(drift)) result.exit_code = ExitCode::people_open;
    return result;
}

CommandResult show_account(const Question& question, const network_view::Reading& reading) {
    const auto* account = network_view::find_account(reading, *question.user);
    if (account == nullptr) {
        const auto* gone = network_view::find_gone(reading, *question.user);
        if (gone == nullptr) return ended(ExitCode::usage, "the network shows no account of " + *question.user);
        return answered_by_drift(
            question.json ? network_view::gone_json(reading, *gone) : network_view::gone_text(reading, *gone),
            network_view::drift_of(reading, gone->key));
    }
    return answered_by_drift(
        question.json ? network_view::account_json(reading, *account) : network_view::account_text(reading, *account),
        network_view::drift_of(reading, *account));
}

CommandResult show_group(const Question& question, const network_view::Reading& reading) {
    const auto groups = network_view::find_groups(reading, *question.group);
    if (groups.empty()) {
        std::vector<std::string> known;
        for (const auto& group : reading.network.groups) known.push_back(group.name);
        std::sort(known.begin(), known.end());
        const auto meant = nearest(*question.group, known);
        return ended(ExitCode::usage, "the network has no group \"" + *question.group + '"' +
                                          (meant ? "; did you mean \"" + *meant + "\"?" : std::string()));
    }
    return answered_by_drift(
        question.json ? network_view::group_json(reading, groups) : network_view::group_text(reading, groups),
        network_view::drift_in(reading, groups));
}

CommandResult show(const Question& question, network_view::Reading reading, const std::optional<Snapshot>& snapshot) {
    if (snapshot) {
        const auto desired = rules::desired_network(*snapshot, question.in_force->rules, question.today);
        const auto policy = sync::policy_at(*question.in_force, question.now, question.today);
        auto changes = diff::diff(desired, reading.network, reading.ownership, policy);
        reading.drift = std::move(changes.drift);
        reading.snapshot = snapshot->meta.id;
        reading.not_judged = network_view::not_judged_of(desired, reading);
    }
    if (question.user) return show_account(question, reading);
    if (question.group) return show_group(question, reading);
    return answered_by_drift(question.json ? network_view::network_json(reading) : network_view::network_text(reading),
                             reading.drift);
}

asio::awaitable<CommandResult> show_network(Tenant& tenant, Clock& clock, Question question) {
    auto snapshot = co_await newest_snapshot(tenant);
    if (!snapshot) co_return failed(snapshot.error());
    auto network = co_await read_network(tenant, clock, question.in_force->read_max, "network");
    if (!network) co_return failed(network.error());
    auto ownership = co_await tenant.store->ledger().ownership();
    if (!ownership) co_return failed(ownership.error());
    network_view::Reading reading{.tenant = question.in_force->tenant,
                                  .network = std::move(*network),
                                  .ownership = std::move(*ownership),
                                  .snapshot = std::nullopt,
                                  .drift = {}};
    auto work = [question = std::move(question), reading = std::move(reading),
                 snapshot = std::move(*snapshot)]() mutable { return show(question, std::move(reading), snapshot); };
    auto result = co_await run_on(tenant.compute_lane, std::move(work));
    co_return result;
}

asio::awaitable<CommandResult> probe_network(Tenant& tenant, Clock& clock, Question question) {
    const auto busy = run_under_way(tenant, "probe");
    if (busy) co_return failed(*busy);
    auto probe = tenant.make_probe();
    if (!probe) co_return failed(probe.error());
    const auto deadline = clock.steady_now() + question.in_force->read_max;
    auto findings = co_await (*probe)->probe(deadline);
    if (!findings) co_return failed(findings.error());
    const auto& name = question.in_force->tenant;
    auto result =
        answered(question.json ? network_view::probe_json(name, *findings) : network_view::probe_text(name, *findings));
    if (network_view::is_any_failing(*findings)) result.exit_code = ExitCode::people_open;
    co_return result;
}

}  // namespace

bool is_network_question(const std::string& command) { return command == "network" || command == "probe"; }

asio::awaitable<CommandResult> answer_network_question(Tenant& tenant, Clock& clock, CommandRequest request) {
    if (request.arguments.size() != 1) co_return ended(ExitCode::usage, "usage: " + request.command + " TENANT");
    Question question;
    question.user = option_of(request, "user");
    question.group = option_of(request, "group");
    question.json = option_of(request, "format") == "json";
    question.in_force = tenant.loop->settings();
    if (question.user && question.group) co_return ended(ExitCode::usage, "either --user or --group");
    const auto today = day_of(request, *question.in_force, clock);
    if (!today) co_return ended(ExitCode::usage, today.error().detail);
    question.today = *today;
    question.now = clock.now();
    if (request.command == "probe") {
        auto probed = co_await probe_network(tenant, clock, std::move(question));
        co_return probed;
    }
    auto result = co_await show_network(tenant, clock, std::move(question));
    co_return result;
}

}  // namespace usersync

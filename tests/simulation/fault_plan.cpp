#include "tests/simulation/fault_plan.hpp"

#include "tests/simulation/dice.hpp"

#include <algorithm>

namespace usersync::simulation {

using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::FaultKind;
using sandbox::FaultSpec;

namespace {

struct Path {
    std::string method;
    std::string path;
};

const std::vector<Path> write_paths{{"POST", "/scim/Users"},
                                    {"PUT", "/scim/Users/*"},
                                    {"POST", "*/groups/add"},
                                    {"POST", "*/groups/remove"},
                                    {"POST", "*/changeroles"},
                                    {"POST", "*/business-units/"},
                                    {"*", "*"}};
const std::vector<Path> read_paths{{"GET", "*/users/"}, {"GET", "/scim/Users"}, {"GET", "*"}, {"*", "*"}};

const std::vector<std::string> retry_afters{
    "1", "30", "3600", "-5", "0", "soon", "99999999999999999999", "1e9", "Thu, 01 Jan 1970 00:00:00 GMT", ""};

std::string in_hours(Duration time) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time).count();
    return std::to_string(minutes / 60) + 'h' + (minutes % 60 < 10 ? "0" : "") + std::to_string(minutes % 60);
}

/// Some time within the days in which something may go wrong.
void set_window(Dice& dice, const Story& story, FaultSpec& spec, int minutes_max) {
    const auto last = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(story.quiet_from).count());
    const int from = dice.pick(0, last - 30);
    spec.after = std::chrono::minutes(from);
    spec.until = std::chrono::minutes(std::min(last, from + dice.pick(10, minutes_max)));
}

Fault answer_of(int status) {
    Fault fault;
    fault.kind = FaultKind::status;
    fault.code = status;
    return fault;
}

FaultSpec call_fault(Dice& dice, const Story& story) {
    FaultSpec spec;
    const auto& writes = dice.of(write_paths);
    const auto& reads = dice.of(read_paths);
    spec.method = writes.method;
    spec.path = writes.path;
    set_window(dice, story, spec, 24 * 60);
    spec.every = static_cast<std::uint64_t>(dice.pick(1, 4));
    switch (dice.pick(0, 11)) {
        case 0:
            spec.name = "storm";
            spec.method = "*";
            spec.path = "*";
            spec.every = 1;
            spec.fault = answer_of(dice.of(std::vector<int>{500, 502, 503, 504}));
            break;
        case 1: {
            spec.name = "too many";
            spec.method = reads.method;
            spec.path = reads.path;
            spec.fault = answer_of(429);
            const auto& text = dice.of(retry_afters);
            if (!text.empty()) spec.fault.retry_after = sandbox::RetryAfter{.text = text, .date_in = std::nullopt};
            if (dice.one_in(4)) {
                spec.fault.retry_after =
                    sandbox::RetryAfter{.text = "", .date_in = std::chrono::seconds(dice.pick(-9999, 9999))};
            }
            break;
        }
        case 2:
        case 3:
            spec.name = "lost";
            spec.fault.kind = FaultKind::lost;
            break;
        case 4:
            spec.name = "closed";
            spec.fault.kind = FaultKind::closed;
            break;
        case 5:
            spec.name = "slow";
            spec.fault.kind = FaultKind::slow;
            spec.fault.wait = std::chrono::seconds(dice.pick(1, 200));
            break;
        case 6:
            spec.name = "no effect";
            // Who is still in a group after a removal that was answered as done may have been put back by hand,
            // and whoever still has a role that was taken back may have it from somebody again.
            if (spec.path == "*" || spec.path == "*/groups/remove" || spec.path == "*/changeroles") {
                spec.method = "POST";
                spec.path = "*/groups/add";
            }
            spec.fault.kind = FaultKind::no_effect;
            break;
        case 7:
            spec.name = "error in a 200";
            spec.fault.kind = FaultKind::error_body;
            break;
        case 8:
            spec.name = "a proxy's page";
            spec.method = reads.method;
            spec.path = reads.path;
            spec.fault.kind = FaultKind::html;
            break;
        case 9:
            spec.name = "cut answer";
            spec.method = reads.method;
            spec.path = reads.path;
            spec.fault.kind = FaultKind::truncated;
            break;
        case 10:
            spec.name = "token refused";
            spec.method = "*";
            spec.path = dice.of(std::vector<std::string>{"*", "/scim/*", "*/groups/add"});
            spec.fault = answer_of(401);
            break;
        default: spec.name = "refused"; spec.fault = answer_of(dice.of(std::vector<int>{400, 403, 404, 409, 422}));
    }
    return spec;
}

Duration some_time(Dice& dice, const Story& story) {
    const auto last = static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(story.quiet_from).count());
    return std::chrono::minutes(dice.pick(0, last - 1));
}

Happening happening_of(Dice& dice, const Story& story, const std::vector<Happening::What>& kinds) {
    return {.at = some_time(dice, story),
            .what = dice.of(kinds),
            .chance = dice.next(),
            .by = std::chrono::minutes(dice.pick(1, 120))};
}

const std::vector<Happening::What> tenant_kinds{
    Happening::What::cut_record,        Happening::What::half_record,       Happening::What::empty_record,
    Happening::What::header_only,       Happening::What::garbage,           Happening::What::broken_row,
    Happening::What::without_key,       Happening::What::yesterdays_record, Happening::What::growing_record,
    Happening::What::source_away,       Happening::What::left_by_hand,      Happening::What::removed_by_hand,
    Happening::What::suspended_by_hand, Happening::What::title_by_hand,     Happening::What::role_by_hand};

/// What an operator asks for is taken back at last, and everything that waits is approved.
const std::vector<Happening::What> operator_kinds{Happening::What::rejected_plan, Happening::What::held_person,
                                                  Happening::What::paused_runs, Happening::What::undone_run,
                                                  Happening::What::tried_rules};

void add_operators(Dice& dice, const Story& story, TenantFaults& faults) {
    if (!dice.one_in(2)) return;
    for (int n = dice.pick(1, 2); n > 0; --n) faults.happenings.push_back(happening_of(dice, story, operator_kinds));
}

TenantFaults tenant_faults(Dice& dice, const Story& story) {
    TenantFaults faults;
    for (int n = dice.pick(0, 5); n > 0; --n) faults.calls.push_back(call_fault(dice, story));
    for (int n = dice.pick(0, 5); n > 0; --n) faults.happenings.push_back(happening_of(dice, story, tenant_kinds));
    if (dice.one_in(3)) faults.settling = std::chrono::seconds(dice.pick(1, 120));
    if (dice.one_in(3)) {
        faults.rate.calls_per_second = dice.pick(3, 20);
        sandbox::RateChange lowered{.from_call = 0,
                                    .after = some_time(dice, story),
                                    .until = story.quiet_from,
                                    .calls_per_second = dice.pick(1, 10) / 2.0};
        faults.rate.changes.push_back(lowered);
        if (dice.one_in(2)) {
            faults.rate.second_clients.push_back({.token = dice.one_in(2) ? "rest" : "scim",
                                                  .calls_per_second = static_cast<double>(dice.pick(1, 10)),
                                                  .after = some_time(dice, story),
                                                  .until = story.quiet_from});
        }
    }
    for (int n = dice.pick(0, 2); n > 0; --n) {
        const auto from = static_cast<std::size_t>(dice.pick(1, 250));
        faults.disk.push_back(
            {.from = from, .to = from + static_cast<std::size_t>(dice.pick(0, 6)), .after_writing = dice.one_in(3)});
    }
    return faults;
}

}  // namespace

FaultPlan no_faults(const Story& story) {
    FaultPlan plan;
    plan.tenants.resize(story.tenants.size());
    return plan;
}

FaultPlan faults_of(const Story& story) {
    Dice dice(story.seed ^ 0xfa017ULL);
    auto plan = no_faults(story);
    // Whoever shares a limit notices the others.
    plan.is_one_tenants = dice.one_in(3) && !story.share_pace;
    for (std::size_t n = 0; n < plan.tenants.size(); ++n) {
        if (n == 0 || !plan.is_one_tenants) plan.tenants[n] = tenant_faults(dice, story);
    }
    Dice backups(story.seed ^ 0xbac0cULL);
    if (!plan.is_one_tenants && backups.one_in(4)) {
        plan.happenings.push_back(happening_of(backups, story, {Happening::What::backup}));
    }
    Dice operators(story.seed ^ 0x09e7a7ULL);
    for (std::size_t n = 0; n < plan.tenants.size(); ++n) {
        if (n == 0 || !plan.is_one_tenants) add_operators(operators, story, plan.tenants[n]);
    }
    if (plan.is_one_tenants) return plan;
    for (int n = dice.pick(0, 4); n > 0; --n) {
        plan.deaths.push_back(static_cast<std::size_t>(dice.pick(1, 150)));
        plan.downtimes.push_back(dice.one_in(2) ? Duration(0) : Duration(std::chrono::minutes(dice.pick(1, 600))));
    }
    for (int n = dice.pick(0, 2); n > 0; --n) {
        plan.happenings.push_back(happening_of(dice, story, {Happening::What::stop, Happening::What::clock_jump}));
    }
    return plan;
}

std::string_view to_string(Happening::What what) {
    switch (what) {
        case Happening::What::cut_record: return "a record that ends within a row";
        case Happening::What::half_record: return "a record that lacks more than half of the people";
        case Happening::What::empty_record: return "a record of no bytes";
        case Happening::What::header_only: return "a record of a header alone";
        case Happening::What::garbage: return "a file that is no record";
        case Happening::What::broken_row: return "a record with a row that cannot be read";
        case Happening::What::without_key: return "a record without its column of keys";
        case Happening::What::yesterdays_record: return "yesterday's record under a new name";
        case Happening::What::growing_record: return "a record whose upload takes long";
        case Happening::What::source_away: return "the source is away";
        case Happening::What::left_by_hand: return "somebody takes a person out of a group";
        case Happening::What::removed_by_hand: return "somebody removes a person";
        case Happening::What::suspended_by_hand: return "somebody suspends a person";
        case Happening::What::title_by_hand: return "somebody changes a title";
        case Happening::What::role_by_hand: return "somebody takes a role away";
        case Happening::What::rejected_plan: return "an operator rejects the plan that waits";
        case Happening::What::held_person: return "an operator holds somebody";
        case Happening::What::paused_runs: return "an operator pauses the runs";
        case Happening::What::undone_run: return "an operator undoes a run";
        case Happening::What::tried_rules: return "an operator tries other rules";
        case Happening::What::clock_jump: return "the clock jumps";
        case Happening::What::backup: return "a store is copied, and put back later";
        case Happening::What::stop: return "SIGTERM and a new start";
    }
    return "";
}

namespace {

std::string describe(const FaultSpec& spec) {
    std::string text = spec.name + ", " + spec.method + ' ' + spec.path + ", every " + std::to_string(spec.every) +
                       ", from " + in_hours(spec.after);
    if (spec.until) text += " to " + in_hours(*spec.until);
    if (spec.fault.code != 0) text += ", status " + std::to_string(spec.fault.code);
    if (spec.fault.retry_after) {
        const auto& after = *spec.fault.retry_after;
        text += ", Retry-After " + (after.date_in ? "in " + std::to_string(after.date_in->count()) + " s" : after.text);
    }
    if (spec.fault.wait > Duration(0)) text += ", late by " + std::to_string(spec.fault.wait.count()) + " ms";
    return text;
}

std::string describe(const Happening& one) {
    return in_hours(one.at) + ' ' + std::string(to_string(one.what)) + " (" + in_hours(one.by) + ')';
}

}  // namespace

std::string describe(const FaultPlan& plan) {
    std::string text;
    for (std::size_t n = 0; n < plan.tenants.size(); ++n) {
        const auto& faults = plan.tenants[n];
        const auto who = "  tenant" + std::to_string(n) + ": ";
        if (faults.settling > Duration(0))
            text += who + "changes show after " + std::to_string(faults.settling.count()) + " ms\n";
        if (faults.rate.calls_per_second > 0) {
            text += who + std::to_string(faults.rate.calls_per_second) + " calls a second";
            for (const auto& change : faults.rate.changes) {
                text += ", from " + in_hours(change.after) + ' ' + std::to_string(change.calls_per_second);
            }
            for (const auto& client : faults.rate.second_clients) {
                text += ", somebody else's " + client.token + " from " + in_hours(client.after) + ' ' +
                        std::to_string(client.calls_per_second);
            }
            text += '\n';
        }
        for (const auto& spec : faults.calls) text += who + describe(spec) + '\n';
        for (const auto& one : faults.happenings) text += who + describe(one) + '\n';
        for (const auto& disk : faults.disk) {
            text += who + "writes " + std::to_string(disk.from) + " to " + std::to_string(disk.to) +
                    (disk.after_writing ? " fail after they were made\n" : " fail\n");
        }
    }
    for (const auto& one : plan.happenings) text += "  machine: " + describe(one) + '\n';
    for (std::size_t n = 0; n < plan.deaths.size(); ++n) {
        text += "  machine: process " + std::to_string(n + 1) + " dies after effect " + std::to_string(plan.deaths[n]) +
                ", and is back after " + in_hours(plan.downtimes[n]) + '\n';
    }
    return text;
}

}  // namespace usersync::simulation

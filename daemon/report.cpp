#include "daemon/report.hpp"

#include "core/plan/make_plan.hpp"
#include "core/plan/render.hpp"
#include "core/plan/undo.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace usersync::report {
namespace {

using Json = nlohmann::ordered_json;

std::string counts_of(const std::map<Outcome, std::size_t>& outcomes) {
    std::string text;
    for (const auto& [outcome, count] : outcomes) {
        text += ' ' + std::string(to_string(outcome)) + '=' + std::to_string(count);
    }
    return text;
}

std::string_view found_word(sync::CycleResult::Found found) {
    using Found = sync::CycleResult::Found;
    switch (found) {
        case Found::in_record: return "in_record";
        case Found::frozen: return "frozen";
        case Found::nowhere: break;
    }
    return "nowhere";
}

std::string person_text(const sync::CycleResult& result) {
    using Found = sync::CycleResult::Found;
    if (!result.person || result.run.id == RunId{} || result.failure) return {};
    std::string out = "  person " + result.person->value() + ": ";
    switch (result.found) {
        case Found::in_record: out += result.is_person_open ? "not in the desired state" : "as they should be"; break;
        case Found::frozen: out += "frozen: the record says nothing reliable about them"; break;
        case Found::nowhere: out += "not in the record; whoever left is the matter of a run of all"; break;
    }
    out += '\n';
    if (result.people_left > 0) {
        out += "  left to the next run of all: changes of " + std::to_string(result.people_left) + " others\n";
    }
    return out;
}

/// "12 operations, 1 call"
std::string size_text(const Plan& plan) {
    const auto calls = plan::calls_of(plan);
    return std::to_string(plan.operations.size()) + (plan.operations.size() == 1 ? " operation, " : " operations, ") +
           std::to_string(calls) + (calls == 1 ? " call" : " calls");
}

std::string run_text(const TenantId& tenant, const sync::CycleResult& result) {
    const auto& run = result.run;
    if (run.id == RunId{} && result.person) return {};  // refused: there was no run
    std::string out = "run " + std::to_string(run.id.value()) + " of " + tenant.value() + ": " +
                      std::string(to_string(run.end)) + '\n';
    if (run.snapshot != SnapshotId{}) {
        out += "  snapshot " + std::to_string(run.snapshot.value()) + (result.new_snapshot ? " (new)" : " (as before)");
        if (result.plan) out += ", " + std::string(to_string(result.plan->plan.basis.completeness));
        out += '\n';
    } else if (!result.failure) {
        out += "  no employee record was delivered yet\n";
    }
    for (const auto& file : result.not_ready) out += "  left for later: " + file + '\n';
    if (result.recovered > 0) {
        out +=
            "  settled " + std::to_string(result.recovered) + " calls whose outcome an earlier process never learned\n";
    }
    for (const auto& before : result.plans_before) {
        out += "  plan " + before.plan.id.value() + ": " + size_text(before.plan) + ", " +
               std::string(to_string(before.state)) + "; another one followed\n";
    }
    if (result.plan) {
        const auto& plan = result.plan->plan;
        out += "  plan " + plan.id.value() + ": " + size_text(plan) + ", " +
               std::string(to_string(result.plan->state)) + '\n';
        if (result.plan->state == PlanState::held) {
            for (const auto& hold : result.plan->verdict.hold)
                out += "  held (" + hold.code + "): " + hold.sentence + '\n';
            out += std::string("  look at it:  usersyncd ") +
                   (result.is_adoption ? "adopt "
                    : result.undoes    ? "undo "
                                       : "plan ") +
                   tenant.value() + (result.undoes ? ' ' + std::to_string(result.undoes->value()) : std::string()) +
                   "\n  let it pass: usersyncd approve " + tenant.value() + ' ' + plan.id.value() + '\n';
        }
    }
    for (const auto& [kind, outcomes] : result.ledger) out += "  " + kind + ':' + counts_of(outcomes) + '\n';
    for (const auto& line : result.changed_since) out += "  changed since: " + line + '\n';
    out += person_text(result);
    out += "  people not in the desired state: " + std::to_string(run.people_open) + '\n';
    if (result.failure) {
        out += "  " + std::string(to_string(result.failure->kind)) + " failure: " + describe(*result.failure) + '\n';
    }
    return out;
}

std::string run_json(const TenantId& tenant, const sync::CycleResult& result) {
    const auto& run = result.run;
    Json json{{"tenant", tenant.value()},         {"run", run.id.value()},
              {"trigger", run.trigger},           {"end", to_string(run.end)},
              {"snapshot", run.snapshot.value()}, {"new_snapshot", result.new_snapshot},
              {"recovered", result.recovered},    {"people_open", run.people_open}};
    json["not_ready"] = result.not_ready;
    json["plans_before"] = Json::array();
    for (const auto& before : result.plans_before) {
        json["plans_before"].push_back({{"id", before.plan.id.value()},
                                        {"state", to_string(before.state)},
                                        {"operations", before.plan.operations.size()},
                                        {"calls", plan::calls_of(before.plan)}});
    }
    json["plan"] = nullptr;
    if (result.plan) {
        const auto& plan = result.plan->plan;
        json["plan"] = {{"id", plan.id.value()},
                        {"state", to_string(result.plan->state)},
                        {"operations", plan.operations.size()},
                        {"calls", plan::calls_of(plan)}};
        json["plan"]["held"] = Json::array();
        if (result.plan->state == PlanState::held) {
            for (const auto& hold : result.plan->verdict.hold) {
                json["plan"]["held"].push_back({{"code", hold.code}, {"sentence", hold.sentence}});
            }
        }
    }
    json["ledger"] = Json::object();
    for (const auto& [kind, outcomes] : result.ledger) {
        for (const auto& [outcome, count] : outcomes) json["ledger"][kind][std::string(to_string(outcome))] = count;
    }
    if (result.person) {
        json["person"] = {{"key", result.person->value()},
                          {"found", found_word(result.found)},
                          {"open", result.is_person_open},
                          {"others_left", result.people_left}};
    }
    json["changed_since"] = result.changed_since;
    json["failure"] = nullptr;
    if (result.failure) {
        json["failure"] = {{"kind", to_string(result.failure->kind)},
                           {"code", result.failure->code},
                           {"sentence", describe(*result.failure)}};
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// "create_user (12): an invitation was sent": each kind and reason once.
std::vector<std::string> for_good(const std::vector<plan::NotUndone>& parts) {
    std::map<std::pair<std::string, std::string>, std::size_t> counts;
    for (const auto& part : parts) ++counts[{part.kind, part.why}];
    std::vector<std::string> sentences;
    for (const auto& [what, count] : counts) {
        sentences.push_back(what.first + " (" + std::to_string(count) + "): " + what.second);
    }
    return sentences;
}

/// The others are not what was asked for.
control::ExitCode exit_code_of_person(const sync::CycleResult& result) {
    using Found = sync::CycleResult::Found;
    if (result.found == Found::nowhere) return control::ExitCode::held;
    const bool is_open = result.is_person_open || result.found == Found::frozen;
    return is_open ? control::ExitCode::people_open : control::ExitCode::done;
}

}  // namespace

std::string render_run(const TenantId& tenant, const sync::CycleResult& result, Format format) {
    return format == Format::json ? run_json(tenant, result) : run_text(tenant, result);
}

std::string render_plan(const sync::CycleResult& result, Format format) {
    // A plan that was let pass before shows no brakes.
    const auto verdict = result.plan->state == PlanState::held ? result.plan->verdict : Verdict{};
    const plan::Outlook outlook{.estimate = result.estimate,
                                .cannot_be_undone = for_good(plan::cannot_be_undone(result.plan->plan))};
    return format == Format::json ? plan::render_json(result.plan->plan, verdict, outlook)
                                  : plan::render_text(result.plan->plan, verdict, outlook);
}

control::ExitCode exit_code_of(const sync::CycleResult& result) {
    if (result.run.end == RunEnd::held) return control::ExitCode::held;
    const auto code = result.failure ? result.failure->code : std::string();
    const bool is_refused = code == "no_such_plan" || code == "stale_plan" || code == "nothing_to_undo" ||
                            code == "paused" || (result.person && result.failure && result.failure->where == "person");
    if (is_refused) return control::ExitCode::held;
    if (result.failure || result.run.end == RunEnd::failed) return control::ExitCode::failed;
    if (result.person) return exit_code_of_person(result);
    return result.run.people_open > 0 ? control::ExitCode::people_open : control::ExitCode::done;
}

}  // namespace usersync::report

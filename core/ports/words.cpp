// The enumerations of the ports as words: what the store, the status and the log write. And the head of a plan.

#include "core/ports/ledger.hpp"
#include "core/ports/probe.hpp"
#include "core/ports/run_store.hpp"

#include <array>

namespace usersync {

std::string_view to_string(PlanState state) {
    switch (state) {
        case PlanState::held: return "held";
        case PlanState::allowed: return "allowed";
        case PlanState::applied: return "applied";
        case PlanState::superseded: return "superseded";
        case PlanState::rejected: return "rejected";
    }
    return "held";
}

std::optional<PlanState> plan_state_from(std::string_view text) {
    for (const auto state : std::array{PlanState::held, PlanState::allowed, PlanState::applied, PlanState::superseded,
                                       PlanState::rejected}) {
        if (to_string(state) == text) return state;
    }
    return std::nullopt;
}

PlanHead head_of(const StoredPlan& stored) {
    return PlanHead{.id = stored.plan.id,
                    .is_empty = stored.plan.empty(),
                    .verdict = stored.verdict,
                    .state = stored.state,
                    .run = stored.run,
                    .created_at = stored.created_at,
                    .approved_at = stored.approved_at,
                    .approved_by = stored.approved_by,
                    .rejection = stored.rejection};
}

std::string_view to_string(ProbeFinding::Verdict verdict) {
    switch (verdict) {
        case ProbeFinding::Verdict::holds: return "holds";
        case ProbeFinding::Verdict::fails: return "fails";
        case ProbeFinding::Verdict::not_seen: return "not_seen";
        case ProbeFinding::Verdict::not_tried: return "not_tried";
    }
    return "not_tried";
}

std::string_view to_string(RunEnd end) {
    switch (end) {
        case RunEnd::open: return "open";
        case RunEnd::done: return "done";
        case RunEnd::done_open: return "done_open";
        case RunEnd::held: return "held";
        case RunEnd::failed: return "failed";
    }
    return "failed";
}

std::optional<RunEnd> run_end_from(std::string_view text) {
    for (const auto end : std::array{RunEnd::open, RunEnd::done, RunEnd::done_open, RunEnd::held, RunEnd::failed}) {
        if (to_string(end) == text) return end;
    }
    return std::nullopt;
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::done: return "done";
        case Outcome::already_so: return "already_so";
        case Outcome::rejected: return "rejected";
        case Outcome::gave_up: return "gave_up";
        case Outcome::skipped: return "skipped";
    }
    return "gave_up";
}

std::optional<Outcome> outcome_from(std::string_view text) {
    for (const auto outcome :
         std::array{Outcome::done, Outcome::already_so, Outcome::rejected, Outcome::gave_up, Outcome::skipped}) {
        if (to_string(outcome) == text) return outcome;
    }
    return std::nullopt;
}

bool took_effect(Outcome outcome) { return outcome == Outcome::done || outcome == Outcome::already_so; }

Failure intent_refused() {
    return {.kind = FailureKind::broken,
            .code = "intent_refused",
            .where = "ledger",
            .detail = "the run has another operation under this key already, or one that is over"};
}

}  // namespace usersync

#include "core/ingest/completeness.hpp"

#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace usersync::ingest {
namespace {

// A column that only a few people had may well be empty one day.
constexpr std::size_t handful = 5;

// "55", or "20.4" where rounding would hide that the limit is exceeded.
std::string percent(double share) {
    const auto tenths = static_cast<std::int64_t>(std::llround(share * 1000));
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
    return text + " %";
}

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string compared(std::size_t people, std::size_t before, double share, const char* direction, double limit) {
    return counted(people, "person", "people") + " where the last good record had " + std::to_string(before) + ": " +
           percent(share) + " " + direction + ", the limit is " + percent(limit);
}

void judge_reading(const RecordFacts& facts, const CompletenessLimits& limits, Judgement& judgement) {
    const auto& evidence = facts.evidence;
    if (evidence.unreadable_keys > 0) {
        judgement.reasons.push_back(counted(evidence.unreadable_keys, "row does", "rows do") +
                                    " not say for certain whose it is, so nobody counts as absent");
    }
    const auto sure = static_cast<double>(facts.rows - std::min(facts.rows, evidence.unreadable_keys));
    if (facts.rows > 0 && sure < limits.key_fill_min * static_cast<double>(facts.rows)) {
        judgement.reasons.push_back("only " + percent(sure / static_cast<double>(facts.rows)) +
                                    " of the rows say whose they are, at least " + percent(limits.key_fill_min) +
                                    " are expected: is the right column mapped?");
    }
    if (evidence.ended_in_mid_row) {
        judgement.reasons.push_back(
            "the record ends in the middle of a row or leaves a quote open, so nobody counts "
            "as absent");
    }
    if (!judgement.reasons.empty()) judgement.completeness = Completeness::partial;
}

void doubt(Judgement& judgement, std::string reason) {
    if (judgement.completeness == Completeness::complete) judgement.completeness = Completeness::doubtful;
    judgement.reasons.push_back(std::move(reason));
}

void judge_size(std::size_t people, std::size_t before, const CompletenessLimits& limits, Judgement& judgement) {
    if (before == 0) return;
    const auto base = static_cast<double>(before);
    const double change = (static_cast<double>(people) - base) / base;
    if (-change > limits.drop_share_max) {
        doubt(judgement, compared(people, before, -change, "fewer", limits.drop_share_max));
    }
    if (change > limits.rise_share_max) {
        doubt(judgement, compared(people, before, change, "more", limits.rise_share_max));
    }
}

void judge_ending(const RecordFacts& facts, const SnapshotMeta& before, Judgement& judgement) {
    if (before.ending != RecordEnding::line_break || facts.ending != RecordEnding::no_line_break) return;
    doubt(judgement, "the record ends without a line break, which the last good one had: it may be cut");
}

void judge_columns(const RecordFacts& facts, const SnapshotMeta& before, const CompletenessLimits& limits,
                   Judgement& judgement) {
    std::vector<std::string> present;
    for (const auto& column : facts.columns) present.push_back(fold_name(column));
    for (std::size_t at = 0; at < before.columns.size(); ++at) {
        const auto& column = before.columns[at];
        const auto wanted = fold_name(column);
        if (wanted.empty()) continue;
        const auto found = std::find(present.begin(), present.end(), wanted);
        if (found == present.end()) {
            doubt(judgement, "the column \"" + column + "\" of the last good record is gone");
            continue;
        }
        if (at >= before.filled.size() || before.rows == 0 || facts.rows == 0) continue;
        const auto place = static_cast<std::size_t>(found - present.begin());
        const auto was = static_cast<double>(before.filled[at]) / static_cast<double>(before.rows);
        const auto is = static_cast<double>(facts.filled[place]) / static_cast<double>(facts.rows);
        if (facts.filled[place] == 0 && before.filled[at] > handful && was <= limits.fill_drop_max) {
            doubt(judgement, "the column \"" + column +
                                 "\" is empty in every row, in the last good record it was filled in " +
                                 std::to_string(before.filled[at]) + " rows");
            continue;
        }
        if (was - is <= limits.fill_drop_max) continue;
        doubt(judgement, "the column \"" + column + "\" is filled in " + percent(is) +
                             " of the rows, in the last good record in " + percent(was));
    }
}

void judge_age(std::optional<Duration> age, const CompletenessLimits& limits, Judgement& judgement) {
    if (!age || !limits.age_max || *age <= *limits.age_max) return;
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(*age).count();
    doubt(judgement, "the record is " + std::to_string(hours) + " hours old");
}

}  // namespace

Judgement judge(const RecordFacts& facts, std::optional<Duration> age, const std::optional<SnapshotMeta>& last_good,
                const CompletenessLimits& limits) {
    Judgement judgement;
    judge_reading(facts, limits, judgement);
    if (last_good) {
        judge_size(facts.people, last_good->employee_count + last_good->frozen_count, limits, judgement);
        judge_columns(facts, *last_good, limits, judgement);
        judge_ending(facts, *last_good, judgement);
    }
    judge_age(age, limits, judgement);
    return judgement;
}

}  // namespace usersync::ingest

#include "core/ingest/completeness.hpp"

#include "core/ingest/normalise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace usersync::ingest {
namespace {

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

void judge_reading(const ReadEvidence& evidence, Judgement& judgement) {
    if (evidence.unreadable_keys > 0) {
        judgement.reasons.push_back(counted(evidence.unreadable_keys, "row does", "rows do") +
                                    " not say for certain whose it is, so nobody counts as absent");
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

void judge_columns(const std::vector<std::string>& columns, const std::vector<std::string>& before,
                   Judgement& judgement) {
    std::vector<std::string> present;
    for (const auto& column : columns) present.push_back(fold_name(column));
    for (const auto& column : before) {
        const auto wanted = fold_name(column);
        if (wanted.empty() || std::find(present.begin(), present.end(), wanted) != present.end()) continue;
        doubt(judgement, "the column \"" + column + "\" of the last good record is gone");
    }
}

}  // namespace

Judgement judge(const ReadEvidence& evidence, std::size_t people, const std::vector<std::string>& columns,
                const std::optional<SnapshotMeta>& last_good, const CompletenessLimits& limits) {
    Judgement judgement;
    judge_reading(evidence, judgement);
    if (last_good) {
        judge_size(people, last_good->employee_count, limits, judgement);
        judge_columns(columns, last_good->columns, judgement);
    }
    return judgement;
}

}  // namespace usersync::ingest

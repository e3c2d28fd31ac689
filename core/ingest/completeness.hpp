#pragma once
// May this record be believed about who is absent?

#include "core/model/snapshot.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::ingest {

struct CompletenessLimits {
    double drop_share_max = 0.20;  ///< people fewer than in the last good snapshot, as a share of it
    double rise_share_max = 1.00;  ///< people more, likewise; 1.00 is "twice as many"
    bool operator==(const CompletenessLimits&) const = default;
};

struct Judgement {
    Completeness completeness = Completeness::complete;
    std::vector<std::string> reasons;
    bool operator==(const Judgement&) const = default;
};

/// What reading the record showed, beside the people themselves.
struct ReadEvidence {
    std::size_t unreadable_keys = 0;  ///< rows whose person is not known
    bool ended_in_mid_row = false;    ///< the last row was cut, or a quote was left open
    bool operator==(const ReadEvidence&) const = default;
};

/// `last_good` is absent before the first snapshot. People who are frozen count as present.
Judgement judge(const ReadEvidence& evidence, std::size_t people, const std::vector<std::string>& columns,
                const std::optional<SnapshotMeta>& last_good, const CompletenessLimits& limits);

}  // namespace usersync::ingest

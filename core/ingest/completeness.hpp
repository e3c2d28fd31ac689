#pragma once
// May this record be believed about who is absent?

#include "core/base/time.hpp"
#include "core/model/snapshot.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::ingest {

struct CompletenessLimits {
    double drop_share_max = 0.20;     ///< people fewer than in the last good snapshot, as a share of it
    double rise_share_max = 1.00;     ///< people more, likewise; 1.00 is "twice as many"
    double key_fill_min = 0.98;       ///< of the rows, those that say for certain whose they are
    double fill_drop_max = 0.50;      ///< of a mapped column, in share points below the last good snapshot
    std::optional<Duration> age_max;  ///< of the delivery, by the source's own time stamp
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

/// The shape of a record.
struct RecordFacts {
    std::size_t header_line = 0;
    std::vector<std::string> columns;  ///< cells of the header, trimmed
    std::vector<std::size_t> filled;   ///< one per column: rows in which it is not empty; 0 for one that is not mapped
    std::size_t rows = 0;              ///< below the header, blank ones not counted
    std::size_t people = 0;            ///< those who are frozen count as present
    RecordEnding ending = RecordEnding::whole;  ///< of the bytes
    ReadEvidence evidence;
    bool operator==(const RecordFacts&) const = default;
};

/// `last_good` is absent before the first snapshot. `age` is of the delivery, absent when its source has no time stamp.
Judgement judge(const RecordFacts& facts, std::optional<Duration> age, const std::optional<SnapshotMeta>& last_good,
                const CompletenessLimits& limits);

}  // namespace usersync::ingest

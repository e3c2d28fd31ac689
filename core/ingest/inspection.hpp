#pragma once
// Everything that can be told about a file by itself: for a person who wants to know whether it can be used.

#include "core/ingest/ingest.hpp"
#include "core/ingest/survey.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace usersync::ingest {

/// How a tenant reads its records.
struct Mapping {
    ColumnMap columns;
    record::RecordFormat format;
    CompletenessLimits completeness;
};

struct Inspection {
    record::Found found;
    Survey survey;
    ColumnMap columns;  ///< the tenant's, or what the survey proposes
    bool is_proposed = false;
    std::optional<Bounce> bounce;  ///< why the file would be refused; then the rest is what was found until there
    std::size_t employees = 0;
    std::size_t frozen = 0;
    std::vector<RecordIssue> issues;
    RecordFacts facts;
    Judgement judgement;  ///< by the file alone: without the tenant's last good record there is nothing to compare with
};

/// Reads the file twice: to see what its columns hold, and to see who is in it. Pure but for `decrypt`.
Inspection inspect(std::string_view bytes, const std::optional<Mapping>& mapping, const record::RecordLimits& limits,
                   const record::Decrypt& decrypt);

}  // namespace usersync::ingest

#pragma once
// Which column of a survey seems to hold which field.

#include "core/ingest/survey.hpp"
#include "core/ingest/tally.hpp"

#include <vector>

namespace usersync::ingest {

/// Sets `role` and `reason` of the columns. REQUIRES: one tally per column, at the same place; the rest of each column
/// is filled in.
void assign_roles(Survey& survey, const std::vector<Tally>& tallies);

}  // namespace usersync::ingest

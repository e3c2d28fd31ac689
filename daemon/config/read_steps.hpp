#pragma once
// The transformations of a field, as `steps` of its table in `[columns]`.

#include "core/ingest/column_map.hpp"
#include "daemon/config/table_reader.hpp"

#include <string>
#include <vector>

namespace usersync::config {

/// Reads `steps` of this table; without the key `steps` stays as it is. `list_separators` is what the word 'split'
/// means.
void read_steps(TableReader& field, const std::string& list_separators, std::vector<ingest::Step>& steps);

/// What a step may be called: words that stand alone, and keys of `{ key = value }`.
struct StepWords {
    std::vector<std::string> alone;
    std::vector<std::string> with_value;
};
const StepWords& step_words();

}  // namespace usersync::config

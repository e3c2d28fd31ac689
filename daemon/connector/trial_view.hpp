#pragma once
// How trying out a source went, as text and as JSON. Pure.

#include "connectors/rest/trial.hpp"
#include "core/ingest/inspection.hpp"
#include "core/model/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::connector_view {

/// What the mapping makes of the records that were read.
struct MappedPeople {
    std::size_t employees = 0;
    std::size_t frozen = 0;
    std::optional<std::string> refused;            ///< why nothing could be made of them
    std::vector<std::string> issues;               ///< findings by their codes: "column_missing: 2 (Infix, Phone)"
    bool lacks_column = false;                     ///< one that is mapped is in no record
    std::vector<std::string> fields;               ///< of `people`
    std::vector<std::vector<std::string>> people;  ///< the first three, masked
    bool operator==(const MappedPeople&) const = default;
};

/// By the very reading of a run, without anybody who was known before.
MappedPeople mapped(const std::string& lines, const ingest::Mapping& mapping, const record::Decrypt& decrypt = {});

/// Every step is, and the mapping finds all its columns and leaves nobody open.
bool is_good(const rest_api::Trial& trial, const std::optional<MappedPeople>& mapped);

std::string trial_text(const TenantId& tenant, const rest_api::Trial& trial, const std::optional<MappedPeople>& mapped);

/// | key     | is                                                                                    |
/// |---------|---------------------------------------------------------------------------------------|
/// | tenant  | its folder name                                                                       |
/// | good    | whether every step was                                                                |
/// | steps   | objects: name, good, milliseconds, says, code ("" of a good one)                      |
/// | records | received, kept, pages (null: what came has no pages, or is a file), whole             |
/// | fields  | by name: in how many records                                                          |
/// | mapping | employees, frozen, refused (null: it is not), issues, people (masked); null: not tried |
std::string trial_json(const TenantId& tenant, const rest_api::Trial& trial, const std::optional<MappedPeople>& mapped);

}  // namespace usersync::connector_view

#pragma once
// An inspection as text and as JSON. Pure. Values are shown masked, keys of employees as they are.

#include "core/ingest/inspection.hpp"

#include <string>
#include <string_view>

namespace usersync::record_view {

/// `file` is the name that is shown.
std::string inspection_text(const ingest::Inspection& inspection, std::string_view file);

/// | key        | is                                                                                             |
/// |------------|------------------------------------------------------------------------------------------------|
/// | file       | its name                                                                                       |
/// | container  | "none", "gzip", "zip" or "pgp": the outermost; `containers` has all of them                     |
/// | format     | csv, tsv, xls, xlsx, ods, spreadsheetml, html, mhtml, json, jsonl, xml; null when it is unknown |
/// | encoding   | "UTF-8", …; null where the format has no choice                                                |
/// | delimiter  | ",", ";", "\t", "|"; null where there is none                                                   |
/// | sheet      | the one that was read; null; `sheets` has all names                                            |
/// | header_row | its line or row; null when it has none                                                          |
/// | columns    | objects: name, role, mapped_to, reason, looks_like, filled, fill_rate, distinct, samples          |
/// | rows       | below the header                                                                               |
/// | employees  | how many could be read; `frozen` how many not                                                    |
/// | issues     | objects: severity, sheet, line, column, key, code, message                                       |
/// | verdict    | object: outcome ("complete", "partial", "refused"), reasons, code                                |
/// | mapping    | the proposed `[columns]` table as TOML; null when the tenant has one                              |
std::string inspection_json(const ingest::Inspection& inspection, std::string_view file);

}  // namespace usersync::record_view

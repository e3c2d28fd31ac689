#pragma once
// Declarations for tests, in few words.

#include "core/rest/connector.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace usersync::rest::declare {

inline FieldPath path(std::string_view text) { return std::get<FieldPath>(parse_field_path(text)); }
inline TextTemplate text(std::string_view text) { return std::get<TextTemplate>(parse_template(text)); }

inline FieldRule field(std::string name, std::string_view way) {
    return {.name = std::move(name), .paths = {path(way)}};
}

/// Records at `records`, with these columns and the ways to them.
inline ListRule list_of(std::string_view records, const std::vector<std::pair<std::string, std::string>>& fields) {
    ListRule list;
    list.request.path = text("/people");
    list.records.paths = {path(records)};
    for (const auto& [name, way] : fields) list.records.fields.push_back(field(name, way));
    if (!fields.empty()) list.records.key = fields.front().first;
    return list;
}

inline Connector connector_of(ListRule list) {
    Connector connector;
    connector.name = "test";
    connector.base_url = text("https://hr.example/api");
    connector.list = std::move(list);
    return connector;
}

}  // namespace usersync::rest::declare

#pragma once
// Reasons, groups and tests as JSON, the same in every answer. Only for the .cpp files of this room.

#include "core/model/network.hpp"
#include "core/rules/tested.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace usersync::rules_view {

using Json = nlohmann::ordered_json;

/// Two-space indented, a newline at the end; bytes that are no UTF-8 are replaced.
std::string dumped(const Json& json);

/// Adds "file", "line" and "column"; null where it stands nowhere in particular.
void add_origin(Json& json, const Origin& origin);

/// {"rule","file","line","column","field","value"}: `column` is a place in the file, `field` the record's.
Json json_of(const Reason& reason);
Json json_of(const std::optional<Reason>& reason);
Json json_of(const std::vector<Reason>& reasons);

/// {"kind","by","text"}; kind is null where none is said.
Json json_of(const GroupRef& group);
Json json_of(const std::vector<GroupRef>& groups);

/// {"file","line","column","field","values","wanted","negated","holds"}
Json json_of(const rules::Tested& test);
Json json_of(const std::vector<rules::Tested>& tests);

Json json_of(const std::vector<EmployeeKey>& employees);

/// Everything that is wanted of a person, without the person.
Json json_of(const Placement& placement);

/// "group_mapping[2] at tenant.toml:41: location = \"Store 12\""
std::string text_of(const Reason& reason);

/// "1 person", "7 people"
std::string counted(std::size_t count, const char* one, const char* many);

/// Filled up with spaces to this many letters.
std::string padded(std::string text, std::size_t width);

}  // namespace usersync::rules_view

#pragma once
// Declarations as people see them who look for one. Pure.

#include "core/rest/connector.hpp"

#include <string>
#include <vector>

namespace usersync::connector_view {

/// A line each: name, title, who asks, how it pages.
std::string connectors_text(const std::vector<rest::Connector>& connectors);
/// Objects: name, title, description, auth, paging, person, delta, settings and secrets, each with name, kind,
/// description, optional, choices, fallback.
std::string connectors_json(const std::vector<rest::Connector>& connectors);

/// One of those objects.
std::string connector_json(const rest::Connector& connector);

std::string auth_word(const rest::Auth& auth);        ///< "client_credentials"
std::string paging_word(const rest::Paging& paging);  ///< "offset"

}  // namespace usersync::connector_view

#pragma once
// Everything that is wrong with a declaration, or with what a tenant filled in, at once.

#include "core/rest/connector.hpp"

#include <string>
#include <vector>

namespace usersync::rest {

struct ConnectorProblem {
    std::string where;     ///< path in the declaration: "paging.size", "fields[3].paths", "settings.environment"
    std::string sentence;  ///< holds no secret
    bool operator==(const ConnectorProblem&) const = default;
};

/// Whether the engine can run it. Names that are nowhere declared come with the nearest one that is.
std::vector<ConnectorProblem> check_connector(const Connector& connector);

/// Whether a tenant filled in what must be, and nothing that is unknown. REQUIRES: the connector has no problem.
std::vector<ConnectorProblem> check_values(const Connector& connector, const Values& values);

/// The values with the fallbacks of what was left out.
Values with_fallbacks(const Connector& connector, Values values);

}  // namespace usersync::rest

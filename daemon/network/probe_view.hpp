#pragma once
// Which assumptions hold on a network, as text and as JSON. Pure.

#include "core/model/ids.hpp"
#include "core/ports/probe.hpp"

#include <string>
#include <vector>

namespace usersync::network_view {

/// A line an assumption: name, verdict, what was seen, and the setting that stands for it. Counts first.
std::string probe_text(const TenantId& tenant, const std::vector<ProbeFinding>& findings);

/// | key      | is                                                                       |
/// |----------|--------------------------------------------------------------------------|
/// | tenant   | its folder name                                                          |
/// | counts   | holds, fails, not_seen, not_tried                                        |
/// | findings | objects: assumption, verdict, sentence, setting (null: there is none)      |
std::string probe_json(const TenantId& tenant, const std::vector<ProbeFinding>& findings);

bool is_any_failing(const std::vector<ProbeFinding>& findings);

}  // namespace usersync::network_view

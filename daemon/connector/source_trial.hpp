#pragma once
// A source that has no steps of its own to show, tried out: it is asked once, and where it fails says which step it
// was.

#include "connectors/rest/trial.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/source.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace usersync::connector_view {

/// A step, and the codes of the failures that mean it.
struct StepName {
    std::string name;
    std::vector<std::string> codes;
};

/// The steps of a source, in their order; what has none of their codes is the last one's.
/// @{
std::vector<StepName> directory_steps();
std::vector<StepName> program_steps();
std::vector<StepName> folder_steps();  ///< over SFTP
std::vector<StepName> local_steps();
/// @}

/// Reads as a run does and acknowledges nothing. The time of all steps is that of the last.
boost::asio::awaitable<rest_api::Trial> try_source(std::unique_ptr<Source> source, std::vector<StepName> steps,
                                                   Clock& clock, Deadline deadline);

}  // namespace usersync::connector_view

#pragma once
// Tries out, with reads alone, what docs/speakap-assumptions.md assumes about a network.

#include "connectors/http/client.hpp"
#include "connectors/speakap/gates.hpp"
#include "connectors/speakap/speakap_options.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/probe.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace usersync::speakap {

/// `rest` and `scim` are bound to the two base URLs of the options. Reads at most a few thousand people of each API,
/// and says so where that was not everybody. One finding for each row of the page, in its order. The clock must outlive
/// it. `blocked`/"wrong_network" when the network is another one; whatever keeps the network itself from being read.
/// `gates` may be shared with networks (`SharedGates`); without them it has its own.
std::unique_ptr<Probe> make_speakap_probe(SpeakapOptions options, std::unique_ptr<http::Client> rest,
                                          std::unique_ptr<http::Client> scim, Clock& clock, Gates gates = {});

/// A row of the page.
struct Assumption {
    std::string_view name;     ///< "A-10" of what we rely on, "B-1" of what only the sandbox does
    std::string_view setting;  ///< that stands for it; empty: none
    std::string_view untried;  ///< why reads do not show it; empty where they may
};
const std::vector<Assumption>& assumptions();

}  // namespace usersync::speakap

#pragma once
// Where a tenant's loop learns that somebody has changed the rules.

#include "daemon/sync/tenant_parts.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::sync {

/// What changed files say.
struct RulesLook {
    std::shared_ptr<const TenantSettings> settings;  ///< checked and without errors; nullptr: those in force stay
    std::vector<FileProblem> problems;               ///< why they stay
    /// Changed settings that only a restart applies: "source", "target".
    std::vector<std::string> needs_restart;
    /// True: somebody seems to be writing them just now. Then nothing else is said, and everything stays as it was.
    bool is_unsettled = false;
};

class RulesWatch {
public:
    virtual ~RulesWatch() = default;

    /// nullopt: the files say what they said at the last look. Must not fail: files that cannot be read are a problem
    /// like any other. One look at a time.
    virtual boost::asio::awaitable<std::optional<RulesLook>> look() = 0;
};

}  // namespace usersync::sync

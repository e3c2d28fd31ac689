#pragma once
// Versions of rules in memory, and a disk that can fail on demand.

#include "core/ports/rule_versions.hpp"

#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

/// Passes the contract of the port.
class FakeRuleVersions final : public RuleVersions {
public:
    boost::asio::awaitable<Result<void>> keep(RuleVersion version) override;
    boost::asio::awaitable<Result<std::vector<RuleVersion>>> list() override;
    boost::asio::awaitable<Result<std::optional<RuleVersion>>> find(std::string prefix) override;

    std::vector<RuleVersion> versions;     ///< in the order in which they were kept
    std::optional<Failure> write_failure;  ///< while it is set, nothing is kept and this is the answer
};

}  // namespace usersync::test

#pragma once
// Every version of the rules that was ever used, by fingerprint. One store per tenant.

#include "core/base/result.hpp"
#include "core/model/rule_version.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace usersync {

/// Contract (tests/contract/rule_versions_contract.hpp): a kept version never changes. All failures are `broken`.
class RuleVersions {
public:
    virtual ~RuleVersions() = default;

    /// Keeps it under its fingerprint; one that is there already stays as it was.
    virtual boost::asio::awaitable<Result<void>> keep(RuleVersion version) = 0;

    /// All, newest first, without the bytes of their files.
    virtual boost::asio::awaitable<Result<std::vector<RuleVersion>>> list() = 0;

    /// The one whose fingerprint begins so, with its files. nullopt when there is none; `rejected`/"ambiguous_version"
    /// when there are several.
    virtual boost::asio::awaitable<Result<std::optional<RuleVersion>>> find(std::string prefix) = 0;
};

}  // namespace usersync

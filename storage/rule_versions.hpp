#pragma once
// The versions of the rules in SQLite.

#include "core/ports/rule_versions.hpp"
#include "storage/database.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace usersync::storage {

class SqliteRuleVersions final : public RuleVersions {
public:
    /// `database` outlives this. `lane` runs one thing at a time.
    SqliteRuleVersions(Database& database, boost::asio::any_io_executor lane);

    boost::asio::awaitable<Result<void>> keep(RuleVersion version) override;
    boost::asio::awaitable<Result<std::vector<RuleVersion>>> list() override;
    boost::asio::awaitable<Result<std::optional<RuleVersion>>> find(std::string prefix) override;

private:
    Database& database_;
    boost::asio::any_io_executor lane_;
};

}  // namespace usersync::storage

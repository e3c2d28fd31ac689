#pragma once
// What pacing has to remember from one process to the next: learnt rates, and for whom something failed.

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace usersync {

/// Somebody for whom an operation was refused in the newest run that tried one. How often, the ledger tells.
struct Failing {
    EmployeeKey employee;
    std::optional<Time> forgiven_at;  ///< what failed until then does not count: somebody asked for another try
    bool operator==(const Failing&) const = default;
};

/// Contract (tests/contract/pace_store_contract.hpp). Nothing in it decides what is sent: without it a run is slower
/// at first, and tries people again sooner. All failures are `broken`.
class PaceStore {
public:
    virtual ~PaceStore() = default;

    /// Calls per second by class of calls ("rest", "scim"); what is kept later takes the place of what was.
    virtual boost::asio::awaitable<Result<std::map<std::string, double>>> rates() = 0;
    virtual boost::asio::awaitable<Result<void>> keep_rates(std::map<std::string, double> rates, Time at) = 0;

    /// Sorted by key.
    virtual boost::asio::awaitable<Result<std::vector<Failing>>> failing() = 0;
    /// After a run: who failed in it, and who did not any more. Whoever failed before keeps what was forgiven.
    virtual boost::asio::awaitable<Result<void>> note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) = 0;
    /// What failed until `at` does not count any more, for this person or for all who fail. How many that are.
    virtual boost::asio::awaitable<Result<std::size_t>> forgive(std::optional<EmployeeKey> employee, Time at) = 0;
};

}  // namespace usersync

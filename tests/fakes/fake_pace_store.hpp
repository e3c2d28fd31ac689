#pragma once
// What pacing remembers, in memory.

#include "core/ports/pace_store.hpp"

namespace usersync::test {

class FakePaceStore final : public PaceStore {
public:
    boost::asio::awaitable<Result<std::map<std::string, double>>> rates() override;
    boost::asio::awaitable<Result<void>> keep_rates(std::map<std::string, double> rates, Time at) override;
    boost::asio::awaitable<Result<std::vector<Failing>>> failing() override;
    boost::asio::awaitable<Result<void>> note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) override;
    boost::asio::awaitable<Result<std::size_t>> forgive(std::optional<EmployeeKey> employee, Time at) override;

private:
    std::map<std::string, double> rates_;
    std::map<EmployeeKey, std::optional<Time>> failing_;
};

}  // namespace usersync::test

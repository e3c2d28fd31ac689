#include "tests/fakes/fake_pace_store.hpp"

namespace usersync::test {

using boost::asio::awaitable;

awaitable<Result<std::map<std::string, double>>> FakePaceStore::rates() { co_return rates_; }

awaitable<Result<void>> FakePaceStore::keep_rates(std::map<std::string, double> rates, Time) {
    for (const auto& [name, rate] : rates) rates_[name] = rate;
    co_return Result<void>();
}

awaitable<Result<std::vector<Failing>>> FakePaceStore::failing() {
    std::vector<Failing> all;
    for (const auto& [person, forgiven] : failing_) all.push_back({.employee = person, .forgiven_at = forgiven});
    co_return all;
}

awaitable<Result<void>> FakePaceStore::note_run(std::set<EmployeeKey> failed, std::set<EmployeeKey> well) {
    for (const auto& person : failed) failing_.emplace(person, std::nullopt);
    for (const auto& person : well) failing_.erase(person);
    co_return Result<void>();
}

awaitable<Result<std::size_t>> FakePaceStore::forgive(std::optional<EmployeeKey> employee, Time at) {
    std::size_t forgiven = 0;
    for (auto& [person, since] : failing_) {
        if (employee && person != *employee) continue;
        since = at;
        ++forgiven;
    }
    co_return forgiven;
}

}  // namespace usersync::test

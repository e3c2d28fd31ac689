#include "tests/fakes/fake_rule_versions.hpp"

#include <algorithm>
#include <utility>

namespace usersync::test {

boost::asio::awaitable<Result<void>> FakeRuleVersions::keep(RuleVersion version) {
    if (write_failure) co_return *write_failure;
    const bool known = std::any_of(versions.begin(), versions.end(),
                                   [&](const RuleVersion& each) { return each.fingerprint == version.fingerprint; });
    if (!known) versions.push_back(std::move(version));
    co_return Result<void>();
}

boost::asio::awaitable<Result<std::vector<RuleVersion>>> FakeRuleVersions::list() {
    std::vector<RuleVersion> newest_first(versions.rbegin(), versions.rend());
    std::stable_sort(newest_first.begin(), newest_first.end(),
                     [](const RuleVersion& a, const RuleVersion& b) { return a.first_used > b.first_used; });
    for (auto& version : newest_first) version.files.clear();
    co_return newest_first;
}

boost::asio::awaitable<Result<std::optional<RuleVersion>>> FakeRuleVersions::find(std::string prefix) {
    std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    std::optional<RuleVersion> found;
    for (const auto& version : versions) {
        if (version.fingerprint.hex().compare(0, prefix.size(), prefix) != 0) continue;
        if (found) {
            co_return Failure{.kind = FailureKind::rejected,
                              .code = "ambiguous_version",
                              .where = "fake_rule_versions",
                              .detail = {}};
        }
        found = version;
    }
    co_return found;
}

}  // namespace usersync::test

#include "daemon/kept_rules.hpp"

#include "storage/tenant_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace usersync {

namespace asio = boost::asio;

namespace {

using Versions = std::vector<RuleVersion>;

asio::awaitable<Result<Versions>> read_versions(storage::TenantStore& store) {
    auto listed = co_await store.rule_versions().list();
    if (!listed) co_return listed.error();
    auto plan = co_await store.runs().load_plan(std::nullopt);
    if (!plan) co_return plan.error();
    if (*plan) {
        // A version that was gone back to is older than what came between, and yet the one that counted last.
        const auto last = (*plan)->plan.basis.rules;
        std::stable_partition(listed->begin(), listed->end(),
                              [&](const RuleVersion& version) { return version.fingerprint == last; });
    }
    Versions versions;
    for (const auto& one : *listed) {
        auto name = one.fingerprint.hex();
        auto found = co_await store.rule_versions().find(std::move(name));
        if (!found) co_return found.error();
        if (*found) versions.push_back(std::move(**found));
    }
    co_return versions;
}

}  // namespace

Result<Versions> kept_rules(const std::filesystem::path& store) {
    std::error_code unknown;
    if (!std::filesystem::exists(store, unknown)) return Versions{};
    asio::io_context context(1);
    auto opened = storage::open_tenant_store(store, context.get_executor());
    if (!opened) return opened.error();
    std::optional<Result<Versions>> versions;
    asio::co_spawn(context, read_versions(**opened), [&](const std::exception_ptr& error, Result<Versions> read) {
        if (error) std::rethrow_exception(error);
        versions = std::move(read);
    });
    context.run();
    return std::move(*versions);
}

}  // namespace usersync

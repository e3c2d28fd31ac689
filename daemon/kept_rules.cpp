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

using Version = std::optional<RuleVersion>;

asio::awaitable<Result<Version>> read_last(storage::TenantStore& store) {
    auto listed = co_await store.rule_versions().list();
    if (!listed) co_return listed.error();
    if (listed->empty()) co_return Version();
    auto plan = co_await store.runs().load_plan(std::nullopt);
    if (!plan) co_return plan.error();
    // A version that was gone back to is older than what came between, and yet the one that counted last.
    const auto wanted = *plan ? (*plan)->plan.basis.rules : listed->front().fingerprint;
    const bool is_kept = std::any_of(listed->begin(), listed->end(),
                                     [&](const RuleVersion& version) { return version.fingerprint == wanted; });
    auto name = is_kept ? wanted.hex() : listed->front().fingerprint.hex();
    auto found = co_await store.rule_versions().find(std::move(name));
    co_return found;
}

}  // namespace

Result<Version> kept_rules(const std::filesystem::path& store) {
    std::error_code unknown;
    if (!std::filesystem::exists(store, unknown)) return Version();
    asio::io_context context(1);
    auto opened = storage::open_tenant_store(store, context.get_executor());
    if (!opened) return opened.error();
    std::optional<Result<Version>> version;
    asio::co_spawn(context, read_last(**opened), [&](const std::exception_ptr& error, Result<Version> read) {
        if (error) std::rethrow_exception(error);
        version = std::move(read);
    });
    context.run();
    return std::move(*version);
}

}  // namespace usersync

// What is put together for a tenant, without any connection.
#include "daemon/compose.hpp"
#include "tests/daemon/config/sample.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>

using namespace usersync;

namespace {

// Tenants and questions that use the limit of this one's network.
std::size_t sharing_the_limit_of(const Tenant& tenant) {
    const auto pacing = tenant.network->pacing();
    return pacing ? pacing->shared_by : 0;
}

}  // namespace

TEST_CASE("whoever asks about a network waits where the tenant's runs wait", "[daemon][compose]") {
    const test::TempDir state;
    config::Sample sample;
    sample.tenant("shop", config::good_tenant);
    auto loaded = sample.load();
    REQUIRE(loaded.config);
    loaded.config->state_folder = state.path();
    loaded.config->runtime_folder = state.path();

    boost::asio::io_context context;
    runtime::Lanes lanes;
    test::ManualClock clock(context);
    const auto log = log::make_stderr_log({.level = log::Level::error});
    auto environment = Environment::compose(*loaded.config, Surroundings{context, lanes, clock, *log}, Scheduling::off);
    REQUIRE(environment.has_value());
    auto* tenant = (*environment)->find("shop");
    REQUIRE(tenant != nullptr);
    REQUIRE(sharing_the_limit_of(*tenant) == 1);
    {
        const auto reader = tenant->make_reader();
        REQUIRE(reader.has_value());
        CHECK(sharing_the_limit_of(*tenant) == 2);
        const auto probe = tenant->make_probe();
        REQUIRE(probe.has_value());
        CHECK(sharing_the_limit_of(*tenant) == 3);
    }
    CHECK(sharing_the_limit_of(*tenant) == 1);
    (*environment).reset();
    lanes.join();
}

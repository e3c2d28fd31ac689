#include "tests/contract/live_source_contract.hpp"

#include "tests/support/run.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <utility>

namespace usersync::test {
namespace {

Delivery fetch_delivery(LiveSourceWorld& world) {
    auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return std::move(*fetched->delivery);
}

}  // namespace

Result<Fetched> fetch(LiveSourceWorld& world, Duration within) {
    return run(world.context(), world.source().fetch(world.clock().steady_now() + within));
}

Result<void> acknowledge(LiveSourceWorld& world, const Delivery& delivery) {
    auto receipt = delivery;
    receipt.bytes.clear();
    const auto deadline = world.clock().steady_now() + std::chrono::minutes(1);
    return run(world.context(), world.source().acknowledge(std::move(receipt), deadline));
}

void check_live_source_contract(const std::function<std::unique_ptr<LiveSourceWorld>()>& make_world) {
    const auto owned = make_world();
    LiveSourceWorld& world = *owned;

    SECTION("everybody is delivered, in one record that is told from every other") {
        world.set_people(3);

        const auto delivery = fetch_delivery(world);

        CHECK(delivery.bytes == world.record_of(3));
        CHECK(delivery.fingerprint == fingerprint_of(delivery.bytes));
        CHECK(delivery.size == delivery.bytes.size());
        CHECK_FALSE(delivery.name.empty());
        CHECK(delivery.superseded.empty());
    }
    SECTION("a record of many people is whole") {
        world.set_people(5000);

        const auto delivery = fetch_delivery(world);

        CHECK((delivery.bytes == world.record_of(5000)));
    }
    SECTION("nobody there is said, and is neither a failure nor silence") {
        world.set_people(0);

        const auto delivery = fetch_delivery(world);

        CHECK(delivery.bytes == world.record_of(0));
    }
    SECTION("asked again, it answers the same, before it is acknowledged and after") {
        world.set_people(3);
        const auto first = fetch_delivery(world);
        const auto second = fetch_delivery(world);
        REQUIRE(acknowledge(world, second));
        const auto third = fetch_delivery(world);

        CHECK(first == second);
        CHECK(second == third);
    }
    SECTION("acknowledging again is a success") {
        world.set_people(1);
        const auto delivery = fetch_delivery(world);

        CHECK(acknowledge(world, delivery));
        CHECK(acknowledge(world, delivery));
    }
    SECTION("a record is of now, and dated so: the same bytes as last year are no old file") {
        world.set_people(1);

        const auto delivery = fetch_delivery(world);

        CHECK(delivery.is_live);
        CHECK(delivery.modified == world.clock().now());
    }
    SECTION("an answer that breaks off is a failure that passes, and nothing of it is delivered") {
        world.set_people(5000);
        world.break_off_once();

        const auto broken = fetch(world);
        const auto whole = fetch_delivery(world);

        REQUIRE_FALSE(broken);
        CHECK(broken.error().kind == FailureKind::transient);
        CHECK((whole.bytes == world.record_of(5000)));
    }
    SECTION("an answer that does not go on ends with its deadline, and nothing of it is delivered") {
        world.set_people(5000);
        world.stall_once();

        const auto stalled = fetch(world, std::chrono::milliseconds(300));
        const auto whole = fetch_delivery(world);

        REQUIRE_FALSE(stalled);
        CHECK(stalled.error().kind == FailureKind::transient);
        CHECK(stalled.error().code == "deadline_passed");
        CHECK((whole.bytes == world.record_of(5000)));
    }
    SECTION("without time nothing is begun") {
        world.set_people(1);

        const auto fetched = fetch(world, Duration(0));

        REQUIRE_FALSE(fetched);
        CHECK(fetched.error().code == "deadline_passed");
    }
    SECTION("a record above the size limit is a failure that stays, and nothing of it is delivered") {
        world.set_people(5000);
        world.set_bytes_max(world.record_of(5000).size() - 1);

        const auto fetched = fetch(world);

        REQUIRE_FALSE(fetched);
        CHECK(fetched.error().kind == FailureKind::blocked);
    }
    SECTION("a record of exactly the size limit is delivered") {
        world.set_people(100);
        world.set_bytes_max(world.record_of(100).size());

        CHECK((fetch_delivery(world).bytes == world.record_of(100)));
    }
}

}  // namespace usersync::test

#include "tests/contract/source_contract.hpp"

#include "tests/support/show_result.hpp"

#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace usersync::test {

namespace asio = boost::asio;

namespace {

template <class T>
T drive(SourceWorld& world, asio::awaitable<T> call) {
    auto& context = world.context();
    std::optional<T> value;
    std::exception_ptr error;
    asio::co_spawn(context, std::move(call), [&](std::exception_ptr e, T v) {
        error = e;
        value.emplace(std::move(v));
    });
    context.restart();
    while (!value) {
        if (context.run_one() == 0) throw std::logic_error("the source waits for something that never comes");
        if (value || world.clock().sleepers() == 0) continue;
        world.while_waiting();
        world.clock().advance_to_next();
        while (world.clock().sleepers() > 0 && context.run_one() > 0) continue;
    }
    if (error) std::rethrow_exception(error);
    return std::move(*value);
}

Deadline in_an_hour(SourceWorld& world) { return world.clock().steady_now() + std::chrono::hours(1); }

std::string every_byte_many_times() {
    std::string bytes;
    for (int i = 0; i < 700'000; ++i) bytes += static_cast<char>((i * 31 + i / 256) & 0xFF);
    return bytes;
}

Delivery fetch_delivery(SourceWorld& world) {
    auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return std::move(*fetched->delivery);
}

}  // namespace

Result<Fetched> fetch(SourceWorld& world) { return drive(world, world.source().fetch(in_an_hour(world))); }

Result<void> acknowledge(SourceWorld& world, const Delivery& delivery) {
    auto receipt = delivery;
    receipt.bytes.clear();
    return drive(world, world.source().acknowledge(std::move(receipt), in_an_hour(world)));
}

void check_source_contract(const std::function<std::unique_ptr<SourceWorld>()>& make_world) {
    const auto owned = make_world();
    SourceWorld& world = *owned;

    SECTION("an empty folder is a success without a delivery") {
        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK(*fetched == Fetched{});
    }
    SECTION("a file is delivered byte for byte") {
        const std::string bytes = every_byte_many_times();
        world.put("employees.csv", bytes);

        const auto delivery = fetch_delivery(world);

        CHECK(delivery.name == "employees.csv");
        CHECK((delivery.bytes == bytes));
        CHECK(delivery.fingerprint == fingerprint_of(bytes));
        CHECK(delivery.size == bytes.size());
        CHECK(delivery.superseded.empty());
    }
    SECTION("a file of zero bytes is delivered as it is, so that it can be bounced by name") {
        world.put("employees.csv", "");

        const auto delivery = fetch_delivery(world);

        CHECK(delivery.name == "employees.csv");
        CHECK(delivery.bytes.empty());
    }
    SECTION("looking changes nothing: before it is acknowledged, a file is found again and again") {
        world.put("employees.csv", "id\n1\n");

        const auto first = fetch_delivery(world);
        const auto second = fetch_delivery(world);

        CHECK(first == second);
        CHECK(world.has("employees.csv"));
        CHECK(world.archive().empty());
    }
    SECTION("an acknowledged file is in the archive and not found again") {
        world.put("employees.csv", "id\n1\n");
        const auto delivery = fetch_delivery(world);

        const auto acknowledged = acknowledge(world, delivery);
        const auto next = fetch(world);

        REQUIRE(acknowledged);
        REQUIRE(next);
        CHECK_FALSE(next->delivery);
        CHECK_FALSE(world.has("employees.csv"));
        CHECK(world.archive() == std::vector<std::string>{"id\n1\n"});
    }
    SECTION("acknowledging again is a success and does nothing") {
        world.put("employees.csv", "id\n1\n");
        const auto delivery = fetch_delivery(world);
        REQUIRE(acknowledge(world, delivery));

        const auto again = acknowledge(world, delivery);

        CHECK(again);
        CHECK(world.archive() == std::vector<std::string>{"id\n1\n"});
    }
    SECTION("the same name may come every day, even within one second") {
        world.put("employees.csv", "monday");
        REQUIRE(acknowledge(world, fetch_delivery(world)));
        world.put("employees.csv", "tuesday");
        const auto delivery = fetch_delivery(world);

        REQUIRE(acknowledge(world, delivery));

        CHECK(delivery.bytes == "tuesday");
        CHECK(world.archive() == std::vector<std::string>{"monday", "tuesday"});
    }
    SECTION("the newest file is delivered, and the older ones are archived with it") {
        world.put("c.csv", "oldest");
        world.put("a.csv", "older");
        world.put("b.csv", "newest");
        const auto delivery = fetch_delivery(world);

        REQUIRE(acknowledge(world, delivery));

        CHECK(delivery.bytes == "newest");
        CHECK(delivery.superseded == std::vector<std::string>{"c.csv", "a.csv"});
        CHECK(world.archive() == std::vector<std::string>{"newest", "older", "oldest"});
        CHECK_FALSE(world.has("a.csv"));
        CHECK_FALSE(world.has("c.csv"));
    }
    SECTION("a file that replaced the delivered one before it was acknowledged is not archived unread") {
        world.put("older.csv", "older");
        world.put("employees.csv", "monday");
        const auto delivery = fetch_delivery(world);
        world.put("employees.csv", "tuesday");
        world.put("older.csv", "wednesday");

        REQUIRE(acknowledge(world, delivery));

        CHECK(world.has("employees.csv"));
        CHECK(world.has("older.csv"));
        CHECK(world.archive().empty());
        CHECK(fetch_delivery(world).bytes == "wednesday");
    }
    SECTION("a growing file is left alone and named, and nothing older is delivered instead of it") {
        world.put("monday.csv", "monday");
        world.put_growing("tuesday.csv", "tues");

        const auto early = fetch(world);
        world.put("tuesday.csv", "tuesday");
        const auto late = fetch_delivery(world);

        REQUIRE(early);
        CHECK_FALSE(early->delivery);
        CHECK(early->not_ready == std::vector<std::string>{"tuesday.csv: still growing"});
        CHECK(late.bytes == "tuesday");
        CHECK(late.superseded == std::vector<std::string>{"monday.csv"});
    }
    SECTION("temporary names, hidden files and files that do not match are not looked at") {
        world.put("employees.csv.filepart", "half");
        world.put(".employees.csv", "hidden");
        world.put("employees.txt", "other");

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK(*fetched == Fetched{});
    }
    SECTION("folders and links are not files") {
        if (!world.put_folder_and_link()) return;

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK(*fetched == Fetched{});
    }
    SECTION("a file above the size limit is refused by name and not read") {
        world.put("employees.csv", std::string((1 << 20) + 1, 'x'));

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK_FALSE(fetched->delivery);
        REQUIRE(fetched->too_large);
        CHECK(fetched->too_large->name == "employees.csv");
        CHECK(fetched->too_large->size == (1 << 20) + 1);
        CHECK(fetched->too_large->size_max == 1 << 20);
        CHECK(fetched->not_ready.empty());
        CHECK(world.has("employees.csv"));
    }
    SECTION("nothing older is delivered in place of a file above the size limit") {
        world.put("monday.csv", "monday");
        world.put("tuesday.csv", std::string((1 << 20) + 1, 'x'));

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK_FALSE(fetched->delivery);
        REQUIRE(fetched->too_large);
        CHECK(fetched->too_large->name == "tuesday.csv");
    }
    SECTION("what a spreadsheet program leaves beside an open workbook does not hold up the record") {
        world.put("employees.csv", "id\n1\n");
        world.put("~$employees.csv", std::string(165, ' '));

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        REQUIRE(fetched->delivery);
        CHECK(fetched->delivery->name == "employees.csv");
        CHECK(fetched->passed_over.size() == 1);
    }
    SECTION("what a spreadsheet program left behind alone is named, and is no delivery") {
        world.put("~$employees.csv", std::string(165, ' '));

        const auto fetched = fetch(world);

        REQUIRE(fetched);
        CHECK_FALSE(fetched->delivery);
        CHECK(fetched->not_ready.empty());
        CHECK(fetched->passed_over ==
              std::vector<std::string>{"~$employees.csv: left beside a workbook that is open, or was"});
    }
    SECTION("a missing folder is a failure that blocks, never an empty answer") {
        if (!world.take_folder_away()) return;

        const auto fetched = fetch(world);

        REQUIRE_FALSE(fetched);
        CHECK(fetched.error().kind == FailureKind::blocked);
        CHECK(fetched.error().code == "folder_missing");
    }
}

}  // namespace usersync::test

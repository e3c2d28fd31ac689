#include "tests/connectors/sftp/sftp_world.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/show_result.hpp"

#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <optional>

using namespace usersync;
using namespace usersync::test;

namespace {

SshdOptions forbidding(const std::string& requests) {
    SshdOptions options;
    options.sftp_arguments = "-P " + requests;
    return options;
}

Delivery fetch_delivery(SftpWorld& world) {
    auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return std::move(*fetched->delivery);
}

void check_blocked(const Failure& failure, const std::string& code) {
    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.code == code);
    CHECK(failure.where == "sftp");
}

}  // namespace

TEST_CASE("the SFTP folder keeps the source contract", "[connectors][sftp]") {
    check_source_contract([] { return std::make_unique<SftpWorld>(); });
}

TEST_CASE("an SFTP folder without a candidate is looked at once, without waiting", "[connectors][sftp]") {
    SftpWorld world;
    world.put("notes.txt", "nothing for us");

    const auto fetched = fetch(world);

    REQUIRE(fetched);
    CHECK(world.peer().connections() == 1);
    CHECK(world.clock().steady_now() == SteadyTime{});
}

TEST_CASE("an SFTP folder that may not be listed blocks, and is not taken for an empty one", "[connectors][sftp]") {
    const auto request = GENERATE(as<std::string>{}, "opendir", "readdir");
    SftpWorld world(forbidding(request));
    world.put("employees.csv", "id\n1\n");

    const auto fetched = fetch(world);

    REQUIRE_FALSE(fetched);
    check_blocked(fetched.error(), "folder_not_readable");
}

TEST_CASE("an SFTP file that may not be read blocks", "[connectors][sftp]") {
    SftpWorld world(forbidding("open"));
    world.put("employees.csv", "id\n1\n");

    const auto fetched = fetch(world);

    REQUIRE_FALSE(fetched);
    check_blocked(fetched.error(), "folder_not_readable");
}

TEST_CASE("an SFTP account that may not move files blocks at the archive, and the file stays", "[connectors][sftp]") {
    const auto request = GENERATE(as<std::string>{}, "mkdir", "rename");
    SftpWorld world(forbidding(request));
    world.put("employees.csv", "id\n1\n");
    const auto delivery = fetch_delivery(world);

    const auto acknowledged = acknowledge(world, delivery);

    REQUIRE_FALSE(acknowledged);
    check_blocked(acknowledged.error(), "archive_not_writable");
    CHECK(acknowledged.error().effect == Effect::none);
    CHECK(world.has("employees.csv"));
}

TEST_CASE("a file put in the place of the SFTP archive folder blocks", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    const auto delivery = fetch_delivery(world);
    world.put("archive", "");

    const auto acknowledged = acknowledge(world, delivery);

    REQUIRE_FALSE(acknowledged);
    check_blocked(acknowledged.error(), "archive_folder_unusable");
    CHECK(world.has("employees.csv"));
}

TEST_CASE("an archived SFTP file never replaces another one", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "new");
    const auto delivery = fetch_delivery(world);
    std::filesystem::create_directory(world.files().path() / "archive");
    world.put("archive/" + ingest::archive_name("employees.csv", world.clock().now(), 0), "old");

    REQUIRE(acknowledge(world, delivery));

    CHECK(world.archive() == std::vector<std::string>{"new", "old"});
}

TEST_CASE("an SFTP file that is to be kept stays, and acknowledging does not even connect", "[connectors][sftp]") {
    SftpWorld world;
    world.options().after_reading = sftp::AfterReading::keep;
    world.put("employees.csv", "id\n1\n");
    const auto delivery = fetch_delivery(world);
    const auto connections = world.peer().connections();

    REQUIRE(acknowledge(world, delivery));

    CHECK(world.has("employees.csv"));
    CHECK(world.peer().connections() == connections);
}

TEST_CASE("an SFTP server that is not there is a failure that may pass", "[connectors][sftp]") {
    SftpWorld world;
    std::uint16_t port = 0;
    ::close(listen_on_loopback(port));
    world.options().port = port;

    const auto fetched = fetch(world);
    const auto acknowledged = acknowledge(world, Delivery{});

    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().kind == FailureKind::transient);
    CHECK(fetched.error().code == "connect_failed");
    REQUIRE_FALSE(acknowledged);
    CHECK(acknowledged.error().effect == Effect::none);
}

TEST_CASE("an SFTP host without an address is a failure that may pass", "[connectors][sftp]") {
    SftpWorld world;
    // Longer than a label of a host name may be, so that nobody is asked.
    world.options().host = std::string(70, 'x');

    const auto fetched = fetch(world);

    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().kind == FailureKind::transient);
    CHECK(fetched.error().code == "name_not_resolved");
}

TEST_CASE("an SFTP file that cannot be watched long enough before the deadline waits for the next time",
          "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    std::optional<Result<Fetched>> fetched;
    boost::asio::co_spawn(world.context(), world.source().fetch(world.clock().steady_now() + std::chrono::seconds(10)),
                          [&](std::exception_ptr, Result<Fetched> result) { fetched = std::move(result); });

    world.context().run();

    REQUIRE(fetched);
    REQUIRE(*fetched);
    CHECK_FALSE((*fetched)->delivery);
    CHECK((*fetched)->not_ready.size() == 1);
}

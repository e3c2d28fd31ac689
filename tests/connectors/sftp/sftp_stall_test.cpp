#include "tests/connectors/sftp/sftp_world.hpp"
#include "tests/support/show_result.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include <catch2/catch.hpp>

#include <exception>
#include <optional>

using namespace usersync;
using namespace usersync::test;

namespace {

/// Long enough for a busy machine to get as far as the test wants the peer to stall.
constexpr Duration short_patience = std::chrono::seconds(1);

/// Ends no test by itself: what ends here without the breaker hangs until the test runner loses patience.
constexpr Duration endless_patience = std::chrono::hours(1);

/// Where the server's bytes of an undisturbed fetch end, by connection.
struct Course {
    std::size_t logged_in = 0;  ///< about: where a refused login ends
    std::size_t listed = 0;     ///< the first connection: login and listing
    std::size_t read = 0;       ///< the second connection: login, listing and download
};

Course measure(SftpWorld& world) {
    Course course;
    const Secret key = world.options().private_key;
    world.options().private_key = Secret();
    REQUIRE_FALSE(fetch(world));
    world.options().private_key = key;
    const std::size_t first = world.peer().connections();
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    course.logged_in = world.peer().bytes(first - 1);
    course.listed = world.peer().bytes(first);
    course.read = world.peer().bytes(first + 1);
    return course;
}

void check_stalled(const Result<Fetched>& fetched) {
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().kind == FailureKind::transient);
    CHECK(fetched.error().code == "peer_stalled");
}

std::string two_thirds_of_a_megabyte() { return std::string(700'000, 'x'); }

void put_many_files(SftpWorld& world) {
    for (int i = 0; i < 1000; ++i) world.put("employees-" + std::to_string(i) + ".csv", "id\n");
}

}  // namespace

TEST_CASE("a peer that stops answering is given up at every stage", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", two_thirds_of_a_megabyte());
    const Course course = measure(world);
    world.options().idle_max = short_patience;
    const std::size_t first = world.peer().connections();

    SECTION("before its banner") { world.peer().fail_at(first, 0, Fault::stall); }
    SECTION("in its banner") { world.peer().fail_at(first, 10, Fault::stall); }
    SECTION("in the key exchange") { world.peer().fail_at(first, course.logged_in / 2, Fault::stall); }
    SECTION("in the login") { world.peer().fail_at(first, course.logged_in - 20, Fault::stall); }
    SECTION("after the login") { world.peer().fail_at(first, course.logged_in + 40, Fault::stall); }
    SECTION("in the second login") { world.peer().fail_at(first + 1, course.logged_in - 20, Fault::stall); }
    SECTION("at the beginning of the download") {
        world.peer().fail_at(first + 1, course.read - 700'000, Fault::stall);
    }
    SECTION("in the middle of the download") { world.peer().fail_at(first + 1, course.read / 2, Fault::stall); }

    const auto fetched = fetch(world);

    check_stalled(fetched);
    CHECK(world.peer().has_failed());
    CHECK(world.has("employees.csv"));
}

TEST_CASE("a peer that stops answering in a long listing is given up", "[connectors][sftp]") {
    SftpWorld world;
    put_many_files(world);
    const Course course = measure(world);
    world.options().idle_max = short_patience;
    world.peer().fail_at(world.peer().connections(), (course.logged_in + course.listed) / 2, Fault::stall);

    const auto fetched = fetch(world);

    check_stalled(fetched);
    CHECK(world.peer().has_failed());
}

TEST_CASE("wherever the connection breaks, the answer is the whole truth or a failure", "[connectors][sftp]") {
    SftpWorld world;
    put_many_files(world);
    const Course course = measure(world);
    const auto whole = fetch(world);
    REQUIRE(whole);
    REQUIRE(whole->delivery->superseded.size() == 999);
    int failures = 0;

    constexpr int steps = 24;
    for (int step = 0; step <= steps; ++step) {
        // The listing is nearly all of both connections, so the breaks fall into it; half of them into either one.
        const auto number = static_cast<std::size_t>(step % 2);
        const std::size_t bytes = (number == 0 ? course.listed : course.read) * static_cast<std::size_t>(step) / steps;
        CAPTURE(number, bytes);
        world.peer().fail_at(world.peer().connections() + number, bytes, Fault::hang_up);

        const auto fetched = fetch(world);

        if (fetched) {
            CHECK(*fetched == *whole);
        } else {
            ++failures;
            CHECK(fetched.error().kind == FailureKind::transient);
            CHECK((fetched.error().code == "connection_lost" || fetched.error().code == "connect_failed"));
        }
    }
    CHECK(failures >= steps - 2);
}

TEST_CASE("an acknowledgement whose connection breaks may be done again", "[connectors][sftp]") {
    SftpWorld world;
    world.put("older.csv", "older");
    world.put("employees.csv", "newer");
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    const Course course = measure(world);
    int failures = 0;

    for (std::size_t bytes = course.logged_in; bytes < course.logged_in + 2000; bytes += 100) {
        CAPTURE(bytes);
        world.peer().fail_at(world.peer().connections(), bytes, Fault::hang_up);
        const auto acknowledged = acknowledge(world, *fetched->delivery);
        if (acknowledged) continue;
        ++failures;
        CHECK(acknowledged.error().kind == FailureKind::transient);
        if (acknowledged.error().code == "connection_lost") CHECK(acknowledged.error().effect == Effect::unknown);
    }

    CHECK(failures > 0);
    CHECK(acknowledge(world, *fetched->delivery));
    CHECK(world.archive() == std::vector<std::string>{"newer", "older"});
    CHECK_FALSE(world.has("employees.csv"));
    CHECK_FALSE(world.has("older.csv"));
}

TEST_CASE("a deadline ends a session that would be patient for longer", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    world.options().idle_max = endless_patience;
    world.peer().fail_at(0, 10, Fault::stall);
    std::optional<Result<Fetched>> fetched;
    const Deadline deadline = world.clock().steady_now() + short_patience;
    boost::asio::co_spawn(world.context(), world.source().fetch(deadline),
                          [&](std::exception_ptr, Result<Fetched> result) { fetched = std::move(result); });

    world.context().run();

    REQUIRE(fetched);
    REQUIRE_FALSE(*fetched);
    CHECK(fetched->error().kind == FailureKind::transient);
    CHECK(fetched->error().code == "deadline_passed");
}

TEST_CASE("a daemon that stops does not wait for a peer that does not answer", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    world.options().idle_max = endless_patience;
    world.peer().fail_at(0, 10, Fault::stall);
    boost::asio::cancellation_signal stop;
    std::exception_ptr ended;
    bool has_ended = false;
    const auto note = [&](std::exception_ptr error, Result<Fetched>) {
        ended = error;
        has_ended = true;
    };
    boost::asio::co_spawn(world.context(), world.source().fetch(world.clock().steady_now() + endless_patience),
                          boost::asio::bind_cancellation_slot(stop.slot(), note));
    while (!world.peer().has_failed()) REQUIRE(world.context().run_one() > 0);

    stop.emit(boost::asio::cancellation_type::terminal);
    world.context().run();

    REQUIRE(has_ended);
    REQUIRE(ended);
    CHECK_THROWS_AS(std::rethrow_exception(ended), boost::system::system_error);
}

TEST_CASE("a daemon that stops does not wait for a file to stop growing", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    boost::asio::cancellation_signal stop;
    std::exception_ptr ended;
    const auto note = [&](std::exception_ptr error, Result<Fetched>) { ended = error; };
    boost::asio::co_spawn(world.context(), world.source().fetch(world.clock().steady_now() + endless_patience),
                          boost::asio::bind_cancellation_slot(stop.slot(), note));
    while (world.clock().sleepers() == 0) REQUIRE(world.context().run_one() > 0);

    stop.emit(boost::asio::cancellation_type::terminal);
    world.context().run();

    REQUIRE(ended);
    CHECK_THROWS_AS(std::rethrow_exception(ended), boost::system::system_error);
    CHECK(world.peer().connections() == 1);
}

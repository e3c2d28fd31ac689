#include "connectors/sftp/remote_folder.hpp"

#include "connectors/sftp/login.hpp"
#include "tests/connectors/sftp/sftp_world.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

/// A folder on the server, opened as the source does it.
class OpenFolder {
public:
    explicit OpenFolder(SftpWorld& world) : options_(world.options()) {
        sftp::Descriptor connection(connect_to_loopback(options_.port));
        breaker_ = sftp::make_breaker(connection);
        auto session = sftp::log_in(options_, sftp::HostKeyOffer::any, std::move(connection), *breaker_);
        REQUIRE(session);
        auto folder = sftp::RemoteFolder::open(std::move(*session), options_, *breaker_);
        REQUIRE(folder);
        folder_.emplace(std::move(*folder));
    }

    sftp::RemoteFolder& operator*() { return *folder_; }
    sftp::RemoteFolder* operator->() { return &*folder_; }
    sftp::Breaker& breaker() { return *breaker_; }

private:
    sftp::SftpOptions options_;
    std::shared_ptr<sftp::Breaker> breaker_;
    std::optional<sftp::RemoteFolder> folder_;
};

ingest::FileEntry only_file(OpenFolder& folder) {
    const auto listed = folder->list();
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    return listed->front();
}

void check_changed(const Result<std::string>& read) {
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == FailureKind::transient);
    CHECK(read.error().code == "file_changed_while_reading");
}

}  // namespace

TEST_CASE("a remote file that is not what was listed is not delivered", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    OpenFolder folder(world);
    const auto listed = only_file(folder);

    SECTION("it has grown") { world.put("employees.csv", "id\n1\n2\n"); }
    SECTION("it has shrunk") { world.put("employees.csv", "id\n"); }
    SECTION("it was written again with the same length") { world.put("employees.csv", "id\n2\n"); }
    SECTION("it is gone") { std::filesystem::remove(world.files().path() / "employees.csv"); }
    SECTION("it is a folder now") {
        std::filesystem::remove(world.files().path() / "employees.csv");
        std::filesystem::create_directory(world.files().path() / "employees.csv");
    }

    check_changed(folder->read(listed));
}

TEST_CASE("after the breaker was cut, every call ends with a lost connection, whatever was said before",
          "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    OpenFolder folder(world);
    const auto listed = only_file(folder);
    // The last thing that the server said is that something does not exist.
    REQUIRE_FALSE(folder->read({.name = "missing.csv", .size = 1, .modified = {}}));

    folder.breaker().cut(sftp::CutReason::idle);

    CHECK(folder->list().error().code == "connection_lost");
    CHECK(folder->read(listed).error().code == "connection_lost");
    Delivery delivery;
    delivery.name = "employees.csv";
    CHECK(folder->archive(delivery, world.clock().now()).error().code == "connection_lost");
}

TEST_CASE("a session counts its steps, so that progress can be told from a stall", "[connectors][sftp]") {
    SftpWorld world;
    world.put("employees.csv", "id\n1\n");
    OpenFolder folder(world);
    const auto before = folder.breaker().progress();

    const auto listed = only_file(folder);
    const auto between = folder.breaker().progress();
    REQUIRE(folder->read(listed));

    CHECK(before > 0);
    CHECK(between > before);
    CHECK(folder.breaker().progress() > between);
}

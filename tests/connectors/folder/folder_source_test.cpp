#include "connectors/folder/folder_source.hpp"

#include "tests/contract/file_folder.hpp"
#include "tests/contract/source_contract.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

using namespace usersync;
using namespace usersync::test;

namespace {

class FolderWorld final : public SourceWorld {
public:
    explicit FolderWorld(folder::FolderOptions options = {}) : files_(make_folder(dir_)) {
        options.folder = files_.path().string();
        options.pickup.pattern = "*.csv";
        options.pickup.bytes_max = 1 << 20;
        source_ = folder::make_folder_source(std::move(options), clock_, lane_.get_executor());
    }

    boost::asio::io_context& context() override { return context_; }
    ManualClock& clock() override { return clock_; }
    Source& source() override { return *source_; }
    FileFolder& files() { return files_; }
    const TempDir& dir() const { return dir_; }

    void put(const std::string& name, const std::string& bytes) override {
        files_.put(name, bytes);
        if (growing_ == name) growing_.reset();
    }
    void put_growing(const std::string& name, const std::string& bytes) override {
        files_.put(name, bytes);
        growing_ = name;
    }
    void while_waiting() override {
        if (growing_) files_.grow(*growing_);
    }
    bool has(const std::string& name) const override { return files_.has(name); }
    std::vector<std::string> archive() const override { return files_.archive(); }
    bool put_folder_and_link() override {
        files_.put_folder_and_link();
        return true;
    }
    bool take_folder_away() override { return std::filesystem::remove(files_.path()); }

private:
    static std::filesystem::path make_folder(const TempDir& dir) {
        std::filesystem::create_directory(dir / "folder");
        return dir / "folder";
    }

    TempDir dir_;
    FileFolder files_;
    boost::asio::io_context context_;
    ManualClock clock_{context_};
    boost::asio::thread_pool lane_{1};
    std::unique_ptr<Source> source_;
    std::optional<std::string> growing_;
};

/// Root may do everything, so a test about what is forbidden acts as nobody meanwhile.
class OrdinaryUser {
public:
    OrdinaryUser() : effective_(::geteuid()) {
        constexpr uid_t nobody = 65534;
        if (effective_ == 0) REQUIRE(::seteuid(nobody) == 0);
    }
    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;
    ~OrdinaryUser() {
        if (effective_ == 0 && ::seteuid(effective_) != 0) std::abort();
    }

private:
    uid_t effective_;
};

void open_to_everybody(const FolderWorld& world) { REQUIRE(::chmod(world.dir().path().c_str(), 0777) == 0); }

}  // namespace

TEST_CASE("the local folder keeps the source contract", "[connectors][folder]") {
    check_source_contract([] { return std::make_unique<FolderWorld>(); });
}

TEST_CASE("a local folder that may not be read blocks, and is not taken for an empty one", "[connectors][folder]") {
    FolderWorld world;
    world.put("employees.csv", "id\n1\n");
    open_to_everybody(world);
    REQUIRE(::chmod(world.files().path().c_str(), 0) == 0);

    const auto fetched = [&] {
        const OrdinaryUser user;
        return fetch(world);
    }();

    REQUIRE(::chmod(world.files().path().c_str(), 0755) == 0);
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().kind == FailureKind::blocked);
    CHECK(fetched.error().code == "folder_not_readable");
}

TEST_CASE("a local file that may not be read blocks", "[connectors][folder]") {
    FolderWorld world;
    world.put("employees.csv", "id\n1\n");
    open_to_everybody(world);
    REQUIRE(::chmod((world.files().path() / "employees.csv").c_str(), 0) == 0);

    const auto fetched = [&] {
        const OrdinaryUser user;
        return fetch(world);
    }();

    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().code == "folder_not_readable");
}

TEST_CASE("a local folder that may not be written blocks at the archive, and the file stays", "[connectors][folder]") {
    FolderWorld world;
    world.put("employees.csv", "id\n1\n");
    open_to_everybody(world);
    REQUIRE(::chmod(world.files().path().c_str(), 0555) == 0);
    const auto fetched = fetch(world);
    REQUIRE(fetched);

    const auto acknowledged = [&] {
        const OrdinaryUser user;
        return acknowledge(world, *fetched->delivery);
    }();

    REQUIRE_FALSE(acknowledged);
    CHECK(acknowledged.error().kind == FailureKind::blocked);
    CHECK(acknowledged.error().code == "archive_not_writable");
    CHECK(world.has("employees.csv"));
}

TEST_CASE("a file put in the place of the local archive folder blocks", "[connectors][folder]") {
    FolderWorld world;
    world.put("employees.csv", "id\n1\n");
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    SECTION("a file") { world.put("archive", ""); }
    SECTION("a link to another folder") {
        std::filesystem::create_directory(world.dir() / "elsewhere");
        std::filesystem::create_directory_symlink(world.dir() / "elsewhere", world.files().path() / "archive");
    }

    const auto acknowledged = acknowledge(world, *fetched->delivery);

    REQUIRE_FALSE(acknowledged);
    CHECK(acknowledged.error().code == "archive_folder_unusable");
    CHECK(world.has("employees.csv"));
}

TEST_CASE("an archived local file never replaces another one", "[connectors][folder]") {
    FolderWorld world;
    world.put("employees.csv", "new");
    const auto fetched = fetch(world);
    REQUIRE(fetched);
    std::filesystem::create_directory(world.files().path() / "archive");
    world.put("archive/" + ingest::archive_name("employees.csv", world.clock().now(), 0), "old");

    REQUIRE(acknowledge(world, *fetched->delivery));

    CHECK(world.archive() == std::vector<std::string>{"new", "old"});
}

TEST_CASE("a local file that is to be kept stays where it is", "[connectors][folder]") {
    folder::FolderOptions options;
    options.after_reading = folder::AfterReading::keep;
    FolderWorld world(std::move(options));
    world.put("employees.csv", "id\n1\n");
    const auto fetched = fetch(world);
    REQUIRE(fetched);

    REQUIRE(acknowledge(world, *fetched->delivery));

    CHECK(world.has("employees.csv"));
    CHECK(world.archive().empty());
}

TEST_CASE("a local file that cannot be watched long enough before the deadline waits for the next time",
          "[connectors][folder]") {
    FolderWorld world;
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

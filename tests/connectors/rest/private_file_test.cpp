#include "connectors/rest/private_file.hpp"

#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest_api;
using usersync::test::TempDir;
namespace fs = std::filesystem;

TEST_CASE("what is written for ourselves alone is read back, and replaced as a whole", "[connectors][rest]") {
    const TempDir folder;
    const auto file = folder / "deep/state/memory";

    REQUIRE(write_private(file, "first"));
    REQUIRE(write_private(file, "second"));

    CHECK(read_private(file, 100).value() == std::optional<std::string>("second"));
    CHECK(fs::status(file).permissions() == fs::perms(0600));
    CHECK(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("a file that is not there is none", "[connectors][rest]") {
    const TempDir folder;

    CHECK(read_private(folder / "missing", 100).value() == std::nullopt);
    CHECK(read_private(folder / "no/folder", 100).value() == std::nullopt);
}

TEST_CASE("a file that others may read or write is refused", "[connectors][rest]") {
    const TempDir folder;
    for (const int mode : {0640, 0604, 0620, 0602}) {
        const auto file = folder.write("state", "text");
        fs::permissions(file, fs::perms(mode));

        const auto read = read_private(file, 100);

        REQUIRE_FALSE(read);
        CHECK(read.error().code == "state_too_open");
        fs::remove(file);
    }
}

TEST_CASE("a link in the place of a file is not followed", "[connectors][rest]") {
    const TempDir folder;
    REQUIRE(write_private(folder / "other", "text"));
    fs::create_symlink(folder / "other", folder / "state");

    CHECK_FALSE(read_private(folder / "state", 100));
    REQUIRE(write_private(folder / "state", "ours"));
    CHECK(read_private(folder / "other", 100).value() == std::optional<std::string>("text"));
}

TEST_CASE("a file that is larger than it can be is refused", "[connectors][rest]") {
    const TempDir folder;
    REQUIRE(write_private(folder / "state", "12345"));

    CHECK_FALSE(read_private(folder / "state", 4));
}

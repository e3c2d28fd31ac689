#include "daemon/config/config_files.hpp"

#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace usersync;
using namespace usersync::config;

TEST_CASE("files of a folder and of a kept version are read alike", "[daemon][config]") {
    test::TempDir dir;
    dir.write("lists/codes.csv", "A;1\n");
    const std::vector<RuleFile> kept{{.name = "lists/codes.csv", .bytes = "A;1\n"}};

    for (const auto& files : {files_in(dir / "."), files_of(kept)}) {
        CHECK(files("lists/codes.csv").value() == "A;1\n");
        const auto missing = files("codes.csv");
        REQUIRE(!missing);
        CHECK(missing.error().code == "file_missing");
        CHECK(missing.error().detail == "does not exist");
    }
}

TEST_CASE("a file beyond 16 MiB is not read, and a folder is no file", "[daemon][config]") {
    test::TempDir dir;
    std::filesystem::resize_file(dir.write("lists/codes.csv", ""), (16u << 20) + 1);
    const auto files = files_in(dir / ".");

    CHECK(files("lists/codes.csv").error().code == "file_too_large");
    CHECK(files("lists").error().code == "file_unreadable");
}

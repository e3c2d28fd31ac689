#pragma once
// Files that real programs wrote, kept in tests/golden/record.

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace usersync::record::test {

inline std::string golden(const std::string& name) {
    std::ifstream file(std::string(USERSYNC_SOURCE_DIR "/tests/golden/record/") + name, std::ios::binary);
    INFO(name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace usersync::record::test

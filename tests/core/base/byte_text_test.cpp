// core/base: bytes written with few letters.

#include "core/base/byte_text.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace usersync;

TEST_CASE("base64 is read and written as it is published", "[core][base]") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64url("\xFB\xFF") == "-_8");
    CHECK(from_base64("Zm9v\r\nYmE=") == "fooba");
    CHECK_FALSE(from_base64("Zm9vY"));
    CHECK_FALSE(from_base64("<token>"));
}

TEST_CASE("bytes are written as hexadecimal digits in lower case", "[core][base]") {
    CHECK(hex_text("") == "");
    CHECK(hex_text(std::string("\0\x7f\xff", 3)) == "007fff");
}

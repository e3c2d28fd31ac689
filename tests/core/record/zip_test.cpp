#include "core/record/zip.hpp"

#include "tests/core/record/workbooks.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace usersync;
using namespace usersync::record;

namespace {

std::string little_endian(std::uint64_t number, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xFF);
    return text;
}

/// What a streaming writer makes: sizes of 64 bits before the content, all ones where 32 bits would stand.
std::string zip_with_wide_sizes(const std::string& content, std::uint32_t checksum) {
    const std::string name = "a.csv";
    const auto size = content.size();
    const auto wide = little_endian(1, 2) + little_endian(16, 2) + little_endian(size, 8) + little_endian(size, 8);
    const auto common = little_endian(45, 2) + little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 4) +
                        little_endian(checksum, 4);
    const auto local = "PK\x03\x04" + common + little_endian(0xFFFFFFFF, 4) + little_endian(0xFFFFFFFF, 4) +
                       little_endian(name.size(), 2) + little_endian(wide.size(), 2) + name + wide + content;
    const auto central = "PK\x01\x02" + little_endian(45, 2) + common + little_endian(size, 4) +
                         little_endian(size, 4) + little_endian(name.size(), 2) + std::string(16, '\0') + name;
    return local + central + "PK\x05\x06" + std::string(4, '\0') + little_endian(1, 2) + little_endian(1, 2) +
           little_endian(central.size(), 4) + little_endian(local.size(), 4) + std::string(2, '\0');
}

std::string code_of_first(const std::string& bytes, const RecordLimits& limits = {}) {
    auto archive = ZipArchive::open(bytes, limits);
    if (!archive) return archive.error().code;
    const auto text = archive->read_all(0);
    return text ? "none" : text.error().code;
}

}  // namespace

TEST_CASE("a zip archive gives its entries and what they hold", "[record][zip]") {
    const auto bytes = zip_of({{"folder/", ""}, {"folder/staff.csv", "id,name\n1,Ann\n"}});
    auto archive = ZipArchive::open(bytes, {});
    REQUIRE(archive);
    REQUIRE(archive->entries().size() == 2);
    CHECK(archive->entries()[0].is_directory);
    CHECK(archive->entries()[1].name == "folder/staff.csv");
    CHECK(archive->entries()[1].unpacked_bytes == 14);
    CHECK_FALSE(archive->entries()[1].encrypted);
    CHECK(archive->read_all(1).value() == "id,name\n1,Ann\n");
    CHECK(archive->find("/Folder/STAFF.csv") == 1);
    CHECK_FALSE(archive->find("staff.csv"));
}

TEST_CASE("an entry can be read piece by piece, and outlives its archive", "[record][zip]") {
    const std::string content(100'000, 'x');
    const auto bytes = zip_of({{"a", content}, {"b", "other"}});
    std::optional<ZipEntryStream> stream;
    {
        auto archive = ZipArchive::open(bytes, {});
        REQUIRE(archive);
        auto read = archive->read(0);
        REQUIRE(read);
        stream.emplace(std::move(*read));
        CHECK(archive->read_all(1).value() == "other");
    }
    std::string text;
    char piece[1000];
    while (true) {
        const auto count = stream->read(piece, sizeof(piece));
        REQUIRE(count);
        if (*count == 0) break;
        text.append(piece, *count);
    }
    CHECK(text == content);
}

TEST_CASE("a zip whose parts carry sizes of 64 bits in their local headers is read", "[record][zip]") {
    CHECK(code_of_first(zip_with_wide_sizes("hello\n", 0x363A3020)) == "none");
    CHECK(code_of_first(zip_with_wide_sizes("jello\n", 0x363A3020)) == "damaged_zip");
}

TEST_CASE("an encrypted entry is refused by name", "[record][zip]") {
    const auto bytes = zip_of({{"staff.csv", "id\n1\n"}}, "secret");
    CHECK(ZipArchive::open(bytes, {}).value().entries()[0].encrypted);
    CHECK(code_of_first(bytes) == "encrypted_zip");
}

TEST_CASE("what is no zip archive, or only a part of one, is damage", "[record][zip]") {
    CHECK(code_of_first("") == "damaged_zip");
    CHECK(code_of_first("PK") == "damaged_zip");
    CHECK(code_of_first("id,name\n") == "damaged_zip");
    const auto bytes = zip_of({{"staff.csv", std::string(5000, 'x') + "y"}});
    for (std::size_t twentieth = 0; twentieth < 20; ++twentieth) {
        CHECK(code_of_first(bytes.substr(0, bytes.size() * twentieth / 20)) == "damaged_zip");
    }
}

TEST_CASE("a zip archive that hides more than the limits allow is refused while it is unpacked", "[record][zip]") {
    const auto bomb = zip_of({{"bomb", std::string(20 << 20, '0')}});
    REQUIRE(bomb.size() < 30'000);
    RecordLimits limits;

    SECTION("the ratio of unpacked to packed bytes") {
        CHECK(code_of_first(bomb, limits) == "too_large_unpacked");
        limits.ratio_max = 2000;
        CHECK(code_of_first(bomb, limits) == "none");
    }
    SECTION("the first mebibyte may be of any ratio") {
        CHECK(code_of_first(zip_of({{"a", std::string(1 << 20, '0')}}), limits) == "none");
    }
    SECTION("the bytes of one entry") {
        limits.ratio_max = 2000;
        limits.unpacked_bytes_max = (20 << 20) - 1;
        CHECK(code_of_first(bomb, limits) == "too_large_unpacked");
    }
    SECTION("the bytes of all entries that are read, each counted once") {
        limits.unpacked_bytes_max = 10;
        const auto bytes = zip_of({{"a", "123456"}, {"b", "12345"}});
        auto archive = ZipArchive::open(bytes, limits);
        REQUIRE(archive);
        CHECK(archive->read_all(0));
        CHECK(archive->read_all(0));
        CHECK(archive->read_all(1).error().code == "too_large_unpacked");
    }
    SECTION("the number of entries") {
        limits.entries_max = 2;
        CHECK(code_of_first(zip_of({{"a", ""}, {"b", ""}}), limits) == "none");
        CHECK(code_of_first(zip_of({{"a", ""}, {"b", ""}, {"c", ""}}), limits) == "too_large_unpacked");
    }
    SECTION("a packed size that is a lie does not help") {
        // The central directory says that the entry is four gibibytes packed; the archive itself is not.
        auto bytes = bomb;
        const auto central = bytes.find("PK\x01\x02");
        REQUIRE(central != std::string::npos);
        bytes.replace(central + 20, 4, "\xFE\xFF\xFF\xFF");
        CHECK(code_of_first(bytes, limits) != "none");
    }
}

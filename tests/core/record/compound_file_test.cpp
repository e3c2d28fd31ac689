// The file system within an old office document.

#include "core/record/compound_file.hpp"
#include "core/record/little_endian.hpp"
#include "core/record/write_compound_file.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <cstring>

using namespace usersync;
using namespace usersync::record;

namespace {

constexpr std::size_t sector = 512;

std::string content_of(std::size_t bytes) {
    std::string content;
    content.reserve(bytes + 8);
    for (std::uint64_t i = 0; content.size() < bytes; ++i) put_number(content, i * 0x9E3779B97F4A7C15);
    content.resize(bytes);
    return content;
}

void set_u32(std::string& bytes, std::size_t at, std::uint32_t number) {
    std::memcpy(bytes.data() + at, &number, sizeof number);
}

std::size_t place_of_sector(std::uint32_t number) { return (std::size_t{number} + 1) * sector; }

// Where the file says which sector comes after this one. REQUIRES: the table is one sector.
std::size_t place_of_next(const std::string& file, std::uint32_t number) {
    return place_of_sector(u32_at(file, 76)) + std::size_t{number} * 4;
}

std::string code_of_reading(const std::string& bytes) {
    const auto file = CompoundFile::open(bytes);
    if (!file) return file.error().code;
    const auto stream = file->read("Workbook");
    return stream ? "" : stream.error().code;
}

}  // namespace

TEST_CASE("a stream is read as it was written, without a copy when it lies in one piece", "[core][record][compound]") {
    for (const std::size_t size : {4096U, 4097U, 65536U, 100'000U}) {
        const auto content = content_of(size);
        const auto bytes = write_compound_file("Workbook", content);
        const auto file = CompoundFile::open(bytes);
        REQUIRE(file);
        const auto stream = file->read("WORKBOOK");
        REQUIRE(stream);
        CHECK(stream->view == content);
        CHECK(stream->copy == nullptr);
        CHECK_FALSE(file->has_stream("Book"));
    }
}

TEST_CASE("a large file, whose table of sectors needs tables of its own, is read", "[core][record][compound]") {
    const auto content = content_of(7'500'000);
    const auto bytes = write_compound_file("Workbook", content);
    const auto file = CompoundFile::open(bytes);
    REQUIRE(file);
    const auto stream = file->read("Workbook");
    REQUIRE(stream);
    CHECK(stream->view == content);
}

TEST_CASE("a stream whose sectors lie apart is put together", "[core][record][compound]") {
    const auto content = content_of(10 * sector);
    auto bytes = write_compound_file("Workbook", content);
    std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(place_of_sector(3)),
                     bytes.begin() + static_cast<std::ptrdiff_t>(place_of_sector(4)),
                     bytes.begin() + static_cast<std::ptrdiff_t>(place_of_sector(7)));
    set_u32(bytes, place_of_next(bytes, 2), 7);
    set_u32(bytes, place_of_next(bytes, 7), 4);
    set_u32(bytes, place_of_next(bytes, 6), 3);
    set_u32(bytes, place_of_next(bytes, 3), 8);

    const auto file = CompoundFile::open(bytes);
    REQUIRE(file);
    const auto stream = file->read("Workbook");
    REQUIRE(stream);
    CHECK(stream->view == content);
    CHECK(stream->copy != nullptr);
}

TEST_CASE("a chain of sectors that runs in a circle, or out of the file, is damage", "[core][record][compound]") {
    const auto sound = write_compound_file("Workbook", content_of(10 * sector));
    for (const std::uint32_t next : {0U, 2U, 3U, 11U, 5000U, 0xFFFFFFFEU, 0xFFFFFFFFU, 0xFFFFFFFDU}) {
        INFO("the sector after the third is " << next);
        auto bytes = sound;
        set_u32(bytes, place_of_next(bytes, 2), next);
        CHECK(code_of_reading(bytes) == (next == 3 ? "" : "damaged_workbook"));
    }
}

TEST_CASE("circles in the directory and in the table of tables are damage", "[core][record][compound]") {
    const auto sound = write_compound_file("Workbook", content_of(10 * sector));
    const auto directory = place_of_sector(10);
    for (const std::size_t link : {68U, 72U}) {
        auto bytes = sound;
        set_u32(bytes, directory + 128 + link, 1);
        CHECK(code_of_reading(bytes) == "damaged_workbook");
        set_u32(bytes, directory + 128 + link, 77);
        CHECK(code_of_reading(bytes) == "damaged_workbook");
    }
    auto bytes = sound;
    set_u32(bytes, place_of_next(bytes, 10), 10);
    CHECK(code_of_reading(bytes) == "damaged_workbook");

    auto large = write_compound_file("Workbook", content_of(7'500'000));
    const auto places = place_of_sector(u32_at(large, 68));
    set_u32(large, places, u32_at(large, 68) + 1'000'000);
    CHECK(code_of_reading(large) == "damaged_workbook");
    set_u32(large, places + 508, u32_at(large, 68));
    std::memset(large.data() + places, 0xFF, 508);
    CHECK(code_of_reading(large) == "damaged_workbook");
}

TEST_CASE("a size larger than the file is not believed", "[core][record][compound]") {
    auto bytes = write_compound_file("Workbook", content_of(10 * sector));
    const auto size_at = place_of_sector(10) + 128 + 120;
    for (const std::uint32_t size : {10 * 512U + 1, 1'000'000U, 0xFFFFFFFFU}) {
        set_u32(bytes, size_at, size);
        CHECK(code_of_reading(bytes) == "damaged_workbook");
    }
    set_u32(bytes, 44, 0xFFFFFFFF);
    CHECK(code_of_reading(bytes) == "damaged_workbook");
}

TEST_CASE("a small stream is found in the mini stream, piece by piece", "[core][record][compound]") {
    // The first half of a written stream becomes the mini stream, the sector behind it its table.
    const auto content = content_of(10 * sector);
    auto bytes = write_compound_file("Workbook", content);
    const auto directory = place_of_sector(10);
    set_u32(bytes, place_of_next(bytes, 7), 0xFFFFFFFE);
    set_u32(bytes, directory + 116, 0);
    set_u32(bytes, directory + 120, 8 * sector);
    set_u32(bytes, 60, 9);
    set_u32(bytes, directory + 128 + 116, 5);
    set_u32(bytes, directory + 128 + 120, 150);
    set_u32(bytes, place_of_sector(9) + 5 * 4, 2);
    set_u32(bytes, place_of_sector(9) + 2 * 4, 63);

    const auto file = CompoundFile::open(bytes);
    REQUIRE(file);
    const auto stream = file->read("Workbook");
    REQUIRE(stream);
    CHECK(stream->view == content.substr(5 * 64, 64) + content.substr(2 * 64, 64) + content.substr(63 * 64, 22));

    set_u32(bytes, place_of_sector(9) + 2 * 4, 64);
    CHECK(code_of_reading(bytes) == "damaged_workbook");
    set_u32(bytes, place_of_sector(9) + 5 * 4, 0xFFFFFFFE);
    CHECK(code_of_reading(bytes) == "damaged_workbook");
}

TEST_CASE("a file cut anywhere is damage, never a shorter stream", "[core][record][compound]") {
    const auto bytes = write_compound_file("Workbook", content_of(10 * sector));
    for (std::size_t cut = 0; cut < bytes.size(); cut += 37) {
        INFO("cut at " << cut);
        CHECK(code_of_reading(bytes.substr(0, cut)) == "damaged_workbook");
    }
}

TEST_CASE("a compound file tells what it is by its streams", "[core][record][compound]") {
    struct Case {
        const char* stream;
        CompoundContent content;
        const char* code;
    };
    const std::vector<Case> cases = {{"Workbook", CompoundContent::workbook, ""},
                                     {"Book", CompoundContent::old_workbook, "excel_95"},
                                     {"EncryptedPackage", CompoundContent::encrypted, "password_protected"},
                                     {"EncryptionInfo", CompoundContent::encrypted, "password_protected"},
                                     {"\tDRMContent", CompoundContent::encrypted, "password_protected"},
                                     {"WordDocument", CompoundContent::word_document, "unknown_format"},
                                     {"PowerPoint Document", CompoundContent::presentation, "unknown_format"},
                                     {"__properties_version1.0", CompoundContent::mail_message, "unknown_format"},
                                     {"Thumbs", CompoundContent::other, "unknown_format"}};
    for (const auto& c : cases) {
        INFO(c.stream);
        const auto content = what_is_in(write_compound_file(c.stream, "x"));
        REQUIRE(content);
        CHECK(*content == c.content);
        const auto refusal = refusal_of(*content);
        CHECK((refusal ? refusal->code : "") == c.code);
    }
    CHECK(what_is_in("PK").error().code == "damaged_workbook");
}

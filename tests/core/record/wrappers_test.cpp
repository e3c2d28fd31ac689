#include "core/record/wrappers.hpp"
#include "tests/core/record/pack.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

std::string from_gzip(std::string_view bytes, const RecordLimits& limits = {}) {
    auto text = unpack_gzip(bytes, limits);
    return text ? *text : text.error().code;
}

std::string from_zip(const std::vector<ZipFile>& files, const RecordLimits& limits = {}) {
    const auto bytes = zipped(files);
    auto zip = look_into_zip(bytes, limits);
    if (!zip) return zip.error().code;
    if (const auto* format = std::get_if<Format>(&*zip)) return "a workbook: " + std::string(to_string(*format));
    return std::get<std::string>(*zip);
}

}  // namespace

TEST_CASE("gzip is unpacked, all members of it", "[core][record][gzip]") {
    CHECK(from_gzip(gzipped("id;naam\n")) == "id;naam\n");
    CHECK(from_gzip(gzipped("")) == "");
    CHECK(from_gzip(gzipped("id;naam\n") + gzipped("1;x\n") + gzipped("2;y\n")) == "id;naam\n1;x\n2;y\n");
    std::string large;
    for (int i = 0; i < 200'000; ++i) large += std::to_string(i * 7919) + "\n";
    CHECK((from_gzip(gzipped(large)) == large));
}

TEST_CASE("damaged gzip is refused as a whole, wherever the damage is", "[core][record][gzip]") {
    const auto packed = gzipped("id;naam\n1;Anna\n");
    for (std::size_t size = 0; size < packed.size(); ++size) {
        CHECK(from_gzip(std::string_view(packed).substr(0, size)) == "damaged_gzip");
    }
    CHECK(from_gzip(packed + "x") == "damaged_gzip");
    CHECK(from_gzip(packed + packed.substr(0, 12)) == "damaged_gzip");
    auto flipped = packed;
    flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);  // of the checksum
    CHECK(from_gzip(flipped) == "damaged_gzip");
}

TEST_CASE("a gzip bomb is refused while it is unpacked", "[core][record][gzip][limits]") {
    const auto bomb = gzipped(std::string(std::size_t{16} << 20, 'x'));
    REQUIRE(bomb.size() < 20'000);
    CHECK(from_gzip(bomb) == "too_large_unpacked");
    const auto small_but_dense = gzipped(std::string(500'000, 'x'));
    CHECK(from_gzip(small_but_dense).size() == 500'000);  // below a MiB the ratio does not count
    RecordLimits limits;
    limits.unpacked_bytes_max = 100;
    CHECK(from_gzip(gzipped(std::string(100, 'x')), limits).size() == 100);
    CHECK(from_gzip(gzipped(std::string(101, 'x')), limits) == "too_large_unpacked");
    CHECK(from_gzip(gzipped(std::string(60, 'x')) + gzipped(std::string(60, 'x')), limits) == "too_large_unpacked");
}

TEST_CASE("a zip with exactly one file is a wrapper around it", "[core][record][zip]") {
    CHECK(from_zip({{"export/staff.csv", "id;naam\n"}}) == "id;naam\n");
    CHECK(from_zip({{"export/", ""},
                    {"export/staff.csv", "id;naam\n"},
                    {"__MACOSX/export/._staff.csv", "x"},
                    {"export/.DS_Store", "x"},
                    {"Thumbs.db", "x"}}) == "id;naam\n");
}

TEST_CASE("a zip with no file, or with several, is refused", "[core][record][zip]") {
    CHECK(from_zip({}) == "zip_empty");
    CHECK(from_zip({{"export/", ""}, {".DS_Store", "x"}}) == "zip_empty");
    CHECK(from_zip({{"a.csv", "x"}, {"b.csv", "y"}}) == "zip_several_files");
    const auto bytes = zipped({{"a.csv", "x"}, {"b.csv", "y"}});
    CHECK(look_into_zip(bytes, {}).error().detail == "the zip holds 2 files; exactly one is expected");
}

TEST_CASE("a zip with a password is refused by its name", "[core][record][zip]") {
    CHECK(from_zip({{"staff.csv", "0123456789abcdef", true}}) == "encrypted_zip");
}

TEST_CASE("a damaged zip is refused", "[core][record][zip]") {
    const auto whole = zipped({{"staff.csv", "id;naam\n"}});
    for (const std::size_t size : {4UL, 30UL, whole.size() - 30, whole.size() - 1}) {
        CHECK(look_into_zip(std::string_view(whole).substr(0, size), {}).error().code == "damaged_zip");
    }
    auto flipped = whole;
    flipped[41] = 'X';  // of the file: its checksum does not fit
    CHECK(look_into_zip(flipped, {}).error().code == "damaged_zip");
}

TEST_CASE("documents that are a zip too are told apart by what is in them", "[core][record][zip]") {
    const std::string ods = "application/vnd.oasis.opendocument.spreadsheet";
    const std::string odt = "application/vnd.oasis.opendocument.text";
    CHECK(from_zip({{"[Content_Types].xml", "x"}, {"xl/workbook.xml", "x"}}) == "a workbook: xlsx");
    CHECK(from_zip({{"mimetype", ods}, {"content.xml", "x"}}) == "a workbook: ods");
    CHECK(from_zip({{"content.xml", "x"}, {"META-INF/manifest.xml", "x"}}) == "a workbook: ods");
    CHECK(from_zip({{"[Content_Types].xml", "x"}, {"xl/workbook.bin", "x"}}) == "unknown_format");
    CHECK(from_zip({{"[Content_Types].xml", "x"}, {"word/document.xml", "x"}}) == "unknown_format");
    CHECK(from_zip({{"[Content_Types].xml", "x"}, {"ppt/presentation.xml", "x"}}) == "unknown_format");
    CHECK(from_zip({{"mimetype", odt}, {"content.xml", "x"}}) == "unknown_format");
    CHECK(from_zip({{"Index/Document.iwa", "x"}, {"Metadata/Properties.plist", "x"}}) == "unknown_format");
    CHECK(from_zip({{"mimetype", "id;naam\n"}}) == "id;naam\n");
    const auto xlsb = zipped({{"[Content_Types].xml", "x"}, {"xl/workbook.bin", "x"}});
    CHECK(look_into_zip(xlsb, {}).error().detail ==
          "this is a binary Excel workbook (.xlsb): save it as .xlsx, not an employee record");
}

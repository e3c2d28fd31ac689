// Old workbooks that were cut off or changed on their way.

#include "core/record/compound_file.hpp"
#include "tests/core/record/golden_file.hpp"
#include "tests/core/record/shown_sheet.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync::record;
using namespace usersync::record::test;

namespace {

const std::vector<std::string> files = {"xls/libreoffice.xls", "xls/gnumeric.xls", "xls/xlwt.xls", "xls/sheetjs.xls"};

Lines read(const std::string& bytes) { return shown(open_xls(bytes, std::nullopt, {})); }

bool is_refused(const Lines& lines) { return !lines.empty() && lines.back().starts_with("!"); }

}  // namespace

TEST_CASE("a workbook cut anywhere is refused, or every row is still there", "[core][record][xls][property]") {
    for (const auto& file : files) {
        const auto bytes = golden(file);
        const auto whole = read(bytes);
        REQUIRE_FALSE(is_refused(whole));
        for (std::size_t part = 0; part < 20; ++part) {
            const auto cut = bytes.size() * part / 20;
            INFO(file << " cut at " << cut);
            const auto lines = read(bytes.substr(0, cut));
            CHECK((is_refused(lines) || lines == whole));
        }
    }
}

TEST_CASE("the stream of a workbook cut at any byte is refused", "[core][record][xls][property]") {
    const auto bytes = golden("xls/sheetjs.xls");
    const auto file = CompoundFile::open(bytes);
    REQUIRE(file);
    const auto stream = file->read("Workbook");
    REQUIRE(stream);
    // Everything from the last record of the sheet on may go.
    const auto whole = read(bytes);
    const auto place = bytes.find(stream->view.substr(0, 64));
    REQUIRE(place != std::string::npos);
    for (std::size_t cut = 0; cut < stream->view.size(); cut += 3) {
        INFO("zeros from " << cut);
        auto damaged = bytes;
        for (auto i = cut; i < stream->view.size(); ++i) damaged[place + i] = '\0';
        const auto lines = read(damaged);
        CHECK((is_refused(lines) || lines == whole));
    }
}

TEST_CASE("a workbook with flipped bytes is read or refused, and never brings the reader down",
          "[core][record][xls][property]") {
    for (const auto& file : files) {
        const auto sound = golden(file);
        for (unsigned seed = 1; seed <= 150; ++seed) {
            INFO(file << " seed " << seed);
            std::mt19937 random(seed);
            auto bytes = sound;
            for (unsigned i = 0; i < 1 + seed % 8; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
            const auto lines = read(bytes);
            CHECK(lines.size() <= 65'536);
        }
    }
}

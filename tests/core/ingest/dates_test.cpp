#include "core/ingest/dates.hpp"
#include "tests/core/ingest/transform_samples.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;
using record::CellKind;

namespace {

std::string date(const std::string& text, const std::string& pattern) { return made_of(text, {step::Date{pattern}}); }
std::string date(const std::string& text, CellKind kind, const std::string& pattern) {
    return made_of(text, kind, {step::Date{pattern}});
}

}  // namespace

TEST_CASE("a date is read as the tenant says it is written", "[core][ingest][transform]") {
    CHECK(date("26.10.2017", "dd.MM.yyyy") == "2017-10-26");
    CHECK(date("2026-03-01", "yyyy-MM-dd") == "2026-03-01");
    CHECK(date("2026/03/01", "yyyy/MM/dd") == "2026-03-01");
    CHECK(date("01-03-2026", "dd-MM-yyyy") == "2026-03-01");
    CHECK(date("20260301", "yyyyMMdd") == "2026-03-01");
    CHECK(date("01032026", "ddMMyyyy") == "2026-03-01");
    CHECK(date("1/3/26", "d/M/yy") == "2026-03-01");
    CHECK(date("2026年3月1日", "yyyy年M月d日") == "2026-03-01");
}

TEST_CASE("01/02/2026 is undecidable: the pattern alone says which day it is", "[core][ingest][transform]") {
    CHECK(date("01/02/2026", "dd/MM/yyyy") == "2026-02-01");
    CHECK(date("01/02/2026", "MM/dd/yyyy") == "2026-01-02");
    CHECK(date("13/02/2026", "MM/dd/yyyy") == "(bad_date)");
}

TEST_CASE("a date that is written in another way than declared is refused, never guessed",
          "[core][ingest][transform]") {
    for (const auto* wrong : {"01/02/2026", "1-2-2026", "01-02-26", "2026-02-01", "01-02-2026 ", "01-02-2026x",
                              "01-02-20266", "01-feb-2026", "01-02", "", "-", "morgen", "01-02-2026 08:30"}) {
        CAPTURE(wrong);
        CHECK(date(wrong, "dd-MM-yyyy") == "(bad_date)");
    }
    CHECK(sentence_of("1-2-2026", {step::Date{"dd-MM-yyyy"}}) == "the date is not written as dd-MM-yyyy");
}

TEST_CASE("one letter takes one digit or two, two letters take two", "[core][ingest][transform]") {
    CHECK(date("1-2-2026", "d-M-yyyy") == "2026-02-01");
    CHECK(date("01-02-2026", "d-M-yyyy") == "2026-02-01");
    CHECK(date("001-02-2026", "d-M-yyyy") == "(bad_date)");
}

TEST_CASE("31-02 is no day of the calendar, 29-02 is one in leap years only", "[core][ingest][transform]") {
    CHECK(date("31-02-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("31-04-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("30-04-2026", "dd-MM-yyyy") == "2026-04-30");
    CHECK(date("29-02-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("29-02-2024", "dd-MM-yyyy") == "2024-02-29");
    CHECK(date("29-02-1900", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("29-02-2000", "dd-MM-yyyy") == "2000-02-29");
    CHECK(date("00-01-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("01-00-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("01-13-2026", "dd-MM-yyyy") == "(bad_date)");
    CHECK(sentence_of("31-02-2026", {step::Date{"dd-MM-yyyy"}}) == "the date does not exist in the calendar");
}

TEST_CASE("9999-12-31 and 0001-01-01 are refused as dates of employment", "[core][ingest][transform]") {
    CHECK(date("9999-12-31", "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("0001-01-01", "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("0000-00-00", "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("9999-12-31", CellKind::date, "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("1899-12-31", "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("1900-01-01", "yyyy-MM-dd") == "1900-01-01");
    CHECK(date("2199-12-31", "yyyy-MM-dd") == "2199-12-31");
    CHECK(date("2200-01-01", "yyyy-MM-dd") == "(bad_date)");
    CHECK(sentence_of("9999-12-31", {step::Date{"yyyy-MM-dd"}}) == "the date lies outside of the years 1900 to 2199");
}

TEST_CASE("a tenant says by a lookup that 31-12-9999 means no end", "[core][ingest][transform]") {
    const std::vector<Step> steps{
        step::Lookup{.table = {{"31-12-9999", ""}}, .any_case = false, .otherwise = step::Lookup::Otherwise::keep},
        step::Date{"dd-MM-yyyy"}};

    CHECK(made_of(Texts{"31-12-9999"}, steps).empty());
    CHECK(made_of("31-12-2026", steps) == "2026-12-31");
}

TEST_CASE("two-digit years are 1950 to 2049", "[core][ingest][transform]") {
    CHECK(date("01-01-49", "dd-MM-yy") == "2049-01-01");
    CHECK(date("01-01-50", "dd-MM-yy") == "1950-01-01");
    CHECK(date("01-01-00", "dd-MM-yy") == "2000-01-01");
    CHECK(date("01-01-99", "dd-MM-yy") == "1999-01-01");
}

TEST_CASE("a time of day is dropped where the pattern says that one may follow", "[core][ingest][transform]") {
    CHECK(date("2026-03-01 08:30:00", "yyyy-MM-dd *") == "2026-03-01");
    CHECK(date("2026-03-01T23:30:00.000+01:00", "yyyy-MM-dd *") == "2026-03-01");
    CHECK(date("2026-03-01T00:00:00Z", "yyyy-MM-dd *") == "2026-03-01");
    CHECK(date("3/1/2026 12:00:00 AM", "M/d/yyyy *") == "2026-03-01");
    CHECK(date("2026-03-01", "yyyy-MM-dd *") == "2026-03-01");

    CHECK(date("2026-03-01 08:30:00", "yyyy-MM-dd") == "(bad_date)");
    CHECK(date("2026-03-01 or later", "yyyy-MM-dd *") == "(bad_date)");
    CHECK(date("2026-03-01 ", "yyyy-MM-dd *") == "(bad_date)");
    CHECK(date("2026-03-0112:00", "yyyy-MM-dd *") == "(bad_date)");
}

TEST_CASE("a cell that the spreadsheet shows as a date needs no pattern", "[core][ingest][transform]") {
    for (const auto* pattern : {"dd-MM-yyyy", "yyyyMMdd", "excel", "d/M/yy *"}) {
        CHECK(date("2026-03-01", CellKind::date, pattern) == "2026-03-01");
        CHECK(date("2026-03-01T08:30:00", CellKind::date, pattern) == "2026-03-01");
    }
    CHECK(date("2026-02-31", CellKind::date, "excel") == "(bad_date)");
}

TEST_CASE("serial numbers count days from 1900, with the leap day that never was", "[core][ingest][transform]") {
    for (const auto kind : {CellKind::number, CellKind::text}) {
        CHECK(date("1", kind, "excel") == "1900-01-01");
        CHECK(date("59", kind, "excel") == "1900-02-28");
        CHECK(date("60", kind, "excel") == "(bad_date)");
        CHECK(date("61", kind, "excel") == "1900-03-01");
        CHECK(date("25569", kind, "excel") == "1970-01-01");
        CHECK(date("46082", kind, "excel") == "2026-03-01");
        CHECK(date("0", kind, "excel") == "(bad_date)");
        CHECK(date("109574", kind, "excel") == "2199-12-31");
        CHECK(date("109575", kind, "excel") == "(bad_date)");
    }
}

TEST_CASE("serial numbers of old Macintosh files count from 1904", "[core][ingest][transform]") {
    CHECK(date("0", CellKind::number, "excel1904") == "1904-01-01");
    CHECK(date("44620", CellKind::number, "excel1904") == "2026-03-01");
    CHECK(date("59", CellKind::number, "excel1904") == "1904-02-29");
    CHECK(date("60", CellKind::number, "excel1904") == "1904-03-01");
}

TEST_CASE("the time of day of a serial number is dropped, free of any time zone", "[core][ingest][transform]") {
    CHECK(date("46082.999988425926", CellKind::number, "excel") == "2026-03-01");
    CHECK(date("46082,25", CellKind::text, "excel") == "2026-03-01");
    for (const auto* wrong : {"46082.", "46082.2.5", "-46082", "4.6e4", "1e+21", "12345678901234567890", "."}) {
        CAPTURE(wrong);
        CHECK(date(wrong, CellKind::number, "excel") == "(bad_date)");
    }
}

TEST_CASE("a plain number is no date unless the tenant says so", "[core][ingest][transform]") {
    CHECK(date("46082", CellKind::number, "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("46082", CellKind::number, "yyyyMMdd") == "(bad_date)");
    CHECK(date("46082", CellKind::text, "dd-MM-yyyy") == "(bad_date)");
    CHECK(date("true", CellKind::boolean, "dd-MM-yyyy") == "(bad_date)");

    CHECK(date("20260301", CellKind::number, "yyyyMMdd") == "2026-03-01");
    CHECK(made_of("1032026", CellKind::number, {step::PadLeft{8}, step::Date{"ddMMyyyy"}}) == "2026-03-01");
}

TEST_CASE("every day from 1900 to 2199 has one serial number", "[core][ingest][transform]") {
    std::string before = "1900-02-28";
    std::size_t wrong = 0;
    for (int serial = 61; serial <= 109574; ++serial) {
        auto written = std::to_string(serial);
        wrong += read_date(written, CellKind::number, "excel") != DateFlaw::none || written <= before ? 1 : 0;
        auto again = written;
        wrong += read_date(again, CellKind::text, "yyyy-MM-dd") != DateFlaw::none || again != written ? 1 : 0;
        before = written;
    }
    CHECK(wrong == 0);
    CHECK(before == "2199-12-31");
}

TEST_CASE("a pattern that cannot tell a date is refused before any row is read", "[core][ingest][transform]") {
    CHECK(check_step(step::Date{"dd-MM"}) == "it does not say where y stands");
    CHECK(check_step(step::Date{"MM-yyyy"}) == "it does not say where d stands");
    CHECK(check_step(step::Date{"dd-yyyy"}) == "it does not say where M stands");
    CHECK(check_step(step::Date{""}) == "it does not say where d stands");
    CHECK(check_step(step::Date{"dd-mm-yyyy"}) == "only d, M and y mean something in it, not m");
    CHECK(check_step(step::Date{"DD-MM-YYYY"}) == "only d, M and y mean something in it, not D");
    CHECK(check_step(step::Date{"dd-MMM-yyyy"}) == "\"MMM\" is none of d, dd, M, MM, yy, yyyy");
    CHECK(check_step(step::Date{"dd-MM-yyy"}) == "\"yyy\" is none of d, dd, M, MM, yy, yyyy");
    CHECK(check_step(step::Date{"dd-MM-dd-yyyy"}) == "d stands in it twice");
    CHECK(check_step(step::Date{"dMyyyy"}) == "fields without anything between them are dd, MM, yy or yyyy");
    CHECK(check_step(step::Date{"yyyyMd"}) == "fields without anything between them are dd, MM, yy or yyyy");
    CHECK(check_step(step::Date{"Excel"}) == "only d, M and y mean something in it, not E");
    for (const auto* right : {"dd-MM-yyyy", "d/M/yy", "yyyyMMdd", "dd MM yyyy", "excel", "excel1904", "yyyy-MM-dd *"}) {
        CHECK(check_step(step::Date{right}) == std::nullopt);
    }
}

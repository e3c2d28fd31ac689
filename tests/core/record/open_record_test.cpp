#include "core/record/open_record.hpp"
#include "tests/core/record/pack.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;
using namespace std::string_literals;

namespace {

const std::string staff = "id;naam\n1;Anna\n2;Bram\n";
const Rows staff_rows = {{1, {"id", "naam"}}, {2, {"1", "Anna"}}, {3, {"2", "Bram"}}};

Result<OpenRecord> open(std::string_view bytes, const RecordFormat& format = {}, const Decrypt& decrypt = {}) {
    return open_record(bytes, format, {}, {"id", "naam"}, decrypt);
}

std::string code(std::string_view bytes, const RecordFormat& format = {}, const Decrypt& decrypt = {}) {
    const auto record = open(bytes, format, decrypt);
    if (record) return "opened";
    CHECK(record.error().kind == FailureKind::rejected);
    CHECK_FALSE(record.error().detail.empty());
    return record.error().code;
}

std::string sentence(std::string_view bytes, const RecordFormat& format = {}) {
    const auto record = open(bytes, format);
    return record ? "opened" : record.error().detail;
}

Rows rows_of(std::string_view bytes, const RecordFormat& format = {}, const Decrypt& decrypt = {}) {
    auto record = open(bytes, format, decrypt);
    if (!record) return {{.line = 0, .cells = {record.error().code}}};
    return read_rows(*record->rows);
}

Found found(std::string_view bytes, const RecordFormat& format = {}) {
    auto record = open(bytes, format);
    REQUIRE(record);
    return record->found;
}

const std::string armour = "-----BEGIN PGP MESSAGE-----\n";

// Stands for a key: what is behind the armour's first line is the text.
Result<std::string> take_armour_off(std::string_view message) { return std::string(message.substr(armour.size())); }

std::string utf16(std::string_view ascii, bool big_endian) {
    std::string bytes;
    for (const char c : ascii) bytes += big_endian ? "\0"s + c : c + "\0"s;
    return bytes;
}

}  // namespace

TEST_CASE("a CSV record is opened as it is", "[core][record][open]") {
    CHECK(rows_of(staff) == staff_rows);
    const auto what = found(staff);
    CHECK(what.format == Format::csv);
    CHECK(what.encoding == "UTF-8");
    CHECK(what.delimiter == ';');
    CHECK(what.containers.empty());
    CHECK_FALSE(what.has_byte_order_mark);
    CHECK(found("id\tnaam\n").format == Format::tsv);
}

TEST_CASE("Excel's Unicode text is UTF-16 with tabs, with or without its mark", "[core][record][open]") {
    const std::string tabbed = "id\tnaam\r\n1\tAnna\r\n";
    for (const bool big_endian : {false, true}) {
        for (const bool marked : {false, true}) {
            const auto mark = big_endian ? "\xFE\xFF"s : "\xFF\xFE"s;
            const auto bytes = (marked ? mark : "") + utf16(tabbed, big_endian);
            CHECK(rows_of(bytes) == Rows{{1, {"id", "naam"}}, {2, {"1", "Anna"}}});
            CHECK(found(bytes).format == Format::tsv);
            CHECK(found(bytes).encoding == (big_endian ? "UTF-16BE" : "UTF-16LE"));
            CHECK(found(bytes).has_byte_order_mark == marked);
        }
    }
}

TEST_CASE("Excel's plain CSV is windows-1252", "[core][record][open]") {
    CHECK(rows_of("id;naam\n1;Ren\xE9 \x80\n") == Rows{{1, {"id", "naam"}}, {2, {"1", "Ren\xC3\xA9 \xE2\x82\xAC"}}});
    CHECK(found("id;naam\n1;Ren\xE9\n").encoding == "windows-1252");
    CHECK(rows_of("id;naam\n1;\xA4\n", {.encoding = "ISO-8859-15"})[1].cells[1] == "\xE2\x82\xAC");
    CHECK(rows_of("\xEF\xBB\xBFid;naam\n1;Ren\xC3\xA9\n")[1].cells[1] == "Ren\xC3\xA9");
}

TEST_CASE("mixed encodings are reported, and every row is given as it is", "[core][record][open]") {
    const auto* bytes = "id;naam\n1;Zo\xC3\xAB\n2;Ren\xE9\n";
    CHECK(found(bytes).mixed_encodings);
    CHECK(rows_of(bytes) == Rows{{1, {"id", "naam"}}, {2, {"1", "Zo\xC3\xAB"}}, {3, {"2", "Ren\xE9"}}});
    CHECK(code("[{\"a\":\"Zo\xC3\xAB\"},\n{\"a\":\"Ren\xE9\"}]") == "bad_encoding");
    CHECK(sentence("<s><p><a>Zo\xC3\xAB</a></p>\n<p><a>Ren\xE9</a></p></s>") ==
          "line 2 holds bytes that are no text in UTF-8");
}

TEST_CASE("a record is taken out of gzip, zip and PGP, up to three of them", "[core][record][open]") {
    CHECK(rows_of(gzipped(staff)) == staff_rows);
    CHECK(rows_of(zipped({{"staff.csv", staff}})) == staff_rows);
    CHECK(rows_of(armour + staff, {}, take_armour_off) == staff_rows);
    const auto thrice = armour + gzipped(zipped({{"staff.csv", staff}}));
    CHECK(rows_of(thrice, {}, take_armour_off) == staff_rows);
    CHECK(open(thrice, {}, take_armour_off)->found.containers ==
          std::vector<Container>{Container::pgp, Container::gzip, Container::zip});
    CHECK(code(gzipped(gzipped(gzipped(staff)))) == "opened");
    CHECK(code(gzipped(gzipped(gzipped(gzipped(staff))))) == "too_deep");
}

TEST_CASE("a short record within a wrapper is kept while it is read", "[core][record][open]") {
    auto record = open(gzipped("id\n1\n"));
    REQUIRE(record);
    auto moved = std::move(*record);
    CHECK(read_rows(*moved.rows) == Rows{{1, {"id"}}, {2, {"1"}}});
}

TEST_CASE("an encrypted record is refused when there is no key, or the wrong one", "[core][record][open]") {
    CHECK(code(armour + staff) == "pgp_no_key");
    const Decrypt wrong = [](std::string_view) -> Result<std::string> {
        return Failure{.kind = FailureKind::rejected, .code = "pgp_wrong_key", .where = "pgp", .detail = "another key"};
    };
    CHECK(code(armour + staff, {}, wrong) == "pgp_wrong_key");
}

TEST_CASE("an empty record is refused, however it is empty", "[core][record][open]") {
    for (const auto& bytes : {""s, "\n \r\n"s, "\xEF\xBB\xBF"s, "\xFF\xFE"s, "\xFF\xFE\r\0\n\0"s, gzipped("")}) {
        CHECK(code(bytes) == "empty_record");
    }
}

TEST_CASE("what is no employee record is refused in a sentence", "[core][record][open]") {
    CHECK(code("%PDF-1.7") == "unknown_format");
    CHECK(sentence("%PDF-1.7") == "this is a PDF document, not an employee record");
    CHECK(code(gzipped("\x89PNG\r\n\x1A\n")) == "unknown_format");
    CHECK(code(",anna,desk,01.03.2026 08:30,file:///home/anna/.config/libreoffice/4;") == "lock_file");
    CHECK(code("\x09\x00\x04\x00\x02\x00\x10\x00"s) == "excel_95");
    CHECK(code("id;naam\n1;\0\n"s) == "not_text");
    CHECK(code("id;naam\n1;Ren\x81\n") == "bad_encoding");
}

TEST_CASE("JSON, JSON lines and XML are told apart and opened", "[core][record][open]") {
    const Rows rows = {{0, {"id"}}, {1, {"1"}}, {2, {"2"}}};
    CHECK(rows_of(R"({"data":[{"id":1},{"id":2}]})") == rows);
    CHECK(rows_of("{\"id\":1}\n{\"id\":2}\n") == rows);
    CHECK(rows_of("<s><p><id>1</id></p><p><id>2</id></p></s>") == rows);
    CHECK(rows_of(utf16(R"([{"id":1},{"id":2}])", false)) == rows);
    CHECK(rows_of("\xEF\xBB\xBF[{\"id\":1},{\"id\":2}]") == rows);
    CHECK(rows_of(R"({"x":{"y":[{"id":1},{"id":2}]},"z":[{"no":1},{"no":2},{"no":3}]})", {.records = "x.y"}) == rows);
    CHECK(rows_of("<s><p><id>1</id><q/></p><p><id>2</id><q/></p></s>", {.records = "q"})[0].cells[0] == "no_records");
    CHECK(found("{\"id\":1}\n{\"id\":2}\n").format == Format::jsonl);
}

TEST_CASE("XML is read in the encoding that it declares", "[core][record][open]") {
    const auto xml = [](const std::string& encoding, const std::string& name) {
        return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><s><p><n>" + name + "</n></p><p><n>x</n></p></s>";
    };
    CHECK(rows_of(xml("ISO-8859-15", "\xA4"))[1].cells[0] == "\xE2\x82\xAC");
    CHECK(rows_of(xml("ISO-8859-1", "Ren\xE9"))[1].cells[0] == "Ren\xC3\xA9");
    CHECK(rows_of(xml("windows-1251", "\xC8"))[1].cells[0] == "\xD0\x98");
    CHECK(rows_of(xml("UTF-8", "Ren\xC3\xA9"))[1].cells[0] == "Ren\xC3\xA9");
    CHECK(rows_of("\xEF\xBB\xBF" + xml("ISO-8859-1", "Ren\xC3\xA9"))[1].cells[0] == "Ren\xC3\xA9");
    CHECK(rows_of(xml("UTF-16", "x"))[1].cells[0] == "x");
    CHECK(rows_of("\xFF\xFE" + utf16(xml("UTF-16", "x"), false))[1].cells[0] == "x");
    CHECK(code(xml("UTF-8", "Ren\xE9")) == "bad_encoding");
    CHECK(code(xml("klingon", "x")) == "unknown_encoding");
    CHECK(found(xml("ISO-8859-15", "\xA4")).encoding == "ISO-8859-15");
}

TEST_CASE("an HTML table is read in the encoding that it has, whatever it declares", "[core][record][open]") {
    const auto html = [](const std::string& charset, const std::string& name) {
        return "<html><head><meta charset=\"" + charset + "\"></head><body><table><tr><td>id</td><td>naam</td></tr>" +
               "<tr><td>1</td><td>" + name + "</td></tr></table></body></html>";
    };
    CHECK(rows_of(html("windows-1252", "Ren\xE9"))[1].cells[1] == "Ren\xC3\xA9");
    CHECK(rows_of(html("ISO-8859-15", "\xA4"))[1].cells[1] == "\xE2\x82\xAC");
    CHECK(rows_of(html("utf-8", "Ren\xC3\xA9"))[1].cells[1] == "Ren\xC3\xA9");
    CHECK(rows_of(html("iso-8859-1", "Ren\xC3\xA9"))[1].cells[1] == "Ren\xC3\xA9");
    CHECK(rows_of(html("klingon", "Ren\xE9"))[1].cells[1] == "Ren\xC3\xA9");
    CHECK(rows_of("\xFF\xFE" + utf16(html("unicode", "x"), false))[1].cells[1] == "x");
    CHECK(code(html("utf-8", "Ren\xE9")) == "bad_encoding");
}

TEST_CASE("SpreadsheetML is read in the encoding that it declares", "[core][record][open]") {
    const std::string sheet =
        "<?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
        "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Staff\"><Table><Row><Cell>"
        "<Data ss:Type=\"String\">Ren\xE9</Data></Cell></Row></Table></Worksheet></Workbook>";
    const auto bytes = "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n" + sheet;
    CHECK(rows_of(bytes) == Rows{{1, {"Ren\xC3\xA9"}}});
    CHECK(found(bytes).sheet == "Staff");
    CHECK(found(bytes).format == Format::spreadsheetml);
}

TEST_CASE("what the tenant says about the format wins", "[core][record][open]") {
    CHECK(rows_of("[{\"id\":1}];x\n", {.format = Format::csv}) == Rows{{1, {"[{\"id\":1}]", "x"}}});
    CHECK(code(staff, {.format = Format::json}) == "damaged_json");
    CHECK(rows_of("id;naam\n", {.format = Format::tsv}) == Rows{{1, {"id;naam"}}});
    CHECK(rows_of("{\"id\":1}", {.format = Format::jsonl}) == Rows{{0, {"id"}}, {1, {"1"}}});
    CHECK(code(staff, {.format = Format::xlsx}) == "unknown_format");
    CHECK(sentence(staff, {.format = Format::xlsx}) == "the record is a text and no workbook, but xlsx was agreed");
    CHECK(sentence(zipped({{"[Content_Types].xml", "x"}, {"xl/workbook.xml", "x"}}), {.format = Format::csv}) ==
          "the record is a workbook (xlsx), but csv was agreed");
}

TEST_CASE("text formats can also be said to be in another encoding", "[core][record][open]") {
    CHECK(code("\xEF\xBB\xBFid;naam\n", {.encoding = "windows-1252"}) == "bad_encoding");
    CHECK(code(staff, {.encoding = "klingon"}) == "unknown_encoding");
    CHECK(rows_of("id;naam\n1;\xC8\n", {.encoding = "windows-1251"})[1].cells[1] == "\xD0\x98");
}

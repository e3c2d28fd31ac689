// Nobody may look absent because a row is unreadable, doubled or cut.

#include "core/ingest/ingest.hpp"
#include "tests/core/ingest/read_record.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;

namespace {

using Texts = std::vector<std::string>;

ColumnMap shop() {
    return test::columns({{Field::employee_id, "ID"},
                          {Field::email, "E-mail"},
                          {Field::last_name, "Name"},
                          {Field::location, "Location"}});
}

Ingested take(const std::string& bytes, const RecordBefore& before = {}, const ColumnMap& map = shop(),
              const record::RecordFormat& format = {}) {
    KnownPeople nobody;
    auto outcome = ingest_bytes(bytes, map, format, {}, nobody, before);
    if (const auto* bounce = std::get_if<Bounce>(&outcome)) FAIL(bounce->code << ": " << bounce->sentence);
    return std::move(std::get<Ingested>(outcome));
}

Ingested take_rows(const std::string& rows, const RecordBefore& before = {}) {
    return take("ID;E-mail;Name;Location\n" + rows, before);
}

Texts keys_of(const PeopleBytes& people) {
    Texts keys;
    for (std::size_t at = 0; at < people.size(); ++at) keys.emplace_back(people.key(at));
    return keys;
}

Texts frozen_of(const Ingested& ingested) {
    Texts keys;
    for (const auto& person : ingested.frozen) keys.push_back(person.key.value());
    return keys;
}

Texts codes_of(const Ingested& ingested) {
    Texts codes;
    for (const auto& issue : ingested.issues) codes.push_back(std::to_string(issue.line) + " " + issue.code);
    return codes;
}

const RecordBefore with_line_break{.columns = {}, .ending = RecordEnding::line_break};
const RecordBefore without_line_break{.columns = {}, .ending = RecordEnding::no_line_break};

}  // namespace

TEST_CASE("a record that lost the end of its last cell makes nobody absent", "[core][ingest][absence]") {
    const std::string cut = "1;a@b.example;A;North\n2;b@b.example;B;Sou";

    const auto ingested = take_rows(cut, with_line_break);
    CHECK(keys_of(ingested.changed) == Texts{"1"});
    CHECK(frozen_of(ingested) == Texts{"2"});
    CHECK(codes_of(ingested) == Texts{"3 row_may_be_cut"});
    CHECK(ingested.facts.evidence == ReadEvidence{.unreadable_keys = 1, .ended_in_mid_row = true});
    CHECK(ingested.facts.ending == RecordEnding::no_line_break);
    CHECK(judge(ingested.facts, std::nullopt, std::nullopt, {}).completeness == Completeness::partial);
}

TEST_CASE("a key that may be cut names nobody", "[core][ingest][absence]") {
    const auto ingested = take("E-mail;Name;Location;ID\na@b.example;A;x;10\nb@b.example;B;y;2", with_line_break);

    CHECK(keys_of(ingested.changed) == Texts{"10"});
    CHECK(ingested.frozen.empty());
    CHECK(ingested.facts.evidence == ReadEvidence{.unreadable_keys = 1, .ended_in_mid_row = true});
}

TEST_CASE("a tool that never writes the last line break is believed, and so is the first record",
          "[core][ingest][absence]") {
    const std::string rows = "1;a@b.example;A;x\n2;b@b.example;B;y";
    for (const auto& before : {RecordBefore{}, without_line_break}) {
        const auto ingested = take_rows(rows, before);
        CHECK(keys_of(ingested.changed) == Texts{"1", "2"});
        CHECK(ingested.facts.evidence == ReadEvidence{});
        CHECK(ingested.facts.ending == RecordEnding::no_line_break);
    }
    CHECK(take_rows(rows + "\r\n", with_line_break).facts.ending == RecordEnding::line_break);
    CHECK(take_rows(rows + "\n\n", with_line_break).facts.evidence == ReadEvidence{});
}

TEST_CASE("JSON lines that end without their line break may lack people", "[core][ingest][absence]") {
    const std::string lines =
        "{\"ID\":\"1\",\"E-mail\":\"a@b.example\",\"Name\":\"A\",\"Location\":\"x\"}\n"
        "{\"ID\":\"2\",\"E-mail\":\"b@b.example\",\"Name\":\"B\",\"Location\":\"y\"}";

    CHECK(take(lines, with_line_break).facts.evidence.unreadable_keys == 1);
    CHECK(take(lines + "\n", with_line_break).facts.evidence == ReadEvidence{});
    CHECK(take(lines + "\n").facts.ending == RecordEnding::line_break);
}

TEST_CASE("a format with an end of its own is whole", "[core][ingest][absence]") {
    const auto ingested = take("[{\"ID\":\"1\",\"E-mail\":\"a@b.example\"}]", with_line_break);

    CHECK(ingested.facts.ending == RecordEnding::whole);
    CHECK(ingested.facts.evidence == ReadEvidence{});
}

TEST_CASE("a key on the row of another person makes nobody absent", "[core][ingest][absence]") {
    const auto other_address = take_rows("7;a@b.example;A;x\n7;b@b.example;A;x\n9;c@b.example;C;x\n");
    CHECK(frozen_of(other_address) == Texts{"7"});
    CHECK(other_address.facts.evidence.unreadable_keys == 1);
    CHECK(other_address.issues[0].message ==
          "the same employee id stands on line 3, with another name or e-mail address");

    CHECK(take_rows("7;a@b.example;A;x\n7;a@b.example;B;x\n7;a@b.example;A;x\n").facts.evidence.unreadable_keys == 2);
    CHECK(take_rows("7;a@b.example;A;x\n7;broken;A;x\n").facts.evidence.unreadable_keys == 1);
    CHECK(take_rows("7;a@b.example;A;x\n7;b@b.example\n").facts.evidence.unreadable_keys == 1);
    CHECK(take_rows("7;a@b.example\n7;b@b.example\n").facts.evidence.unreadable_keys == 1);
}

TEST_CASE("two contracts of one person are a double, and others may leave", "[core][ingest][absence]") {
    const auto ingested = take_rows("7;a@b.example;A;x\n7;A@b.example;A;y\n");

    CHECK(frozen_of(ingested) == Texts{"7"});
    CHECK(ingested.issues[0].message == "the same employee id stands on line 3");
    CHECK(ingested.facts.evidence == ReadEvidence{});
    CHECK(take_rows("7;broken;A;x\n7;broken;A;x\n").facts.evidence == ReadEvidence{});
}

TEST_CASE("somebody unchanged whose key turns up with another name makes nobody absent", "[core][ingest][absence]") {
    const std::string header = "ID;E-mail;Name;Location\n";
    const auto evidence = [&](const std::string& second_day) {
        KnownPeople nobody;
        const auto first = std::get<Ingested>(ingest_bytes(header + "7;a@b.example;A;x\n", shop(), {}, {}, nobody, {}));
        KnownPeople known;
        known.add(first.changed.key(0), first.known[0]);
        return std::get<Ingested>(ingest_bytes(header + second_day, shop(), {}, {}, known, {})).facts.evidence;
    };
    CHECK(evidence("7;a@b.example;A;x\n7;a@b.example;B;x\n").unreadable_keys == 1);
    CHECK(evidence("7;a@b.example;B;x\n7;a@b.example;A;x\n").unreadable_keys == 1);
    CHECK(evidence("7;a@b.example;A;x\n7;a@b.example;A;y\n").unreadable_keys == 0);
}

TEST_CASE("an error that a spreadsheet shows is no employee id, whatever the format", "[core][ingest][absence]") {
    for (const auto* id : {"#N/A", "#NV", "#REF!", "#VALUE!", "#WERT!", "#NAME?", "#DIV/0!", "#DIV/0", "#NULL!",
                           "#NUL!", "#NUM!", "#ZAHL!", "#", "####", " #N/A "}) {
        INFO(id);
        const auto ingested = take_rows(std::string(id) + ";a@b.example;A;x\n2;b@b.example;B;x\n");
        CHECK(keys_of(ingested.changed) == Texts{"2"});
        CHECK(codes_of(ingested) == Texts{"2 key_unreadable"});
        CHECK(ingested.facts.evidence.unreadable_keys == 1);
    }
    CHECK(take_rows("#7;a@b.example;A;x\n").facts.evidence == ReadEvidence{});
}

TEST_CASE("an error that a spreadsheet shows is no value of a field", "[core][ingest][absence]") {
    for (const auto* row : {"7;a@b.example;#NV;x", "7;a@b.example;A;#N/A", "7;#REF!;A;x", "7;a@b.example;####;x"}) {
        INFO(row);
        const auto ingested = take_rows(std::string(row) + "\n");
        CHECK(frozen_of(ingested) == Texts{"7"});
        CHECK(codes_of(ingested) == Texts{"2 formula_error"});
    }
    CHECK(take_rows("7;a@b.example;#1 fan;x\n").frozen.empty());
}

TEST_CASE("a quote that swallows a person makes nobody absent", "[core][ingest][absence]") {
    const std::string end = "9;c@b.example;C;x\n";
    for (const auto* rows :
         {"1;a@b.example;\"A;x\n2;b@b.example;B\";y\n", "1;\"a@b.example;A;x\r\n2;b@b.example\";B;y\r\n",
          "1;a@b.example;A;\"x\n2;b@b.example;B;y\"\n",
          "1;a@b.example;\"A;x\n5;e@b.example;E;x\n2;b@b.example;B\";y\n"}) {
        INFO(rows);
        const auto ingested = take_rows(rows + end);
        CHECK(keys_of(ingested.changed) == Texts{"9"});
        CHECK(frozen_of(ingested) == Texts{"1"});
        CHECK(codes_of(ingested) == Texts{"2 quote_over_rows"});
        CHECK(ingested.facts.evidence.unreadable_keys == 1);
    }
    // Closed in another column, the row has another width; the one who was swallowed is absent all the same.
    const auto ragged = take_rows("1;\"a@b.example;A;x\n2;b@b.example;B\";y\n" + end);
    CHECK(codes_of(ragged) == Texts{"2 too_few_fields"});
    CHECK(ragged.facts.evidence.unreadable_keys == 1);
}

TEST_CASE("an address over several lines is an address", "[core][ingest][absence]") {
    const auto ingested = take_rows(
        "1;a@b.example;A;\"Harbour 1\n1011 AB; Amsterdam\"\n2;b@b.example;B;\"Market; 2\r\nfloor 3\r\n3511 CD "
        "Utrecht\"\n");

    CHECK(keys_of(ingested.changed) == Texts{"1", "2"});
    CHECK(ingested.issues.empty());
}

TEST_CASE("an id with an exponent is refused with or without a sign, unless it may be a code",
          "[core][ingest][absence]") {
    for (const auto* id : {"1.2E11", "1,2E11", "1,23457E+11", "1E+12", "12e-5"}) {
        INFO(id);
        CHECK(codes_of(take_rows(std::string(id) + ";a@b.example;A;x\n")) == Texts{"2 key_rounded"});
    }
    CHECK(keys_of(take_rows("1E12;a@b.example;A;x\n12E5;b@b.example;B;x\n").changed) == Texts{"12E5", "1E12"});
}

TEST_CASE("a number in JSON is an id only when it is whole, positive and not rounded", "[core][ingest][absence]") {
    const auto code = [](const std::string& id) {
        const auto ingested =
            take("[{\"ID\":" + id + ",\"E-mail\":\"a@b.example\"},{\"ID\":\"2\",\"E-mail\":\"b@b.example\"}]");
        for (const auto& issue : ingested.issues) {
            if (issue.severity == IssueSeverity::unknown) return issue.code;
        }
        return std::string("read");
    };
    CHECK(code("7") == "read");
    CHECK(code("\"1E12\"") == "read");
    CHECK(code("1e12") == "key_rounded");
    CHECK(code("1234567890123456") == "key_rounded");
    CHECK(code("12.5") == "key_unreadable");
    CHECK(code("-7") == "key_unreadable");
    CHECK(code("true") == "key_unreadable");
    CHECK(code("false") == "key_unreadable");
    CHECK(code("[\"7\",\"8\"]") == "key_unreadable");
}

TEST_CASE("what is said about numbers fits any format", "[core][ingest][absence]") {
    const auto ingested =
        take("[{\"ID\":7,\"E-mail\":\"a@b.example\"},{\"ID\":1234567890123456,\"E-mail\":\"b@b.example\"}]");
    REQUIRE(ingested.issues.size() >= 2);
    for (const auto& issue : ingested.issues) {
        CHECK(issue.message.find("sheet") == std::string::npos);
    }
}

TEST_CASE("lists of JSON and XML give several locations, and no location with a line break",
          "[core][ingest][absence]") {
    for (const std::string bytes :
         {"[{\"ID\":\"1\",\"E-mail\":\"a@b.example\",\"Location\":[\"N\",\"S\"]},{\"ID\":\"2\",\"E-mail\":\"b@b."
          "example\"}]",
          "{\"ID\":\"1\",\"E-mail\":\"a@b.example\",\"Location\":[\"N\",null,\"S|N\"]}\n"
          "{\"ID\":\"2\",\"E-mail\":\"b@b.example\"}\n",
          "<?xml version=\"1.0\"?><r><p><ID>1</ID><E-mail>a@b.example</E-mail><Location>N</Location>"
          "<Location>S</Location></p><p><ID>2</ID><E-mail>b@b.example</E-mail></p></r>"}) {
        INFO(bytes);
        const auto ingested = take(bytes);
        REQUIRE(ingested.changed.size() == 2);
        CHECK(ingested.changed.employee(0).locations == Texts{"N", "S"});
    }
}

TEST_CASE("a list in a field of one value is a finding, unless a step joins it", "[core][ingest][absence]") {
    const std::string bytes =
        "[{\"ID\":\"1\",\"E-mail\":\"a@b.example\",\"Name\":[\"A\",\"B\"]},"
        "{\"ID\":\"2\",\"E-mail\":\"b@b.example\",\"Name\":[\"C\"]}]";
    const auto ingested = take(bytes);
    CHECK(frozen_of(ingested) == Texts{"1"});
    CHECK(keys_of(ingested.changed) == Texts{"2"});

    auto map = shop();
    map.fields[Field::last_name].steps = {step::Join{" / "}};
    const auto joined = take(bytes, {}, map);
    REQUIRE(joined.changed.size() == 2);
    CHECK(joined.changed.employee(0).profile.name->last == "A / B");

    map.fields[Field::last_name].steps = {step::Nfc{}};
    CHECK(frozen_of(take(bytes, {}, map)) == Texts{"1"});
}

TEST_CASE("an id is the same person however its accents are written", "[core][ingest][absence]") {
    const auto composed = take_rows("Zo\xC3\xAB-1;a@b.example;A;x\n");
    const auto apart = take_rows("Zoe\xCC\x88-1;a@b.example;A;x\n");

    CHECK(keys_of(composed.changed) == keys_of(apart.changed));
    CHECK(composed.content == apart.content);
}

TEST_CASE("a record whose encoding is only assumed says so", "[core][ingest][absence]") {
    const auto codes = codes_of(take_rows("1;a@b.example;Ren\xE9;x\n"));
    CHECK(codes == Texts{"0 encoding_assumed"});
    record::RecordFormat told;
    told.encoding = "windows-1252";
    CHECK(take("ID;E-mail;Name;Location\n1;a@b.example;Ren\xE9;x\n", {}, shop(), told).issues.empty());
}

TEST_CASE("a workbook with employees on a second visible sheet is told by the names of both",
          "[core][ingest][absence]") {
    const auto workbook = [](const std::string& second_header, const std::string& options) {
        const auto sheet = [](const std::string& name, const std::string& id, const std::string& more) {
            return "<Worksheet ss:Name=\"" + name + "\"><Table><Row><Cell><Data ss:Type=\"String\">" + id +
                   "</Data></Cell><Cell><Data ss:Type=\"String\">E-mail</Data></Cell></Row><Row><Cell><Data "
                   "ss:Type=\"String\">1</Data></Cell><Cell><Data ss:Type=\"String\">a@b.example</Data></Cell></Row>"
                   "</Table>" +
                   more + "</Worksheet>";
        };
        return "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>"
               "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
               "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">" +
               sheet("North", "ID", "") + sheet("South", second_header, options) + "</Workbook>";
    };
    const auto others = [](const Ingested& ingested) {
        Texts messages;
        for (const auto& issue : ingested.issues) {
            if (issue.code == "other_sheet") messages.push_back(issue.message);
        }
        return messages;
    };
    const auto both = others(take(workbook("id ", "")));
    REQUIRE(both.size() == 1);
    CHECK(both[0].find("\"North\"") != std::string::npos);
    CHECK(both[0].find("\"South\"") != std::string::npos);

    CHECK(others(take(workbook("Code", ""))).empty());
    const std::string hidden =
        "<WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\"><Visible>SheetHidden</Visible>"
        "</WorksheetOptions>";
    CHECK(others(take(workbook("ID", hidden))).empty());
    record::RecordFormat told;
    told.sheet = "North";
    CHECK(others(take(workbook("ID", ""), {}, shop(), told)).empty());
}

TEST_CASE("rows that another version of the program has read are read again", "[core][ingest][absence]") {
    const auto settings = fingerprint_of("settings");

    CHECK(reading_of(settings) == reading_of(settings));
    CHECK(reading_of(settings) != settings);
    CHECK(reading_of(settings) != reading_of(fingerprint_of("other settings")));
    CHECK(reading_of(settings, reading_version) != reading_of(settings, reading_version + 1));
}

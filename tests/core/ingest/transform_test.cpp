#include "core/ingest/transform.hpp"

#include "tests/core/ingest/transform_samples.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace usersync;
using namespace usersync::ingest;
using record::CellKind;
using step::Case;
using Otherwise = step::Lookup::Otherwise;

TEST_CASE("every field has one name", "[core][ingest][transform]") {
    std::set<std::string> names;
    for (const auto field : all_fields()) {
        names.insert(std::string(to_string(field)));
        CHECK(field_from(to_string(field)) == field);
    }
    CHECK(names.size() == 16);
    CHECK(names.count("employee_id") == 1);
    CHECK(field_from("Employee ID") == std::nullopt);
    CHECK(field_from("") == std::nullopt);
}

TEST_CASE("the columns of a map are named once, in the order of the fields", "[core][ingest][transform]") {
    ColumnMap map;
    map.fields[Field::location] = {.columns = {"Site", "Second site"}, .steps = {}};
    map.fields[Field::employee_id] = {.columns = {"ID"}, .steps = {}};
    map.fields[Field::department] = {.columns = {"Site"}, .steps = {}};
    map.fields[Field::language] = {.columns = {}, .steps = {step::Constant{"nl"}}};
    map.extra["region"] = {.columns = {"Region"}, .steps = {}};
    map.rows_per_person.column = "Main";

    CHECK(map.column_names() == Texts{"ID", "Site", "Second site", "Region", "Main"});
}

TEST_CASE("a field without steps keeps its values as they are", "[core][ingest][transform]") {
    CHECK(made_of(Texts{"Zo\xC3\xAB", "'0123", "1,2E+11"}, {}) == Texts{"Zo\xC3\xAB", "'0123", "1,2E+11"});
    CHECK(made_of(Texts{}, {}).empty());
}

TEST_CASE("leading zeros that a spreadsheet took away come back", "[core][ingest][transform]") {
    CHECK(made_of("123", {step::PadLeft{6}}) == "000123");
    CHECK(made_of("123", CellKind::number, {step::PadLeft{6}}) == "000123");
    CHECK(made_of("000123", {step::PadLeft{6}}) == "000123");
    CHECK(made_of("1234567", {step::PadLeft{6}}) == "1234567");
    CHECK(made_of("X12", {step::PadLeft{6}}) == "X12");
    CHECK(made_of("-12", {step::PadLeft{6}}) == "-12");
}

TEST_CASE("the apostrophe that tells a spreadsheet to keep zeros is taken away", "[core][ingest][transform]") {
    CHECK(made_of("'000123", {step::StripApostrophe{}}) == "000123");
    CHECK(made_of("' 000123", {step::StripApostrophe{}}) == "000123");
    CHECK(made_of("''123", {step::StripApostrophe{}}) == "'123");
    CHECK(made_of("12'3", {step::StripApostrophe{}}) == "12'3");
    CHECK(made_of(Texts{"'"}, {step::StripApostrophe{}}).empty());
}

TEST_CASE("an id that a spreadsheet has rounded is refused: number_rounded", "[core][ingest][transform]") {
    CHECK(made_of("1,23457E+11", {step::PadLeft{12}}) == "(number_rounded)");
    CHECK(made_of("1.23457E+11", {step::PadLeft{12}}) == "(number_rounded)");
    CHECK(made_of("1e+21", CellKind::number, {step::PadLeft{12}}) == "(number_rounded)");
    CHECK(made_of("1e+21", CellKind::number, {}) == "(number_rounded)");
    CHECK(made_of("1234567890123456", CellKind::number, {}) == "(number_rounded)");
    CHECK(made_of("1234567890123456", CellKind::number, {step::ToCase{Case::lower}}) == "(number_rounded)");

    CHECK(made_of("123456789012345", CellKind::number, {}) == "123456789012345");
    CHECK(made_of("1234567890123456", CellKind::text, {step::PadLeft{20}}) == "00001234567890123456");
    CHECK(made_of("0.30000000000000004", CellKind::number, {}) == "0.30000000000000004");
    CHECK(made_of("12E5", {step::PadLeft{12}}) == "12E5");
}

TEST_CASE("a cell with #N/A or a formula that was never computed is refused: formula_error",
          "[core][ingest][transform]") {
    for (const auto& steps :
         {std::vector<Step>{}, std::vector<Step>{step::Nfc{}}, std::vector<Step>{step::Date{"excel"}}}) {
        CHECK(made_of("#N/A", CellKind::error, steps) == "(formula_error)");
        CHECK(made_of("", CellKind::formula, steps) == "(formula_error)");
    }
    CHECK(made_of(Texts{"Sales", "#REF!"}, {step::Join{}}, {CellKind::text, CellKind::error}) ==
          Texts{"(formula_error)"});
    CHECK(made_of("#N/A", CellKind::text, {}) == "#N/A");
    CHECK(made_of("#N/A", CellKind::error, {step::Constant{"nl"}}) == "nl");
}

TEST_CASE("letters become small, large, or large at the beginning of a word", "[core][ingest][transform]") {
    CHECK(made_of("Ada BRINK", {step::ToCase{Case::lower}}) == "ada brink");
    CHECK(made_of("Ada Brink", {step::ToCase{Case::upper}}) == "ADA BRINK");
    CHECK(made_of("ada BRINK", {step::ToCase{Case::title}}) == "Ada Brink");
    CHECK(made_of("ZO\xC3\x8B \xC3\x89LISE", {step::ToCase{Case::lower}}) == "zo\xC3\xAB \xC3\xA9lise");
    CHECK(made_of("zo\xC3\xAB", {step::ToCase{Case::upper}}) == "ZO\xC3\x8B");
    CHECK(made_of("wei\xC3\x9F", {step::ToCase{Case::upper}}) == "WEISS");
    CHECK(made_of("\xC3\xA9LISE ZO\xC3\x8B-ANNE", {step::ToCase{Case::title}}) == "\xC3\x89lise Zo\xC3\xAB-Anne");
}

TEST_CASE("case has no language: an I is an i, also where Turkish is spoken", "[core][ingest][transform]") {
    CHECK(made_of("IRIS", {step::ToCase{Case::lower}}) == "iris");
    CHECK(made_of("IR\xC4\xB0S", {step::ToCase{Case::lower}}) == "iri\xCC\x87s");
    CHECK(made_of("ijsbrand", {step::ToCase{Case::title}}) == "Ijsbrand");
}

TEST_CASE("an apostrophe or an accent does not begin a new word", "[core][ingest][transform]") {
    for (const auto* apostrophe : {"'", "\xE2\x80\x99"}) {
        CHECK(made_of("D" + std::string(apostrophe) + "ANGELO", {step::ToCase{Case::title}}) ==
              "D" + std::string(apostrophe) + "angelo");
    }
    CHECK(made_of("ZOE\xCC\x88LLE", {step::ToCase{Case::title}}) == "Zoe\xCC\x88lle");
    CHECK(made_of("2nd FLOOR", {step::ToCase{Case::title}}) == "2nd Floor");
}

TEST_CASE("an e and an accent become one letter", "[core][ingest][transform]") {
    CHECK(made_of("Zoe\xCC\x88", {step::Nfc{}}) == "Zo\xC3\xAB");
    CHECK(made_of("Zo\xC3\xAB", {step::Nfc{}}) == "Zo\xC3\xAB");
    CHECK(made_of("\xEF\xAC\x81x", {step::Nfc{}}) == "\xEF\xAC\x81x");
    CHECK(made_of("\xF0\x9F\x98\x80 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", {step::Nfc{}}) ==
          "\xF0\x9F\x98\x80 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D");
}

TEST_CASE("several values in one cell are split at any of the separators", "[core][ingest][transform]") {
    CHECK(made_of(Texts{"Bridges|Tunnels"}, {step::Split{"|"}}) == Texts{"Bridges", "Tunnels"});
    CHECK(made_of(Texts{"A, B;C"}, {step::Split{",;"}}) == Texts{"A", "B", "C"});
    CHECK(made_of(Texts{"A+B"}, {step::Split{"+"}}) == Texts{"A", "B"});
    CHECK(made_of(Texts{"A\nB\r\nC"}, {step::Split{"\n"}}) == Texts{"A", "B", "C"});
    CHECK(made_of(Texts{"Bridges"}, {step::Split{"|"}}) == Texts{"Bridges"});
}

TEST_CASE("empty parts and repetitions of a list are dropped, its order is kept", "[core][ingest][transform]") {
    CHECK(made_of(Texts{"| B ||A| B|"}, {step::Split{"|"}}) == Texts{"B", "A"});
    CHECK(made_of(Texts{"|"}, {step::Split{"|"}}).empty());
    CHECK(made_of(Texts{"A", "B|A"}, {step::Split{"|"}}) == Texts{"A", "B"});
    std::string many;
    Texts expected;
    for (int i = 0; i < 50; ++i) {
        many += std::to_string(i) + "|" + std::to_string(i / 2) + "|";
        expected.push_back(std::to_string(i));
    }
    CHECK(made_of(Texts{many}, {step::Split{"|"}}) == expected);
}

TEST_CASE("a list of half a million values is split in little time", "[core][ingest][transform]") {
    std::string many;
    for (int i = 0; many.size() < 1 << 20; ++i) many += std::to_string(i) + "|";
    CHECK(made_of(Texts{many}, {step::Split{"|"}}).size() > 100'000);
}

TEST_CASE("several columns are joined into one value, empty ones left out", "[core][ingest][transform]") {
    CHECK(made_of(Texts{"Jan", "Piet"}, {step::Join{}}) == Texts{"Jan Piet"});
    CHECK(made_of(Texts{"A", "B", "C"}, {step::Join{" / "}}) == Texts{"A / B / C"});
    CHECK(made_of(Texts{"Jan"}, {step::Join{}}) == Texts{"Jan"});
    CHECK(made_of(Texts{}, {step::Join{}}).empty());
    CHECK(made_of(Texts{"A|B"}, {step::Split{"|"}, step::Join{"-"}}) == Texts{"A-B"});
}

TEST_CASE("a constant stands whatever the cells hold", "[core][ingest][transform]") {
    CHECK(made_of(Texts{}, {step::Constant{"nl"}}) == Texts{"nl"});
    CHECK(made_of(Texts{"de", "fr"}, {step::Constant{"nl"}}) == Texts{"nl"});
}

TEST_CASE("a lookup translates values", "[core][ingest][transform]") {
    const step::Lookup codes{
        .table = {{"12", "Harbour"}, {"14", "Market"}, {"none", ""}}, .any_case = false, .otherwise = Otherwise::keep};
    CHECK(made_of("12", {codes}) == "Harbour");
    CHECK(made_of("99", {codes}) == "99");
    CHECK(made_of(Texts{"none"}, {codes}).empty());
    CHECK(made_of(Texts{"12", "none", "14"}, {codes}) == Texts{"Harbour", "Market"});
}

TEST_CASE("a value that the table does not have freezes, empties or stays, as the tenant says: not_in_table",
          "[core][ingest][transform]") {
    step::Lookup codes{.table = {{"A", "Active"}}};
    CHECK(made_of("B", {codes}) == "(not_in_table)");
    codes.otherwise = Otherwise::empty;
    CHECK(made_of(Texts{"B", "A"}, {codes}) == Texts{"Active"});
    codes.otherwise = Otherwise::keep;
    CHECK(made_of(Texts{"B", "A"}, {codes}) == Texts{"B", "Active"});
}

TEST_CASE("a lookup looks at case unless told not to", "[core][ingest][transform]") {
    step::Lookup codes{.table = {{"zo\xC3\xAB", "yes"}}};
    CHECK(made_of("ZO\xC3\x8B", {codes}) == "(not_in_table)");
    codes.any_case = true;
    CHECK(made_of("ZO\xC3\x8B", {codes}) == "yes");
    CHECK(made_of("zo\xC3\xAB", {codes}) == "yes");
}

TEST_CASE("an address is made small and checked: bad_email", "[core][ingest][transform]") {
    CHECK(made_of("Ada.Brink@Shop.Example", {step::Email{}}) == "ada.brink@shop.example");
    for (const auto* wrong : {"ada.brink", "ada brink@shop.example", "Ada <ada@shop.example>", "ada@shop", "a@b@c.de",
                              "ada@shop.example;bram@shop.example", "zo\xC3\xAB@shop.example"}) {
        CAPTURE(wrong);
        CHECK(made_of(wrong, {step::Email{}}) == "(bad_email)");
    }
}

TEST_CASE("steps are carried out in their order", "[core][ingest][transform]") {
    CHECK(made_of("'123", {step::StripApostrophe{}, step::PadLeft{6}}) == "000123");
    CHECK(made_of("'123", {step::PadLeft{6}, step::StripApostrophe{}}) == "123");
}

TEST_CASE("a flaw never holds the value", "[core][ingest][transform]") {
    const std::vector<Step> steps{step::PadLeft{6}, step::Date{"dd-MM-yyyy"}, step::Phone{"NL"}, step::Email{},
                                  step::Lookup{.table = {{"A", "B"}}}};
    for (const auto& one : steps) {
        for (const std::string text : {"4711E+11", "4711"}) {
            CHECK_THAT(sentence_of(text, {one}), !Catch::Contains("4711"));
        }
    }
}

TEST_CASE("every step but a lookup leaves its own outcome as it is", "[core][ingest][transform]") {
    const std::vector<Step> steps{step::ToCase{Case::lower},
                                  step::ToCase{Case::upper},
                                  step::ToCase{Case::title},
                                  step::PadLeft{8},
                                  step::Split{"|,"},
                                  step::Join{" "},
                                  step::Constant{"x"},
                                  step::Date{"yyyy-MM-dd *"},
                                  step::Phone{"NL"},
                                  step::Email{},
                                  step::Nfc{}};
    const Texts samples{"Ada Brink",
                        "ZO\xC3\x8B",
                        "zoe\xCC\x88",
                        "IR\xC4\xB0S",
                        "wei\xC3\x9F",
                        "\xCE\xA3\xCE\xA3",
                        "\xC7\x86",
                        "'t Hof",
                        "123",
                        "A|B, C|A",
                        "2026-03-01",
                        "2026-03-01 08:00",
                        "020 1234567",
                        "+49 (0)30 12345678",
                        "06 698 12345",
                        "Ada@Shop.Example",
                        "\xF0\x9F\x98\x80x",
                        "+7 8005553535",
                        "+1 (202) 555-0101",
                        "+36 1 234 5678",
                        "0039 06 698 12345",
                        "+375 8 029 1234567"};
    for (const auto& one : steps) {
        for (const auto& sample : samples) {
            CAPTURE(sample);
            auto once = values_of({sample});
            if (transform({one}, once)) continue;
            auto twice = once;
            CHECK(!transform({one}, twice).has_value());
            CHECK(twice.texts == once.texts);
        }
    }
}

TEST_CASE("a step that makes no sense is refused before any row is read", "[core][ingest][transform]") {
    CHECK(check_step(step::PadLeft{0}) == "a width from 1 to 64 is needed");
    CHECK(check_step(step::PadLeft{65}).has_value());
    CHECK(check_step(step::PadLeft{6}) == std::nullopt);
    CHECK(check_step(step::Split{""}) == "the separators are ASCII characters, at least one");
    CHECK(check_step(step::Split{"\xC2\xB7"}).has_value());
    CHECK(check_step(step::Split{"\n"}) == std::nullopt);
    CHECK(check_step(step::Constant{""}).has_value());
    CHECK(check_step(step::Constant{" x"}).has_value());
    CHECK(check_step(step::Lookup{}) == "the table is empty");
    CHECK(check_step(step::Lookup{.table = {{" A", "B"}}}) == "\" A\" is never found: values are trimmed");
    CHECK(check_step(step::Lookup{.table = {{"", "B"}}}) == "an empty cell is not looked up; see empty");
    CHECK(check_step(step::Lookup{.table = {{"A", ""}}}) == std::nullopt);
    for (const Step& plain : {Step(step::Nfc{}), Step(step::Email{}), Step(step::Join{}), Step(step::ToCase{})}) {
        CHECK(check_step(plain) == std::nullopt);
    }
}

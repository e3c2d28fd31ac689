#include "core/record/objects.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Rows read_xml(std::string_view text, const std::string& element = {}, const RecordLimits& limits = {}) {
    return read_rows(open_xml(text, element, limits));
}

Rows refusal(const char* code) { return {{.line = 0, .cells = {code}}}; }

std::string sentence(std::string_view text, const std::string& element = {}) {
    const auto opened = open_xml(text, element, {});
    return opened ? "opened" : opened.error().detail;
}

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "<a>";
    for (std::size_t i = 0; i < depth; ++i) text += "</a>";
    return text;
}

}  // namespace

TEST_CASE("repeated XML elements are records, whose elements and attributes are columns", "[core][record][xml]") {
    CHECK(read_xml(R"(<?xml version="1.0" encoding="UTF-8"?>
<staff>
  <person nr="7"><id>1</id><name>Zo&#235; &amp; <![CDATA[<Bo>]]></name></person>
  <person><name>Anna</name><id>2</id><city>Ede</city></person>
</staff>)") == Rows{{0, {"@nr", "id", "name", "city"}},
                    {1, {"7", "1", "Zo\xC3\xAB & <Bo>", "(absent)"}},
                    {2, {"(absent)", "2", "Anna", "Ede"}}});
}

TEST_CASE("XML elements within elements become columns with a dot, repeated ones a value per line",
          "[core][record][xml]") {
    CHECK(read_xml("<s><p><id>1</id><home><city>Ede</city></home><team>A</team><team>B</team>"
                   "<job><title>x</title></job><job><title>y</title></job></p><p><id>2</id></p></s>") ==
          Rows{{0, {"id", "home.city", "team", "job.title"}},
               {1, {"1", "Ede", "A\nB", "x\ny"}},
               {2, {"2", "(absent)", "(absent)", "(absent)"}}});
}

TEST_CASE("an empty XML element says that there is none, one left out says nothing", "[core][record][xml]") {
    CHECK(read_xml("<s><p><a/><b></b><c>1</c></p><p/></s>") ==
          Rows{{0, {"a", "b", "c"}}, {1, {"", "", "1"}}, {2, {"(absent)", "(absent)", "(absent)"}}});
    CHECK(read_xml(R"(<s xmlns:xsi="x"><p><a xsi:nil="true"/></p><p><a>1</a></p></s>)") ==
          Rows{{0, {"a"}}, {1, {""}}, {2, {"1"}}});
    CHECK(read_xml("<s><p><boss/></p><p><boss><id>1</id></boss></p></s>") ==
          Rows{{0, {"boss.id"}}, {1, {""}}, {2, {"1"}}});
    CHECK(read_xml(R"(<s><p><boss id="5"/></p><p><boss id="6" x="1"/></p></s>)") ==
          Rows{{0, {"boss.@id", "boss.@x"}}, {1, {"5", "(absent)"}}, {2, {"6", "1"}}});
    CHECK(read_xml(R"(<s><p><tel kind="w"/></p><p><tel kind="h">12</tel></p></s>)") ==
          Rows{{0, {"tel", "tel.@kind"}}, {1, {"", "w"}}, {2, {"12", "h"}}});
}

TEST_CASE("prefixes of XML namespaces do not matter", "[core][record][xml]") {
    CHECK(read_xml(R"(<x:s xmlns:x="urn:x"><x:p x:nr="7"><x:id>1</x:id></x:p><p><id>2</id></p></x:s>)") ==
          Rows{{0, {"@nr", "id"}}, {1, {"7", "1"}}, {2, {"(absent)", "2"}}});
}

TEST_CASE("the tenant may name the XML element that is a record", "[core][record][xml]") {
    const auto* text =
        "<s><dep><name>x</name><emp><id>1</id></emp></dep><dep><emp><id>2</id><emp>n</emp></emp></dep></s>";
    CHECK(read_xml(text, "emp") == Rows{{0, {"id", "emp"}}, {1, {"1", "(absent)"}}, {2, {"2", "n"}}});
    CHECK(read_xml(text, "person") == refusal("no_records"));
    CHECK(sentence(text, "person") == "the XML holds no element \"person\"");
}

TEST_CASE("without a name the XML element that is repeated is the record", "[core][record][xml]") {
    CHECK(read_xml("<s><made>today</made><all><p><id>1</id></p><p><id>2</id></p></all></s>") ==
          Rows{{0, {"id"}}, {1, {"1"}}, {2, {"2"}}});
    CHECK(read_xml("<e><b><r><p><id>1</id></p><p><id>2</id></p></r></b></e>").size() == 3);
    CHECK(read_xml("<s><made>today</made><p><id>1</id></p></s>") == Rows{{0, {"id"}}, {1, {"1"}}});
    // One of two kinds of people would be left out, and taken for gone.
    CHECK(read_xml("<s><p><id>1</id></p><p><id>2</id></p><q><id>3</id></q><q><id>4</id></q></s>") ==
          refusal("no_records"));
    CHECK(read_xml("<s><p><id>1</id></p><q><id>3</id></q></s>") == refusal("no_records"));
}

TEST_CASE("XML without records is refused", "[core][record][xml]") {
    for (const auto* text : {"<s/>", "<s>text</s>", "<s><a>1</a><a>2</a></s>", "<s><a/></s>"}) {
        INFO(text);
        CHECK(read_xml(text) == refusal("no_records"));
    }
}

TEST_CASE("damaged XML is refused as a whole, wherever the damage is", "[core][record][xml]") {
    for (const auto* text :
         {"", "<s>", "<s><p><id>1</id></p><p><id>2</id></p>", "<s><p><id>1</id></p></s><s/>",
          "<s><p><id>1</p></id></s>", "<s><p><id>a & b</id></p></s>", "<s><p a=1/></s>",
          "<s><p><id>&nbsp;</id></p></s>", "<s><p><id>\x01</id></p></s>", "<s><p x='1' x='2'/></s>"}) {
        INFO(text);
        CHECK(read_xml(text) == refusal("damaged_xml"));
        CHECK(read_xml(text, "p") == refusal("damaged_xml"));
    }
    CHECK(sentence("<s>\n<p><id>1</p>\n</s>") == "line 2: mismatched tag");
    CHECK(sentence("<s>\n<p><id>1") == "the XML ends too early: it was cut off");
}

TEST_CASE("XML with a DOCTYPE is refused before an entity is expanded", "[core][record][xml][limits]") {
    CHECK(read_xml("<!DOCTYPE s [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><s><p><id>&b;</id></p></s>") ==
          refusal("doctype_refused"));
    CHECK(read_xml("<!DOCTYPE s SYSTEM \"file:///etc/passwd\"><s/>", "p") == refusal("doctype_refused"));
}

TEST_CASE("XML beyond a limit is refused", "[core][record][xml][limits]") {
    RecordLimits limits;
    limits.depth_max = 8;
    limits.columns_max = 10;
    limits.rows_max = 2;
    limits.cell_bytes_max = 100;
    CHECK(read_xml("<s>" + nested(7) + "</s>", "a", limits).size() == 2);
    CHECK(read_xml("<s>" + nested(8) + "</s>", "a", limits) == refusal("too_deep"));
    CHECK(read_xml(nested(1'000'000)) == refusal("too_deep"));
    CHECK(read_xml("<s><p><a/></p><p><a/></p><p><a/></p></s>", {}, limits) == refusal("too_many_rows"));
    const std::string fits(100, 'x');
    CHECK(read_xml("<s><p><a>" + fits + "</a></p></s>", {}, limits).size() == 2);
    CHECK(read_xml("<s><p><a>" + fits + "x</a></p></s>", {}, limits) == refusal("cell_too_long"));
    CHECK(read_xml("<s><p a='" + fits + "'/></s>", {}, limits) == refusal("cell_too_long"));
    CHECK(read_xml("<s><!--" + fits + "--><p><a/></p></s>", {}, limits) == refusal("cell_too_long"));
    CHECK(read_xml("<s><?x " + fits + "?><p><a/></p></s>", {}, limits) == refusal("cell_too_long"));
    std::string wide = "<s><p>";
    for (int i = 0; i < 11; ++i) wide += "<n" + std::to_string(i) + "/>";
    CHECK(read_xml(wide + "</p></s>", {}, limits) == refusal("too_many_columns"));
    CHECK(read_xml(wide + "</p></s>", "p", limits) == refusal("too_many_columns"));
}

TEST_CASE("XML is read right across the pieces in which it is handed over", "[core][record][xml]") {
    std::string text = "<s>";
    for (int i = 0; i < 20'000; ++i) text += "<p><id>" + std::to_string(i) + "</id><n>\xC3\xAB</n></p>\n";
    text += "</s>";
    const auto rows = read_xml(text);
    REQUIRE(rows.size() == 20'001);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i] != ReadRow{i, {std::to_string(i - 1), "\xC3\xAB"}}) FAIL("row " << i << " is wrong");
    }
}

#include "core/ingest/normalise.hpp"

#include <catch2/catch.hpp>

#include <utility>

using namespace usersync;
using namespace usersync::ingest;

TEST_CASE("white space around a value is dropped, also the kinds that nobody sees", "[core][ingest][normalise]") {
    CHECK(trim("  a b \t") == "a b");
    CHECK(trim("\xC2\xA0 Anna\xE2\x80\xAF\r\n") == "Anna");
    CHECK(trim("\xEF\xBB\xBF"
               "id\xE2\x80\x8B") == "id");
    CHECK(trim(" \xC2\xA0 ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\xC3\xA0") == "\xC3\xA0");  // à ends in the byte of a no-break space
}

TEST_CASE("UTF-8 is recognised strictly", "[core][ingest][normalise]") {
    for (const auto* text : {"", "plain ascii, longer than one block", "Zo\xC3\xAB", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                             "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
        INFO(text);
        CHECK(is_utf8(text));
    }
    for (const auto* text : {"Zo\xEB", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "\xF5\x80\x80\x80", "\x80", "\xE2\x82", "abcdefgh\xFFijklmnop", "\xC3\xC3"}) {
        CHECK_FALSE(is_utf8(text));
    }
}

TEST_CASE("text that is not UTF-8 can still be shown", "[core][ingest][normalise]") {
    CHECK(shown_as_utf8("Zo\xEB x") == "Zo\xEF\xBF\xBD x");
    CHECK(shown_as_utf8("Zo\xC3\xAB") == "Zo\xC3\xAB");
}

TEST_CASE("an e-mail address is one plain address, in lower case", "[core][ingest][normalise]") {
    const std::vector<std::pair<const char*, const char*>> good = {
        {"Anna.Bakker@Shop.Example", "anna.bakker@shop.example"},
        {"a@b.nl", "a@b.nl"},
        {"o'neil+x@mail-1.shop.co.uk", "o'neil+x@mail-1.shop.co.uk"},
        {"x@xn--bcher-kva.example", "x@xn--bcher-kva.example"},
    };
    for (const auto& [written, normal] : good) CHECK(parse_email(written) == std::optional<std::string>(normal));

    for (const auto* written : {"",
                                "anna",
                                "@shop.example",
                                "anna@",
                                "anna@shop",
                                "anna@@shop.example",
                                "a b@shop.example",
                                "anna@shop..example",
                                ".anna@shop.example",
                                "anna.@shop.example",
                                "an..na@shop.example",
                                "anna@-shop.example",
                                "anna@shop.e",
                                "anna@shop.example.",
                                "anna@127.0.0.1",
                                "Anna <anna@shop.example>",
                                "a@shop.example;b@shop.example",
                                "a@shop.example,",
                                "zo\xC3\xAB@shop.example",
                                "anna@sh\xC3\xB6p.example",
                                "\"a b\"@shop.example",
                                "n/a",
                                "-"}) {
        INFO(written);
        CHECK_FALSE(parse_email(written));
    }
    CHECK_FALSE(parse_email(std::string(65, 'a') + "@shop.example"));
    CHECK_FALSE(parse_email("a@" + std::string(64, 'b') + ".example"));
}

TEST_CASE("a cell with several locations becomes a list without gaps and repetitions", "[core][ingest][normalise]") {
    using List = std::vector<std::string>;
    CHECK(split_list("Store 12", "|") == List{"Store 12"});
    CHECK(split_list(" Store 12 | Store 7|", "|") == List{"Store 12", "Store 7"});
    CHECK(split_list("B|A|B", "|") == List{"B", "A"});
    CHECK(split_list("a;b/c", ";/") == List{"a", "b", "c"});
    CHECK(split_list("a|b", "") == List{"a|b"});
    CHECK(split_list(" | ", "|").empty());
    CHECK(split_list("", "|").empty());
}

TEST_CASE("an employee id that a spreadsheet has rounded is refused", "[core][ingest][normalise]") {
    for (const auto* cell : {"1,23457E+11", "1.23457E+11", "1E+05", "9e-03", " 4,5E+12 "}) {
        INFO(cell);
        CHECK(read_key(cell).flaw == KeyFlaw::scientific);
    }
    for (const auto* cell :
         {"12E5", "1E", "E+11", "1,E+5", "A1E+5", "1.2.3E+4", "00123", "10234", "NL-77/3", "Zo\xC3\xAB"}) {
        INFO(cell);
        CHECK(read_key(cell).flaw == KeyFlaw::none);
    }
}

TEST_CASE("an employee id is kept as text, trimmed and nothing else", "[core][ingest][normalise]") {
    CHECK(read_key(" 00123\xC2\xA0").key == EmployeeKey("00123"));
    CHECK(read_key("aB 7").key == EmployeeKey("aB 7"));
    CHECK(read_key(" \t").flaw == KeyFlaw::empty);
    CHECK(read_key("12\n34").flaw == KeyFlaw::not_plain);
    CHECK(read_key("12\"").flaw == KeyFlaw::not_plain);
    CHECK(read_key("Zo\xEB").flaw == KeyFlaw::not_plain);
    CHECK(read_key(std::string(256, '1')).flaw == KeyFlaw::not_plain);
    CHECK(read_key(std::string(255, '1')).flaw == KeyFlaw::none);
}

TEST_CASE("column names are compared without case and spacing", "[core][ingest][normalise]") {
    CHECK(fold_name("  Employee \xC2\xA0 ID ") == "employee id");
    CHECK(fold_name("PR\xC3\x89NOM") == fold_name("pr\xC3\xA9nom"));
    CHECK(fold_name("\xC3\x97") == "\xC3\x97");
    CHECK(fold_name("e-mail") != fold_name("email"));
    CHECK(fold_name(" ").empty());
}

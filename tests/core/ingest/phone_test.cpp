#include "tests/core/ingest/transform_samples.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::ingest;

namespace {

std::string phone(const std::string& text, const std::string& country = "NL") {
    return made_of(text, {step::Phone{country}});
}

}  // namespace

TEST_CASE("telephone numbers become E.164, the tenant's country being the default", "[core][ingest][transform]") {
    for (const auto* written :
         {"020 123 4567", "020-1234567", "(020) 123 45 67", "+31 20 123 4567", "+31 (0)20 1234567", "0031 20 123 4567",
          "+31201234567", "020.123.4567", "020/1234567"}) {
        CAPTURE(written);
        CHECK(phone(written) == "+31201234567");
    }
    CHECK(phone("06 12345678") == "+31612345678");
    CHECK(phone("030 12345678", "DE") == "+493012345678");
    CHECK(phone("030/12345678", "DE") == "+493012345678");
    CHECK(phone("+49 (0)30 12345678") == "+493012345678");
    CHECK(phone("202 555 0101", "US") == "+12025550101");
    CHECK(phone("06 698 12345", "IT") == "+390669812345");
}

TEST_CASE("spaces and marks that copying leaves in a telephone number do not matter", "[core][ingest][transform]") {
    CHECK(phone("020\xC2\xA0"
                "123\xE2\x80\xAF"
                "4567") == "+31201234567");
    CHECK(phone("\xE2\x80\xAA+31 20 1234567\xE2\x80\xAC") == "+31201234567");
    CHECK(phone("020\xE2\x80\x93"
                "1234567") == "+31201234567");
}

TEST_CASE("what is no possible telephone number is refused", "[core][ingest][transform]") {
    for (const auto* wrong : {"123", "020", "0201234567890123456", "+999 20 1234567", "+", "()", "-", "+31",
                              "00000000000", "00000000", "0 012345678", "020 1234567 020 7654321"}) {
        CAPTURE(wrong);
        CHECK(phone(wrong) == "(bad_phone)");
    }
    CHECK(sentence_of("123", {step::Phone{"NL"}}) ==
          "the telephone number has too few or too many digits for its country (NL where none is written)");
}

TEST_CASE("a number is never looked for in a sentence, nor one of two taken", "[core][ingest][transform]") {
    for (const auto* wrong : {"tel. 020 1234567", "0800-FLOWERS", "unknown", "020 1234567 / 06 12345678",
                              "0201234567/68", "020 1234567, 06 12345678", "tel:+31201234567", "020 1234567;ext=5",
                              "+31 20 123 4567\n+31 6 12345678", "\xFF"}) {
        CAPTURE(wrong);
        CHECK(phone(wrong) == "(bad_phone)");
    }
}

TEST_CASE("a number with an extension is refused, because without it it is another number",
          "[core][ingest][transform]") {
    for (const auto* wrong : {"020 1234567 ext. 12", "020 1234567 x12", "020 1234567 #12", "020 1234567 toestel 12"}) {
        CAPTURE(wrong);
        CHECK(sentence_of(wrong, {step::Phone{"NL"}}) == "the telephone number has an extension, which cannot be kept");
    }
}

TEST_CASE("a telephone number of any size is refused in little time", "[core][ingest][transform]") {
    CHECK(phone(std::string(1 << 20, '0')) == "(bad_phone)");
    CHECK(phone("+31" + std::string(1 << 20, '(')) == "(bad_phone)");
}

TEST_CASE("a country that does not exist is refused before any row is read", "[core][ingest][transform]") {
    CHECK(check_step(step::Phone{"NL"}) == std::nullopt);
    CHECK(check_step(step::Phone{"nl"}) == "no country is called \"nl\": two capital letters, such as NL");
    CHECK(check_step(step::Phone{""}).has_value());
    CHECK(check_step(step::Phone{"XX"}).has_value());
}

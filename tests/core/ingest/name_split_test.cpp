#include "tests/core/ingest/transform_samples.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace usersync;
using namespace usersync::ingest;

namespace {

const std::vector<std::string> infixes = ColumnMap{}.infixes;

/// "first|infix|last"
std::string split_at(NameOrder order, const std::string& name) {
    const auto split = split_name(name, order, infixes);
    return split.first + "|" + split.infix + "|" + split.last;
}
std::string first_infix_last(const std::string& name) { return split_at(NameOrder::first_infix_last, name); }
std::string last_comma_first(const std::string& name) { return split_at(NameOrder::last_comma_first, name); }

}  // namespace

TEST_CASE("a full name is its first word, the infixes behind it, and the rest", "[core][ingest][transform]") {
    CHECK(first_infix_last("Jan van der Berg") == "Jan|van der|Berg");
    CHECK(first_infix_last("Ada Brink") == "Ada||Brink");
    CHECK(first_infix_last("Jan-Pieter 't Hart") == "Jan-Pieter|'t|Hart");
    CHECK(first_infix_last("Jan \xE2\x80\x99t Hart") == "Jan|\xE2\x80\x99t|Hart");
    CHECK(first_infix_last("Jan Van Den Berg") == "Jan|Van Den|Berg");
    CHECK(first_infix_last("Ana Maria Lopez Garcia") == "Ana||Maria Lopez Garcia");
    CHECK(first_infix_last("  Jan \t van  der\xC2\xA0"
                           "Berg ") == "Jan|van der|Berg");
}

TEST_CASE("a single word is a last name, and so is the last word", "[core][ingest][transform]") {
    CHECK(first_infix_last("Berg") == "||Berg");
    CHECK(first_infix_last("Jan van") == "Jan||van");
    CHECK(first_infix_last("Jan van der") == "Jan|van|der");
    CHECK(first_infix_last("") == "||");
    CHECK(first_infix_last(" ") == "||");
    CHECK(last_comma_first("Berg") == "||Berg");
    CHECK(last_comma_first("Berg,") == "||Berg");
    CHECK(last_comma_first(", Jan") == "||Jan");
    CHECK(last_comma_first("") == "||");
    CHECK(last_comma_first("Berg, Jan, jr.") == "Jan, jr.||Berg");
}

TEST_CASE("a name with the last name in front is told apart by its comma", "[core][ingest][transform]") {
    CHECK(last_comma_first("Berg, Jan van der") == "Jan|van der|Berg");
    CHECK(last_comma_first("Berg, van der, Jan") == "Jan|van der|Berg");
    CHECK(last_comma_first("van der Berg, Jan") == "Jan|van der|Berg");
    CHECK(last_comma_first("Brink, Ada") == "Ada||Brink");
    CHECK(last_comma_first("Lopez Garcia, Ana Maria") == "Ana Maria||Lopez Garcia");
    CHECK(last_comma_first("Berg,Jan") == "Jan||Berg");
    CHECK(last_comma_first("van der Berg") == "|van der|Berg");
    CHECK(last_comma_first("Berg, van") == "van||Berg");
}

TEST_CASE("the tenant's own list of infixes counts", "[core][ingest][transform]") {
    CHECK(split_name("Jan van Berg", NameOrder::first_infix_last, {}).last == "van Berg");
    CHECK(split_name("Conor Mac Dara", NameOrder::first_infix_last, {"mac"}).infix == "Mac");
}

TEST_CASE("splitting a name loses no word and makes none up", "[core][ingest][transform]") {
    const std::vector<std::string> words{"Jan", "van", "der", "Berg", "'t", "O'Neil", "Zo\xC3\xAB", "de"};
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string name;
        for (auto count = random() % 6; count > 0; --count) name += (name.empty() ? "" : " ") + words[random() % 8];
        CAPTURE(name);
        const auto split = split_name(name, NameOrder::first_infix_last, infixes);
        std::string joined = split.first;
        for (const auto& part : {split.infix, split.last}) {
            joined += (joined.empty() || part.empty() ? "" : " ") + part;
        }
        CHECK(joined == name);
        CHECK(split.last.empty() == name.empty());
    }
}

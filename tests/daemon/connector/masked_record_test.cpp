#include "daemon/connector/masked_record.hpp"

#include "core/rest/pseudonym.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using connector_view::masked_record;

namespace {

ingest::Mapping mapping() {
    ingest::Mapping mapping;
    mapping.columns.fields[ingest::Field::employee_id].columns = {"Nr"};
    mapping.columns.fields[ingest::Field::email].columns = {"Mail"};
    mapping.columns.fields[ingest::Field::manager].columns = {"Boss"};
    return mapping;
}

std::string pseudonym(const std::string& id) {
    const auto line = rest::pseudonymised("{\"k\":\"" + id + "\"}\n", {"k"}, 7);
    return line.substr(6, line.size() - 9);
}

std::string masked(const std::string& bytes) {
    const auto text = masked_record(bytes, mapping(), {}, 7);
    REQUIRE(text);
    return *text;
}

}  // namespace

TEST_CASE("a CSV for a support case keeps header and shapes, and tells nobody", "[daemon][connectors]") {
    CHECK(masked("Nr;Naam;Mail;Boss\n0042;Zo\xC3\xAB Smit;zoe@shop.example;0043\n0043;\"Berg; Jan\";;\n") ==
          "Nr,Naam,Mail,Boss\r\n" + pseudonym("0042") + ",Xxx Xxxx,xxx@xxxx.xxxxxxx," + pseudonym("0043") + "\r\n" +
              pseudonym("0043") + ",Xxxx; Xxx,,\r\n");
}

TEST_CASE("a record without a header that is known is masked from its first row on", "[daemon][connectors]") {
    const auto text = masked("0042;Zoe Smit;zoe@shop.example\n0043;Jan Berg;jan@shop.example\n");
    CHECK(text.find("Zoe") == std::string::npos);
    CHECK(text.find("0042") == std::string::npos);
}

TEST_CASE("lines of JSON stay lines of JSON, and other JSON becomes rows", "[daemon][connectors]") {
    CHECK(masked("{\"Nr\":\"0042\",\"Mail\":\"zoe@shop.example\"}\n") ==
          "{\"Nr\":\"" + pseudonym("0042") + "\",\"Mail\":\"xxx@xxxx.xxxxxxx\"}\n");
    const auto rows = masked(R"([{"Nr":"0042","Mail":"zoe@shop.example"}])");
    CHECK_THAT(rows, Catch::Contains(pseudonym("0042")) && Catch::Contains("xxx@xxxx.xxxxxxx"));
}

TEST_CASE("what cannot be read is not given out", "[daemon][connectors]") {
    CHECK_FALSE(masked_record(std::string("\0\1\2\3\4\5\6\7", 8), mapping(), {}, 7));
}

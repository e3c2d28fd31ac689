#include "core/record/objects.hpp"
#include "tests/core/record/read_rows.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::record;
using namespace usersync::record::test;

namespace {

Rows read_json(std::string_view text, const std::string& path = {}, const RecordLimits& limits = {}) {
    return read_rows(open_json(text, path, limits));
}

Rows read_jsonl(std::string_view text, const RecordLimits& limits = {}) { return read_rows(open_jsonl(text, limits)); }

Rows refusal(const char* code) { return {{.line = 0, .cells = {code}}}; }

std::string sentence(std::string_view text, const std::string& path = {}) {
    const auto opened = open_json(text, path, {});
    return opened ? "opened" : opened.error().detail;
}

std::vector<CellKind> kinds_of_first_record(std::string_view text) {
    auto source = open_json(text, {}, {});
    REQUIRE(source);
    Row row;
    REQUIRE((*source)->next(row));
    REQUIRE((*source)->next(row));
    return row.kinds;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("a JSON array of records is a table whose first row holds the names", "[core][record][json]") {
    CHECK(read_json(R"([{"id":1,"name":"Anna"},{"name":"Bram","id":2,"city":"Ede"}])") ==
          Rows{{0, {"id", "name", "city"}}, {1, {"1", "Anna", "(absent)"}}, {2, {"2", "Bram", "Ede"}}});
    CHECK(read_json(" [ { } , {\"a\" : \"x\"} ] \n") == Rows{{0, {"a"}}, {1, {"(absent)"}}, {2, {"x"}}});
}

TEST_CASE("a JSON number stays as it is written, so that no id is rounded", "[core][record][json]") {
    CHECK(read_json(R"([{"a":12345678901234567890,"b":1.50,"c":-0,"d":1E+5,"e":true,"f":false,"g":"007"}])")[1].cells ==
          std::vector<std::string>{"12345678901234567890", "1.50", "-0", "1E+5", "true", "false", "007"});
    CHECK(kinds_of_first_record(R"([{"a":1,"b":true,"c":"1"}])") ==
          std::vector<CellKind>{CellKind::number, CellKind::boolean, CellKind::text});
}

TEST_CASE("an empty JSON value says that there is none, a name left out says nothing", "[core][record][json]") {
    CHECK(read_json(R"([{"a":null,"b":[],"c":""},{}])") ==
          Rows{{0, {"a", "b", "c"}}, {1, {"", "", ""}}, {2, {"(absent)", "(absent)", "(absent)"}}});
}

TEST_CASE("JSON objects within a record become columns with a dot", "[core][record][json]") {
    CHECK(read_json(R"([{"id":1,"home":{"city":"Ede","geo":{"x":1}}},{"id":2,"home":{}}])") ==
          Rows{{0, {"id", "home.city", "home.geo.x"}}, {1, {"1", "Ede", "1"}}, {2, {"2", "(absent)", "(absent)"}}});
}

TEST_CASE("a JSON object that is null empties the columns within it", "[core][record][json]") {
    CHECK(read_json(R"([{"id":1,"boss":null},{"id":2,"boss":{"id":1}},{"id":3}])") ==
          Rows{{0, {"id", "boss.id"}}, {1, {"1", ""}}, {2, {"2", "1"}}, {3, {"3", "(absent)"}}});
}

TEST_CASE("a JSON list is one cell with a value per line", "[core][record][json]") {
    CHECK(read_json(R"([{"teams":["A",null,"B",7],"jobs":[{"title":"x","at":["p","q"]},{"title":"y"}]}])") ==
          Rows{{0, {"teams", "jobs.title", "jobs.at"}}, {1, {"A\nB\n7", "x\ny", "p\nq"}}});
    CHECK(read_json(R"([{"a":[["x"],["y","z"]]},{"a":"one"},{"a":[null]}])") ==
          Rows{{0, {"a"}}, {1, {"x\ny\nz"}}, {2, {"one"}}, {3, {""}}});
}

TEST_CASE("escapes in JSON texts and names are read", "[core][record][json]") {
    CHECK(read_json(R"([{"n\u0061me":"Zo\u00eb \"x\"\n\ud83d\ude00","a\\":"1"},{"name":"Bo","a\\":"\\"}])") ==
          Rows{{0, {"name", "a\\"}}, {1, {"Zo\xC3\xAB \"x\"\n\xF0\x9F\x98\x80", "1"}}, {2, {"Bo", "\\"}}});
    // Written as they are, these two names would look alike: a\b, and "a", backspace.
    CHECK(read_json(R"([{"a\\b":"1"},{"a\b":"2"}])")[0].cells == std::vector<std::string>{"a\\b", "a\b"});
}

TEST_CASE("JSON records are found under the path that the tenant names", "[core][record][json]") {
    const auto* text = R"({"meta":{"rows":[{"x":1}]},"data":{"employees":[{"id":1},{"id":2}]},"n":2})";
    CHECK(read_json(text, "data.employees") == Rows{{0, {"id"}}, {1, {"1"}}, {2, {"2"}}});
    CHECK(read_json(text, "meta.rows") == Rows{{0, {"x"}}, {1, {"1"}}});
    CHECK(read_json(text, "data.people") == refusal("no_records"));
    CHECK(read_json(text, "data") == refusal("no_records"));
    CHECK(read_json(text, "n.x") == refusal("no_records"));
    CHECK(sentence(text, "data.people") ==
          "the JSON holds no list of records at \"data.people\", or one that is empty");
    CHECK(read_json(R"([{"id":1}])", "data") == refusal("no_records"));
    CHECK(read_json(R"({"d":[{"id":1}],"d":[{"id":2}]})", "d") == refusal("damaged_json"));
}

TEST_CASE("without a path the largest list of JSON records, at most three names deep, is read",
          "[core][record][json]") {
    CHECK(read_json(R"({"rows":[{"id":1}],"skip":0})") == Rows{{0, {"id"}}, {1, {"1"}}});
    CHECK(read_json(R"({"few":[{"a":1}],"b":{"c":{"many":[{"id":1},{"id":2}]}},"more":[{"z":1}]})") ==
          Rows{{0, {"id"}}, {1, {"1"}}, {2, {"2"}}});
    CHECK(read_json(R"({"a":{"b":{"c":{"d":[{"id":1}]}}}})") == refusal("no_records"));
    CHECK(read_json(R"({"tags":["x","y","z"],"mixed":[{"a":1},2],"rows":[{"id":1}]})") ==
          Rows{{0, {"id"}}, {1, {"1"}}});
}

TEST_CASE("JSON without records is refused", "[core][record][json]") {
    for (const auto* text : {"[]", "{}", R"({"a":1})", R"({"a":[]})", "1", "\"x\"", "null", R"({"a":["x"]})"}) {
        INFO(text);
        CHECK(read_json(text) == refusal("no_records"));
    }
}

TEST_CASE("damaged JSON is refused as a whole, wherever the damage is", "[core][record][json]") {
    for (const auto* text : {"[",
                             R"([{"id":1})",
                             R"([{"id":1},)",
                             R"([{"id":1}]])",
                             R"([{"id":1}] x)",
                             R"([{"id":1} {"id":2}])",
                             R"([{"id" 1}])",
                             R"([{"id":01}])",
                             R"([{"id":1.}])",
                             R"([{"id":tru}])",
                             R"([{"id":nul}])",
                             R"([{id:1}])",
                             R"([{"id":"a})",
                             R"([{"id":"\x"}])",
                             R"([{"id":"\ud800"}])",
                             R"([{"id":1,}])",
                             R"([1])",
                             R"([{"a":1},null])",
                             R"({"rows":[{"id":1}],"x":01})",
                             R"({"rows":[{"id":1}],"x":{"y":[+1]}})",
                             "[{\"id\":\"a\nb\"}]",
                             R"({"rows":[{"id":1}],"x":"\x"})",
                             R"([{"id":1]])",
                             R"([{"id":"a""b"}])",
                             R"([{"id":1 2}])",
                             ""}) {
        INFO(text);
        CHECK(read_json(text) == refusal("damaged_json"));
    }
    CHECK(sentence("[{\"id\":1},\n{\"id\":x}]") == "near line 2, byte 13: this is no value");
    CHECK(sentence("[{\"id\":1},\n{\"id\":") == "the JSON ends too early: it was cut off");
}

TEST_CASE("a name that stands twice in one JSON record is refused, for one of the two would be lost",
          "[core][record][json]") {
    CHECK(read_json(R"([{"id":1,"id":2}])") == refusal("damaged_json"));
    CHECK(read_json(R"([{"a":{"b":1,"b":2}}])") == refusal("damaged_json"));
    CHECK(read_json(R"([{"l":[{"b":1},{"b":2,"b":3}]}])") == refusal("damaged_json"));
    CHECK(read_json(R"([{"l":[{"b":1},{"b":2}]}])")[1].cells == std::vector<std::string>{"1\n2"});
    CHECK(sentence(R"([{"id":1,"id":2}])") == "near line 1, byte 10: a record has the name \"id\" twice");
}

TEST_CASE("JSON lines are one record each", "[core][record][jsonl]") {
    CHECK(read_jsonl("{\"id\":1}\r\n\n{\"id\":2,\"a\":\"x\"}\n") ==
          Rows{{0, {"id", "a"}}, {1, {"1", "(absent)"}}, {3, {"2", "x"}}});
    CHECK(read_jsonl("{\"id\":1}") == Rows{{0, {"id"}}, {1, {"1"}}});
    CHECK(read_jsonl("\n \n") == refusal("no_records"));
}

TEST_CASE("one broken JSON line is damage of the whole record", "[core][record][jsonl]") {
    for (const auto* text : {"{\"id\":1}\n{\"id\":", "{\"id\":1}\n{\"id\":\"x", "{\"id\":1}{\"id\":2}\n",
                             "{\"id\":1}\n[1]\n", "{\"id\":1}\nnull\n", "x\n{\"id\":1}"}) {
        INFO(text);
        CHECK(read_jsonl(text) == refusal("damaged_json"));
    }
    CHECK(open_jsonl("{\"id\":1}\n{\"id\":", {}).error().detail == "line 2 ends in the middle of a record");
}

TEST_CASE("JSON beyond a limit is refused", "[core][record][json][limits]") {
    RecordLimits limits;
    limits.depth_max = 8;
    limits.columns_max = 3;
    limits.rows_max = 2;
    limits.cell_bytes_max = 10;
    CHECK(read_json(R"([{"a":1,"b":2,"c":3}])", {}, limits).size() == 2);
    CHECK(read_json(R"([{"a":1,"b":2,"c":3,"d":4}])", {}, limits) == refusal("too_many_columns"));
    CHECK(read_json(R"([{"a":1},{"a":1},{"a":1}])", {}, limits) == refusal("too_many_rows"));
    CHECK(read_json(R"([{"a":"0123456789"}])", {}, limits).size() == 2);
    CHECK(read_json(R"([{"a":"0123456789x"}])", {}, limits) == refusal("cell_too_long"));
    CHECK(read_json(R"([{"a":["01234","56789"]}])", {}, limits).back().cells == refusal("cell_too_long")[0].cells);
    CHECK(read_json("[{\"a\":" + nested(6) + "}]", {}, limits).size() == 2);
    CHECK(read_json("[{\"a\":" + nested(7) + "}]", {}, limits) == refusal("too_deep"));
    CHECK(read_json("{\"x\":" + nested(8) + "}", {}, limits) == refusal("too_deep"));
    CHECK(read_json(nested(100'000), {}, RecordLimits{}) == refusal("damaged_json"));
    CHECK(read_json("{\"x\":" + nested(100'000) + "}", {}, RecordLimits{}) == refusal("too_deep"));
    CHECK(read_json("[{\"" + std::string(2000, 'n') + "\":1}]") == refusal("cell_too_long"));
    CHECK(read_jsonl("{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n", limits) == refusal("too_many_rows"));
}

TEST_CASE("JSON records that leave nearly all names out cannot blow up the table", "[core][record][json][limits]") {
    std::string text = "[{";
    for (int i = 0; i < 1000; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
    text += "}";
    for (int i = 0; i < 20'000; ++i) text += ",{}";
    CHECK(read_json(text + "]") == refusal("too_many_columns"));
}

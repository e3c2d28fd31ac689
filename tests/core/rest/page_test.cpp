#include "core/rest/page.hpp"

#include "core/record/objects.hpp"
#include "core/rest/json_line.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;
using declare::field;
using declare::list_of;
using declare::path;

namespace {

// The lines of one page, or the code of the failure.
std::string read(const ListRule& list, std::string body) {
    PageReader reader(list, nullptr, PageReader::Purpose::full);
    std::string lines;
    const auto facts = reader.read(std::move(body), lines);
    return facts ? lines : "! " + facts.error().code;
}

}  // namespace

TEST_CASE("A record becomes one line with the declared fields in their order", "[core][rest]") {
    const auto list = list_of("data", {{"id", "id"}, {"mail", "contact.mail"}, {"active", "active"}});
    CHECK(
        read(list,
             R"({"data": [ {"active": true, "contact": {"x": [1, {}], "mail": "a@b.example"}, "id": 7} ], "n": 1})") ==
        "{\"id\":7,\"mail\":\"a@b.example\",\"active\":true}\n");
    CHECK(read(list, R"({"n": 1, "data": []})").empty());
}

TEST_CASE("What a record leaves out is told from what it says is empty", "[core][rest]") {
    auto list = list_of("data", {{"id", "id"}, {"title", "work.title"}, {"site", "sites[0]"}});
    CHECK(read(list, R"({"data":[{"id":"1"},{"id":"2","work":null,"sites":[]},{"id":"3","work":{"title":null}}]})") ==
          "{\"id\":\"1\"}\n{\"id\":\"2\",\"title\":null,\"site\":null}\n{\"id\":\"3\",\"title\":null}\n");
    list.records.absent_is_empty = true;
    CHECK(read(list, R"({"data":[{"id":"1"}]})") == "{\"id\":\"1\",\"title\":null,\"site\":null}\n");
}

TEST_CASE("A predicate picks the element that is meant, in whatever order its members stand", "[core][rest]") {
    const auto list = list_of("Resources", {{"id", "id"},
                                            {"mail", "emails[type=work].value"},
                                            {"other", "emails[type!=work].value"},
                                            {"job", "jobs[status.code=A].title"},
                                            {"dept", "\"urn:x:2.0:User\".department"}});
    CHECK(read(list, R"({"Resources":[{"id":"1","emails":[{"value":"h","type":"home"},{"type":"work","value":"w"}],
        "jobs":[{"title":"old","status":{"code":"T"}},{"title":"new","status":{"code":"A"}}],
        "urn:x:2.0:User":{"department":"D"}}, {"id":"2","emails":[]}]})") ==
          "{\"id\":\"1\",\"mail\":\"w\",\"other\":\"h\",\"job\":\"new\",\"dept\":\"D\"}\n"
          "{\"id\":\"2\",\"mail\":null,\"other\":null}\n");
}

TEST_CASE("Several values of one field are a list", "[core][rest]") {
    const auto list = list_of("data", {{"id", "id"}, {"site", "sites[*].name"}, {"tag", "tags"}, {"any", "m.*"}});
    CHECK(
        read(list,
             R"({"data":[{"id":1,"sites":[{"name":"A"},{"name":"B"}],"tags":["x",["y"],null],"m":{"p":1,"q":2}}]})") ==
        "{\"id\":1,\"site\":[\"A\",\"B\"],\"tag\":[\"x\",\"y\"],\"any\":[1,2]}\n");
    CHECK(read(list, R"({"data":[{"id":1,"sites":{"name":"A"},"tags":"x"}]})") == "{\"id\":1,\"tag\":\"x\"}\n");
}

TEST_CASE("The first of several paths that has a value counts", "[core][rest]") {
    auto list = list_of("data", {{"id", "id"}});
    list.records.fields.push_back({.name = "name", .paths = {path("called"), path("first")}});
    CHECK(read(list, R"({"data":[{"id":1,"first":"F","called":"C"},{"id":2,"first":"F","called":null},{"id":3}]})") ==
          "{\"id\":1,\"name\":\"C\"}\n{\"id\":2,\"name\":\"F\"}\n{\"id\":3}\n");
}

TEST_CASE("Columns that the customer named go along as they are", "[core][rest]") {
    ListRule list;
    list.records.paths = {path("rows")};
    list.records.other_members = true;
    list.records.refused_texts = {"(replaced)"};
    list.records.fields = {field("id", "Medewerker")};
    CHECK(read(list,
               "{\"skip\":0,\"rows\":[{\"E-mail werk\":\"a\\u00e9\",\"Medewerker\":\"0042\",\n \"o\": { \"a\" : [ 1 , "
               "{} ] },"
               "\"n\":null}]}") == "{\"id\":\"0042\",\"E-mail werk\":\"a\\u00e9\",\"o\":{\"a\":[1,{}]},\"n\":null}\n");
    CHECK(read(list, R"~({"rows":[{"Medewerker":"1","Mail":"(replaced)"}]})~") == "! refused_text");
    CHECK(read(list, R"~({"rows":[{"Medewerker":"(replaced)"}]})~") == "! refused_text");
}

TEST_CASE("Records that are kept by key in an object bring their key along", "[core][rest]") {
    auto list = list_of("employees", {{"action", "action"}});
    list.records.shape = RecordRule::Shape::map;
    list.records.map_key = "id";
    list.records.key = "id";
    CHECK(
        read(list, R"({"latest":"x","employees":{"12":{"id":"no","action":"Updated"},"a\"b":{"action":"Deleted"}}})") ==
        "{\"id\":\"12\",\"action\":\"Updated\"}\n{\"id\":\"a\\\"b\",\"action\":\"Deleted\"}\n");
    CHECK(read(list, R"({"employees":[]})") == "! no_record_path");
}

TEST_CASE("The first path to the records that is there counts, wherever it stands", "[core][rest]") {
    auto list = list_of("d.results", {{"id", "id"}});
    list.records.paths.push_back(path("d"));
    CHECK(read(list, R"({"d":{"results":[{"id":1}],"__next":"x"}})") == "{\"id\":1}\n");
    CHECK(read(list, R"({"d":[{"id":2}]})") == "{\"id\":2}\n");
    list.records.paths = {path("value"), path("values")};
    CHECK(read(list, R"({"values":[{"id":1}],"value":[{"id":2}]})") == "{\"id\":2}\n");
    list.records.paths = {path("$")};
    CHECK(read(list, "\xEF\xBB\xBF[{\"id\":3}]") == "{\"id\":3}\n");
}

TEST_CASE("An answer without its records is a failure and never an empty record", "[core][rest]") {
    const auto list = list_of("rows", {{"id", "id"}});
    CHECK(read(list, R"({"error":{"message":"no"}})") == "! no_record_path");
    CHECK(read(list, R"({"rows":null})") == "! no_record_path");
    CHECK(read(list, R"({"rows":{"id":1}})") == "! no_record_path");
    CHECK(read(list, R"([])") == "! no_record_path");
    CHECK(read(list, "7") == "! no_record_path");
    CHECK(read(list, R"({"rows":[1]})") == "! not_a_record");
    CHECK(read(list, R"({"rows":[{"id":{"value":1}}]})") == "! field_is_object");
}

TEST_CASE("An answer that was cut off or is no JSON is a failure", "[core][rest]") {
    const auto list = list_of("rows", {{"id", "id"}});
    const std::string whole = R"({"rows":[{"id":"1","x":"y"},{"id":"2"}],"n":[1,2]})";
    CHECK_FALSE(read(list, whole).starts_with("!"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(read(list, whole.substr(0, size)) == "! not_json");
    }
    CHECK(read(list, "<html>Maintenance</html>") == "! not_json");
    CHECK(read(list, whole + "{}") == "! not_json");
    CHECK(read(list, R"({"rows":[{"id":tru}]})") == "! not_json");
    CHECK(read(list, R"({"rows":[{"id":01}]})") == "! not_json");
}

TEST_CASE("What a page says besides its records is found before and behind them", "[core][rest]") {
    auto list = list_of("d.results", {{"id", "id"}});
    list.paging =
        paging::NextLink{.paths = {path("\"@odata.nextLink\""), path("d.__next"), path("links[rel=next].href")}};
    list.stop.total = path("meta.total");
    DeltaRule delta{.link_paths = {path("\"@odata.deltaLink\"")}};
    PageReader reader(list, &delta, PageReader::Purpose::full);
    std::string lines;
    const auto first = reader.read(
        R"({"meta":{"total":12},"d":{"__next":"https:\/\/h\/x?a=1","results":[{"id":1}]},"@odata.deltaLink":"D"})",
        lines);
    REQUIRE(first.has_value());
    CHECK(first->next == "https://h/x?a=1");
    CHECK(first->delta_link == "D");
    CHECK(first->total == 12u);
    CHECK(first->received == 1);
    const auto second = reader.read(
        R"({"d":{"results":[]},"links":[{"href":"/self","rel":"self"},{"href":"/n","rel":"next"}],"@odata.nextLink":null})",
        lines);
    REQUIRE(second.has_value());
    CHECK(second->next == "/n");
    CHECK_FALSE(second->total);
    CHECK(reader.tally().received == 1);
}

TEST_CASE("A next link or cursor that is no text ends the read without a record, and not the list", "[core][rest]") {
    auto list = list_of("rows", {{"id", "id"}});
    list.paging = paging::NextLink{.paths = {path("links.next.href")}};
    const auto with = [&](const std::string& member) { return read(list, "{\"rows\":[]" + member + "}"); };
    CHECK(with("").empty());
    CHECK(with(R"(,"links":{})").empty());
    CHECK(with(R"(,"links":null)").empty());
    CHECK(with(R"(,"links":{"next":null})").empty());
    CHECK(with(R"(,"links":{"next":{"href":""}})").empty());
    CHECK(with(R"(,"links":{"next":{"href":7}})").empty());
    CHECK(with(R"(,"links":{"next":{"href":["/a"]}})") == "! bad_next");
    CHECK(with(R"(,"links":{"next":{"href":{"url":"/a"}}})") == "! bad_next");
    CHECK(with(R"(,"links":{"next":{"href":true}})") == "! bad_next");
    CHECK(with(R"(,"links":{"next":"/a"})") == "! bad_next");

    list.paging = paging::Cursor{.paths = {path("meta.page.next"), path("meta.next")}};
    CHECK(with(R"(,"meta":{"page":1})").empty());
    CHECK(with(R"(,"meta":{"page":{"next":{}},"next":"b"})").empty());
    CHECK(with(R"(,"meta":{"page":{"next":{}}})") == "! bad_next");
}

TEST_CASE("Only records that are meant are kept, and the others are counted", "[core][rest]") {
    auto list = list_of("value", {{"id", "id"}});
    list.records.keep = {{.path = path("userType"), .texts = {"Member"}}, {.path = path("employeeId")}};
    PageReader reader(list, nullptr, PageReader::Purpose::full);
    std::string lines;
    REQUIRE(
        reader
            .read(
                R"({"value":[{"id":1,"userType":"Member","employeeId":"1"},{"id":2,"userType":"Guest","employeeId":"2"},
        {"id":3,"userType":"Member","employeeId":null},{"id":4,"employeeId":"4"}]})",
                lines)
            .has_value());
    CHECK(lines == "{\"id\":1}\n");
    CHECK(reader.tally().passed_over == 3);
}

TEST_CASE("A required field that no record has fails the read", "[core][rest]") {
    auto list = list_of("value", {{"id", "id"}, {"mail", "mail"}});
    list.records.fields[1].is_required = true;
    PageReader reader(list, nullptr, PageReader::Purpose::full);
    std::string lines;
    CHECK(reader.check_fields().has_value());
    REQUIRE(reader.read(R"({"value":[{"id":1}]})", lines).has_value());
    CHECK(reader.check_fields().error().code == "field_missing");
    REQUIRE(reader.read(R"({"value":[{"id":1,"mail":null}]})", lines).has_value());
    CHECK(reader.check_fields().has_value());
}

TEST_CASE("A required field that nobody has fails the read where records are kept by it, too", "[core][rest]") {
    auto list = list_of("value", {{"id", "id"}, {"number", "number"}});
    list.records.fields[1].is_required = true;
    list.records.keep = {{.path = path("number")}, {.path = path("type"), .texts = {"Guest"}, .is_not = true}};
    const auto code_after = [&](const std::string& records) {
        PageReader reader(list, nullptr, PageReader::Purpose::full);
        std::string lines;
        REQUIRE(reader.read("{\"value\":[" + records + "]}", lines).has_value());
        const auto checked = reader.check_fields();
        return checked ? std::string() : checked.error().code;
    };
    CHECK(code_after(R"({"id":1},{"id":2})") == "field_missing");
    CHECK(code_after(R"({"id":1,"number":null},{"id":2})") == "field_missing");
    CHECK(code_after(R"({"id":1,"number":"7","type":"Guest"},{"id":2})").empty());
    CHECK(code_after(R"({"id":1,"number":"7"},{"id":2})").empty());
    CHECK(code_after("").empty());
}

TEST_CASE("Days are read by the rule of their field, and texts that are none stay", "[core][rest]") {
    auto list = list_of("value", {{"id", "id"}, {"start", "start"}});
    list.records.fields[1].date = DateRule{};
    list.records.other_members = true;
    list.records.dates = DateRule{};
    CHECK(
        read(list,
             R"({"value":[{"id":1,"start":"2026-03-01T00:00:00+01:00","end":"\/Date(1772323200000)\/","note":"T-1"},
        {"id":2,"start":"soon"}]})") ==
        "{\"id\":1,\"start\":\"2026-03-01\",\"end\":\"2026-03-01\",\"note\":\"T-1\"}\n{\"id\":2,\"start\":\"soon\"}\n");
}

TEST_CASE("A change that says that somebody is gone is marked, and must say who", "[core][rest]") {
    auto list = list_of("value", {{"id", "id"}, {"name", "name"}});
    list.records.absent_is_empty = true;
    list.records.keep = {{.path = path("type"), .texts = {"Member"}}};
    DeltaRule delta{.is_partial = true, .removed = path("\"@removed\"")};
    PageReader reader(list, &delta, PageReader::Purpose::delta);
    std::string lines;
    REQUIRE(
        reader
            .read(
                R"({"value":[{"id":"1","name":"N"},{"id":"2","@removed":{"reason":"deleted"}},{"id":"3","type":"Guest"}]})",
                lines)
            .has_value());
    CHECK(lines == "+{\"id\":\"1\",\"name\":\"N\"}\n-{\"id\":\"2\"}\n-{\"id\":\"3\"}\n");
    CHECK(reader.read(R"({"value":[{"@removed":{}}]})", lines).error().code == "no_key");
}

TEST_CASE("Every line is a record that a file could have held", "[core][rest]") {
    auto list = list_of("data", {{"id", "id"}, {"site", "sites"}});
    list.records.other_members = true;
    const auto lines =
        read(list, R"({"data":[{"id":"0042","sites":["a","b"],"x":"\u0000\"\\é"},{"id":"7","sites":[]}]})");
    const auto rows = record::open_jsonl(lines, {});
    REQUIRE(rows.has_value());
    record::Row row;
    std::size_t count = 0;
    while (true) {
        const auto more = (*rows)->next(row);
        REQUIRE(more.has_value());
        if (!*more) break;
        if (++count == 2) CHECK(row.cells[0] == "0042");
        if (count == 2) CHECK(row.cells[1] == "a\nb");
    }
    CHECK(count == 3);
}

TEST_CASE("A text deep within an answer is found, and nothing in what is no JSON", "[core][rest]") {
    CHECK(texts_at(R"({"errors":[{"detail":"a"},{"detail":"b"}]})", path("errors[1].detail")) ==
          std::vector<std::string>{"b"});
    CHECK(texts_at(R"({"a":{"b":3.5,"c":true}})", path("a.*")) == std::vector<std::string>{"3.5", "true"});
    CHECK(texts_at("<html>", path("a")).empty());
    CHECK(texts_at("{\"a\":", path("a")).empty());
}

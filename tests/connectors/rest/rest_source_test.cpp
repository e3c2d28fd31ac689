#include "connectors/rest/rest_source.hpp"

#include "tests/connectors/rest/rest_world.hpp"
#include "tests/contract/live_source_contract.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::test;

namespace {

class LiveWorld final : public LiveSourceWorld {
public:
    boost::asio::io_context& context() override { return world_.context; }
    ManualClock& clock() override { return world_.clock; }
    Source& source() override { return world_.source(); }
    void set_people(std::size_t count) override { world_.people = count; }
    std::string record_of(std::size_t count) const override { return people_lines(count); }
    void break_off_once() override {
        world_.answer = [this](const http::Request& request) {
            auto whole = world_.usual(request);
            if (path_in(request) != "/people") return whole;
            whole.body.resize(whole.body.size() / 2);
            world_.answer = [this](const http::Request& later) { return world_.usual(later); };
            return whole;
        };
    }
    void stall_once() override { world_.stalls_once = true; }
    void set_bytes_max(std::size_t bytes) override {
        world_.options.bytes_max = bytes;
        world_.restart();
    }

private:
    RestWorld world_;
};

std::string bytes_of(const Result<Fetched>& fetched) {
    REQUIRE(fetched);
    REQUIRE(fetched->delivery);
    return fetched->delivery->bytes;
}

}  // namespace

TEST_CASE("a source that is asked over a REST API keeps the contract of sources that are asked", "[connectors][rest]") {
    check_live_source_contract([] { return std::make_unique<LiveWorld>(); });
}

TEST_CASE("a list is read page by page, and the record has all of it", "[connectors][rest]") {
    RestWorld world;
    world.people = 2500;

    CHECK((bytes_of(world.fetch()) == people_lines(2500)));

    CHECK(world.asked("/token") == 1);
    CHECK(world.asked("/people") == 4);
}

TEST_CASE("calls keep to the pace that is declared", "[connectors][rest]") {
    RestWorld world;
    world.people = 5000;
    world.options.connector.limits.calls_per_second = 2;
    world.options.connector.limits.burst = 1;
    const auto began = world.clock.steady_now();

    CHECK((bytes_of(world.fetch()) == people_lines(5000)));

    // A token and six pages, the last one empty: the first call goes at once, each further one half a second later.
    CHECK(world.clock.steady_now() - began == std::chrono::seconds(3));
}

TEST_CASE("a day has no more calls than the source allows, over restarts as well", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.limits.calls_per_day = 4;
    REQUIRE(world.fetch());
    world.restart();

    const auto spent = world.fetch();
    world.clock.advance(std::chrono::hours(24));
    const auto next_day = world.fetch();

    REQUIRE_FALSE(spent);
    CHECK(spent.error().kind == FailureKind::transient);
    CHECK(spent.error().code == "calls_spent");
    CHECK(spent.error().retry_after);
    CHECK(next_day);
}

TEST_CASE("the next page may be at another host only where that is declared", "[connectors][rest]") {
    RestWorld world;
    RestWorld other;
    auto& list = world.options.connector.list;
    list.paging = rest::paging::NextLink{.paths = {path("next")}};
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return world.usual(request);
        return json("{\"rows\":[{\"id\":\"0001\"}],\"next\":\"" + other.origin() + "/people\"}");
    };

    const auto refused = world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "link_elsewhere");
    CHECK(other.requests.empty());
}

TEST_CASE("columns of a second list, and of a call for each record, stand in the record", "[connectors][rest]") {
    RestWorld world;
    auto& connector = world.options.connector;
    connector.limits.concurrency = 3;
    rest::Join join{.name = "sites", .list = {}, .column = "site"};
    join.list.request.path = text("/sites");
    join.list.records.paths = {path("rows")};
    join.list.records.fields = {{.name = "code", .paths = {path("code")}}, {.name = "town", .paths = {path("town")}}};
    join.list.records.key = "code";
    connector.joins = {join};
    rest::ChildCall child{.name = "contracts", .list = {}, .column = "id"};
    child.list.request.path = text("/people/{key}/contracts");
    child.list.records.paths = {path("rows")};
    child.list.records.fields = {{.name = "hours", .paths = {path("hours")}}};
    connector.children = {child};
    world.answer = [&](const http::Request& request) {
        const auto where = path_in(request);
        if (where == "/token") return world.usual(request);
        if (where == "/sites") return json(R"({"rows":[{"code":"a","town":"Utrecht"},{"code":"b","town":"Gouda"}]})");
        if (where == "/people/1/contracts") return json(R"({"rows":[{"hours":"40"}]})");
        if (where == "/people/2/contracts") return json(R"({"rows":[{"hours":"8"},{"hours":"16"}]})");
        if (number_in(request, "skip") > 0) return json(R"({"rows":[]})");
        return json(R"({"rows":[{"id":"1","site":"b"},{"id":"2","site":"a"}]})");
    };

    CHECK(bytes_of(world.fetch()) ==
          "{\"id\":\"1\",\"site\":\"b\",\"town\":\"Gouda\",\"hours\":\"40\"}\n"
          "{\"id\":\"2\",\"site\":\"a\",\"town\":\"Utrecht\",\"hours\":[\"8\",\"16\"]}\n");
}

TEST_CASE("a key that would say something else within a filter is asked for by no call", "[connectors][rest]") {
    RestWorld world;
    rest::ChildCall child{.name = "contracts", .list = {}, .column = "id"};
    child.list.request.path = text("/contracts");
    child.list.request.query = {{"filter", text("person eq '{key}' and active eq true")}};
    child.list.records.paths = {path("rows")};
    child.list.records.fields = {{.name = "hours", .paths = {path("hours")}}};
    std::string second = "2";
    world.answer = [&](const http::Request& request) {
        const auto where = path_in(request);
        if (where == "/token") return world.usual(request);
        if (where != "/people") return json(R"({"rows":[{"hours":"40"}]})");
        if (number_in(request, "skip") > 0) return json(R"({"rows":[]})");
        return json("{\"rows\":[{\"id\":\"1\"},{\"id\":\"" + second + "\"}]}");
    };
    const auto code = [&] {
        world.options.connector.children = {child};
        world.restart();
        const auto read = world.fetch();
        return read ? std::string("good") : read.error().code;
    };

    CHECK(code() == "good");
    const auto asked = world.asked("/contracts");
    second = "2' or 1 eq '1";
    CHECK(code() == "odd_key");
    CHECK(world.asked("/contracts") == asked);

    // Alone in a parameter or in the path it is only itself.
    child.list.request.query = {{"person", text("{key}")}};
    CHECK(code() == "good");
}

TEST_CASE("a call for one record that fails spoils the whole read", "[connectors][rest]") {
    RestWorld world;
    world.people = 40;
    auto& connector = world.options.connector;
    connector.limits.concurrency = 4;
    rest::ChildCall child{.name = "contracts", .list = {}, .column = "id"};
    child.list.request.path = text("/contracts/{key}");
    child.list.records.paths = {path("rows")};
    child.list.records.fields = {{.name = "hours", .paths = {path("hours")}}};
    connector.children = {child};
    world.answer = [&](const http::Request& request) {
        const auto where = path_in(request);
        if (where == "/token" || where == "/people") return world.usual(request);
        if (where == "/contracts/0017") return json(R"({"message":"no such contract"})", 400);
        return json(R"({"rows":[{"hours":"40"}]})");
    };

    const auto failed = world.fetch();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == FailureKind::blocked);
    CHECK(failed.error().code == "refused");
    CHECK(failed.error().where == "people contracts page 1");
    CHECK(world.asked("/contracts/0040") == 0);
}

TEST_CASE("somebody who goes between the list and the call about them has everybody read again", "[connectors][rest]") {
    RestWorld world;
    rest::ChildCall child{.name = "contracts", .list = {}, .column = "id"};
    child.list.request.path = text("/contracts/{key}");
    child.list.records.paths = {path("rows")};
    child.list.records.fields = {{.name = "hours", .paths = {path("hours")}}};
    world.options.connector.children = {child};
    world.answer = [&](const http::Request& request) {
        const auto where = path_in(request);
        if (where == "/token" || where == "/people") return world.usual(request);
        if (where == "/contracts/0003") return json(R"({"message":"no such person"})", 404);
        return json(R"({"rows":[{"hours":"40"}]})");
    };

    const auto failed = world.fetch();
    world.people = 2;
    const auto again = world.fetch();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == FailureKind::transient);
    CHECK(failed.error().code == "gone_since");
    CHECK(world.asked("/contracts/0003") == 1);
    CHECK(again);
}

TEST_CASE("a record that is listed and not there in two reads in a row is somebody's to mend", "[connectors][rest]") {
    RestWorld world;
    rest::ChildCall child{.name = "contracts", .list = {}, .column = "id"};
    child.list.request.path = text("/contracts/{key}");
    child.list.records.paths = {path("rows")};
    child.list.records.fields = {{.name = "hours", .paths = {path("hours")}}};
    world.options.connector.children = {child};
    std::string missing = "0003";
    world.answer = [&](const http::Request& request) {
        const auto where = path_in(request);
        if (where == "/token" || where == "/people") return world.usual(request);
        if (where == "/contracts/" + missing) return json(R"({"message":"no such thing"})", 404);
        return json(R"({"rows":[{"hours":"40"}]})");
    };
    const auto code = [&] {
        world.restart();
        const auto read = world.fetch();
        return read ? std::string("good") : read.error().code;
    };

    CHECK(code() == "gone_since");
    const auto again = world.fetch();
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == FailureKind::blocked);
    CHECK(again.error().code == "listed_not_found");
    CHECK(again.error().detail.find("0003") != std::string::npos);
    CHECK(again.error().detail.find("the path of the call") != std::string::npos);
    CHECK(code() == "listed_not_found");

    missing = "0002";  // another one, for the first time
    CHECK(code() == "gone_since");
    missing.clear();
    CHECK(code() == "good");
    missing = "0002";  // not in a row
    CHECK(code() == "gone_since");
}

TEST_CASE("one person is read alone, and put into the record of before", "[connectors][rest]") {
    RestWorld world;
    auto& connector = world.options.connector;
    connector.person = connector.list;
    connector.person->request.path = text("/person/{key}");
    connector.person->paging = rest::paging::None{};
    CHECK_FALSE(world.source().reads_one_person());
    const auto before = world.fetch();
    REQUIRE(world.acknowledge(*before->delivery));
    REQUIRE(world.source().reads_one_person());
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/person/0002") return json(R"({"rows":[{"id":"0002","site":"b"}]})");
        if (path_in(request) == "/person/0009") return json(R"({"rows":[]})");
        return world.usual(request);
    };
    const auto pages = world.asked("/people");

    const auto changed = world.fetch_person("0002");
    const auto nobody = world.fetch_person("0009");

    REQUIRE(changed);
    REQUIRE(changed->delivery);
    CHECK(changed->delivery->bytes ==
          "{\"id\":\"0001\",\"site\":null}\n{\"id\":\"0002\",\"site\":\"b\"}\n{\"id\":\"0003\",\"site\":null}\n");
    REQUIRE(nobody);
    CHECK_FALSE(nobody->delivery);
    CHECK(world.asked("/people") == pages);
}

namespace {

/// One person at /person/{key}, beside the three of the list, which were read and acknowledged.
struct PersonWorld : RestWorld {
    PersonWorld() {
        auto& connector = options.connector;
        connector.person = connector.list;
        connector.person->request.path = text("/person/{key}");
        connector.person->paging = rest::paging::None{};
        const auto before = fetch();
        REQUIRE(before);
        REQUIRE(acknowledge(*before->delivery));
    }
    void answers(std::string person) {
        answer = [this, person = std::move(person)](const http::Request& request) {
            return path_in(request).starts_with("/person/") ? json(person) : usual(request);
        };
    }
    std::string kept() { return TempDir::read(state / "source/record.jsonl"); }
};

}  // namespace

TEST_CASE("rows of somebody who was not asked for are believed of nobody", "[connectors][rest]") {
    PersonWorld world;
    const auto before = world.kept();
    SECTION("a source that does not know the filter gives everybody") {
        world.answers(R"({"rows":[{"id":"0001","site":"b"},{"id":"0002","site":"b"}]})");
    }
    SECTION("one that takes it for the beginning of a number gives others") {
        world.answers(R"({"rows":[{"id":"00021","site":"b"}]})");
    }
    SECTION("a row that says nothing of whom") { world.answers(R"({"rows":[{"site":"b"}]})"); }

    const auto refused = world.fetch_person("0002");

    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::blocked);
    CHECK(refused.error().code == "other_person");
    CHECK(world.kept() == before);
}

TEST_CASE("nobody's number becomes more than a number in a filter", "[connectors][rest]") {
    PersonWorld world;
    const auto calls = world.requests.size();
    for (const auto* key : {"x' or '1' eq '1", "a\"}", "a\\", "1,2", "1;2", "a\nb", "*"}) {
        CAPTURE(key);
        const auto refused = world.fetch_person(key);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == "reads_whole_only");
    }
    CHECK(world.requests.size() == calls);
    CHECK(world.source().person_column() == "id");
}

TEST_CASE("a look beside the runs changes nothing that they rest on", "[connectors][rest]") {
    RestWorld world;
    world.options.connector.person = world.options.connector.list;
    world.options.keeps_record = false;

    const auto fetched = world.fetch();
    REQUIRE(fetched);
    REQUIRE(world.acknowledge(*fetched->delivery));

    CHECK_FALSE(world.source().reads_one_person());
}

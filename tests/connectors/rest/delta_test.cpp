// Sources that say what changed: a whole record goes further, always.

#include "connectors/rest/kept_record.hpp"

#include "core/base/time_text.hpp"
#include "tests/connectors/rest/rest_world.hpp"
#include "tests/support/show_result.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

/// Full reads at /people, whose only page has a link to what will have changed; changes at /changes.
struct DeltaWorld : RestWorld {
    std::string changes = R"({"rows":[],"delta":"/changes?since=2"})";
    int changes_status = 200;

    DeltaWorld() {
        auto& connector = options.connector;
        connector.list.paging = rest::paging::NextLink{.paths = {path("next")}};
        rest::DeltaRule delta;
        delta.link_paths = {path("delta")};
        delta.removed = path("removed");
        connector.delta = delta;
        answer = [this](const http::Request& request) {
            const auto where = path_in(request);
            if (where == "/token") return usual(request);
            if (where == "/changes") return json(changes, changes_status);
            return json(R"({"rows":[{"id":"1","site":"a"},{"id":"2","site":"a"}],"delta":"/changes?since=1"})");
        };
    }

    std::string read() {
        const auto fetched = fetch();
        REQUIRE(fetched);
        REQUIRE(fetched->delivery);
        REQUIRE(acknowledge(*fetched->delivery));
        clock.advance(1h);
        return fetched->delivery->bytes;
    }
};

const std::string both = "{\"id\":\"1\",\"site\":\"a\"}\n{\"id\":\"2\",\"site\":\"a\"}\n";

}  // namespace

TEST_CASE("what changed is put into the last record, and the whole is delivered", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    world.changes = R"({"rows":[{"id":"2","site":"b"},{"id":"3","site":"c"}],"delta":"/changes?since=2"})";

    CHECK(world.read() ==
          "{\"id\":\"1\",\"site\":\"a\"}\n{\"id\":\"2\",\"site\":\"b\"}\n{\"id\":\"3\",\"site\":\"c\"}\n");

    CHECK(world.asked("/people") == 1);
    CHECK(world.requests.back().target == "/changes?since=1");
}

TEST_CASE("a source that is asked what changed since is asked from a little before its last read that was taken in",
          "[connectors][rest]") {
    RestWorld world;
    auto& connector = world.options.connector;
    connector.list.request.query = {{"since", text("{since}")}};
    connector.list.paging = rest::paging::None{};
    rest::DeltaRule delta{.kind = rest::DeltaRule::Kind::since, .overlap = 15min};
    delta.removed = path("removed");
    connector.delta = delta;
    std::string since;
    bool is_full = false;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return world.usual(request);
        since.clear();
        for (const auto& [name, value] : http::parse_form(http::split_target(request.target).query)) {
            if (name == "since") since = value;
        }
        is_full = since.empty();
        if (is_full) return json(R"({"rows":[{"id":"1","site":"a"},{"id":"2","site":"a"}]})");
        return json(R"({"rows":[{"id":"2","site":"b"}]})");
    };
    const auto first = world.clock.now();

    const auto everybody = world.fetch();
    REQUIRE(everybody);
    CHECK(is_full);
    REQUIRE(world.acknowledge(*everybody->delivery));

    world.clock.advance(1h);
    const auto changed = world.fetch();
    REQUIRE(changed);
    CHECK(since == utc_text(first - 15min));
    CHECK(changed->delivery->bytes == "{\"id\":\"1\",\"site\":\"a\"}\n{\"id\":\"2\",\"site\":\"b\"}\n");

    world.clock.advance(1h);
    const auto not_taken_in = world.fetch();
    REQUIRE(not_taken_in);
    CHECK(since == utc_text(first - 15min));
    REQUIRE(world.acknowledge(*not_taken_in->delivery));

    world.clock.advance(1h);
    REQUIRE(world.fetch());
    CHECK(since == utc_text(first + 2h - 15min));
}

TEST_CASE("whoever changes while the first round is read is in it once, as they are last", "[connectors][rest]") {
    DeltaWorld world;
    world.answer = [&](const http::Request& request) {
        if (path_in(request) == "/token") return world.usual(request);
        if (path_in(request) == "/more") {
            return json(
                R"({"rows":[{"id":"1","site":"b"},{"id":"2","removed":{"reason":"changed"}},{"id":"4","site":"a"}],
                "delta":"/changes?since=1"})");
        }
        return json(R"({"rows":[{"id":"1","site":"a"},{"id":"2","site":"a"},{"id":"3","site":"a"}],"next":"/more"})");
    };

    CHECK(world.read() ==
          "{\"id\":\"1\",\"site\":\"b\"}\n{\"id\":\"3\",\"site\":\"a\"}\n{\"id\":\"4\",\"site\":\"a\"}\n");
}

TEST_CASE("a first round still fails when a field that it needs is nowhere", "[connectors][rest]") {
    DeltaWorld world;
    auto& records = world.options.connector.list.records;
    records.fields.push_back({.name = "number", .paths = {path("number")}, .date = {}, .is_required = true});
    records.keep = {{.path = path("number"), .texts = {}}};

    const auto failed = world.fetch();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == "field_missing");
}

TEST_CASE("a round whose last page does not say where to go on is not believed", "[connectors][rest]") {
    DeltaWorld world;
    SECTION("everybody") {
        world.answer = [&](const http::Request& request) {
            if (path_in(request) == "/token") return world.usual(request);
            return json(R"({"rows":[{"id":"1","site":"a"}]})");
        };
    }
    SECTION("what changed") {
        REQUIRE(world.read() == both);
        world.changes = R"({"rows":[{"id":"1","removed":{}}]})";
    }

    const auto failed = world.fetch();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == FailureKind::transient);
    CHECK(failed.error().code == "no_delta_link");
}

TEST_CASE("nobody leaves by a delta but who is said to be gone", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    CHECK(world.read() == both);
    world.changes = R"({"rows":[{"id":"1","removed":{"reason":"deleted"}}],"delta":"/changes?since=3"})";

    CHECK(world.read() == "{\"id\":\"2\",\"site\":\"a\"}\n");
}

TEST_CASE("what was read counts only once it was acknowledged", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    world.changes = R"({"rows":[{"id":"2","site":"b"}],"delta":"/changes?since=2"})";

    const auto first = world.fetch();
    const auto again = world.fetch();

    REQUIRE(first);
    REQUIRE(again);
    CHECK(first->delivery == again->delivery);
    CHECK(world.requests.back().target == "/changes?since=1");
    REQUIRE(world.acknowledge(*again->delivery));
    REQUIRE(world.fetch());
    CHECK(world.requests.back().target == "/changes?since=2");
}

TEST_CASE("a delta goes on in another process", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    world.restart();

    CHECK(world.read() == both);
    CHECK(world.asked("/people") == 1);
}

TEST_CASE("a delta that the source has forgotten is a full read in the same fetch", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    world.changes = R"({"message":"gone"})";
    world.changes_status = 410;

    CHECK(world.read() == both);
    CHECK(world.asked("/people") == 2);
}

TEST_CASE("a delta that fails otherwise is a failure, and everything stays as it was", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    world.changes_status = 403;

    const auto failed = world.fetch();

    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == "forbidden");
    CHECK(world.asked("/people") == 1);
}

TEST_CASE("a kept record that is damaged, of another declaration or a day old is read anew", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    SECTION("damaged") {
        const auto file = world.state / "source/record.jsonl";
        auto bytes = TempDir::read(file);
        bytes[bytes.size() - 5] ^= 1;
        std::ofstream(file, std::ios::binary) << bytes;
    }
    SECTION("of another declaration") {
        world.options.declaration = fingerprint_of("another");
        world.restart();
    }
    SECTION("a day old") { world.clock.advance(23h); }

    CHECK(world.read() == both);
    CHECK(world.asked("/people") == 2);
}

TEST_CASE("a kept record that others could read is refused", "[connectors][rest]") {
    DeltaWorld world;
    REQUIRE(world.read() == both);
    std::filesystem::permissions(world.state / "source/record.jsonl", std::filesystem::perms(0644));

    const auto refused = world.fetch();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "state_too_open");
}

TEST_CASE("a kept record is itself again from its file", "[connectors][rest]") {
    rest_api::KeptRecord record;
    record.state = {.link = "/a?b=\"c\"", .read_began = Time(5s), .full_began = Time(3s)};
    record.delivery = fingerprint_of("delivery");
    record.lines = both;
    const auto declaration = fingerprint_of("declaration");

    const auto again = rest_api::kept_from(rest_api::kept_head(record, declaration) + both, declaration);

    REQUIRE(again);
    CHECK(again->state == record.state);
    CHECK(again->delivery == record.delivery);
    CHECK(again->lines == record.lines);
    CHECK_FALSE(rest_api::kept_from(rest_api::kept_head(record, declaration) + both, fingerprint_of("x")));
    CHECK_FALSE(rest_api::kept_from("", declaration));
    CHECK_FALSE(rest_api::kept_from("[]\n", declaration));
}

// Whatever sizes the pages have and however a source pages: every record once, and never endless.

#include "core/rest/json_line.hpp"
#include "core/rest/list_read.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <functional>
#include <random>

using namespace usersync;
using namespace usersync::rest;
using declare::path;

namespace {

std::string query_value(const Url& url, const std::string& name) {
    std::string_view rest = url.query;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto part = rest.substr(0, end);
        if (part.starts_with(name + "=")) return std::string(part.substr(name.size() + 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

std::size_t number(const std::string& text, std::size_t otherwise) {
    return text.empty() ? otherwise : std::stoul(text);
}

std::string records(std::size_t from, std::size_t to) {
    std::string all = "[";
    for (auto at = from; at < to; ++at) all += (at > from ? "," : "") + ("{\"id\":\"" + std::to_string(at) + "\"}");
    return all + "]";
}

using Server = std::function<Reply(const Call&)>;

struct Outcome {
    std::string code;  // of the failure
    std::vector<std::string> ids;
    std::size_t calls = 0;
    ReadTally tally;
};

Outcome run(const ListRule& list, const Server& server) {
    const auto connector = declare::connector_of(list);
    const Values values;
    ListRead read(connector, connector.list, values, {});
    Outcome outcome;
    auto call = read.first();
    REQUIRE(call.has_value());
    std::string lines;
    while (true) {
        REQUIRE(++outcome.calls < 1'000);
        auto next = read.take(server(*call));
        lines += read.take_lines();
        if (!next) {
            outcome.code = next.error().code;
            break;
        }
        if (!*next) break;
        call = **next;
    }
    outcome.tally = read.tally();
    std::string_view rest = lines;
    std::string_view line;
    while (next_line(rest, line)) outcome.ids.push_back(text_of(line, "id").value_or("?"));
    return outcome;
}

std::vector<std::string> ids_up_to(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < count; ++at) ids.push_back(std::to_string(at));
    return ids;
}

ListRule list_with(Paging how) {
    auto list = declare::list_of("rows", {{"id", "id"}});
    list.paging = std::move(how);
    return list;
}

// A source of `count` records that never gives more than `most` of them, however many are asked for.
Server by_offset(std::size_t count, std::size_t most, std::size_t start = 0) {
    return [=](const Call& call) {
        const auto from = std::min(number(query_value(call.url, "skip"), start) - start, count);
        const auto size = std::min(number(query_value(call.url, "take"), 100), most);
        return Reply{.body = "{\"total\":" + std::to_string(count) +
                             ",\"rows\":" + records(from, std::min(from + size, count)) + "}"};
    };
}

}  // namespace

TEST_CASE("Counted pages of any size give every record once", "[core][rest][property]") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t count = random() % 90;
        const std::size_t size = 1 + random() % 30;
        const std::size_t start = random() % 2;
        CAPTURE(count, size, start);
        paging::Offset offset{.parameter = "skip", .limit_parameter = "take", .start = start, .size = size};
        auto list = list_with(offset);
        list.stop.on_short_page = random() % 2 == 0;
        if (random() % 2 == 0) list.stop.total = path("total");
        const auto whole = run(list, by_offset(count, size, start));
        CHECK(whole.code.empty());
        CHECK(whole.ids == ids_up_to(count));
        CHECK(whole.calls <= count / size + 2);
        CHECK(whole.tally.repeated == 0);

        const auto by_page = [&](const Call& call) {
            const auto from = std::min((number(query_value(call.url, "page"), start) - start) * size, count);
            return Reply{.body = "{\"rows\":" + records(from, std::min(from + size, count)) + "}"};
        };
        list.stop.total.reset();
        list.paging = paging::Page{.parameter = "page", .start = start, .size = size};
        CHECK(run(list, by_page).ids == ids_up_to(count));
    }
}

TEST_CASE("A source that gives less than it was asked for loses nobody where rows are counted",
          "[core][rest][property]") {
    std::mt19937 random(8);
    for (int round = 0; round < 200; ++round) {
        const std::size_t count = random() % 90;
        const std::size_t most = 1 + random() % 20;
        CAPTURE(count, most);
        auto list = list_with(paging::Offset{.parameter = "skip",
                                             .limit_parameter = "take",
                                             .size = most + random() % 30,
                                             .advance = paging::Offset::Advance::rows_received});
        CHECK(run(list, by_offset(count, most)).ids == ids_up_to(count));
    }
}

TEST_CASE("A source that gives less than it was asked for loses nobody where nothing is said of how to go on",
          "[core][rest]") {
    const auto list = list_with(paging::Offset{.parameter = "skip", .limit_parameter = "take", .size = 1000});
    CHECK(run(list, by_offset(25, 10)).ids == ids_up_to(25));
}

TEST_CASE("Where offsets go on by the size of a page, the total tells who was left out", "[core][rest]") {
    auto list = list_with(paging::Offset{
        .parameter = "skip", .limit_parameter = "take", .size = 1000, .advance = paging::Offset::Advance::page_size});
    list.stop.total = path("total");
    CHECK(run(list, by_offset(25, 10)).code == "fewer_than_total");
    CHECK(run(list, by_offset(25, 1000)).ids == ids_up_to(25));
}

TEST_CASE("A source that says how many it has is not believed when it gives fewer", "[core][rest]") {
    auto list = list_with(paging::Offset{
        .parameter = "skip", .limit_parameter = "take", .size = 20, .advance = paging::Offset::Advance::page_size});
    list.stop.on_short_page = true;
    list.stop.total = path("total");
    CHECK(run(list, by_offset(50, 10)).code == "fewer_than_total");
    CHECK(run(list_with(paging::None{}), [](const Call&) { return Reply{.body = R"({"rows":[{"id":"0"}]})"}; }).ids ==
          ids_up_to(1));
}

namespace {

// Pages as they are given one after another, each with the total that it says; behind the last one an empty one.
struct ToldPage {
    std::size_t rows;
    std::size_t total;
};
Server told(std::vector<ToldPage> pages, std::size_t total_behind = 0) {
    return [=, at = std::size_t{0}, from = std::size_t{0}](const Call&) mutable {
        const auto page = at < pages.size() ? pages[at] : ToldPage{0, total_behind};
        ++at;
        from += page.rows;
        return Reply{.body = "{\"total\":" + std::to_string(page.total) +
                             ",\"rows\":" + records(from - page.rows, from) + "}"};
    };
}

ListRule counted_list(std::size_t size) {
    auto list = list_with(paging::Offset{.parameter = "skip",
                                         .limit_parameter = "take",
                                         .size = size,
                                         .advance = paging::Offset::Advance::rows_received});
    list.stop.total = path("total");
    return list;
}

}  // namespace

TEST_CASE("A total that changes while a list is read ends the read without a record", "[core][rest]") {
    CHECK(run(counted_list(2), told({{2, 6}, {2, 4}})).code == "total_changed");
    CHECK(run(counted_list(2), told({{2, 4}, {2, 6}, {2, 6}})).code == "total_changed");
    CHECK(run(counted_list(2), told({{2, 6}, {2, 6}}, 4)).code == "fewer_than_total");
    CHECK(run(counted_list(2), told({{2, 4}, {2, 4}}, 6)).code.empty());  // nobody asks behind a total that held
    CHECK(run(counted_list(4), told({{2, 2}}, 6)).code == "fewer_than_total");
}

TEST_CASE("A total that counts the page alone never passes for all there are", "[core][rest]") {
    CHECK(run(counted_list(2), told({{2, 2}, {2, 2}, {1, 1}})).code == "more_than_total");
    CHECK(run(counted_list(5), told({{2, 2}, {2, 2}, {1, 1}})).code == "more_than_total");
    CHECK(run(counted_list(2), told({{2, 2}, {1, 1}})).code == "total_changed");
    const auto few = run(counted_list(5), told({{3, 3}}));
    CHECK(few.code.empty());
    CHECK(few.ids == ids_up_to(3));
}

TEST_CASE("Where several pages agree on the total, no call is spent behind the last of them", "[core][rest]") {
    CHECK(run(counted_list(2), told({{2, 5}, {2, 5}, {1, 5}})).calls == 3);
    CHECK(run(counted_list(2), told({{2, 4}, {2, 4}})).calls == 2);
    CHECK(run(counted_list(5), told({{3, 3}})).calls == 2);
    auto full_pages = counted_list(5);
    full_pages.stop.on_short_page = true;
    CHECK(run(full_pages, told({{3, 3}})).calls == 1);
    CHECK(run(full_pages, told({{5, 5}})).calls == 2);
}

TEST_CASE("A source with smaller pages than it was asked for is read to its end", "[core][rest][property]") {
    std::mt19937 random(10);
    for (int round = 0; round < 200; ++round) {
        const std::size_t count = random() % 90;
        const std::size_t most = 1 + random() % 20;
        CAPTURE(count, most);
        auto list = counted_list(most + random() % 30);
        list.stop.on_short_page = random() % 2 == 0;
        const auto whole = run(list, by_offset(count, most));
        CHECK(whole.code.empty());
        CHECK(whole.ids == ids_up_to(count));
    }
}

TEST_CASE("Behind the last page a source may leave its empty list out, or give everybody again", "[core][rest]") {
    const auto list = counted_list(5);
    const auto left_out = run(list, [](const Call& call) {
        const auto is_first = query_value(call.url, "skip") == "0";
        return Reply{.body = is_first ? "{\"total\":3,\"rows\":" + records(0, 3) + "}" : R"({"total":3})"};
    });
    CHECK(left_out.code.empty());
    CHECK(left_out.ids == ids_up_to(3));
    CHECK(run(list, [](const Call&) { return Reply{.body = R"({"total":0})"}; }).code.empty());
    CHECK(run(list, [](const Call&) { return Reply{.body = R"({"total":3})"}; }).code == "no_record_path");

    for (const auto repeated : {Repeated::drop, Repeated::fail, Repeated::keep}) {
        auto unpaged = list;
        unpaged.repeated = repeated;
        const auto whole =
            run(unpaged, [](const Call&) { return Reply{.body = "{\"total\":7,\"rows\":" + records(0, 7) + "}"}; });
        CHECK(whole.code.empty());
        CHECK(whole.ids == ids_up_to(7));
        CHECK(whole.tally.received == 7);
    }
}

TEST_CASE("Linked pages of any size, empty ones among them, give every record once", "[core][rest][property]") {
    std::mt19937 random(9);
    for (int round = 0; round < 300; ++round) {
        // The pages begin at these records; two that are the same make an empty page.
        std::vector<std::size_t> begins = {0};
        while (random() % 6 != 0) begins.push_back(begins.back() + random() % 4);
        const auto count = begins.back() + random() % 4;
        const auto kind = random() % 5;
        CAPTURE(begins, count, kind);
        const auto server = [&](const Call& call) {
            const auto at = number(query_value(call.url, "at"), 0);
            const bool is_last = at + 1 == begins.size();
            const auto next = std::to_string(at + 1);
            Reply reply{.body = "{\"rows\":" + records(begins[at], is_last ? count : begins[at + 1])};
            if (!is_last && kind == 0) reply.body += ",\"next\":\"" + next + "\"";
            if (!is_last && kind == 1) reply.body += ",\"next\":\"https://hr.example/api/people?at=" + next + "\"";
            if (!is_last && kind == 2) reply.body += ",\"next\":\"?at=" + next + "\"";
            if (is_last && kind < 3 && round % 2 == 0) reply.body += ",\"next\":null";
            if (!is_last && kind == 3)
                reply.headers = {{"link", "</a>; rel=self, <people?at=" + next + ">; rel=\"next\""}};
            if (!is_last && kind == 4)  // one field for each link, as servers may also send them
                reply.headers = {{"Link", "</a>; rel=\"prev\""}, {"link", "<people?at=" + next + ">; rel=\"next\""}};
            reply.body += "}";
            return reply;
        };
        Paging how = paging::NextLink{.paths = {path("next")}, .limit_parameter = "top", .size = 5};
        if (kind == 0) how = paging::Cursor{.paths = {path("next")}, .parameter = "at"};
        if (kind >= 3) how = paging::LinkHeader{};
        const auto outcome = run(list_with(how), server);
        CHECK(outcome.code.empty());
        CHECK(outcome.ids == ids_up_to(count));
        CHECK(outcome.calls == begins.size());
    }
}

TEST_CASE("A source that turns in circles is left with a clear failure", "[core][rest]") {
    const auto with = [](std::string body) { return [body](const Call&) { return Reply{.body = body}; }; };
    const auto link = list_with(paging::NextLink{.paths = {path("next")}});
    CHECK(run(link, with(R"({"rows":[{"id":"0"}],"next":"?at=1"})")).code == "page_repeated");
    CHECK(run(link, with(R"({"rows":[],"next":"?at=1"})")).code == "link_repeated");
    const auto cursor = list_with(paging::Cursor{.paths = {path("next")}, .parameter = "at"});
    CHECK(run(cursor, with(R"({"rows":[],"next":"x"})")).code == "cursor_repeated");
    const auto offset = list_with(paging::Offset{.parameter = "ignored", .size = 1});
    CHECK(run(offset, with(R"({"rows":[{"id":"0"}]})")).code == "page_repeated");

    std::size_t at = 0;
    auto endless = link;
    endless.stop.pages_max = 5;
    const auto outcome = run(endless, [&](const Call&) {
        return Reply{.body = "{\"rows\":[],\"next\":\"?at=" + std::to_string(++at) + "\"}"};
    });
    CHECK(outcome.code == "too_many_pages");
    CHECK(outcome.calls == 5);
    auto few = offset;
    few.stop.records_max = 3;
    const auto many = run(few, [&](const Call&) {
        at += 2;
        return Reply{.body = "{\"rows\":" + records(at, at + 2) + "}"};
    });
    CHECK(many.code == "too_many_records");
}

TEST_CASE("A page that shifted gives nobody twice, or fails the read where that is said", "[core][rest]") {
    const Server shifted = [](const Call& call) {
        const auto at = query_value(call.url, "skip");
        return Reply{.body = "{\"rows\":" +
                             (at == "0"   ? records(0, 3)
                              : at == "3" ? records(2, 5)
                                          : records(0, 0)) +
                             "}"};
    };
    auto list = list_with(paging::Offset{.parameter = "skip", .size = 3});
    const auto outcome = run(list, shifted);
    CHECK(outcome.ids == ids_up_to(5));
    CHECK(outcome.tally.repeated == 1);
    auto counted = list;
    counted.stop.total = path("total");
    const auto short_by_one = run(counted, [&](const Call& call) {
        auto reply = shifted(call);
        reply.body.insert(1, "\"total\":6,");
        return reply;
    });
    CHECK(short_by_one.code == "fewer_than_total");
    const auto one_too_many = run(counted, [&](const Call& call) {
        auto reply = shifted(call);
        reply.body.insert(1, "\"total\":4,");
        return reply;
    });
    CHECK(one_too_many.code == "more_than_total");
    list.repeated = Repeated::fail;
    CHECK(run(list, shifted).code == "record_repeated");
    list.repeated = Repeated::keep;
    CHECK(run(list, shifted).ids.size() == 6);
}

TEST_CASE("Several contracts of one person stay several rows", "[core][rest]") {
    auto list = declare::list_of("rows", {{"id", "id"}, {"start", "start"}});
    list.paging = paging::Offset{.parameter = "skip", .limit_parameter = "take", .size = 10};
    list.stop.on_short_page = true;
    const auto outcome = run(list, [](const Call&) {
        return Reply{
            .body =
                R"({"skip":0,"take":10,"rows":[{"id":"1","start":"2020-01-01T00:00:00Z"},{"id":"1","start":null}]})"};
    });
    CHECK(outcome.ids == std::vector<std::string>{"1", "1"});
    CHECK(outcome.calls == 1);
}

TEST_CASE("A status of 204 ends a list", "[core][rest]") {
    const auto list = list_with(paging::Offset{.parameter = "skip", .limit_parameter = "take", .size = 2});
    const auto outcome = run(list, [](const Call& call) {
        const auto at = number(query_value(call.url, "skip"), 0);
        return at < 4 ? Reply{.body = "{\"rows\":" + records(at, at + 2) + "}"} : Reply{.status = 204};
    });
    CHECK(outcome.ids == ids_up_to(4));
}

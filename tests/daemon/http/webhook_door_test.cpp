#include "daemon/http/webhook_door.hpp"

#include "tests/fakes/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::test;
using namespace std::chrono_literals;

namespace {

class KeptLines final : public log::Log {
public:
    void write(log::Level level, std::string_view event, const std::vector<log::Field>& fields) override {
        text += log::format_line(level, event, fields, log::Format::key_value) + '\n';
    }
    std::string text;
};

/// Two tenants: "shop" with HiBob and a hidden path, "office" with Graph.
class Hall {
public:
    Hall() {
        std::map<std::string, status::WebhookDoor> doors;
        doors["shop"] = door("hibob", "shop");
        doors["shop"].path_token = Secret("0123456789abcdef");
        doors["shop"].one_person = true;
        doors["shop"].counts = shop;
        doors["office"] = door("entra-id", "office");
        handler_ = status::make_webhook_handler(std::move(doors), clock, log);
    }

    http::Response post(std::string target, std::string body, std::vector<http::Header> headers = {},
                        std::string method = "POST") {
        auto answer = handler_({.method = std::move(method),
                                .target = std::move(target),
                                .headers = std::move(headers),
                                .body = std::move(body)});
        return run(context, std::move(answer));
    }
    /// As HiBob sends it to the shop.
    int event(const std::string& body, const std::string& secret = "between us",
              const std::string& path = "/webhooks/shop/0123456789abcdef") {
        const auto& how = std::get<webhook::Signature>(webhook::find_preset("hibob")->rule.proof);
        return post(path, body, {{"Bob-Signature", webhook::sign(how, Secret(secret), body, "")}}).status;
    }

    boost::asio::io_context context;
    ManualClock clock{context};
    KeptLines log;
    std::vector<std::string> woken;
    std::shared_ptr<sync::WebhookCounts> shop = std::make_shared<sync::WebhookCounts>();

private:
    status::WebhookDoor door(const std::string& preset, const std::string& tenant) {
        status::WebhookDoor door;
        door.rule = webhook::find_preset(preset)->rule;
        door.secrets.values.emplace_back("between us");
        door.wake = [this, tenant](std::optional<EmployeeKey> person) {
            woken.push_back(tenant + ' ' + (person ? person->value() : "all"));
        };
        return door;
    }
    http::Handler handler_;
};

using Names = std::vector<std::string>;
const std::string body = R"({"type":"employee.updated","data":{"employeeId":"1002"}})";

}  // namespace

TEST_CASE("a genuine event wakes its tenant, and is answered without a word", "[daemon][webhook]") {
    Hall hall;
    CHECK(hall.event(body) == 202);
    CHECK(hall.woken == Names{"shop 1002"});

    SECTION("and wakes it once, however often it comes") {
        CHECK(hall.event(body) == 202);
        CHECK(hall.event(body) == 202);
        CHECK(hall.woken.size() == 1);
    }
}

TEST_CASE("a forged event is turned away, and wakes nobody", "[daemon][webhook]") {
    Hall hall;
    const auto refused = hall.post("/webhooks/shop/0123456789abcdef", body, {{"Bob-Signature", "guessed"}});
    CHECK(refused.status == 401);
    CHECK(refused.body.empty());
    CHECK(hall.event(body, "another secret") == 401);
    CHECK(hall.woken.empty());
}

TEST_CASE("whoever does not know the path learns nothing", "[daemon][webhook]") {
    Hall hall;
    for (const auto* path : {"/", "/webhooks", "/webhooks/", "/webhooks/nobody", "/webhooks/shop", "/webhooks/shop/",
                             "/webhooks/shop/0123456789abcdeF", "/webhooks/shop/0123456789abcdef/", "/healthz"}) {
        const auto answer = hall.post(path, body);
        CHECK(answer.status == 404);
        CHECK(answer.body.empty());
    }
    CHECK(hall.post("/webhooks/shop/0123456789abcdef", body, {}, "GET").status == 404);
    CHECK(hall.event(body, "between us", "/webhooks/shop") == 404);
    CHECK(hall.woken.empty());
    CHECK(hall.log.text.empty());
}

TEST_CASE("Graph gets its validation token back as plain text", "[daemon][webhook]") {
    Hall hall;
    const auto answer = hall.post("/webhooks/office?validationToken=Validation%3A+%3Cb%3Eabc%3C%2Fb%3E", "");
    CHECK(answer.status == 200);
    CHECK(answer.body == "Validation: <b>abc</b>");
    CHECK(http::find_header(answer.headers, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(http::find_header(answer.headers, "X-Content-Type-Options") == "nosniff");
    CHECK(hall.woken.empty());
}

TEST_CASE("where the ids of events are not the record's keys, an event is about everybody", "[daemon][webhook]") {
    Hall hall;
    CHECK(
        hall.post("/webhooks/office", R"({"value":[{"clientState":"between us","resourceData":{"id":"7"}}]})").status ==
        202);
    CHECK(hall.woken == Names{"office all"});
}

TEST_CASE("a flood of events of one tenant is turned away, and no other tenant's", "[daemon][webhook]") {
    Hall hall;
    int refused = 0;
    for (int i = 0; i < 150; ++i) refused += hall.event("{\"n\":" + std::to_string(i) + "}") == 429 ? 1 : 0;
    CHECK(refused == 50);
    CHECK(hall.post("/webhooks/office", R"({"value":[{"clientState":"between us"}]})").status == 202);
    hall.clock.advance(1s);
    CHECK(hall.event(body) == 202);
}

TEST_CASE("a flood of forged events keeps no genuine one out, and does not fill the log", "[daemon][webhook]") {
    Hall hall;
    for (int i = 0; i < 500; ++i) hall.event("{\"n\":" + std::to_string(i) + "}", "another secret");
    CHECK(hall.event(body) == 202);
    CHECK(hall.woken == Names{"shop 1002"});
    CHECK(std::count(hall.log.text.begin(), hall.log.text.end(), '\n') == 20 + 1);
}

TEST_CASE("a flood of copies of one genuine event keeps no new one out", "[daemon][webhook]") {
    Hall hall;
    for (int i = 0; i < 500; ++i) hall.event(body);
    CHECK(hall.event(R"({"data":{"employeeId":"1003"}})") == 202);
    CHECK(hall.woken == Names{"shop 1002", "shop 1003"});
}

TEST_CASE("what came in is counted by what it was", "[daemon][webhook]") {
    Hall hall;
    for (int i = 0; i < 3; ++i) hall.event(body);
    for (int i = 0; i < 30; ++i) hall.event(body, "another secret");
    CHECK(*hall.shop ==
          sync::WebhookCounts{.accepted = 1, .replayed = 2, .unproven = 18, .out_of_time = 0, .too_many = 12});
}

TEST_CASE("the log tells of events without anything that was in them", "[daemon][webhook]") {
    Hall hall;
    hall.event(R"({"data":{"employeeId":"anna@shop.example"}})");
    hall.event(body, "another secret");
    CHECK(std::count(hall.log.text.begin(), hall.log.text.end(), '\n') == 2);
    CHECK_THAT(hall.log.text, Catch::Contains("event=webhook tenant=shop outcome=accepted"));
    CHECK_THAT(hall.log.text, Catch::Contains("event=webhook tenant=shop outcome=unproven"));
    CHECK_THAT(hall.log.text, !Catch::Contains("anna"));
    CHECK_THAT(hall.log.text, !Catch::Contains("0123456789abcdef"));
    CHECK_THAT(hall.log.text, !Catch::Contains("between us"));
}

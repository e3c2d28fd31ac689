#include "core/webhook/verify.hpp"
#include "core/webhook/body_path.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace usersync;
using namespace usersync::webhook;
using namespace std::chrono_literals;

namespace {

const Time now = Time(std::chrono::seconds(1'800'000'000));
const std::string now_text = "1800000000";
const std::string secret = "between us";

Secrets agreed(const std::vector<std::string>& values = {secret}) {
    Secrets secrets;
    for (const auto& value : values) secrets.values.emplace_back(value);
    return secrets;
}

const Rule& rule_of(const std::string& preset) {
    const auto* found = find_preset(preset);
    REQUIRE(found != nullptr);
    return found->rule;
}

Verified judged(const Event& event, const Rule& rule, const Secrets& secrets = agreed(),
                const SeenProofs& seen = SeenProofs()) {
    return verify(event, rule, secrets, seen, now);
}

Event signed_event(const Rule& rule, const std::string& body, const std::string& with = secret,
                   const std::string& timestamp = now_text) {
    const auto& how = std::get<Signature>(rule.proof);
    Event event{
        .headers = {{"Content-Type", "application/json"}, {how.header, sign(how, Secret(with), body, timestamp)}},
        .query = {},
        .body = body};
    if (!how.timestamp_header.empty()) event.headers.emplace_back(how.timestamp_header, timestamp);
    return event;
}

void replace_header(Event& event, const std::string& name, const std::string& value) {
    for (auto& [key, text] : event.headers) {
        if (key == name) text = value;
    }
}

}  // namespace

TEST_CASE("A signature is the HMAC that others compute, too", "[webhook]") {
    // RFC 4231, test case 2; the base64 is that of its SHA-512.
    const Secret jefe("Jefe");
    const std::string body = "what do ya want for nothing?";
    CHECK(sign({.header = "S", .prefix = "sha256=", .timestamp_header = {}}, jefe, body, "") ==
          "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(sign({.header = "S",
                .algorithm = Algorithm::sha512,
                .encoding = Encoding::base64,
                .prefix = {},
                .timestamp_header = {}},
               jefe, body,
               "") == "Fkt6e/z4GeLjlfvnO1bgo4e9ZCIugx/WECcM1+olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==");
}

TEST_CASE("BambooHR signs the body with the time directly behind it", "[webhook]") {
    const auto& rule = rule_of("bamboohr");
    const std::string body = R"({"employees":[{"id":"123","action":"Updated"}]})";
    const auto event = signed_event(rule, body);
    CHECK(judged(event, rule).judgement == Judgement::accepted);
    CHECK(judged(event, rule).person == "123");

    // As third parties describe it, and wrongly: the time first, and a dot.
    auto other = event;
    const Signature dotted{.header = "S", .prefix = {}, .signed_text = "{timestamp}.{body}", .timestamp_header = "T"};
    replace_header(other, "X-BambooHR-Signature", sign(dotted, Secret(secret), body, now_text));
    CHECK(judged(other, rule).judgement == Judgement::unproven);
}

TEST_CASE("An event counts only with the body, the secret and the time that were signed", "[webhook]") {
    const auto& rule = rule_of("bamboohr");
    const std::string body = R"({"employees":[{"id":"123"}]})";
    const auto event = signed_event(rule, body);

    auto other_body = event;
    other_body.body = R"({"employees":[{"id":"124"}]})";
    CHECK(judged(other_body, rule).judgement == Judgement::unproven);
    auto other_time = event;
    replace_header(other_time, "X-BambooHR-Timestamp", "1800000001");
    CHECK(judged(other_time, rule).judgement == Judgement::unproven);
    CHECK(judged(event, rule, agreed({"another"})).judgement == Judgement::unproven);
    CHECK(judged(event, rule, agreed({})).judgement == Judgement::unproven);
    CHECK(judged(event, rule, agreed({""})).judgement == Judgement::unproven);
    auto unsigned_event = event;
    unsigned_event.headers.clear();
    CHECK(judged(unsigned_event, rule).judgement == Judgement::unproven);
    auto empty_signature = event;
    replace_header(empty_signature, "X-BambooHR-Signature", "");
    CHECK(judged(empty_signature, rule).judgement == Judgement::unproven);
    auto two_signatures = event;
    two_signatures.headers.push_back(two_signatures.headers[1]);
    CHECK(judged(two_signatures, rule).judgement == Judgement::unproven);
}

TEST_CASE("An event that was signed long ago, or will be, is not believed", "[webhook]") {
    const auto& rule = rule_of("bamboohr");
    const auto at = [&](std::int64_t seconds) {
        const auto event = signed_event(rule, "{}", secret, std::to_string(1'800'000'000 + seconds));
        return judged(event, rule).judgement;
    };
    CHECK(at(0) == Judgement::accepted);
    CHECK(at(-599) == Judgement::accepted);
    CHECK(at(-601) == Judgement::out_of_time);
    CHECK(at(599) == Judgement::accepted);
    CHECK(at(601) == Judgement::out_of_time);
    const auto in_milliseconds = signed_event(rule, "{}", secret, "1800000000123");
    CHECK(judged(in_milliseconds, rule).judgement == Judgement::accepted);
    for (const auto* nonsense : {"yesterday", "", "-1", "99999999999999999999"}) {
        CHECK(judged(signed_event(rule, "{}", secret, nonsense), rule).judgement == Judgement::out_of_time);
    }
}

TEST_CASE("An event that comes twice is known", "[webhook]") {
    const auto& rule = rule_of("hibob");
    const auto event = signed_event(rule, R"({"data":{"employeeId":"77"}})");
    SeenProofs seen(2);
    const auto first = judged(event, rule, agreed(), seen);
    REQUIRE(first.judgement == Judgement::accepted);
    CHECK(first.person == "77");
    seen.add(first.proof);
    CHECK(judged(event, rule, agreed(), seen).judgement == Judgement::doubled);
    CHECK_FALSE(judged(event, rule, agreed(), seen).person);

    SECTION("and as many are remembered as were said, the newest") {
        seen.add(fingerprint_of("another"));
        seen.add(fingerprint_of("a third"));
        seen.add(fingerprint_of("a third"));
        CHECK(seen.size() == 2);
        CHECK(judged(event, rule, agreed(), seen).judgement == Judgement::accepted);
    }
}

TEST_CASE("While a secret is replaced, the old one and the new one count", "[webhook]") {
    const auto& rule = rule_of("afas-profit");
    const auto both = agreed({"new", "old"});
    CHECK(judged(signed_event(rule, "{}", "new"), rule, both).judgement == Judgement::accepted);
    CHECK(judged(signed_event(rule, "{}", "old"), rule, both).judgement == Judgement::accepted);
    CHECK(judged(signed_event(rule, "{}", "older"), rule, both).judgement == Judgement::unproven);
}

TEST_CASE("AFAS writes sha256= before its digits, in either case", "[webhook]") {
    const auto& rule = rule_of("afas-profit");
    auto event = signed_event(rule, "{}");
    auto& signature = event.headers[1].second;
    REQUIRE(signature.starts_with("sha256="));
    SECTION("as it is") { CHECK(judged(event, rule).judgement == Judgement::accepted); }
    SECTION("in capitals") {
        for (auto& c : signature) {
            if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        }
        CHECK(judged(event, rule).judgement == Judgement::accepted);
    }
    SECTION("without the prefix it is none") {
        signature.erase(0, 7);
        CHECK(judged(event, rule).judgement == Judgement::unproven);
    }
    SECTION("and it says nothing of a person") { CHECK_FALSE(judged(event, rule).person); }
}

TEST_CASE("Personio shows an agreed value in a header, or several", "[webhook]") {
    const auto& rule = rule_of("personio");
    const auto with = [](const std::string& value) {
        return Event{.headers = {{"authorization", value}}, .query = {}, .body = "{}"};
    };
    CHECK(judged(with(secret), rule).judgement == Judgement::accepted);
    CHECK(judged(with(secret + " "), rule).judgement == Judgement::unproven);
    CHECK(judged(with(""), rule).judgement == Judgement::unproven);
    // What hobby projects verify is not there, and proves nothing.
    CHECK(judged({.headers = {{"X-Personio-Signature", secret}}, .query = {}, .body = "{}"}, rule).judgement ==
          Judgement::unproven);

    Rule three;
    three.proof = SharedHeaders{.headers = {"X-One", "X-Two", "X-Three"}};
    const auto secrets = agreed({"1", "2", "3"});
    CHECK(
        judged({.headers = {{"X-Three", "3"}, {"X-One", "1"}, {"X-Two", "2"}}, .query = {}, .body = {}}, three, secrets)
            .judgement == Judgement::accepted);
    CHECK(judged({.headers = {{"X-Three", "3"}, {"X-One", "1"}}, .query = {}, .body = {}}, three, secrets).judgement ==
          Judgement::unproven);
    CHECK(
        judged({.headers = {{"X-Three", "2"}, {"X-One", "1"}, {"X-Two", "3"}}, .query = {}, .body = {}}, three, secrets)
            .judgement == Judgement::unproven);
}

TEST_CASE("Graph shows the client state in every notification", "[webhook]") {
    const auto& rule = rule_of("entra-id");
    const auto with = [&](const std::string& body) { return judged({.headers = {}, .query = {}, .body = body}, rule); };
    const auto one = with(R"({"value":[{"clientState":"between us","resourceData":{"id":"a-1"}}]})");
    CHECK(one.judgement == Judgement::accepted);
    CHECK(one.person == "a-1");
    const auto two = with(R"({"value":[{"clientState":"between us","resourceData":{"id":"a-1"}},
                                       {"clientState":"between us","resourceData":{"id":"a-2"}}]})");
    CHECK(two.judgement == Judgement::accepted);
    CHECK_FALSE(two.person);
    CHECK(with(R"({"value":[{"clientState":"between us"},{"clientState":"guessed"}]})").judgement ==
          Judgement::unproven);
    CHECK(with(R"({"value":[{"clientState":"between us"},{}]})").judgement == Judgement::unproven);
    CHECK(with(R"({"value":[]})").judgement == Judgement::unproven);
    CHECK(with(R"({"value":"between us"})").judgement == Judgement::unproven);
    CHECK(with("[").judgement == Judgement::unproven);
    CHECK(with("").judgement == Judgement::unproven);
}

TEST_CASE("Graph's validation token is sent back, and nobody else's", "[webhook]") {
    Event event{.headers = {}, .query = {{"validationToken", "Validation: <b>1</b>"}}, .body = {}};
    CHECK(judged(event, rule_of("entra-id")).judgement == Judgement::echo);
    CHECK(judged(event, rule_of("entra-id")).text == "Validation: <b>1</b>");
    CHECK(judged(event, rule_of("hibob")).judgement == Judgement::unproven);
    event.query[0].second = std::string(3000, 'x');
    CHECK(judged(event, rule_of("entra-id")).judgement == Judgement::unproven);
}

TEST_CASE("An event that is too large is not looked at", "[webhook]") {
    const auto& rule = rule_of("hibob");
    const auto event = signed_event(rule, std::string((256u << 10) + 1, ' '));
    CHECK(judged(event, rule).judgement == Judgement::too_large);
}

TEST_CASE("What is no single person's id wakes a run of all", "[webhook]") {
    const auto& rule = rule_of("hibob");
    const auto person = [&](const std::string& body) {
        const auto verified = judged(signed_event(rule, body), rule);
        CHECK(verified.judgement == Judgement::accepted);
        return verified.person.value_or("all");
    };
    CHECK(person(R"({"data":{"employeeId":"0042"}})") == "0042");
    CHECK(person(R"({"data":{"employeeId":42}})") == "42");
    CHECK(person(R"({"data":{"employeeId":4.2}})") == "all");
    CHECK(person(R"({"data":{"employeeId":null}})") == "all");
    CHECK(person(R"({"data":{"employeeId":""}})") == "all");
    CHECK(person(R"({"data":{"employeeId":{"id":"1"}}})") == "all");
    CHECK(person(R"({"data":"1"})") == "all");
    CHECK(person("employee=1&action=updated") == "all");
    CHECK(person("{\"data\":{\"employeeId\":\"" + std::string(300, '1') + "\"}}") == "all");
}

TEST_CASE("A rule that proves nothing is refused with the reason", "[webhook]") {
    for (const auto& preset : presets()) CHECK(problems_of(preset.rule).empty());
    CHECK(problems_of(Rule{}).size() == 1);
    CHECK(problems_of(
              {.proof = Signature{.header = "S", .prefix = {}, .signed_text = "{timestamp}", .timestamp_header = "T"},
               .person_path = {},
               .echo_query = {}})
              .size() == 1);
    CHECK(problems_of({.proof = Signature{.header = "S", .prefix = {}, .timestamp_header = "T"},
                       .person_path = {},
                       .echo_query = {}})
              .size() == 1);
    CHECK(problems_of(
              {.proof =
                   Signature{.header = "S:", .prefix = {}, .signed_text = "{body}{timestamp}", .timestamp_header = {}},
               .person_path = {},
               .echo_query = {}})
              .size() == 2);
    CHECK(problems_of({.proof = SharedHeaders{}, .person_path = {}, .echo_query = {}}).size() == 1);
    CHECK(problems_of({.proof = SharedInBody{.path = "a..b"}, .person_path = "[*]", .echo_query = {}}).size() == 2);
}

#include "core/rest/answer_class.hpp"
#include "tests/core/rest/declare.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::rest;
using declare::path;

namespace {

const Time now(std::chrono::seconds(1'795'428'000));  // 2026-11-23T10:00:00Z

// As AFAS answers: the message's language is that of the environment.
ErrorRules afas() {
    ErrorRules errors;
    errors.messages = {path("externalMessage")};
    errors.reference = path("profitLogReference");
    errors.rules = {
        {.texts = {"niet ondersteund voor deze app", "niet geautoriseerd"},
         .is = AnswerKind::config,
         .code = "connector_not_linked",
         .says = "the connector is not in the app connector"},
        {.statuses = {500}, .texts = {"is geblokkeerd"}, .is = AnswerKind::forbidden, .code = "connector_blocked"}};
    return errors;
}

Answer afas_500(std::string_view message) {
    const auto body = R"({"externalMessage":")" + std::string(message) +
                      R"(","errorNumber":-2147180996,"profitLogReference":"AB12"})";
    return class_of({.status = 500, .body = body}, afas(), {}, now);
}

}  // namespace

TEST_CASE("A status says what to do where no rule says it better", "[core][rest]") {
    const auto kind = [](int status) { return class_of({.status = status}, {}, {}, now).kind; };
    CHECK(kind(200) == AnswerKind::ok);
    CHECK(kind(204) == AnswerKind::nothing);
    CHECK(kind(401) == AnswerKind::auth);
    CHECK(kind(403) == AnswerKind::forbidden);
    CHECK(kind(500) == AnswerKind::transient);
    CHECK(kind(522) == AnswerKind::transient);
    CHECK(kind(503) == AnswerKind::throttled);
    CHECK(kind(429) == AnswerKind::throttled);
    for (const int status : {301, 302, 400, 404, 405, 410, 422, 501}) CHECK(kind(status) == AnswerKind::config);
}

TEST_CASE("A vendor's own words decide what an error is, in whatever letters", "[core][rest]") {
    const auto not_linked = afas_500("GetConnector NIET ondersteund voor deze app of de gebruiker");
    CHECK(not_linked.kind == AnswerKind::config);
    CHECK(not_linked.code == "connector_not_linked");
    const auto failure = failure_of(not_linked, "rest");
    CHECK(failure.kind == FailureKind::blocked);
    CHECK(failure.detail ==
          "the connector is not in the app connector (status 500): GetConnector NIET ondersteund voor "
          "deze app of de gebruiker [reference AB12]");
    CHECK(afas_500("Deze GetConnector (definitie) is geblokkeerd").code == "connector_blocked");
    CHECK(afas_500("Command timeout expired").kind == AnswerKind::transient);
}

TEST_CASE("A rule goes by the vendor's message, and by the rest of an answer only where it has none", "[core][rest]") {
    const auto errors = afas();
    const auto is = [&](std::string body) {
        return class_of({.status = 500, .body = std::move(body)}, errors, {}, now).code;
    };
    CHECK(is(R"({"externalMessage":"overbelast","hint":"niet omdat u is geblokkeerd of niet geautoriseerd"})") ==
          "server_error");
    CHECK(is("<html>Uw adres is geblokkeerd</html>") == "connector_blocked");
    CHECK(is(R"({"externalMessage":"","detail":"is geblokkeerd"})") == "connector_blocked");
    const auto late = std::string(400, 'x') + " is geblokkeerd";  // behind what is shown of it
    CHECK(is(R"({"externalMessage":")" + late + R"("})") == "connector_blocked");
    CHECK(is("{\"externalMessage\":\"is\\n geblokkeerd\"}") == "connector_blocked");

    const DeltaRule delta{.resync_texts = {"syncStateNotFound"}};
    const auto kind = [&](std::string body) {
        return class_of({.status = 400, .body = std::move(body)}, errors, {}, now, &delta).kind;
    };
    CHECK(kind(R"({"externalMessage":"no","hint":"syncStateNotFound"})") == AnswerKind::config);
    CHECK(kind(R"({"hint":"syncStateNotFound"})") == AnswerKind::resync);
}

TEST_CASE("How long to wait is read wherever a vendor says it", "[core][rest]") {
    Limits limits;
    limits.reset_header = "X-RateLimit-Reset";
    limits.retry_after = path("retry_after");
    limits.wait_max = std::chrono::minutes(15);
    const auto wait = [&](int status, HeaderTexts headers, std::string body = "") {
        return class_of({.status = status, .headers = std::move(headers), .body = std::move(body)}, {}, limits, now);
    };
    CHECK(wait(429, {{"retry-after", "7"}}).wait == std::chrono::seconds(7));
    CHECK(wait(503, {{"Retry-After", "Mon, 23 Nov 2026 10:00:30 GMT"}}).wait == std::chrono::seconds(30));
    CHECK(wait(429, {{"x-ratelimit-reset", "1795428060"}}).wait == std::chrono::seconds(60));
    CHECK(wait(429, {{"x-ratelimit-reset", "20"}}).wait == std::chrono::seconds(20));
    CHECK(wait(429, {{"x-ratelimit-reset", "20"}, {"Retry-After", "5"}}).wait == std::chrono::seconds(20));
    CHECK_FALSE(wait(429, {{"Retry-After", "soon"}}).wait);
    CHECK_FALSE(wait(200, {{"Retry-After", "5"}}).wait);

    const auto maintenance = wait(503, {}, R"({"error":{"code":"string"},"retry_after":7200})");
    CHECK(maintenance.wait == std::chrono::minutes(15));
    CHECK(maintenance.asked_wait == std::chrono::hours(2));
    CHECK(failure_of(maintenance, "rest").retry_after == std::chrono::hours(2));
    CHECK(failure_of(maintenance, "rest").kind == FailureKind::transient);
}

TEST_CASE("No answer has a source left alone for longer than a day", "[core][rest]") {
    Limits limits;
    limits.reset_header = "X-RateLimit-Reset";
    limits.retry_after = path("retry_after");
    const auto asked = [&](HeaderTexts headers, std::string body = "") {
        return class_of({.status = 429, .headers = std::move(headers), .body = std::move(body)}, {}, limits, now)
            .asked_wait;
    };
    CHECK(asked({{"Retry-After", "999999999"}}) == asked_wait_max);
    CHECK(asked({{"Retry-After", "Mon, 23 Nov 2054 10:00:00 GMT"}}) == asked_wait_max);
    CHECK(asked({}, R"({"retry_after":"99999999999999999"})") == asked_wait_max);
    CHECK(asked({{"x-ratelimit-reset", "99999999999"}}) == asked_wait_max);
    CHECK(asked({{"Retry-After", "7200"}}) == std::chrono::hours(2));

    // A moment in milliseconds since 1970.
    CHECK(asked({{"x-ratelimit-reset", "1795431600000"}}) == std::chrono::hours(1));
    limits.wait_max = std::chrono::hours(48);
    CHECK_FALSE(asked({{"Retry-After", "999999999"}}));
}

TEST_CASE("A forgotten delta is told from an error", "[core][rest]") {
    const DeltaRule delta{.resync_texts = {"syncStateNotFound"}};
    CHECK(class_of({.status = 410}, {}, {}, now, &delta).kind == AnswerKind::resync);
    CHECK(class_of({.status = 400, .body = R"({"error":{"code":"SyncStateNotFound"}})"}, {}, {}, now, &delta).kind ==
          AnswerKind::resync);
    CHECK(class_of({.status = 400}, {}, {}, now, &delta).kind == AnswerKind::config);
    CHECK(class_of({.status = 410}, {}, {}, now).kind == AnswerKind::config);
}

TEST_CASE("A message is one short line of text, whatever was sent", "[core][rest]") {
    ErrorRules errors;
    errors.messages = {path("m"), path("n")};
    errors.message_header = "X-Error";
    const auto answer =
        class_of({.status = 400, .headers = {{"x-error", "h\xFF"}}, .body = R"({"m":"a\n\t b","n":"a\n\t b"})"}, errors,
                 {}, now);
    CHECK(answer.message == "a b: h?");
    const auto longer =
        class_of({.status = 400, .body = "{\"m\":\"" + std::string(1'000, 'x') + "\"}"}, errors, {}, now);
    CHECK(longer.message.size() == 300);
}

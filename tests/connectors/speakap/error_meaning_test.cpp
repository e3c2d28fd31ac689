#include "connectors/speakap/error_meaning.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace usersync::speakap {
namespace {

using namespace std::chrono_literals;

// 2026-01-01T00:00:00Z
const Time now(std::chrono::seconds(1'767'225'600));

http::Response response(int status, std::string body = {}, std::string retry_after = {}) {
    http::Response made{.status = status, .headers = {}, .body = std::move(body)};
    if (!retry_after.empty()) made.headers.push_back(http::Header{.name = "retry-after", .value = retry_after});
    return made;
}

Failure meaning(const http::Response& answer, Sent sent = Sent::write) {
    return failure_of(answer, sent, now, "speakap.rest");
}

TEST_CASE("every HTTP status has a meaning, and says whether a write may have happened", "[connectors][speakap]") {
    struct Case {
        int status;
        FailureKind kind;
        Effect effect;
        std::string code;
    };
    const Case cases[] = {
        {302, FailureKind::blocked, Effect::none, "http_302"},
        {400, FailureKind::rejected, Effect::none, "invalid_request"},
        {401, FailureKind::blocked, Effect::none, "invalid_token"},
        {403, FailureKind::blocked, Effect::none, "insufficient_scope"},
        {404, FailureKind::rejected, Effect::none, "not_found"},
        {405, FailureKind::broken, Effect::none, "method_not_allowed"},
        {406, FailureKind::broken, Effect::none, "version_not_acceptable"},
        {415, FailureKind::broken, Effect::none, "media_type_not_accepted"},
        {408, FailureKind::transient, Effect::unknown, "request_timeout"},
        {409, FailureKind::rejected, Effect::none, "conflict"},
        {410, FailureKind::rejected, Effect::none, "gone"},
        {422, FailureKind::rejected, Effect::none, "http_422"},
        {425, FailureKind::transient, Effect::none, "too_early"},
        {429, FailureKind::transient, Effect::none, "too_many_requests"},
        {500, FailureKind::transient, Effect::unknown, "internal_server_error"},
        {502, FailureKind::transient, Effect::unknown, "bad_gateway"},
        {503, FailureKind::transient, Effect::none, "service_unavailable"},
        {504, FailureKind::transient, Effect::unknown, "gateway_timeout"},
        {599, FailureKind::transient, Effect::unknown, "http_599"},
    };
    for (const auto& one : cases) {
        INFO(one.status);
        const auto failure = meaning(response(one.status));
        CHECK(failure.kind == one.kind);
        CHECK(failure.effect == one.effect);
        CHECK(failure.code == one.code);
        CHECK(meaning(response(one.status), Sent::read).effect == Effect::none);
    }
}

TEST_CASE("the documented error codes have their names", "[connectors][speakap]") {
    struct Case {
        int status;
        int code;
        std::string name;
        FailureKind kind;
    };
    const Case cases[] = {
        {400, -1, "invalid_request", FailureKind::rejected},
        {401, -2, "invalid_token", FailureKind::blocked},
        {403, -3, "insufficient_scope", FailureKind::blocked},
        {404, -4, "not_found", FailureKind::rejected},
        {500, -5, "internal_server_error", FailureKind::transient},
        {400, -6, "unknown_email_address", FailureKind::rejected},
        {400, -7, "unexpected_password", FailureKind::rejected},
        {400, -8, "invalid_email_address", FailureKind::rejected},
        {409, -9, "already_member", FailureKind::rejected},
        {410, -10, "gone", FailureKind::rejected},
        {409, -11, "request_revoked", FailureKind::rejected},
        {403, -12, "only_admin", FailureKind::rejected},
        {410, -13, "stale_alert", FailureKind::rejected},
        {403, -14, "incorrect_password", FailureKind::rejected},
        {403, -15, "primary_email_address_in_use", FailureKind::rejected},
        {400, -16, "embed_url_failed", FailureKind::rejected},
        {409, -17, "group_name_in_use", FailureKind::rejected},
        {409, -18, "role_name_in_use", FailureKind::rejected},
        {400, -19, "group_required", FailureKind::rejected},
        {400, -3, "insufficient_scope", FailureKind::blocked},
        {409, -27, "conflict", FailureKind::rejected},
    };
    for (const auto& one : cases) {
        INFO(one.code);
        const auto failure = meaning(response(one.status, R"({"code":)" + std::to_string(one.code) + "}"));
        CHECK(failure.code == one.name);
        CHECK(failure.kind == one.kind);
    }
}

TEST_CASE("the server's words are not repeated: they may hold addresses", "[connectors][speakap]") {
    const auto failure = meaning(response(400, R"({"code":-8,"message":"anna@shop.example is not an address"})"));
    CHECK(failure.detail == "the answer was HTTP 400 with code -8");
    CHECK(describe(failure).find("anna") == std::string::npos);
}

TEST_CASE("a server says when to come back in seconds or as a date; nonsense is ignored", "[connectors][speakap]") {
    CHECK(meaning(response(429, "", "7")).retry_after == Duration(7s));
    CHECK(meaning(response(503, "", "Thu, 01 Jan 2026 00:01:00 GMT")).retry_after == Duration(60s));
    CHECK_FALSE(meaning(response(429, "", "-5")).retry_after);
    CHECK_FALSE(meaning(response(429, "", "soon")).retry_after);
    CHECK_FALSE(meaning(response(429)).retry_after);
}

TEST_CASE("a success that cannot be read may be a write that happened", "[connectors][speakap]") {
    CHECK(unreadable_answer(Sent::write, "x").effect == Effect::unknown);
    CHECK(unreadable_answer(Sent::read, "x").effect == Effect::none);
}

TEST_CASE("a wait that is absurd is capped and told, one that cannot be read is told",
          "[connectors][speakap][fault19]") {
    const auto absurd = meaning(response(429, "", "31536000"));
    CHECK(absurd.retry_after == Duration(15min));
    CHECK(absurd.detail == "the answer was HTTP 429, asking for a wait of 31536000 s, of which 900 s are kept");
    const auto garbage = meaning(response(429, "", "soon"));
    CHECK_FALSE(garbage.retry_after);
    CHECK(garbage.detail == "the answer was HTTP 429, with a Retry-After that cannot be read");
    CHECK(meaning(response(503, "", "Wed, 31 Dec 2025 00:00:00 GMT")).retry_after == Duration(0));
}

TEST_CASE("the longest wait that is granted is the one that somebody has set", "[connectors][speakap][fault19]") {
    const auto failure = [](const char* seconds, Duration wait_max) {
        return failure_of(response(503, "", seconds), Sent::write, now, "speakap.rest", wait_max);
    };
    CHECK(failure("600", 1min).retry_after == Duration(1min));
    CHECK(failure("600", 1min).detail == "the answer was HTTP 503, asking for a wait of 600 s, of which 60 s are kept");
    CHECK(failure("3000", 1h).retry_after == Duration(3000s));
    CHECK(failure("3000", 1h).detail == "the answer was HTTP 503");
}

TEST_CASE("errors that are published by name alone are about one person", "[connectors][speakap]") {
    for (const int status : {400, 403, 409}) {
        const auto failure = meaning(response(status, R"({"code":-1,"message":"Stray user prevented"})"));
        CHECK(failure.code == "stray_user_prevented");
        CHECK(failure.kind == FailureKind::rejected);
    }
}

TEST_CASE("a code is read as a number and as text", "[connectors][speakap]") {
    CHECK(meaning(response(409, R"({"code":"-9","message":"x"})")).code == "already_member");
    CHECK(meaning(response(409, R"({"code":-9,"message":"x"})")).code == "already_member");
}

TEST_CASE("an error of SCIM has the name that the standard gives it", "[connectors][speakap]") {
    const auto body = [](const std::string& type, int status) {
        return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":")" + type +
               R"(","detail":"anna@shop.example is taken","status":")" + std::to_string(status) + R"("})";
    };
    const auto taken = meaning(response(409, body("uniqueness", 409)));
    CHECK(taken.code == "uniqueness");
    CHECK(taken.kind == FailureKind::rejected);
    CHECK(meaning(response(400, body("invalidValue", 400))).code == "invalid_value");
    CHECK(meaning(response(404, body("", 404))).code == "not_found");
    CHECK(describe(taken).find("anna") == std::string::npos);
}

TEST_CASE("a success whose body tells of an error is a failure, and a write may have happened",
          "[connectors][speakap]") {
    struct Case {
        std::string body;
        std::string code;
        FailureKind kind;
    };
    const Case cases[] = {
        {R"({"code":-4,"message":"Not Found"})", "not_found", FailureKind::rejected},
        {R"({"code":"-3","message":"x"})", "insufficient_scope", FailureKind::blocked},
        {R"({"code":-5,"message":"x"})", "internal_server_error", FailureKind::transient},
        {R"({"code":-99,"message":"x"})", "internal_server_error", FailureKind::transient},
        {R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidValue"})",
         "invalid_value", FailureKind::rejected},
        {"<!doctype html><title>Sign in</title>", "not_json", FailureKind::transient},
        {"upstream said no", "not_json", FailureKind::transient},
    };
    for (const auto& one : cases) {
        INFO(one.body);
        const auto write = failure_behind(response(200, one.body), Sent::write, now, "speakap.rest");
        REQUIRE(write);
        CHECK(write->code == one.code);
        CHECK(write->kind == one.kind);
        CHECK(write->effect == Effect::unknown);
        const auto read = failure_behind(response(200, one.body), Sent::read, now, "speakap.rest");
        REQUIRE(read);
        CHECK(read->effect == Effect::none);
    }
    const auto partial = failure_behind(response(207, "{}"), Sent::write, now, "speakap.rest");
    REQUIRE(partial);
    CHECK(partial->code == "partial_answer");
}

TEST_CASE("a success is a success", "[connectors][speakap]") {
    for (const std::string body : {"", "{}", "  [ ]", R"({"status":"done"})", R"({"code":12,"message":"x"})",
                                   R"({"ETC":"x","status":"accepted","data":{}})"}) {
        INFO(body);
        CHECK_FALSE(failure_behind(response(202, body), Sent::write, now, "speakap.rest"));
    }
}

}  // namespace
}  // namespace usersync::speakap

#include "daemon/connector/answers_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace usersync;
using Json = nlohmann::json;

namespace {

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
    return lines;
}

}  // namespace

TEST_CASE("answers are kept as a line each, with the names of their headers alone", "[daemon][connectors]") {
    rest_api::KeptAnswers kept;
    kept.answers.push_back({.where = "list page 1",
                            .reply = {.status = 200,
                                      .headers = {{"Content-Type", "text/html"}, {"Set-Cookie", "session=1"}},
                                      .body = "Anna"},
                            .left_out = 0,
                            .failure = {}});
    kept.answers.push_back({.where = "list page 2",
                            .reply = {},
                            .left_out = 0,
                            .failure = Failure{.code = "timed_out", .where = "w", .detail = "d"}});
    kept.failure = Failure{.code = "timed_out", .where = "w", .detail = "d"};

    const auto text = connector_view::answers_text(kept, [](const std::string&) { return std::string("Xxxx"); });
    const auto lines = lines_of(text);

    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == Json::parse(R"({"call":"list page 1","status":200,"headers":["Content-Type","Set-Cookie"],
                                      "type":"text/html","body":"Xxxx"})"));
    CHECK(lines[1]["status"].is_null());
    CHECK(lines[1]["failure"]["code"] == "timed_out");
    CHECK(lines[2]["call"] == "the read");
    CHECK(text.find("session") == std::string::npos);
}

TEST_CASE("a failure is told without what the other system said, since that may be about somebody",
          "[daemon][connectors]") {
    rest::Connector connector;
    connector.name = "own";
    connector.errors.rules = {{.statuses = {500},
                               .texts = {"contract"},
                               .is = rest::AnswerKind::config,
                               .code = "no_contract",
                               .says = "Somebody has no contract."}};
    rest_api::KeptAnswers kept;
    kept.answers.push_back({.where = "list page 1",
                            .reply = {.status = 500, .headers = {}, .body = "Anna has no contract"},
                            .left_out = 0,
                            .failure = {}});
    const Failure said{
        .code = "no_contract", .where = "own list page 1", .detail = "status 500: Anna has no contract [reference 7]"};
    const auto told = [&](Failure failure) {
        kept.failure = std::move(failure);
        connector_view::leave_out_words(kept, connector);
        return kept.failure->detail;
    };

    CHECK(told(said) == "Somebody has no contract. (status 500)");
    auto by_status = said;
    by_status.code = "server_error";
    CHECK(told(by_status) == "status 500");
    auto of_ours = said;
    of_ours.where = "own list page 2";
    of_ours.detail = "a record came twice";
    CHECK(told(of_ours) == "a record came twice");
}

TEST_CASE("bytes of an answer that are no text do no harm", "[daemon][connectors]") {
    rest_api::KeptAnswers kept;
    kept.answers.push_back({.where = "list page 1",
                            .reply = {.status = 200, .headers = {}, .body = "\xFF\xFE"},
                            .left_out = 9,
                            .failure = {}});
    const auto lines = lines_of(connector_view::answers_text(kept, [](const std::string& body) { return body; }));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["left_out"] == 9);
}

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

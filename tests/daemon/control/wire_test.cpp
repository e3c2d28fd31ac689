#include "daemon/control/wire.hpp"

#include <catch2/catch.hpp>

using namespace usersync;
using namespace usersync::control;

TEST_CASE("a command travels as one line of JSON and arrives as it was", "[daemon][control]") {
    const CommandRequest request{.command = "plan",
                                 .arguments = {"shop", "two words\nand a line", "caf\u00e9"},
                                 .options = {{"format", "json"}, {"empty", ""}},
                                 .caller = "nobody reads this"};

    const auto line = encode_request(request);
    const auto parsed = parse_request(line);

    CHECK(line ==
          "{\"command\":\"plan\",\"arguments\":[\"shop\",\"two words\\nand a line\",\"caf\u00e9\"],"
          "\"options\":{\"empty\":\"\",\"format\":\"json\"}}\n");
    REQUIRE(parsed.has_value());
    auto expected = request;
    expected.caller.clear();
    CHECK(*parsed == expected);
}

TEST_CASE("arguments and options may be left out", "[daemon][control]") {
    const auto parsed = parse_request(R"({"command":"status"})");

    REQUIRE(parsed.has_value());
    CHECK(*parsed == CommandRequest{.command = "status", .arguments = {}, .options = {}, .caller = {}});
}

TEST_CASE("a request cannot say who sent it", "[daemon][control]") {
    CHECK(parse_request(R"({"command":"approve","caller":"root"})")->caller.empty());
}

TEST_CASE("what is not a request is refused with a sentence", "[daemon][control]") {
    struct Row {
        std::string line;
        const char* sentence;
    };
    const auto row =
        GENERATE(Row{"", "the request is not a JSON object"}, Row{"sync shop", "the request is not a JSON object"},
                 Row{"[]", "the request is not a JSON object"}, Row{"null", "the request is not a JSON object"},
                 Row{"{\"command\":\"sync\"", "the request is not a JSON object"},
                 Row{"{\"command\":\"\xff\"}", "the request is not a JSON object"},
                 Row{std::string(60'000, '['), "the request is not a JSON object"},
                 Row{"{}", "the request names no command"}, Row{"{\"command\":1}", "the request names no command"},
                 Row{"{\"command\":\"a\",\"arguments\":\"shop\"}", "the arguments are not a list of texts"},
                 Row{"{\"command\":\"a\",\"arguments\":[1]}", "the arguments are not a list of texts"},
                 Row{"{\"command\":\"a\",\"options\":[]}", "the options are not texts by name"},
                 Row{"{\"command\":\"a\",\"options\":{\"x\":1}}", "the options are not texts by name"});
    INFO(row.line.substr(0, 60));

    const auto parsed = parse_request(row.line);

    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == "bad_request");
    CHECK(parsed.error().detail == row.sentence);
}

TEST_CASE("an answer is any number of progress lines and one result", "[daemon][control]") {
    const AnswerLine progress = ProgressLine{"3 of 12"};
    const AnswerLine result = CommandResult{.exit_code = ExitCode::held, .out = "plan\n", .err = "held\n"};

    CHECK(encode_answer(progress) == "{\"progress\":\"3 of 12\"}\n");
    CHECK(encode_answer(result) == "{\"exit_code\":3,\"stdout\":\"plan\\n\",\"stderr\":\"held\\n\"}\n");
    CHECK(*parse_answer(encode_answer(progress)) == progress);
    CHECK(*parse_answer(encode_answer(result)) == result);
}

TEST_CASE("an output that is not UTF-8 still arrives", "[daemon][control]") {
    const auto line = encode_answer(CommandResult{.exit_code = ExitCode::done, .out = "\xe9", .err = {}});

    CHECK(std::get<CommandResult>(*parse_answer(line)).out == "\uFFFD");
}

TEST_CASE("what is not an answer is not taken for one", "[daemon][control]") {
    const auto line =
        GENERATE("", "hello", "[]", "{}", R"({"progress":1})", R"({"exit_code":0})",
                 R"({"exit_code":5,"stdout":"","stderr":""})", R"({"exit_code":-1,"stdout":"","stderr":""})",
                 R"({"exit_code":0.5,"stdout":"","stderr":""})", R"({"exit_code":0,"stdout":1,"stderr":""})");
    INFO(line);

    const auto parsed = parse_answer(line);

    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == "bad_answer");
}

#include "daemon/control/wire.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace usersync::control {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json parse_object(std::string_view line) {
    auto json = Json::parse(line, nullptr, false);
    return json.is_object() ? json : Json();
}

Failure bad_request(std::string sentence) {
    return Failure{
        .kind = FailureKind::rejected, .code = "bad_request", .where = "control", .detail = std::move(sentence)};
}

Failure bad_answer() {
    return Failure{.kind = FailureKind::broken,
                   .code = "bad_answer",
                   .where = "control",
                   .detail = "the daemon's answer is not understood; is it of another version?"};
}

bool reads_arguments(const Json& json, CommandRequest& request) {
    if (!json.is_array()) return false;
    for (const auto& argument : json) {
        if (!argument.is_string()) return false;
        request.arguments.push_back(argument.get<std::string>());
    }
    return true;
}

bool reads_options(const Json& json, CommandRequest& request) {
    if (!json.is_object()) return false;
    for (const auto& [name, value] : json.items()) {
        if (!value.is_string()) return false;
        request.options[name] = value.get<std::string>();
    }
    return true;
}

bool is_exit_code(const Json& json) {
    return json.is_number_integer() && json >= static_cast<int>(ExitCode::done) &&
           json <= static_cast<int>(ExitCode::failed);
}

}  // namespace

std::string encode_request(const CommandRequest& request) {
    return line_of(
        Json{{"command", request.command}, {"arguments", Json(request.arguments)}, {"options", Json(request.options)}});
}

Result<CommandRequest> parse_request(std::string_view line) {
    const auto json = parse_object(line);
    if (json.is_null()) return bad_request("the request is not a JSON object");
    CommandRequest request;
    const auto command = json.find("command");
    if (command == json.end() || !command->is_string()) return bad_request("the request names no command");
    request.command = command->get<std::string>();
    const auto arguments = json.find("arguments");
    if (arguments != json.end() && !reads_arguments(*arguments, request)) {
        return bad_request("the arguments are not a list of texts");
    }
    const auto options = json.find("options");
    if (options != json.end() && !reads_options(*options, request)) {
        return bad_request("the options are not texts by name");
    }
    return request;
}

std::string encode_answer(const AnswerLine& line) {
    if (const auto* progress = std::get_if<ProgressLine>(&line)) return line_of(Json{{"progress", progress->text}});
    const auto& result = std::get<CommandResult>(line);
    return line_of(
        Json{{"exit_code", static_cast<int>(result.exit_code)}, {"stdout", result.out}, {"stderr", result.err}});
}

Result<AnswerLine> parse_answer(std::string_view line) {
    const auto json = parse_object(line);
    if (json.is_null()) return bad_answer();
    const auto progress = json.find("progress");
    if (progress != json.end() && progress->is_string()) return AnswerLine(ProgressLine{progress->get<std::string>()});

    const auto exit_code = json.find("exit_code");
    const auto out = json.find("stdout");
    const auto err = json.find("stderr");
    if (exit_code == json.end() || out == json.end() || err == json.end()) return bad_answer();
    if (!is_exit_code(*exit_code) || !out->is_string() || !err->is_string()) return bad_answer();
    return AnswerLine(CommandResult{.exit_code = static_cast<ExitCode>(exit_code->get<int>()),
                                    .out = out->get<std::string>(),
                                    .err = err->get<std::string>()});
}

}  // namespace usersync::control

#pragma once
// How commands and answers look on the control socket: one JSON object a line. Pure.

#include "core/base/result.hpp"
#include "daemon/control/command.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace usersync::control {

/// {"command":"sync","arguments":["shop"],"options":{"format":"json"}} and a newline. The caller is not written: only
/// the server can know it.
std::string encode_request(const CommandRequest& request);

/// `rejected`/"bad_request" for anything else. A "caller" in it is ignored, as is every other unknown member.
Result<CommandRequest> parse_request(std::string_view line);

struct ProgressLine {
    std::string text;
    bool operator==(const ProgressLine&) const = default;
};
using AnswerLine = std::variant<ProgressLine, CommandResult>;

/// {"progress":"…"} or {"exit_code":0,"stdout":"…","stderr":"…"}, and a newline.
std::string encode_answer(const AnswerLine& line);

/// `broken`/"bad_answer" for anything else.
Result<AnswerLine> parse_answer(std::string_view line);

}  // namespace usersync::control

#include "daemon/connector/answers_view.hpp"

#include "core/rest/call.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace usersync::connector_view {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json failure_json(const Failure& failure) {
    return {{"code", failure.code}, {"where", failure.where}, {"detail", failure.detail}};
}

}  // namespace

void leave_out_words(rest_api::KeptAnswers& kept, const rest::Connector& connector) {
    if (!kept.failure) return;
    auto& failure = *kept.failure;
    const auto refused =
        std::find_if(kept.answers.rbegin(), kept.answers.rend(), [&](const rest_api::KeptAnswer& answer) {
            const bool is_good = answer.reply.status >= 200 && answer.reply.status < 300;
            return !answer.failure && !is_good && failure.where == connector.name + " " + answer.where;
        });
    if (refused == kept.answers.rend()) return;
    const auto& rules = connector.errors.rules;
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const auto& other) { return other.code == failure.code; });
    const auto status = "status " + std::to_string(refused->reply.status);
    failure.detail = rule == rules.end() || rule->says.empty() ? status : rule->says + " (" + status + ")";
}

std::string answers_text(const rest_api::KeptAnswers& kept,
                         const std::function<std::string(const std::string& body)>& shown) {
    std::string text;
    for (const auto& answer : kept.answers) {
        Json json{{"call", answer.where}, {"status", nullptr}};
        if (answer.failure) {
            json["failure"] = failure_json(*answer.failure);
        } else {
            json["status"] = answer.reply.status;
            json["headers"] = Json::array();
            for (const auto& [name, value] : answer.reply.headers) json["headers"].push_back(name);
            json["type"] = rest::header_of(answer.reply.headers, "Content-Type");
            json["body"] = shown(answer.reply.body);
            if (answer.left_out > 0) json["left_out"] = answer.left_out;
        }
        text += line_of(json);
    }
    if (kept.failure) text += line_of({{"call", "the read"}, {"failure", failure_json(*kept.failure)}});
    return text;
}

}  // namespace usersync::connector_view

#include "daemon/network/probe_view.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace usersync::network_view {
namespace {

using Json = nlohmann::ordered_json;
using Verdict = ProbeFinding::Verdict;

constexpr std::array verdicts = {Verdict::holds, Verdict::fails, Verdict::not_seen, Verdict::not_tried};

std::size_t count_of(const std::vector<ProbeFinding>& findings, Verdict verdict) {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [&](const ProbeFinding& finding) { return finding.verdict == verdict; }));
}

std::string word_of(Verdict verdict) {
    auto word = std::string(to_string(verdict));
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

}  // namespace

std::string probe_text(const TenantId& tenant, const std::vector<ProbeFinding>& findings) {
    std::string text = "assumptions about the network of " + tenant.value() + ":";
    std::size_t verdict_width = 0;
    for (const auto verdict : verdicts) {
        text += (verdict == verdicts.front() ? " " : ", ") + word_of(verdict) + ' ' +
                std::to_string(count_of(findings, verdict));
        verdict_width = std::max(verdict_width, word_of(verdict).size());
    }
    text += '\n';
    std::size_t name_width = 0;
    for (const auto& finding : findings) name_width = std::max(name_width, finding.assumption.size());
    for (const auto& finding : findings) {
        text += "  " + padded(finding.assumption, name_width) + "  " + padded(word_of(finding.verdict), verdict_width) +
                "  " + finding.sentence + (finding.setting.empty() ? "" : "  [" + finding.setting + "]") + '\n';
    }
    return text;
}

std::string probe_json(const TenantId& tenant, const std::vector<ProbeFinding>& findings) {
    Json json{{"tenant", tenant.value()}};
    for (const auto verdict : verdicts) json["counts"][std::string(to_string(verdict))] = count_of(findings, verdict);
    json["findings"] = Json::array();
    for (const auto& finding : findings) {
        json["findings"].push_back({{"assumption", finding.assumption},
                                    {"verdict", to_string(finding.verdict)},
                                    {"sentence", finding.sentence},
                                    {"setting", finding.setting.empty() ? Json() : Json(finding.setting)}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

bool is_any_failing(const std::vector<ProbeFinding>& findings) { return count_of(findings, Verdict::fails) > 0; }

}  // namespace usersync::network_view

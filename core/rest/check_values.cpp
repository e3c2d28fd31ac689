#include "core/base/ascii.hpp"
#include "core/base/nearest.hpp"
#include "core/rest/check_connector.hpp"
#include "core/rest/url.hpp"

#include <algorithm>

namespace usersync::rest {
namespace {

bool is_digits(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_part(const std::string& text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string::npos) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

/// As a literal: plain http is for what listens on this machine, as in a test.
bool is_loopback(const std::string& host) {
    return host == "::1" || (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::string listed(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "\"" : ", \"") + word + "\"";
    return all;
}

// What is wrong with one text of a setting; empty when nothing is.
std::string problem_of(const Setting& setting, const std::string& text) {
    if (has_control(text)) return "a control character stands in it";
    switch (setting.kind) {
        case Setting::Kind::text:
        case Setting::Kind::list: return "";
        case Setting::Kind::digits: return is_digits(text) ? "" : "it must consist of digits";
        case Setting::Kind::host_part:
            return is_host_part(text)
                       ? ""
                       : "it must be a part of a host's name: letters, digits, '-' and dots between them";
        case Setting::Kind::url: {
            const auto url = parse_url(text);
            if (!url || !url->query.empty()) return "it must be a URL such as https://host.example/path";
            return url->scheme == "https" || is_loopback(url->host) ? "" : "it must begin with https://";
        }
        case Setting::Kind::choice: {
            if (std::find(setting.choices.begin(), setting.choices.end(), text) != setting.choices.end()) return "";
            const auto close = nearest(text, setting.choices);
            return "it must be one of " + listed(setting.choices) + (close ? ": did you mean \"" + *close + "\"?" : "");
        }
    }
    return "";
}

template <class Blank>
std::vector<std::string> names_of(const std::vector<Blank>& blanks) {
    std::vector<std::string> names;
    for (const auto& blank : blanks) names.push_back(blank.name);
    return names;
}

template <class Given>
void check_known(const std::string& where, const Given& given, const std::vector<std::string>& known,
                 std::vector<ConnectorProblem>& problems) {
    for (const auto& [name, value] : given) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const auto close = nearest(name, known);
        std::string sentence = "this connector has no such name";
        if (close) sentence += ": did you mean \"" + *close + "\"?";
        problems.push_back({where + "." + name, std::move(sentence)});
    }
}

bool is_given(const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return !text.empty(); });
}

}  // namespace

std::vector<ConnectorProblem> check_values(const Connector& connector, const Values& values) {
    std::vector<ConnectorProblem> problems;
    check_known("settings", values.settings, names_of(connector.settings), problems);
    check_known("secrets", values.secrets, names_of(connector.secrets), problems);
    for (const auto& setting : connector.settings) {
        const auto where = "settings." + setting.name;
        const auto found = values.settings.find(setting.name);
        if (found == values.settings.end() || !is_given(found->second)) {
            if (!setting.is_optional && setting.fallback.empty()) {
                problems.push_back({where, "it is missing: " + setting.description});
            }
            continue;
        }
        if (setting.kind != Setting::Kind::list && found->second.size() > 1) {
            problems.push_back({where, "it takes one text, not several"});
        }
        for (const auto& text : found->second) {
            if (auto problem = problem_of(setting, text); !problem.empty())
                problems.push_back({where, std::move(problem)});
        }
    }
    for (const auto& secret : connector.secrets) {
        const auto found = values.secrets.find(secret.name);
        const bool is_there = found != values.secrets.end() && !found->second.empty();
        if (is_there || secret.is_optional) continue;
        problems.push_back({"secrets." + secret.name, "it is missing: " + secret.description});
    }
    return problems;
}

Values with_fallbacks(const Connector& connector, Values values) {
    for (const auto& setting : connector.settings) {
        if (setting.fallback.empty()) continue;
        auto& texts = values.settings[setting.name];
        if (!is_given(texts)) texts = setting.fallback;
    }
    return values;
}

}  // namespace usersync::rest

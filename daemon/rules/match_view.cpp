#include "daemon/rules/match_view.hpp"

#include "daemon/rules/rule_json.hpp"

namespace usersync::rules_view {
namespace {

using rules::ExpressionProblem;

constexpr std::size_t employees_shown_max = 50;

std::string_view word_of(ExpressionProblem::Severity severity) {
    switch (severity) {
        case ExpressionProblem::Severity::error: return "error";
        case ExpressionProblem::Severity::warning: return "warning";
    }
    return "error";
}

Json json_of_problems(const std::vector<ExpressionProblem>& problems) {
    Json list = Json::array();
    for (const auto& problem : problems) {
        list.push_back({{"severity", word_of(problem.severity)},
                        {"code", problem.code},
                        {"sentence", problem.sentence},
                        {"offset", problem.place.offset},
                        {"length", problem.place.length}});
    }
    return list;
}

}  // namespace

std::string match_text(const Matched& matched) {
    std::string text = "matches " + std::to_string(matched.employees.size()) + " of " +
                       counted(matched.total, "employee", "employees") + '\n';
    std::size_t shown = 0;
    for (const auto& employee : matched.employees) {
        if (shown == employees_shown_max) break;
        text += "  " + employee.value() + '\n';
        ++shown;
    }
    if (shown < matched.employees.size()) {
        text += "  … and " + std::to_string(matched.employees.size() - shown) + " more; --format json has them all\n";
    }
    return text;
}

std::string match_json(const Matched& matched) {
    Json json{{"expression", matched.expression},
              {"today", to_string(matched.today)},
              {"matched", matched.employees.size()},
              {"total", matched.total}};
    json["employees"] = json_of(matched.employees);
    json["problems"] = json_of_problems(matched.problems);
    return dumped(json);
}

std::string problems_text(const std::string& expression, const std::vector<ExpressionProblem>& problems) {
    std::string text;
    for (const auto& problem : problems) {
        text += std::string(word_of(problem.severity)) + ": " + problem.sentence + " (" + problem.code + ")\n";
        auto place = rules::underlined(expression, problem.place);
        if (!place.empty() && place.back() != '\n') place += '\n';
        text += place;
    }
    return text;
}

std::string problems_json(const std::string& expression, const std::vector<ExpressionProblem>& problems) {
    return dumped({{"expression", expression}, {"matched", nullptr}, {"problems", json_of_problems(problems)}});
}

}  // namespace usersync::rules_view

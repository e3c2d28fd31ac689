#include "daemon/rules/review_view.hpp"

#include "daemon/rules/rule_json.hpp"

#include <algorithm>

namespace usersync::rules_view {
namespace {

using rules::Finding;
using Kind = Finding::Kind;

constexpr std::size_t findings_shown_max = 30;  // of one kind
constexpr std::size_t employees_shown_max = 5;

std::string_view heading_of(Kind kind) {
    switch (kind) {
        case Kind::unmapped_value: return "values that no row knows";
        case Kind::matches_nobody: return "rules that match nobody";
        case Kind::shadowed: return "rules that never take effect";
        case Kind::overlapping_roles: return "roles that overlap";
        case Kind::group_without_members: return "groups without members";
        case Kind::person_without_group: return "people without group";
        case Kind::not_admitted: return "people who are not admitted";
        case Kind::expired_exception: return "exceptions that have ended";
        case Kind::unused_exception: return "exceptions without use";
        case Kind::exception_without_owner: return "exceptions without owner";
    }
    return "";
}

std::string employees_text(const Finding& finding) {
    std::string text;
    const auto shown = std::min(finding.employees.size(), employees_shown_max);
    for (std::size_t at = 0; at < shown; ++at) text += (at == 0 ? " (" : ", ") + finding.employees[at].value();
    if (shown == 0) return text;
    return text + (finding.people > shown ? ", …)" : ")");
}

std::string line_of(const Finding& finding) {
    std::string text = "  ";
    const auto at = describe(finding.origin);
    if (!finding.rule.empty()) text += finding.rule + (at.empty() ? "" : " at " + at) + ": ";
    if (finding.kind == Kind::unmapped_value) {
        text += finding.field + (finding.value.empty() ? "" : " \"" + finding.value + '"') + ": " +
                counted(finding.people, "person", "people");
    } else if (finding.kind == Kind::group_without_members && finding.group) {
        text += describe(*finding.group);
    } else {
        text += finding.sentence + employees_text(finding);
    }
    return text + '\n';
}

}  // namespace

std::string review_text(const ReviewOf& of, const rules::Review& review) {
    std::string text = "mapping of " + of.tenant.value() + " (rules " + of.rules.hex().substr(0, 12) +
                       ") over snapshot " + std::to_string(of.snapshot.value()) + " on " + to_string(of.today) + ": " +
                       counted(review.employees, "employee", "employees") + ", " + std::to_string(review.wanted) +
                       " should be in the network\n";
    if (review.findings.empty()) return text + "nothing is open\n";
    text += counted(review.findings.size(), "finding is open", "findings are open") + '\n';
    for (const auto kind : rules::all_finding_kinds()) {
        const auto is_of_kind = [&](const Finding& finding) { return finding.kind == kind; };
        const auto count =
            static_cast<std::size_t>(std::count_if(review.findings.begin(), review.findings.end(), is_of_kind));
        if (count == 0) continue;
        text += '\n' + std::string(heading_of(kind)) + ": " + std::to_string(count) + '\n';
        std::size_t shown = 0;
        for (const auto& finding : review.findings) {
            if (finding.kind != kind || shown == findings_shown_max) continue;
            text += line_of(finding);
            ++shown;
        }
        if (shown < count) text += "  … and " + std::to_string(count - shown) + " more; --format json has them all\n";
    }
    return text;
}

std::string review_json(const ReviewOf& of, const rules::Review& review) {
    Json json{{"tenant", of.tenant.value()},    {"snapshot", of.snapshot.value()}, {"today", to_string(of.today)},
              {"rules", of.rules.hex()},        {"employees", review.employees},   {"wanted", review.wanted},
              {"open", review.findings.size()}, {"counts", Json::object()},        {"findings", Json::array()}};
    for (const auto kind : rules::all_finding_kinds()) json["counts"][std::string(to_string(kind))] = 0;
    for (const auto& finding : review.findings) {
        auto& count = json["counts"][std::string(to_string(finding.kind))];
        count = count.get<std::size_t>() + 1;
        Json found{{"kind", to_string(finding.kind)}, {"rule", finding.rule}};
        add_origin(found, finding.origin);
        found["field"] = finding.field;
        found["value"] = finding.value;
        found["group"] = finding.group ? json_of(*finding.group) : Json();
        found["people"] = finding.people;
        found["employees"] = json_of(finding.employees);
        found["sentence"] = finding.sentence;
        json["findings"].push_back(std::move(found));
    }
    return dumped(json);
}

}  // namespace usersync::rules_view

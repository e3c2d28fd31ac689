#include "core/rules/checking.hpp"

#include "core/base/ascii.hpp"
#include "core/base/nearest.hpp"
#include "core/rules/template_text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace usersync::rules {
namespace {

const std::vector<std::string> kinds = {"business_unit", "department", "local_department", "topic"};
const std::vector<std::string> ways = {"name", "eid", "xid"};
const std::vector<std::string> built_in_roles = {"admin", "member"};
constexpr std::int64_t days_max = 36'500;  // a hundred years: more is a slip of the pen

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string meant(const std::optional<std::string>& nearest) {
    return nearest ? "; did you mean " + *nearest + "?" : std::string();
}

std::string one_of(const std::vector<std::string>& words) {
    std::string text = "it must be ";
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (at != 0) text += at + 1 == words.size() ? " or " : ", ";
        text += words[at];
    }
    return text;
}

/// The place `offset` bytes into a text: columns count characters, or cells.
Origin moved(const Written& written, std::size_t offset) {
    Origin origin = written.origin;
    if (origin.column == 0 || written.in_cell) return origin;
    const auto before = std::string_view(written.text).substr(0, offset);
    origin.column += static_cast<std::size_t>(std::count_if(
        before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    return origin;
}

/// The word of a built-in role that this one most likely stands for, without being it.
std::optional<std::string> role_meant(const std::string& written) {
    std::string word = written;
    std::transform(word.begin(), word.end(), word.begin(), lower);
    return nearest(word, built_in_roles);
}

/// The cell of a sheet; where it stands in none, the rule.
Origin in_column(Origin rule, std::size_t column) {
    if (column != 0) rule.column = column;
    return rule;
}

bool is_eid(std::string_view text) {
    const auto hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f'); };
    return text.size() == 16 && std::all_of(text.begin(), text.end(), hexadecimal);
}

}  // namespace

void Checking::error(const At& at, std::string code, std::string sentence) {
    problems_.push_back({RuleProblem::Severity::error, at.origin, at.rule, std::move(code), std::move(sentence)});
}

void Checking::warning(const At& at, std::string code, std::string sentence) {
    problems_.push_back({RuleProblem::Severity::warning, at.origin, at.rule, std::move(code), std::move(sentence)});
}

std::optional<std::size_t> Checking::field(const std::string& name, const At& at) {
    const auto looked = names_.find(name);
    if (looked.index) return looked.index;
    if (looked.ambiguous) {
        error(at, "ambiguous_field", "two columns are called " + quoted(name));
    } else {
        error(at, "unknown_field", "there is no field " + quoted(name) + meant(looked.nearest));
    }
    return std::nullopt;
}

std::optional<Expression> Checking::expression(const Written& written, const std::string& rule) {
    auto parsed = parse_expression(written.text, names_);
    for (auto& problem : parsed.problems) {
        const auto severity = problem.severity == ExpressionProblem::Severity::error ? RuleProblem::Severity::error
                                                                                     : RuleProblem::Severity::warning;
        problems_.push_back({severity, moved(written, problem.place.offset), rule, std::move(problem.code),
                             std::move(problem.sentence)});
    }
    return std::move(parsed.expression);
}

std::optional<Expression> Checking::expression(const std::optional<Written>& written, const std::string& rule) {
    return written ? expression(*written, rule) : std::nullopt;
}

std::optional<Template> Checking::text(const std::string& written, const At& at) {
    auto parsed = parse_template(written, names_);
    for (auto& problem : parsed.problems) error(at, std::move(problem.code), std::move(problem.sentence));
    return std::move(parsed.value);
}

std::optional<Template> Checking::text(const std::optional<Written>& written, const std::string& rule) {
    if (!written) return std::nullopt;
    const At whole{written->origin, rule};
    if (written->text.empty()) {
        error(whole, "bad_template", "a template must not be empty");
        return std::nullopt;
    }
    auto parsed = parse_template(written->text, names_);
    for (auto& problem : parsed.problems) {
        const auto origin = moved(*written, problem.offset);
        error({origin, rule}, std::move(problem.code), std::move(problem.sentence));
    }
    return std::move(parsed.value);
}

std::optional<Cell> Checking::cell(const WrittenCell& written, const At& rule) {
    const auto here = in_column(rule.origin, written.column);
    const At at{here, rule.rule};
    const auto index = field(written.field, at);
    if (!index) return std::nullopt;
    if (written.values.empty()) {
        error(at, "cell_without_values", "no value of " + written.field + " is given; write \"*\" for any");
        return std::nullopt;
    }
    Cell cell{.field = *index, .values = {}, .column = written.column};
    if (written.values.size() == 1 && written.values.front() == "*") return cell;
    cell.values = written.values;
    std::sort(cell.values.begin(), cell.values.end());
    cell.values.erase(std::unique(cell.values.begin(), cell.values.end()), cell.values.end());
    if (cell.values.front().empty()) {
        error(at, "empty_value",
              "an empty value of " + written.field + " matches nobody; the expression empty(" + written.field +
                  ") finds those without one");
    }
    if (std::binary_search(cell.values.begin(), cell.values.end(), "*")) {
        warning(at, "star_among_values", "\"*\" means any value only when it stands alone");
    }
    return cell;
}

Condition Checking::condition(const WrittenCondition& written, const At& at) {
    Condition condition;
    for (const auto& one : written.cells) {
        if (auto read = cell(one, at)) condition.cells.push_back(std::move(*read));
    }
    condition.expression = expression(written.expression, at.rule);
    if (!written.expression) return condition;
    condition.expression_at = written.expression->origin;
    condition.expression_in_cell = written.expression->in_cell;
    return condition;
}

bool Checking::group_by(const WrittenGroup& written, const At& rule, GroupTarget& target) {
    const auto here = in_column(rule.origin, written.by_column);
    const At at{here, rule.rule};
    if (written.by.empty() || written.by == "name") {
        target.by = GroupRef::By::name;
    } else if (written.by == "eid") {
        target.by = GroupRef::By::eid;
    } else if (written.by == "xid") {
        target.by = GroupRef::By::xid;
    } else {
        const auto close = nearest(written.by, ways);
        error(at, "unknown_by",
              "a group is not found by " + quoted(written.by) + (close ? meant(close) : "; " + one_of(ways)));
        return false;
    }
    return true;
}

bool Checking::group_kind(const WrittenGroup& written, const At& rule, GroupTarget& target) {
    const auto here = in_column(rule.origin, written.kind_column);
    const At at{here, rule.rule};
    if (!written.kind.empty()) {
        target.kind = group_kind_from(written.kind);
        if (target.kind) return true;
        const auto close = nearest(written.kind, kinds);
        error(at, "unknown_kind",
              "there is no kind of group " + quoted(written.kind) + (close ? meant(close) : "; " + one_of(kinds)));
        return false;
    }
    if (target.by != GroupRef::By::name || target.kind) return true;
    error(at, "kind_missing", "a group that is found by its name needs a kind; " + one_of(kinds));
    return false;
}

std::optional<GroupTarget> Checking::group(const WrittenGroup& written, const At& rule, std::optional<GroupKind> kind) {
    const auto here = in_column(rule.origin, written.text_column);
    const At at{here, rule.rule};
    GroupTarget target;
    target.kind = kind;
    const bool by_is_known = group_by(written, at, target);
    const bool kind_is_known = group_kind(written, at, target);
    if (written.text.empty()) {
        error(at, "group_without_name", "a group is meant, but its name, EID or XID is empty");
        return std::nullopt;
    }
    auto read = text(written.text, at);
    if (!read || !by_is_known || !kind_is_known) return std::nullopt;
    target.text = std::move(*read);
    for (const auto field : target.text.fields()) {
        const auto& name = names_.field(field).name;
        if (may_be_quoted(name)) continue;
        error(at, "personal_group",
              "the name of a group is seen by others, and " + name + " tells who somebody is: {" + name +
                  "} cannot be part of it");
    }
    if (target.by == GroupRef::By::eid && target.text.is_constant() && !is_eid(constant_text(target.text))) {
        error(at, "bad_eid", quoted(written.text) + " is no EID: those have 16 hexadecimal digits");
    }
    return target;
}

std::vector<GroupTarget> Checking::groups(const std::vector<WrittenGroup>& written, const At& at) {
    std::vector<GroupTarget> targets;
    for (const auto& one : written) {
        if (auto target = group(one, at)) targets.push_back(std::move(*target));
    }
    return targets;
}

std::optional<RoleId> Checking::role(const std::string& written, const At& at) {
    if (written.empty()) {
        error(at, "unknown_role", "a role is missing: admin, member, or the EID or name of a role of the network");
        return std::nullopt;
    }
    // Whether the network has a role of the tenant's own only shows there; a slip in a built-in one shows here.
    const bool built_in = std::find(built_in_roles.begin(), built_in_roles.end(), written) != built_in_roles.end();
    if (!built_in) {
        if (const auto close = role_meant(written)) {
            error(at, "unknown_role", "there is no role " + quoted(written) + meant(close));
            return std::nullopt;
        }
    }
    return RoleId(written);
}

std::optional<Day> Checking::day(const Written& written, const std::string& rule) {
    const auto read = day_from(written.text);
    if (!read) {
        error({written.origin, rule}, "bad_day", quoted(written.text) + " is no day; write it as 2026-12-31");
    }
    return read;
}

std::int64_t Checking::days(std::int64_t written, const At& at, std::string_view what) {
    if (written >= 0 && written <= days_max) return written;
    error(at, "bad_days", std::string(what) + " must be between 0 and " + std::to_string(days_max) + " days");
    return 0;
}

bool Checking::has_errors() const {
    return std::any_of(problems_.begin(), problems_.end(),
                       [](const RuleProblem& problem) { return problem.severity == RuleProblem::Severity::error; });
}

std::vector<RuleProblem> Checking::take_sorted() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const RuleProblem& a, const RuleProblem& b) { return a.origin < b.origin; });
    return std::exchange(problems_, {});
}

}  // namespace usersync::rules

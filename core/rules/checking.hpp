#pragma once
// What all parts of `check_rules` share: looking up what a text names, and noting what is wrong.

#include "core/rules/rule_set.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::rules {

/// Where a text stands, for problems with it.
struct At {
    const Origin& origin;
    const std::string& rule;
};

/// Goes on after a problem, so that all of them are found at once; what could not be read is left out.
class Checking {
public:
    Checking(const FieldNames& names, Day today) : names_(names), today_(today) {}

    const FieldNames& names() const { return names_; }
    Day today() const { return today_; }

    void error(const At& at, std::string code, std::string sentence);
    void warning(const At& at, std::string code, std::string sentence);

    std::optional<Expression> expression(const Written& written, const std::string& rule);
    std::optional<Expression> expression(const std::optional<Written>& written, const std::string& rule);
    std::optional<Template> text(const std::string& written, const At& at);
    std::optional<Template> text(const std::optional<Written>& written, const std::string& rule);
    Condition condition(const WrittenCondition& written, const At& at);
    /// A group of this kind when the text says none.
    std::optional<GroupTarget> group(const WrittenGroup& written, const At& rule,
                                     std::optional<GroupKind> kind = std::nullopt);
    std::vector<GroupTarget> groups(const std::vector<WrittenGroup>& written, const At& at);
    std::optional<RoleId> role(const std::string& written, const At& at);
    std::optional<Day> day(const Written& written, const std::string& rule);
    std::int64_t days(std::int64_t written, const At& at, std::string_view what);

    std::vector<RuleProblem> take_sorted();
    bool has_errors() const;

private:
    std::optional<std::size_t> field(const std::string& name, const At& at);
    std::optional<Cell> cell(const WrittenCell& written, const At& rule);
    bool group_kind(const WrittenGroup& written, const At& rule, GroupTarget& target);
    bool group_by(const WrittenGroup& written, const At& rule, GroupTarget& target);

    const FieldNames& names_;
    Day today_;
    std::vector<RuleProblem> problems_;
};

std::vector<GroupTable> check_groups(const std::vector<WrittenGroupTable>& written, Checking& checking);
std::vector<RoleRule> check_roles(const std::vector<WrittenRoleRule>& written, Checking& checking);
std::vector<Exception> check_exceptions(const std::vector<WrittenException>& written, Checking& checking);

/// Warns of rules that stand twice, and of those that an earlier one of a first-match table always shadows.
void find_rules_in_vain(const std::vector<GroupTable>& tables, const std::vector<RoleRule>& roles, Checking& checking);

}  // namespace usersync::rules

#include "core/base/nearest.hpp"
#include "core/rules/mapping_sheet.hpp"
#include "daemon/config/readers.hpp"
#include "daemon/config/rule_readers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::config {
namespace {

using rules::GroupDefaults;
using rules::WrittenCell;
using rules::WrittenGroup;
using rules::WrittenGroupRule;
using rules::WrittenGroupTable;
using rules::WrittenRoleRule;

constexpr std::array<std::string_view, 4> kinds{"business_unit", "department", "local_department", "topic"};
constexpr std::array<std::string_view, 3> ways{"name", "eid", "xid"};
constexpr std::array<Choice<bool>, 2> match_words{{{"all", false}, {"first", true}}};
constexpr std::array<Choice<bool>, 2> missing_words{{{"report", false}, {"create", true}}};

template <std::size_t N>
void read_word(TableReader& table, std::string_view key, std::string& target,
               const std::array<std::string_view, N>& words) {
    std::array<Choice<std::string_view>, N> choices{};
    for (std::size_t at = 0; at < N; ++at) choices[at] = {words[at], words[at]};
    std::string_view word = target;
    table.choice(key, word, choices);
    target = std::string(word);
}

bool is_name(std::string_view by) { return by.empty() || by == "name"; }
bool needs_kind(const WrittenGroup& group) { return group.kind.empty() && is_name(group.by); }

/// The field's own name; empty after it was noted that there is none, or none that is filled.
std::string read_field(TableReader& block, const Fields& fields) {
    std::string field;
    block.text("field", field);
    if (field.empty()) return field;
    const auto looked = fields.names.find(field);
    if (looked.ambiguous) {
        block.error("field", "several fields are filled from columns of this name: use a field's own name");
    } else if (!looked.index) {
        block.error("field", "no field is called \"" + field + "\"" +
                                 (looked.nearest ? ", did you mean \"" + *looked.nearest + "\"?"
                                                 : ": fields of your own stand in columns.extra"));
    } else if (auto name = fields.names.field(*looked.index).name; is_filled(name, fields.columns)) {
        return name;
    } else {
        block.error("field", "no column is mapped to " + name + ": add columns." + name);
    }
    return {};
}

/// One line of a table of values: a value of the record, and what it leads to.
struct Row {
    std::string value;
    std::vector<std::string> targets;
    Position at;
    std::string path;  ///< for problems
};

enum class Targets { one, any_number };

bool read_targets(TableReader& block, const Value& value, Targets number, Row& row) {
    const bool several_allowed = number == Targets::any_number;
    const auto refuse = [&](const Value& wrong) {
        const auto* expected = several_allowed ? "expected a text or an array of texts, got " : "expected a text, got ";
        block.error_at(wrong.at, row.path, expected + describe(wrong));
        return false;
    };
    const auto add = [&](const Value& one) {
        const auto* text = std::get_if<std::string>(&one.content);
        if (text == nullptr || text->empty()) return refuse(one);
        row.targets.push_back(*text);
        return true;
    };
    const auto* several = std::get_if<Array>(&value.content);
    if (several == nullptr || !several_allowed) return add(value);
    return std::all_of(several->begin(), several->end(), add);
}

/// The rows that are right; the others are noted.
std::vector<Row> read_rows(TableReader& block, const Table& table, Targets number) {
    std::vector<Row> rows;
    for (const auto& entry : table) {
        Row row{.value = entry.key,
                .targets = {},
                .at = entry.at,
                .path = block.path_of("values") + ".\"" + entry.key + "\""};
        const bool is_trimmed = !entry.key.empty() && entry.key.front() != ' ' && entry.key.back() != ' ';
        if (!is_trimmed) block.error_at(row.at, row.path, "never found: values are trimmed when the record is read");
        if (read_targets(block, entry.value, number, row) && is_trimmed) rows.push_back(std::move(row));
    }
    return rows;
}

/// A parent of a local department: its name, or a table that says it otherwise.
void read_parent(TableReader& table, std::string_view key, std::optional<WrittenGroup>& target) {
    const auto* value = table.raw(key);
    if (value == nullptr) return;
    if (const auto* name = std::get_if<std::string>(&value->content); name != nullptr && !name->empty()) {
        target = WrittenGroup{.kind = std::string(key), .by = {}, .text = *name};
    } else if (const auto* parts = std::get_if<Table>(&value->content)) {
        auto reader = table.within(*parts, value->at, table.path_of(key));
        WrittenGroup group{.kind = std::string(key), .by = {}, .text = {}};
        reader.require({"group"});
        reader.text("group", group.text);
        read_word(reader, "by", group.by, ways);
        if (!group.text.empty()) target = group;
    } else {
        table.error(key, "expected a group's name, or { group = 'GROUP', by = 'xid' }, got " + describe(*value));
    }
}

GroupDefaults read_defaults(TableReader& table, GroupDefaults defaults) {
    read_word(table, "kind", defaults.kind, kinds);
    read_word(table, "by", defaults.by, ways);
    read_parent(table, "business_unit", defaults.business_unit);
    read_parent(table, "department", defaults.department);
    return defaults;
}

/// What a block says in one of three ways.
enum class Way { values, sheet, rules };

/// nullopt after it was noted that the block says it in no way, or in several.
std::optional<Way> way_of(TableReader& block) {
    // Asked for, so that none of them counts as unknown, and whoever lists the keys hears of all.
    for (const std::string_view key : {"field", "values", "sheet", "rules"}) block.raw(key);
    const bool has_values = block.has("values") || block.has("field");
    const int said = (has_values ? 1 : 0) + (block.has("sheet") ? 1 : 0) + (block.has("rules") ? 1 : 0);
    if (said > 1) {
        block.error_at(block.at(), block.path(), "either field and values, or a sheet, or rules");
    } else if (said == 0) {
        block.error_at(block.at(), block.path(), "missing: field and values, or a sheet, or rules");
    } else if (has_values) {
        block.require({"field", "values"});
    }
    if (said != 1) return std::nullopt;
    return has_values ? Way::values : block.has("sheet") ? Way::sheet : Way::rules;
}

/// The sheet's rows as `read` understands them; empty after it was noted why there are none.
template <class Rule, class Read>
std::vector<Rule> read_sheet(TableReader& block, RuleProblems& problems, const Fields& fields, const Read& read) {
    std::string name;
    block.text("sheet", name);
    if (name.empty()) return {};
    const auto bytes = block.open(name);
    if (!bytes) {
        block.error("sheet", name + " " + bytes.error().detail);
        return {};
    }
    rules::SheetRules<Rule> sheet = read(*bytes, name);
    for (const auto& rule : sheet.rules) {
        for (const auto& cell : rule.when.cells) note_if_unfilled(rule, cell, fields, sheet.problems);
    }
    problems.insert(problems.end(), sheet.problems.begin(), sheet.problems.end());
    if (sheet.rules.empty() && sheet.problems.empty()) block.error("sheet", name + " has no rows below its header");
    return std::move(sheet.rules);
}

class GroupsReader {
public:
    GroupsReader(TableReader& root, const Fields& fields, rules::WrittenRules& written, RuleProblems& problems)
        : root_(root), fields_(fields), written_(written), problems_(problems) {}

    void read();

private:
    void read_block(std::size_t index);
    void read_values(TableReader& block, const GroupDefaults& defaults, WrittenGroupTable& table);
    void read_rules(TableReader& block, const GroupDefaults& defaults, WrittenGroupTable& table);
    void add(Position at, const std::string& id, WrittenCell cell, const GroupDefaults& defaults, std::string group,
             WrittenGroupTable& table);

    TableReader& root_;
    const Fields& fields_;
    rules::WrittenRules& written_;
    RuleProblems& problems_;
};

void GroupsReader::read() {
    const auto count = root_.rows("group_mapping");
    for (std::size_t index = 0; index < count; ++index) read_block(index);
}

void GroupsReader::read_block(std::size_t index) {
    auto block = root_.row("group_mapping", index);
    WrittenGroupTable table;
    table.id = "group_mapping[" + std::to_string(index + 1) + "]";
    table.origin = block.origin();
    block.choice("match", table.first_match, match_words);
    block.choice("missing", table.create_missing, missing_words);
    const auto defaults = read_defaults(block, {});
    const auto way = way_of(block);
    if (!way) return;
    switch (*way) {
        case Way::values: read_values(block, defaults, table); break;
        case Way::rules: read_rules(block, defaults, table); break;
        case Way::sheet:
            table.rules = read_sheet<WrittenGroupRule>(
                block, problems_, fields_, [&](std::string_view bytes, const std::string& name) {
                    return rules::read_group_sheet(bytes, name, fields_.names, defaults);
                });
            block.text("sheet", table.id);
            break;
    }
    if (!table.rules.empty()) written_.groups.push_back(std::move(table));
}

void GroupsReader::add(Position at, const std::string& id, WrittenCell cell, const GroupDefaults& defaults,
                       std::string group, WrittenGroupTable& table) {
    table.rules.push_back({.id = id,
                           .origin = root_.origin_of(at),
                           .when = {.cells = {std::move(cell)}, .expression = {}},
                           .group = {.kind = defaults.kind, .by = defaults.by, .text = std::move(group)},
                           .business_unit = defaults.business_unit,
                           .department = defaults.department});
}

void GroupsReader::read_values(TableReader& block, const GroupDefaults& defaults, WrittenGroupTable& table) {
    const auto field = read_field(block, fields_);
    if (needs_kind({.kind = defaults.kind, .by = defaults.by, .text = {}})) block.require({"kind"});
    const auto* values = block.raw("values");
    if (values == nullptr) return;
    const auto* word = std::get_if<std::string>(&values->content);
    const auto* rows = std::get_if<Table>(&values->content);
    const bool is_same = word != nullptr && *word == "same";
    if (!is_same && rows == nullptr) {
        block.error("values", "expected a table of values, or \"same\" when each group has its value's own name");
        return;
    }
    const auto read = rows == nullptr ? std::vector<Row>() : read_rows(block, *rows, Targets::any_number);
    // What is wrong with the block has been said; its rows would only say it again.
    const bool has_kind = !defaults.kind.empty() || (!is_name(defaults.by) && !block.has("kind"));
    if (field.empty() || !has_kind) return;
    if (is_same) {
        add(block.at("values"), table.id, {.field = field, .values = {"*"}}, defaults, "{" + field + "}", table);
    }
    for (const auto& row : read) {
        const auto targets = row.targets.empty() ? std::vector<std::string>{""} : row.targets;
        for (const auto& target : targets) {
            add(row.at, table.id, {.field = field, .values = {row.value}}, defaults, target, table);
        }
    }
}

void GroupsReader::read_rules(TableReader& block, const GroupDefaults& defaults, WrittenGroupTable& table) {
    const auto count = block.rows("rules");
    for (std::size_t index = 0; index < count; ++index) {
        auto one = block.row("rules", index);
        WrittenGroupRule rule;
        rule.id = table.id + ".rules[" + std::to_string(index + 1) + "]";
        rule.origin = one.origin();
        one.written("when", rule.when.expression);
        const auto said = read_defaults(one, defaults);
        rule.group = {.kind = said.kind, .by = said.by, .text = {}};
        rule.business_unit = said.business_unit;
        rule.department = said.department;
        one.require({"group"});
        one.text("group", rule.group.text);
        if (needs_kind(rule.group) && !block.has("kind")) one.require({"kind"});
        if (!rule.group.text.empty() && !needs_kind(rule.group)) table.rules.push_back(std::move(rule));
    }
}

class RolesReader {
public:
    RolesReader(TableReader& root, const Fields& fields, rules::WrittenRules& written, RuleProblems& problems)
        : root_(root), fields_(fields), written_(written), problems_(problems) {}

    void read();

private:
    /// Where a role is given; no group: in the network.
    using Target = std::optional<WrittenGroup>;

    void read_block(std::size_t index);
    Target read_target(TableReader& table, Target otherwise);
    void read_values(TableReader& block, const std::string& id, const Target& target);
    void read_rules(TableReader& block, const std::string& id, const Target& target);

    TableReader& root_;
    const Fields& fields_;
    rules::WrittenRules& written_;
    RuleProblems& problems_;
};

void RolesReader::read() {
    const auto count = root_.rows("role_mapping");
    for (std::size_t index = 0; index < count; ++index) read_block(index);
}

RolesReader::Target RolesReader::read_target(TableReader& table, Target otherwise) {
    const auto* value = table.raw("target");
    if (value == nullptr) return otherwise;
    const auto* word = std::get_if<std::string>(&value->content);
    if (word != nullptr && *word == "network") return std::nullopt;
    auto group = read_group(table, *value, table.path_of("target"), "\"network\", or ");
    return group ? Target(std::move(group)) : std::move(otherwise);
}

void RolesReader::read_block(std::size_t index) {
    auto block = root_.row("role_mapping", index);
    const auto id = "role_mapping[" + std::to_string(index + 1) + "]";
    const auto target = read_target(block, std::nullopt);
    const auto way = way_of(block);
    if (!way) return;
    switch (*way) {
        case Way::values: read_values(block, id, target); break;
        case Way::rules: read_rules(block, id, target); break;
        case Way::sheet: {
            auto rows = read_sheet<WrittenRoleRule>(block, problems_, fields_,
                                                    [&](std::string_view bytes, const std::string& name) {
                                                        return rules::read_role_sheet(bytes, name, fields_.names);
                                                    });
            for (auto& rule : rows) {
                if (!rule.target) rule.target = target;
                written_.roles.push_back(std::move(rule));
            }
            break;
        }
    }
}

void RolesReader::read_values(TableReader& block, const std::string& id, const Target& target) {
    const auto field = read_field(block, fields_);
    const auto* values = block.raw("values");
    if (values == nullptr) return;
    const auto* table = std::get_if<Table>(&values->content);
    if (table == nullptr) {
        return block.error("values", "expected a table of values of the record, got " + describe(*values));
    }
    const auto rows = read_rows(block, *table, Targets::one);
    if (field.empty()) return;
    for (const auto& row : rows) {
        written_.roles.push_back({.id = id,
                                  .origin = root_.origin_of(row.at),
                                  .when = {.cells = {{.field = field, .values = {row.value}}}, .expression = {}},
                                  .target = target,
                                  .role = row.targets.front()});
    }
}

void RolesReader::read_rules(TableReader& block, const std::string& id, const Target& target) {
    const auto count = block.rows("rules");
    for (std::size_t index = 0; index < count; ++index) {
        auto one = block.row("rules", index);
        WrittenRoleRule rule;
        rule.id = id + ".rules[" + std::to_string(index + 1) + "]";
        rule.origin = one.origin();
        one.written("when", rule.when.expression);
        rule.target = read_target(one, target);
        one.require({"role"});
        one.text("role", rule.role);
        if (!rule.role.empty()) written_.roles.push_back(std::move(rule));
    }
}

}  // namespace

std::optional<WrittenGroup> read_group(TableReader& table, const Value& value, const std::string& path,
                                       std::string_view alternative) {
    const auto* parts = std::get_if<Table>(&value.content);
    if (parts == nullptr) {
        table.error_at(value.at, path,
                       "expected " + std::string(alternative) +
                           "a group such as { kind = 'topic', group = 'NAME' }, got " + describe(value));
        return std::nullopt;
    }
    auto reader = table.within(*parts, value.at, path);
    WrittenGroup group;
    read_word(reader, "kind", group.kind, kinds);
    read_word(reader, "by", group.by, ways);
    reader.require({"group"});
    reader.text("group", group.text);
    if (needs_kind(group)) reader.require({"kind"});
    return !group.text.empty() && !needs_kind(group) ? std::optional(std::move(group)) : std::nullopt;
}

void read_mappings(TableReader& root, const Fields& fields, rules::WrittenRules& written, RuleProblems& problems) {
    GroupsReader(root, fields, written, problems).read();
    RolesReader(root, fields, written, problems).read();
}

}  // namespace usersync::config
